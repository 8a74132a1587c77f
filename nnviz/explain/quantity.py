"""What a quantity is: its symbol, its words, and how it is made from other quantities."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnviz.explain.ask import Ask
from nnviz.explain.expression import Expression, Number, Ref, Total
from nnviz.explain.scene import Scene
from nnviz.network.arrays import FloatArray

LARGEST = 8
"""So many terms of a sum are written; the others are one term."""


class Symbol(NamedTuple):
    """A symbol as it is written: its letter, what stands above (the layer), what below."""

    base: str
    above: str = ""
    below: str = ""


class SymbolOf:
    """Writes the symbol of a quantity: its letter, the layer above, the unit below."""

    def __init__(self, base: str, layered: bool = True) -> None:
        self._base, self._layered = base, layered

    def __call__(self, scene: Scene, ask: Ask) -> Symbol:
        """Return the symbol of an ask; it also names the point, if that is another one."""
        above, below = "", ask.indices
        if self._layered:
            above, below = str(ask.indices[0]), ask.indices[1:]
        words = "→".join(map(str, below))
        if ask.sample is not None:
            words = f"{words} #{ask.sample + 1}".strip()
        return Symbol(self._base + ("ᵘ" if ask.update else ""), above, words)


@dataclass(frozen=True)
class Many:
    """A sum of many terms.

    Attributes
    ----------
    values : (n_terms,) the value of each term, by which the largest are chosen
    term : the formula of a term, by its index
    plus : terms that are always written, such as the bias
    then : what is done with the sum, such as dividing it by the number of points
    """

    values: FloatArray
    term: Callable[[int], Expression]
    plus: tuple[Expression, ...] = ()
    then: Callable[[Expression], Expression] = lambda total: total

    def order(self) -> list[int]:
        """The indices of all terms, the largest first."""
        return [int(k) for k in np.argsort(-np.abs(self.values), kind="stable")]

    def tree(self, ask: Ask) -> Expression:
        """Return the sum of the largest terms after the first `ask.after`, and of the rest."""
        order = self.order()[ask.after :]
        written = order if len(order) <= LARGEST + 1 else order[:LARGEST]
        terms = [self.term(k) for k in sorted(written)]
        if len(order) > len(written):
            terms.append(Ref(ask.rest(ask.after + LARGEST).text))
        if ask.after:
            return Total(terms)
        return self.then(Total([*terms, *self.plus]))

    def rest(self, after: int) -> Number:
        """Return the sum of all terms but the `after` largest."""
        return self.values[self.order()[after:]].sum()

    def holds(self, after: int) -> bool:
        """Whether a rest after so many terms is ever written."""
        return after % LARGEST == 0 and after + 1 < len(self.values)


Made = Expression | Many | None


@dataclass(frozen=True)
class Quantity:
    """One kind of number.

    Attributes
    ----------
    name : its name in an ask
    indices : what its indices count: "", "coordinate", "input", "unit" (all layers), "hidden"
        (units of hidden layers), "weight", "bias", "path", "setting"; with "slot " before it,
        first a slot of the optimizer
    title : its name in words; may use {layer}, {before}, {unit}, {source}, {slot}
    definition : what it is, in one sentence
    symbol : how it is written
    made : how it is made from other quantities; None for what is only given
    value : its value, if it is not simply what `made` calculates
    source : the one line of the textbook that computes it
    last_source : the same for the last layer, if that is another line
    first : the title in the first layer, if that is another one
    each : whether every point has its own
    twice : whether the coming update has its own, apart from the diagram's
    notes : sentences about it at this place
    see : asks that a reader may go on with
    """

    name: str
    indices: str
    title: str
    definition: str
    symbol: Callable[[Scene, Ask], Symbol]
    made: Callable[[Scene, Ask], Made] = lambda scene, ask: None
    value: Callable[[Scene, Ask], Number] | None = None
    source: str = ""
    last_source: str = ""
    first: str = ""
    each: bool = False
    twice: bool = False
    notes: Callable[[Scene, Ask], Sequence[str]] = lambda scene, ask: ()
    see: Callable[[Scene, Ask], Iterable[str]] = lambda scene, ask: ()


QUANTITIES: dict[str, Quantity] = {}
"""Every quantity by name."""


def add(*records: Quantity) -> None:
    """Add records to `QUANTITIES`."""
    QUANTITIES.update({record.name: record for record in records})


def bounds_of(scene: Scene, record: Quantity, ask: Ask) -> list[int]:
    """Return the largest value of each index of an ask; the smallest is 1.

    ``ValueError`` if the number of indices is wrong.
    """
    kind = record.indices
    largest: list[int] = []
    given = list(ask.indices)
    if kind.startswith("slot "):
        largest.append(len(scene.optimizer.slots))
        given, kind = given[1:], kind.removeprefix("slot ")
    layer = given[0] if given else 0
    n_layers = len(scene.dims) - 1
    size = scene.dims[layer] if 1 <= layer <= n_layers else 1
    before = scene.dims[layer - 1] if 1 <= layer <= n_layers else 1
    largest += {
        "": [],
        "setting": [n_layers - 1] if ask.key == "dropout" else [],
        "coordinate": [2],
        "input": [scene.dims[0]],
        "unit": [n_layers, size],
        "hidden": [n_layers - 1, size],
        "bias": [n_layers, size],
        "weight": [n_layers, before, size],
        "layer": [n_layers],
        "path": [n_layers - 1, before, size, *scene.dims[layer + 1 : -1]],
    }[kind]
    if len(ask.indices) != len(largest) or (kind == "setting") != bool(ask.key):
        raise ValueError(f"ask must have {len(largest)} indices for {record.name}; got {ask.text}")
    return largest


def check(scene: Scene, ask: Ask) -> Quantity:
    """Return the record of an ask; ``ValueError`` if this run has no such number."""
    record = QUANTITIES.get(ask.name)
    if record is None:
        raise ValueError(f"ask must begin with a known name; got {ask.name[:40]!r}")
    for index, largest in zip(ask.indices, bounds_of(scene, record, ask), strict=True):
        if not 1 <= index <= largest:
            raise ValueError(f"ask must have indices from 1 to {largest} here; got {ask.text}")
    if (ask.sample is not None and not record.each) or (ask.update and not record.twice):
        raise ValueError(f"ask must have no prefix for {record.name}; got {ask.text}")
    if ask.sample is not None and ask.sample >= len(scene.y):
        raise ValueError(f"ask must name a point from 0 to {len(scene.y) - 1}; got {ask.text}")
    return record
