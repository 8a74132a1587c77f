"""Compare two settings over many seeds: in how many pairs of networks is the one better?

The share of pairs is the common-language effect size (McGraw and Wong, "A common language effect
size statistic", Psychological Bulletin 111, 1992); equal pairs count one half, as in Vargha and
Delaney (2000), who also call 0.56, 0.64 and 0.71 small, medium and large.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SMALL, LARGE = 0.56, 0.71


@dataclass(frozen=True)
class Pairs:
    """How many pairs of one network each have the lower value on this side, and so on."""

    lower: int
    higher: int
    equal: int

    @property
    def count(self) -> int:
        """The number of pairs."""
        return self.lower + self.higher + self.equal

    @property
    def share(self) -> float:
        """The share of pairs in which the first one's value is lower; equal ones count half."""
        return (self.lower + 0.5 * self.equal) / self.count


def compare(values: NDArray[np.float64], others: NDArray[np.float64]) -> Pairs:
    """Compare every one of the values (n,) with every one of the others (m,); none is NaN."""
    one, other = values[:, np.newaxis], others[np.newaxis]
    return Pairs(int((one < other).sum()), int((one > other).sum()), int((one == other).sum()))


def in_words(pairs: Pairs, title: str, other: str, what: str) -> list[str]:
    """Say in which pairs ``what`` is lower, and what that means, in sentences.

    ``title`` and ``other`` name both settings, in the order of the comparison.
    """
    better, worse, n_better = title, other, pairs.lower
    if pairs.share < 0.5:
        better, worse, n_better = other, title, pairs.higher
    share = max(pairs.share, 1.0 - pairs.share)
    equal = f"; in {pairs.equal:,} they are equal" if pairs.equal else ""
    said = (
        f"“{better}” has the lower {what} than “{worse}” in {n_better:,} of {pairs.count:,} pairs "
        f"of networks{equal}."
    )
    if share < SMALL:
        return [said, f"{share:.0%}, equal pairs counted half, is close to 50 %: no difference."]
    if n_better == pairs.count:
        return [said, "All pairs agree: with these seeds, the difference does not depend on luck."]
    meaning = (
        "Most pairs agree, but one seed alone can still show the opposite."
        if share >= LARGE
        else "That is a small difference: one seed alone often shows the opposite."
    )
    return [said, f"That is {share:.0%}, equal pairs counted half. {meaning}"]
