"""Typical mistakes in the arithmetic of a network: what each would give, and what to say of it.

A wrong answer is named by comparing it with these. The lists are written by hand; they are about
what people forget or mix up, and not a second copy of the right formulas.
"""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from nnviz.explain.answer import symbol_of
from nnviz.explain.ask import Ask
from nnviz.explain.mistakes import backward, forward, update
from nnviz.explain.mistakes.attempt import Attempt, Found, Mistake
from nnviz.explain.scene import Scene

__all__ = ["Attempt", "Mistake", "mistakes"]

_BY_NAME: dict[str, Callable[[Attempt, Ask], Found]] = {
    "z": forward.weighted_sum,
    "a": forward.activation,
    "p": forward.probability,
    "loss": forward.loss,
    "dz": backward.gradient_by_z,
    "da": backward.error_that_arrives,
    "slope": backward.slope,
    "partW": backward.part,
    "newslotW": update.memory,
    "newW": update.new_weight,
}


def mistakes(
    attempt: Attempt, blank: Ask, right: float, blanks: Sequence[Ask] = ()
) -> Iterator[Mistake]:
    """Yield the results of typical mistakes in one blank, the likeliest first.

    `right` is what the reader should have, with the numbers of `attempt`; `blanks` are all blanks
    of the sheet.
    """
    with np.errstate(all="ignore"):
        for one in (*_BY_NAME[blank.name](attempt, blank), *_anywhere(right)):
            if math.isfinite(one.value):
                yield one
        for other in blanks:
            if other != blank:
                yield Mistake(
                    attempt.get(other.name, *other.indices),
                    f"This is the number of another blank: {_written(attempt.scene, other)}.",
                )


def _written(scene: Scene, ask: Ask) -> str:
    """Return a symbol as plain text, such as z[2] 3."""
    base, above, below = symbol_of(scene, ask)
    return f"{base}{f'[{above}]' if above else ''}{f' {below}' if below else ''}"


def _anywhere(right: float) -> Found:
    """Mistakes that occur in any calculation."""
    yield Mistake(-right, "The sign is wrong.")
    for places in (1, -1, 2, -2, 3, -3):
        words = "place" if abs(places) == 1 else "places"
        yield Mistake(
            right * 10.0**places, f"The decimal point has slipped by {abs(places)} {words}."
        )
    if right:
        power = math.floor(math.log10(abs(right)))
        yield Mistake(right / 10.0 ** (2 * power), "The power of ten has the wrong sign.")
    yield Mistake(2.0 * right, "This is twice the right number.")
    yield Mistake(right / 2.0, "This is half of the right number.")
    if right:
        yield Mistake(1.0 / right, "This is 1 divided by the right number.")
