"""A worksheet: one sample, one update, blanks to calculate by hand.

The sheet follows one path through the network. What a blank is made of is given, unless it is
itself a blank before it. All formulas and numbers are those of the explanations.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnviz.explain.answer import (
    answer,
    digits_needed,
    digits_of,
    full,
    symbol_of,
    title_of,
    tree_of,
    value_of,
)
from nnviz.explain.ask import Ask, read_ask
from nnviz.explain.layer_view import plain
from nnviz.explain.numbers import DIGITS, shown
from nnviz.explain.quantity import LARGEST, QUANTITIES
from nnviz.explain.scene import Scene
from nnviz.explain.sheet_file import printable

FEW_UNITS = 2
"""With so many hidden units, all of them are on the sheet."""
LAYERS = 2
"""Otherwise one unit of each of so many hidden layers, the last ones."""


@dataclass(frozen=True)
class Path:
    """What the sheet follows.

    Attributes
    ----------
    units : (layer, unit) of the hidden units, from 1, in the order of layers
    weight : (layer, from, to) of the weight that is updated
    """

    units: tuple[tuple[int, int], ...]
    weight: tuple[int, int, int]


def path_of(scene: Scene) -> Path:
    """Choose units and a weight: those through which most of the gradient passes."""
    found = scene.of(scene.sample)
    last = len(scene.layers)
    best: list[tuple[int, int]] = []
    unit = 1
    for layer in range(last - 1, max(last - 1 - LAYERS, 0), -1):
        slope = scene.activation(layer).derivative(found.z[layer - 1][0])
        share = np.abs(scene.layers[layer].W[:, unit - 1] * slope)
        # Only the largest terms of a sum are written, and the sheet needs those of its path.
        order = np.argsort(-np.abs(scene.layers[layer].W[:, unit - 1] * found.a[layer][0]))
        written = np.isin(np.arange(len(order)), order[:LARGEST])
        unit = int(np.argmax(np.where(written, share, -1.0))) + 1
        best.insert(0, (layer, unit))
    if not best:
        source = int(np.argmax(np.abs(found.a[0][0]))) + 1
        return Path((), (1, source, 1))
    layer, unit = best[-1]
    source = best[-2][1] if len(best) > 1 else int(np.argmax(np.abs(found.a[layer - 1][0]))) + 1
    units = [
        (layer, unit)
        for layer, size in enumerate(scene.dims[1:-1], start=1)
        for unit in range(1, size + 1)
    ]
    chosen = units if len(units) <= FEW_UNITS else best
    return Path(tuple(chosen), (layer, source, unit))


def blanks_of(scene: Scene) -> list[Ask]:
    """Return what is to be calculated, in order."""
    path, last = path_of(scene), len(scene.layers)
    blanks = [Ask(name, place) for place in path.units for name in ("z", "a")]
    blanks += [Ask("z", (last, 1)), Ask("p"), Ask("loss"), Ask("dz", (last, 1))]
    layer, _, unit = path.weight
    if layer < last:
        blanks += [Ask(name, (layer, unit)) for name in ("da", "slope", "dz")]
    blanks.append(Ask("partW", path.weight))
    if scene.rehearsal is not None:
        slots = range(1, len(scene.optimizer.slots) + 1)
        blanks += [Ask("newslotW", (slot, *path.weight)) for slot in slots]
        blanks.append(Ask("newW", path.weight))
    return blanks


def worksheet(scene: Scene) -> dict[str, Any]:
    """Return the sheet for the scene's sample as plain values."""
    blanks, given = blanks_of(scene), givens_of(scene)
    told = {
        "step": scene.step,
        "sample": scene.sample,
        "title": f"One update by hand: {_point(scene)}, update {scene.step + 1}",
        "given": [
            {
                "ask": ask.text,
                "symbol": symbol_of(scene, ask),
                "title": title_of(scene, ask),
                "shown": shown(value_of(scene, ask), digits),
                "value": full(value_of(scene, ask)),
            }
            for ask, digits in given.items()
        ],
        "blanks": [
            {"key": ask.text, "symbol": symbol_of(scene, ask), "prompt": _prompt(scene, ask)}
            for ask in blanks
        ],
        "notes": list(_notes(scene)),
        "name": f"worksheet-step-{scene.step}-point-{scene.sample + 1}.html",
    }
    return told | {"file": printable(told, solution(scene))}


def givens_of(scene: Scene) -> dict[Ask, int]:
    """Return what the blanks are made of besides each other, and with how many digits it is shown.

    They are as many as are needed to see all digits of the results.
    """
    blanks, found = blanks_of(scene), dict[Ask, int]()
    for blank in blanks:
        digits = DIGITS if blank.name != "newW" else _digits_of_parts(scene, blank)
        for leaf in leaves_of(scene, blank):
            if leaf not in blanks:
                found[leaf] = max(digits, found.get(leaf, 0))
    return found


def leaves_of(scene: Scene, blank: Ask) -> list[Ask]:
    """Return what a blank is made of."""
    tree = tree_of(scene, blank)
    return [] if tree is None else [read_ask(leaf.ask) for leaf in tree.leaves()]


def _digits_of_parts(scene: Scene, blank: Ask) -> int:
    """Return how many digits of the parts of a blank give all shown digits of its result."""
    tree = tree_of(scene, blank)
    return digits_of(scene, blank) if tree is None else digits_needed(scene, blank, tree)


def _point(scene: Scene) -> str:
    if scene.sample < scene.n_train:
        return f"training point {scene.sample + 1}"
    return f"test point {scene.sample - scene.n_train + 1}"


def _prompt(scene: Scene, ask: Ask) -> str:
    """Say what is to be calculated."""
    words = f"{title_of(scene, ask)}. {QUANTITIES[ask.name].definition}"
    if ask.name in ("a", "slope"):
        f = scene.activation(ask.indices[0])
        words += f" The activation function of this layer is {f.title}: {plain(f.formula)}."
    if ask.name == "loss":
        words += f" The loss of this run is {scene.loss.title}."
    if ask.name == "newW":
        title = scene.optimizer.title
        words += f" The optimizer is {title}. Write {digits_of(scene, ask)} digits."
    return words


def _notes(scene: Scene) -> Iterator[str]:
    """Say what the sheet leaves out, and how the update differs from one point's gradient."""
    if sum(scene.dims[1:-1]) > FEW_UNITS:
        yield (
            "The sheet follows one path through the network. The numbers of the other units are "
            "given where they are needed."
        )
    if scene.rehearsal is None:
        yield "The run ends at this step, so there is no update to calculate."
        return
    size = len(scene.rehearsal.samples)
    if size > 1:
        yield (
            f"The update uses the mean over the {size:,} points of its batch, which is given as g. "
            "Your ∂L/∂w is one point's part of it."
        )
    if not scene.in_batch(scene.sample):
        yield "This point is not in the batch of the next update, so it has no part in g."
    if any(layer.dropout for layer in scene.spec.layers):
        yield "The sheet is calculated without dropout; g is that of the update, with dropout."
    if scene.l1 or scene.l2:
        yield "g includes the penalty on the weights."
    if scene.experiment.training.clip_norm is not None:
        yield "g is the gradient after clipping."


def solution(scene: Scene) -> list[dict[str, Any]]:
    """Return every blank's number, its formula, and the numbers in it."""
    told = []
    for blank in blanks_of(scene):
        found = answer(scene, blank.text)
        told.append(
            {
                "key": blank.text,
                "symbol": found["symbol"],
                "shown": found["shown"],
                "value": found["value"],
                "formula": found["formula"],
                "numbers": found["numbers"],
            }
        )
    return told
