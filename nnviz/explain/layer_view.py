"""Layer by layer: the activation's curve and slope, the layer's z on the same axis, all shapes."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnviz.explain.quantity import Symbol
from nnviz.explain.scene import Scene
from nnviz.network import ACTIVATIONS, Activation, Network
from nnviz.network.arrays import FloatArray
from nnviz.training.health import SATURATED_BELOW, LayerHealth, layer_health

BINS = 40
CURVE = 121
"""Points of a curve."""
LEAST_REACH = 4.0
"""The axis goes at least so far to both sides, so that the shape of the curve can be seen."""

_FARTHEST = 1e300  # twice as far is still a number

Shape = tuple[list[str], str, str]


def layer_view(scene: Scene) -> dict[str, Any]:
    """Return what there is to see of each layer at the scene's step, as plain JSON values."""
    X, y = scene.inputs[: scene.n_train], scene.y[: scene.n_train]
    network = Network(scene.spec, scene.experiment.precision)
    health = layer_health(network, scene.theta, X, y)
    return {
        "step": scene.step,
        "layers": [_layer(scene, i, health[i]) for i in range(len(scene.layers))],
    }


def plain(formula: str) -> str:
    """Return a formula of the registries with the minus sign of print."""
    return formula.replace("-", "−")


def _layer(scene: Scene, i: int, health: LayerHealth) -> dict[str, Any]:
    """Return the view of layer `i`, counted from 0."""
    last = i == len(scene.layers) - 1
    f = ACTIVATIONS[scene.spec.layers[i].activation]
    z = scene.whole.z[i]
    finite = z[np.isfinite(z)]
    reach = min(max(LEAST_REACH, float(np.abs(finite).max(initial=0.0))), _FARTHEST)
    counts, _ = np.histogram(finite, BINS, (-reach, reach))
    at = np.linspace(-reach, reach, CURVE)
    return {
        "layer": i + 1,
        "title": "Output layer" if last else f"Hidden layer {i + 1}",
        "activation": f.title,
        "formula": plain(f.formula),
        "derivative": plain(f.derivative_formula),
        "shapes": list(_shapes(scene, i)),
        "histogram": {"low": -reach, "high": reach, "counts": counts.tolist()},
        "curve": {"z": at.tolist(), "f": f(at).tolist(), "df": f.derivative(at).tolist()},
        "dead": health.dead,
        "saturated": health.saturated,
        "sentences": list(_sentences(scene, f, z, health, last)),
    }


def _shapes(scene: Scene, i: int) -> Iterator[Shape]:
    """Yield symbol, shape and words of each array of layer `i`, as the textbook has them."""
    n, n_in, n_out = scene.n_train, scene.dims[i], scene.dims[i + 1]
    layer, before = str(i + 1), str(i)
    yield (
        list(Symbol("A", before) if i else Symbol("X")),
        f"({n}, {n_in})",
        f"activations of layer {i}: a row for each training point, a column for each unit"
        if i
        else "inputs: a row for each training point, a column for each input",
    )
    yield (
        list(Symbol("W", layer)),
        f"({n_in}, {n_out})",
        f"weights: a row for each {'unit of the layer before' if i else 'input'}, a column for "
        "each unit",
    )
    yield list(Symbol("b", layer)), f"({n_out},)", "biases: one for each unit"
    yield (
        list(Symbol("Z", layer)),
        f"({n}, {n_out})",
        "weighted sums: inputs times weights, plus biases",
    )
    if i < len(scene.layers) - 1:
        yield list(Symbol("A", layer)), f"({n}, {n_out})", "activations: f of each weighted sum"
    else:
        yield list(Symbol("p")), f"({n},)", "the probability of class 1 of each training point"


def _sentences(
    scene: Scene, f: Activation, z: FloatArray, health: LayerHealth, last: bool
) -> Iterator[str]:
    """Say what the histogram shows, given z (n_samples, n_units)."""
    n_points, n_units = z.shape
    units = "1 unit" if n_units == 1 else f"{n_units} units"
    yield (
        f"The histogram counts the {z.size:,} weighted sums z of this layer: {units}, "
        f"{n_points:,} training points."
    )
    if not np.isfinite(z).all():
        yield "Some z are too large to be calculated; they are not in the histogram."
    if last:
        yield (
            "The output layer's slope does not appear alone: with the loss, the derivative by z is "
            f"{plain(scene.loss.derivative_formula)}."
        )
        return
    slope = f.derivative(z)
    if f.saturates:
        flat = float((slope < SATURATED_BELOW * f.slope_at_zero).mean())
        yield (
            f"{flat:.0%} of the z are where the curve is nearly flat: its slope is less than "
            f"{SATURATED_BELOW:.0%} of its largest. There the error hardly passes to the layers "
            "before."
        )
        yield (
            f"{health.saturated:.0%} of the units are saturated: at least half of the points put "
            "them there."
        )
    if f.cut_off:
        yield f"{float((slope == 0.0).mean()):.0%} of the z are where the slope is exactly 0."
        yield (
            f"{health.dead:.0%} of the units are dead: the slope is 0 for every training point, so "
            "that their weights get no gradient."
        )
