"""Mark the answers of a worksheet: right, or wrong and which step went wrong.

An answer may be rounded, and calculated from the reader's own earlier answers, right or wrong, or
from the given numbers as they are shown.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from nnviz.explain.answer import size_of_step, title_of, tree_of, value_of
from nnviz.explain.ask import Ask, read_ask
from nnviz.explain.mistakes import Attempt, Mistake, mistakes
from nnviz.explain.numbers import rounded
from nnviz.explain.scene import Scene
from nnviz.explain.typed import Typed, read_typed
from nnviz.explain.worksheet import blanks_of, givens_of, leaves_of, solution

SEPARATOR = "~"
"""Stands between the typed texts."""


def _log(x: float) -> float:
    return math.log(x) if x > 0.0 else math.nan


_WITHOUT_LOGIT: dict[tuple[str, str], Callable[[float, float], float]] = {
    ("binary_cross_entropy", "dz"): lambda p, y: p - y,
    ("binary_cross_entropy", "loss"): lambda p, y: -_log(p if y else 1.0 - p),
    ("mean_squared_error", "dz"): lambda p, y: 2.0 * (p - y) * p * (1.0 - p),
    ("mean_squared_error", "loss"): lambda p, y: (p - y) ** 2,
}
"""What follows from a wrong p that is no probability. The records need its logit."""

_LEAST = 1e-16  # the smallest probability, and its distance from 1
_NEAR = 0.005  # a mistake is recognised within this share of its result


def mark(scene: Scene, answers: str) -> dict[str, Any]:
    """Mark the typed texts, joined with `~` in the order of the blanks; return plain values."""
    blanks = blanks_of(scene)
    texts = answers.split(SEPARATOR)
    if len(texts) != len(blanks):
        raise ValueError(
            f"answers must be {len(blanks)} texts with {SEPARATOR} between them; got {len(texts)}"
        )
    typed = {
        blank.text: number
        for blank, text in zip(blanks, texts, strict=True)
        if (number := read_typed(text)) is not None
    }
    marker = _Marker(scene, blanks, {ask: number.value for ask, number in typed.items()})
    marks = [
        {"key": blank.text, **marker.mark(blank, text, typed.get(blank.text))}
        for blank, text in zip(blanks, texts, strict=True)
    ]
    return {"step": scene.step, "marks": marks, "solution": solution(scene)}


class _Marker:
    """Marks one reader's answers. Each blank may be calculated from the reader's own numbers."""

    def __init__(self, scene: Scene, blanks: Sequence[Ask], own: Mapping[str, float]) -> None:
        self._scene, self._blanks, self._own = scene, blanks, own
        self._exact = {blank.text: float(value_of(scene, blank)) for blank in blanks}
        self._given = {ask.text: digits for ask, digits in givens_of(scene).items()}
        self._from_shown: dict[str, float] = {}
        for blank in blanks:
            self._from_shown[blank.text] = self._calculated(blank, self._from_shown, short=True)

    def mark(self, blank: Ask, text: str, typed: Typed | None) -> dict[str, str]:
        """Return the verdict on one answer, and a sentence."""
        if not text.strip():
            return {"verdict": "empty", "sentence": ""}
        if typed is None:
            return _wrong("This cannot be read as a number. Write it like −0.25 or 2.5e-3.")
        exact = self._exact[blank.text]
        size = size_of_step(self._scene, blank) if blank.name == "newW" else None
        if typed.is_close(exact, size) or typed.is_close(self._from_shown[blank.text], size):
            return {"verdict": "right", "sentence": "Right."}
        if any(typed.is_close(value, size) for value in self._own_ways(blank)):
            return {"verdict": "right", "sentence": "Right, with your own numbers from above."}
        found = self._nearest(blank, typed, size)
        if found is not None:
            return _wrong(found.words)
        return _wrong(
            "This is not right. Compare your steps with the formula in the solution: "
            f"{title_of(self._scene, blank)}."
        )

    def _own_ways(self, blank: Ask) -> Iterator[float]:
        """Yield the right results from the reader's own earlier numbers, or some of them."""
        leaves = [leaf.text for leaf in self._own_leaves(blank)]
        for chosen in product((False, True), repeat=len(leaves)):
            own = {leaf: self._own[leaf] for leaf, used in zip(leaves, chosen, strict=True) if used}
            if own:
                for short in (False, True):
                    yield self._calculated(blank, own, short=short)
        p = self._own.get("p", 0.5)
        if not 0.0 < p < 1.0:
            y = float(value_of(self._scene, Ask("y")))
            without = _WITHOUT_LOGIT.get((self._scene.spec.loss, blank.name))
            if without is not None:
                yield without(p, y)

    def _own_leaves(self, blank: Ask) -> list[Ask]:
        """Return the blanks that this one is made of and that the reader has filled in.

        The slope may be calculated from z or from a, whatever its formula has.
        """
        leaves = leaves_of(self._scene, blank)
        if blank.name == "slope":
            leaves += [Ask("z", blank.indices), Ask("a", blank.indices)]
        return [leaf for leaf in dict.fromkeys(leaves) if leaf.text in self._own][:4]

    def _calculated(self, blank: Ask, own: Mapping[str, float], *, short: bool) -> float:
        """Return a blank's number, with some numbers of the reader's own.

        `short`: with what is given as it is shown, which is rounded.
        """

        def value(leaf: Any) -> Any:
            if leaf.ask in own:
                # A probability that is rounded to 0 or 1 still has a logarithm.
                least = _LEAST if leaf.ask == "p" else -math.inf
                return min(max(own[leaf.ask], least), 1.0 - least)
            exact = value_of(self._scene, read_ask(leaf.ask))
            if not short or leaf.ask not in self._given or isinstance(exact, int):
                return exact
            return rounded(float(exact), self._given[leaf.ask])

        tree = tree_of(self._scene, blank)
        with np.errstate(all="ignore"):
            return math.nan if tree is None else float(tree.calculate(value))

    def _nearest(self, blank: Ask, typed: Typed, size: float | None) -> Mistake | None:
        """Return the typical mistake whose result is nearest to what was typed."""
        found: list[tuple[float, Mistake]] = []
        for own in ({}, self._own):
            attempt = Attempt(self._scene, own)
            right = self._calculated(blank, own, short=False)
            for one in mistakes(attempt, blank, right, self._blanks):
                gap = abs(typed.value - one.value)
                reach = abs(one.value) if size is None else size
                if gap <= max(typed.half, _NEAR * reach):
                    found.append((gap, one))
        if not found:
            return None
        nearest = min(gap for gap, _ in found)
        return next(one for gap, one in found if gap <= nearest + 0.1 * typed.half)


def _wrong(words: str) -> dict[str, str]:
    return {"verdict": "wrong", "sentence": words}
