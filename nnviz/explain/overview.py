"""The numbers that are visible at once: one point's way through the network, and back."""

from typing import Any

from nnviz.explain.answer import full, symbol_of, title_of, value_of
from nnviz.explain.ask import Ask
from nnviz.explain.numbers import shown
from nnviz.explain.scene import Scene
from nnviz.frames.shown import shown_layers

_MORE = "{} more units are not drawn; their numbers are in the sums."
FORWARD, BACKWARD = "forward", "backward"


def overview(scene: Scene) -> dict[str, Any]:
    """Return the visible numbers of the scene's point at the scene's step, as plain values."""
    drawn = shown_layers(scene.experiment, scene.data)
    columns = [_inputs(scene)]
    before = list(range(1, scene.dims[0] + 1))
    weights: list[list[Any]] = []
    for number, layer in enumerate(drawn, start=1):
        units = [int(k) + 1 for k in layer.shown]
        columns.append(_column(scene, number, layer.units, units))
        weights += _weights(scene, number, before, units)
        before = units
    return {
        "step": scene.step,
        "sample": scene.sample,
        "n_samples": len(scene.y),
        "n_train": scene.n_train,
        "set": "train" if scene.sample < scene.n_train else "test",
        "in_batch": scene.in_batch(scene.sample),
        "batch": _batch(scene),
        "summary": _summary(scene),
        "columns": columns,
        "weights": weights,
        "totals": [cell(scene, Ask(name), FORWARD) for name in ("p", "error", "loss", "cost")],
        "update": _update(scene),
    }


def cell(scene: Scene, ask: Ask, way: str = "") -> dict[str, Any]:
    """Return one number as it is shown: its symbol, its words, its value."""
    value = value_of(scene, ask)
    return {
        "ask": ask.text,
        "symbol": symbol_of(scene, ask),
        "shown": shown(value),
        "value": full(value),
        "title": title_of(scene, ask),
        "way": way,
    }


def _inputs(scene: Scene) -> dict[str, Any]:
    units = [
        {
            "unit": j,
            "title": f"Input {j}",
            "dropped": False,
            "cells": [cell(scene, Ask("input", (j,)), FORWARD)],
        }
        for j in range(1, scene.dims[0] + 1)
    ]
    return {
        "layer": 0,
        "title": "Inputs",
        "activation": "",
        "units": units,
        "more": 0,
        "more_words": "",
    }


def _column(scene: Scene, layer: int, n_units: int, units: list[int]) -> dict[str, Any]:
    last = layer == len(scene.layers)
    forward = ("z",) if last else ("z", "a")
    backward = ("dz",) if last else ("da", "slope", "dz")
    found = []
    for unit in units:
        cells = [cell(scene, Ask(name, (layer, unit)), FORWARD) for name in forward]
        if last:
            cells += [cell(scene, Ask(name), FORWARD) for name in ("p", "y", "loss")]
            cells.append(cell(scene, Ask("error"), BACKWARD))
        cells += [cell(scene, Ask(name, (layer, unit)), BACKWARD) for name in backward]
        cells.append(cell(scene, Ask("b", (layer, unit)), FORWARD))
        cells.append(cell(scene, Ask("db", (layer, unit)), BACKWARD))
        found.append(
            {
                "unit": unit,
                "title": "Output" if last else f"Unit {unit}",
                "dropped": _dropped(scene, layer, unit),
                "cells": cells,
            }
        )
    more = n_units - len(units)
    return {
        "layer": layer,
        "title": "Output layer" if last else f"Layer {layer}",
        "activation": scene.spec.layers[layer - 1].activation,
        "units": found,
        "more": more,
        "more_words": _MORE.format(more) if more else "",
    }


def _dropped(scene: Scene, layer: int, unit: int) -> bool:
    """Whether dropout switches a unit off for the point in the coming update."""
    if not scene.dropout(layer) or not scene.in_batch(scene.sample):
        return False
    return bool(value_of(scene, Ask("mask", (layer, unit), update=True)) == 0.0)


def _weights(scene: Scene, layer: int, before: list[int], units: list[int]) -> list[list[Any]]:
    W, dW = scene.layers[layer - 1].W, scene.whole.dW[layer - 1]
    return [
        [
            layer,
            i,
            j,
            shown(W[i - 1, j - 1]),
            shown(dW[i - 1, j - 1]),
            full(W[i - 1, j - 1]),
            full(dW[i - 1, j - 1]),
        ]
        for j in units
        for i in before
    ]


def _update(scene: Scene) -> list[dict[str, Any]]:
    if scene.rehearsal is None:
        return []
    names = ["rate"]
    if scene.experiment.training.clip_norm is not None:
        names += ["norm", "clip"]
    return [cell(scene, Ask(name), FORWARD) for name in names]


def _batch(scene: Scene) -> str:
    """Say whether the coming update uses the point."""
    if scene.rehearsal is None:
        return "The run ends here: there is no further update."
    update, size = f"{scene.step + 1:,}", len(scene.rehearsal.samples)
    if scene.sample >= scene.n_train:
        return f"This is a test point: no update uses it, also not update {update}."
    if size == scene.n_train:
        return f"Update {update} uses all {size:,} training points, and this one among them."
    if scene.in_batch(scene.sample):
        return (
            f"Update {update} uses {size:,} of {scene.n_train:,} training points, and this one is "
            "among them."
        )
    return (
        f"Update {update} uses {size:,} of {scene.n_train:,} training points, and this one is not "
        "among them: it does not change the weights in this update."
    )


def _summary(scene: Scene) -> str:
    """Say what the network answers for the point, and whether that is right."""
    p, y = value_of(scene, Ask("p")), value_of(scene, Ask("y"))
    names = scene.data.classes
    right = (p > 0.5) == (y > 0.5)
    answered, true = names[int(p > 0.5)], names[int(y)]
    if right:
        return f"The network says {answered}, and that is right."
    return f"The network says {answered}, but the point is {true}."
