"""One weight, one slider: the cost as a curve over a single parameter, its tangent, the update."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from nnviz.explain.answer import symbol_of, title_of
from nnviz.explain.ask import Ask
from nnviz.explain.numbers import shown
from nnviz.explain.overview import cell
from nnviz.explain.parameters import read_parameter, words_of
from nnviz.explain.scene import Scene
from nnviz.network import Network
from nnviz.network.arrays import FloatArray
from nnviz.network.textbook import Layer, penalty

SIDE = 32
"""So many values on each side of the present one."""

_SLICE = 2e7  # multiplications between two yields


def along(scene: Scene, text: str) -> Generator[None, None, dict[str, Any]]:
    """Return the cost over the parameter that an ask names, as plain JSON values.

    The cost is the objective at the scene's step, in float64: the mean loss over all training
    points with the penalties, without dropout. It pauses every few milliseconds by yielding.
    """
    ask = read_parameter(scene, text)
    k = scene.position(ask.name, ask.indices)
    theta = scene.theta.astype(np.float64)
    value = float(theta[k])
    slope = _slope(scene, theta, k)
    yield
    coming = scene.rehearsal
    new = None if coming is None else float(coming.after.theta[k])
    reach = reach_of(scene, ask, new)
    grid = value + reach * np.linspace(-1.0, 1.0, 2 * SIDE + 1)
    grid[SIDE] = value
    wanted = np.append(grid, [] if new is None else [new])
    costs: list[float] = []
    lanes = int(max(1, min(_SLICE / (scene.n_train * len(theta)), len(wanted))))
    for start in range(0, len(wanted), lanes):
        costs += _costs(scene, theta, k, wanted[start : start + lanes])
        yield
    told = [cost if np.isfinite(cost) else None for cost in costs]
    return {
        "step": scene.step,
        "ask": ask.text,
        "title": title_of(scene, ask),
        "symbol": symbol_of(scene, ask),
        "parameter": k,
        "value": repr(value),
        "shown": shown(value),
        "weights": grid.tolist(),
        "costs": told[: len(grid)],
        "cost": told[SIDE],
        "gradient": slope if np.isfinite(slope) else None,
        "new": new,
        "new_cost": None if new is None else told[-1],
        "numbers": [cell(scene, number) for number in _numbers(scene, ask)],
        "sentences": list(_sentences(scene, ask, slope, new, costs)),
    }


def _numbers(scene: Scene, ask: Ask) -> Iterator[Ask]:
    """Yield what is marked in the picture: the parameter, its gradient, its next value."""
    yield ask
    yield replace(ask, name=f"d{ask.name}")
    if scene.rehearsal is not None:
        yield replace(ask, name=f"new{ask.name}")


def reach_of(scene: Scene, ask: Ask, new: float | None) -> float:
    """Return how far the curve goes to both sides of the present value.

    It is far enough to show twice the coming update, the value 0, and a change as large as the
    layer's weights are on average (root mean square).
    """
    layer = scene.layers[ask.indices[0] - 1]
    value = float(scene.theta[scene.position(ask.name, ask.indices)])
    typical = float(np.sqrt(np.square(np.append(layer.W, layer.b)).mean()))
    update = 0.0 if new is None else abs(new - value)
    return max(typical, 1.25 * abs(value), 2.0 * update) or 1.0


def _slope(scene: Scene, theta: FloatArray, k: int) -> float:
    """Return the derivative of the cost by parameter `k`."""
    X, y = scene.inputs[: scene.n_train], scene.y[: scene.n_train]
    _, gradient = Network(scene.spec).loss_and_grad(
        theta, X, y, l1=scene.l1, l2=scene.l2, dropout_seed=None
    )
    return float(gradient[k])


def _costs(scene: Scene, theta: FloatArray, k: int, values: FloatArray) -> list[float]:
    """Return the cost with parameter `k` at each of the values."""
    lanes = np.tile(theta, (len(values), 1))
    lanes[:, k] = values
    network = Network(scene.spec)
    losses = network.loss(lanes, scene.inputs[: scene.n_train], scene.y[: scene.n_train])
    return [
        float(loss) + penalty([Layer(W, b) for W, b in network.unpack(lane)], scene.l1, scene.l2)
        for loss, lane in zip(losses, lanes, strict=True)
    ]


def _sentences(
    scene: Scene, ask: Ask, slope: float, new: float | None, costs: Sequence[float]
) -> Iterator[str]:
    """Say what the curve is, what its slope means, and what the update does; `costs`: see above."""
    penalties = " with the penalties" if scene.l1 or scene.l2 else ""
    yield (
        f"The curve is the cost (mean loss of all {scene.n_train:,} training points{penalties}) "
        f"over {words_of(scene, ask)}. All other parameters stay as they are."
    )
    if not np.isfinite(slope):
        yield "The cost is too large to be calculated here."
    elif slope == 0.0:
        yield "The slope of the curve, which is the gradient, is 0 here: it is level."
    else:
        kind = "weight" if ask.name == "W" else "bias"
        way = "larger" if slope < 0.0 else "smaller"
        yield (
            f"The slope of the curve at the present value is the gradient: a slightly {way} {kind} "
            "gives a lower cost."
        )
    if new is None:
        yield "The run ends here, so there is no next update."
        return
    way = "fall" if costs[-1] < costs[SIDE] else "not fall"
    yield (
        f"The arrow is the next update. If only this parameter changed, the cost would {way}; but "
        "the update changes all parameters at once."
    )
    drops = any(layer.dropout for layer in scene.spec.layers)
    few = len(scene.coming.samples) < scene.n_train
    if few or drops:
        uses = f"only the {len(scene.coming.samples):,} points of its batch" if few else ""
        uses += " and " if few and drops else ""
        uses += "dropout" if drops else ""
        yield f"The update uses {uses}, so its own gradient is not the slope of this curve."
