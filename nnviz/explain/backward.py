"""The quantities of backward propagation: from the loss to the gradients."""

from collections.abc import Sequence

import numpy as np

from nnviz.explain.ask import Ask
from nnviz.explain.expression import Expression, Function, Number, Ref, Written
from nnviz.explain.forward import by_answer
from nnviz.explain.quantity import LARGEST, Made, Many, Quantity, SymbolOf, add
from nnviz.explain.refs import fixed, incoming, same_point, scalar, setting, signals
from nnviz.explain.scene import Scene
from nnviz.network.arrays import FloatArray

TINY_SLOPE = 0.05
"""A slope below this share of the steepest one is called flat."""


def _slope(scene: Scene, ask: Ask) -> Made:
    layer, _ = ask.indices
    f = scene.activation(layer)
    z = same_point(ask, "z", *ask.indices)
    masked = ask.update and scene.dropout(layer)
    a = same_point(ask, "unmasked" if masked else "a", *ask.indices)
    return Written(f.derivative_formula, scalar(f.df), {"z": z, "a": a})


def _slope_value(scene: Scene, ask: Ask) -> Number:
    layer, j = ask.indices
    z = scene.of(ask.sample, ask.update).z[layer - 1][:, j - 1]
    return float(scene.activation(layer).derivative(z)[0])


def _dz(scene: Scene, ask: Ask) -> Made:
    layer, j = ask.indices
    if layer == len(scene.layers):
        return by_answer(scene.loss.derivative_formula, scene.loss.derivative, scene, ask)
    return same_point(ask, "da", layer, j) * same_point(ask, "slope", layer, j)


def _dz_value(scene: Scene, ask: Ask) -> Number:
    layer, j = ask.indices
    return float(scene.of(ask.sample, ask.update).dz[layer - 1][0, j - 1])


def _dz_notes(scene: Scene, ask: Ask) -> Sequence[str]:
    layer = ask.indices[0]
    if layer == len(scene.layers):
        return (scene.loss.reason,)
    f, slope = scene.activation(layer), abs(_slope_value(scene, ask))
    if slope == 0.0:
        return (
            "The slope is exactly 0 here, so nothing gets through to the layers before: for this "
            "point the unit does not learn, however large the error is.",
        )
    if f.saturates and slope < TINY_SLOPE * f.slope_at_zero:
        return (
            "The slope is tiny here, because the function is flat at this z. However large the "
            "error is that arrives, the gradient is tiny: the unit is saturated.",
        )
    return ("Two things decide: the error that arrives, and the slope of the function at z.",)


def _da(scene: Scene, ask: Ask) -> Made:
    layer, j = ask.indices
    masked = ask.update and bool(scene.dropout(layer))
    mask = same_point(ask, "mask", layer, j)
    return Many(
        scene.layers[layer].W[j - 1] * scene.of(ask.sample, ask.update).dz[layer][0],
        lambda k: fixed("W", layer + 1, j, k + 1) * same_point(ask, "dz", layer + 1, k + 1),
        then=lambda total: total * mask if masked else total,
    )


def _da_value(scene: Scene, ask: Ask) -> Number:
    layer, j = ask.indices
    da = scene.layers[layer].W[j - 1] @ scene.of(ask.sample, ask.update).dz[layer][0]
    if ask.update and scene.dropout(layer):
        row = scene.row(scene.sample if ask.sample is None else ask.sample)
        da = da * scene.masks[layer - 1][row, j - 1]
    return float(da)


def _part(scene: Scene, ask: Ask) -> Made:
    layer, *_, j = ask.indices
    dz = same_point(ask, "dz", layer, j)
    return incoming(ask, layer, ask.indices[1]) * dz if ask.name == "partW" else dz


def _parts(scene: Scene, ask: Ask, *, update: bool) -> FloatArray:
    """Return every point's part of a gradient: (n_train,), or in the update (batch_size,)."""
    found = scene.batch if update else scene.whole
    layer, *_, j = ask.indices
    dz = np.asarray(found.dz[layer - 1][:, j - 1])
    if len(ask.indices) == 2:
        return dz
    return np.asarray(found.a[layer - 1][:, ask.indices[1] - 1] * dz)


def mean_of_parts(scene: Scene, ask: Ask, *, update: bool, plus: Expression | None = None) -> Many:
    """Return the mean of all points' parts of a gradient, and what is added to it."""
    letter = "W" if len(ask.indices) == 3 else "b"
    samples = scene.coming.samples if update else range(scene.n_train)
    count = Ref(Ask("count", update=update).text)

    def then(total: Expression) -> Expression:
        return total / count if plus is None else total / count + plus

    return Many(
        _parts(scene, ask, update=update),
        lambda t: Ref(
            Ask(f"part{letter}", ask.indices, sample=int(samples[t]), update=update).text
        ),
        then=then,
    )


def penalties(scene: Scene, ask: Ask) -> Expression | None:
    """Return what the penalties add to the gradient of a weight, or None."""
    if len(ask.indices) == 2 or not (scene.l1 or scene.l2):
        return None
    W = fixed("W", *ask.indices)
    terms: list[Expression] = []
    if scene.l1:
        terms.append(setting("l1") * Function("sign", np.sign, W))
    if scene.l2:
        terms.append(setting("l2") * W)
    return terms[0] if len(terms) == 1 else terms[0] + terms[1]


def _whole_gradient(scene: Scene, ask: Ask) -> Made:
    return mean_of_parts(scene, ask, update=False, plus=penalties(scene, ask))


def _whole_value(scene: Scene, ask: Ask) -> Number:
    layer, *place = ask.indices
    arrays = scene.whole.dW if len(place) == 2 else scene.whole.db
    return float(arrays[layer - 1][tuple(i - 1 for i in place)])


# the chain rule for one weight --------------------------------------------------------------------


def _chain(scene: Scene, ask: Ask) -> Made:
    layer, i, j = ask.indices
    a = incoming(ask, layer, i)
    if layer == len(scene.layers):
        return a * same_point(ask, "dz", layer, j)
    return a * same_point(ask, "slope", layer, j) * same_point(ask, "da", layer, j)


def _paths(scene: Scene, ask: Ask) -> Made:
    layer = ask.indices[0]
    if layer == len(scene.layers):
        raise ValueError(
            f"ask must name a layer before the last: only one path leads out of it; got {ask.text}"
        )
    best = _largest_paths(scene, ask)
    refs = [same_point(ask, "path", *ask.indices, *units) for units in best]
    total: Expression = refs[0]
    if ask.after:
        total = same_point(ask, "partW", *ask.indices)
        for ref in refs:
            total = total - ref
        return total
    for ref in refs[1:]:
        total = total + ref
    if n_paths(scene, layer) > len(best):
        total = total + Ref(ask.rest(LARGEST).text)
    return total


def _paths_value(scene: Scene, ask: Ask) -> Number:
    layer, i, j = ask.indices
    found = scene.of(ask.sample)
    whole = float(signals(scene, ask, layer - 1)[i - 1] * found.dz[layer - 1][0, j - 1])
    if not ask.after:
        return whole
    if ask.after != LARGEST or n_paths(scene, layer) <= LARGEST:
        raise ValueError(f"ask must leave out the {LARGEST} largest paths; got {ask.text}")
    best = _largest_paths(scene, ask)
    return whole - sum(
        _path_value(scene, Ask("path", (*ask.indices, *b), sample=ask.sample)) for b in best
    )


def n_paths(scene: Scene, layer: int) -> int:
    """Return how many paths lead from a unit of a layer to the output."""
    return int(np.prod([float(n) for n in scene.dims[layer + 1 : -1]]))


def _largest_paths(scene: Scene, ask: Ask) -> list[tuple[int, ...]]:
    """Return the units, from 1, of the paths with the largest products, at most `LARGEST`.

    From the last layer backwards, the best paths of a unit are among the best of the units after
    it, so only so many are kept for each unit: `sizes` (n_units, n_kept) and their `ways`, the
    units after it (n_units, n_kept, n_layers).
    """
    layer, _, j = ask.indices
    last = len(scene.layers) - 1
    sizes: FloatArray = np.ones((1, 1))
    ways = np.empty((1, 1, 0), np.intp)
    for k in range(last, layer - 1, -1):
        sizes = np.abs(scene.layers[k].W)[:, :, np.newaxis] * sizes  # (n_units, n_after, n_kept)
        n_units, n_kept = len(sizes), sizes.shape[2]
        sizes = sizes.reshape(n_units, -1)
        best = np.argsort(-sizes, axis=1, kind="stable")[:, :LARGEST]
        after, kept = np.divmod(best, n_kept)
        rest = ways[after, kept]
        ways = rest if k == last else np.concatenate([after[..., np.newaxis] + 1, rest], axis=2)
        sizes = np.take_along_axis(sizes, best, axis=1)
        slopes = np.abs(_slopes(scene, ask, k))
        sizes = sizes * slopes[:, np.newaxis]
    return [tuple(map(int, way)) for way in ways[j - 1]]


def _slopes(scene: Scene, ask: Ask, layer: int) -> FloatArray:
    return scene.activation(layer).derivative(scene.of(ask.sample).z[layer - 1][0])


def _path(scene: Scene, ask: Ask) -> Made:
    layer, i, *units = ask.indices
    product: Expression = incoming(ask, layer, i)
    for depth, unit in enumerate(units):
        product = product * same_point(ask, "slope", layer + depth, unit)
        after = units[depth + 1] if depth + 1 < len(units) else 1
        product = product * fixed("W", layer + depth + 1, unit, after)
    return product * same_point(ask, "dz", len(scene.layers), 1)


def _path_value(scene: Scene, ask: Ask) -> Number:
    layer, i, *units = ask.indices
    product = float(signals(scene, ask, layer - 1)[i - 1])
    for depth, unit in enumerate(units):
        product *= float(_slopes(scene, ask, layer + depth)[unit - 1])
        after = units[depth + 1] if depth + 1 < len(units) else 1
        product *= float(scene.layers[layer + depth].W[unit - 1, after - 1])
    return product * float(scene.of(ask.sample).dz[-1][0, 0])


def _beside(*names: str) -> "SeeAt":
    return SeeAt(names)


class SeeAt:
    """Names other quantities at the same indices, to go on with."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def __call__(self, scene: Scene, ask: Ask) -> Sequence[str]:
        """Return their asks."""
        last = len(scene.layers)
        return [
            same_point(ask, name, *ask.indices).ask
            for name in self._names
            if not (name == "paths" and ask.indices[0] == last)
        ]


add(
    Quantity(
        "slope",
        "hidden",
        "Slope of the activation function at unit {unit} of layer {layer}",
        "How much the activation changes when the weighted sum changes a little: f' at z.",
        SymbolOf("f'"),
        _slope,
        value=_slope_value,
        source="dz = da * f.derivative(zs[i - 1])",
        each=True,
        twice=True,
    ),
    Quantity(
        "dz",
        "unit",
        "Gradient of the loss by the weighted sum of unit {unit} of layer {layer}",
        "How much the point's loss would change if this weighted sum grew a little.",
        SymbolOf("∂L/∂z"),
        _dz,
        value=_dz_value,
        source="dz = da * f.derivative(zs[i - 1])",
        last_source="dz = LOSSES[loss].derivative(logit, y)",
        each=True,
        twice=True,
        notes=_dz_notes,
    ),
    Quantity(
        "da",
        "hidden",
        "Error that arrives at unit {unit} of layer {layer}",
        "How much the point's loss would change if the activation of this unit grew a little: what "
        "comes back from the layer after it.",
        SymbolOf("∂L/∂a"),
        _da,
        value=_da_value,
        source="da = dz @ W.T * masks[i - 1]",
        each=True,
        twice=True,
    ),
    Quantity(
        "partW",
        "weight",
        "One point's part of the gradient, for the weight from unit {source} of layer {before} to "
        "unit {unit} of layer {layer}",
        "How much this one point's loss would change if the weight grew a little.",
        SymbolOf("∂L/∂w"),
        _part,
        each=True,
        twice=True,
        first="One point's part of the gradient, for the weight from input {source} to unit "
        "{unit} of layer {layer}",
        see=lambda scene, ask: [] if ask.update else _beside("chain", "paths")(scene, ask),
    ),
    Quantity(
        "partb",
        "bias",
        "One point's part of the gradient, for the bias of unit {unit} of layer {layer}",
        "How much this one point's loss would change if the bias grew a little.",
        SymbolOf("∂L/∂b"),
        _part,
        each=True,
        twice=True,
    ),
    Quantity(
        "dW",
        "weight",
        "Gradient by the weight from unit {source} of layer {before} to unit {unit} of layer "
        "{layer}",
        "How much the cost of all training points changes when the weight grows a little, without "
        "dropout. The lines of the diagram show it.",
        SymbolOf("∂C/∂w"),
        _whole_gradient,
        value=_whole_value,
        source="dW = a.T @ dz / len(dz) + l1 * np.sign(W) + l2 * W",
        first="Gradient by the weight from input {source} to unit {unit} of layer {layer}",
        see=_beside("W", "chain", "paths"),
    ),
    Quantity(
        "db",
        "bias",
        "Gradient by the bias of unit {unit} of layer {layer}",
        "How much the cost of all training points changes when the bias grows a little, without "
        "dropout.",
        SymbolOf("∂C/∂b"),
        _whole_gradient,
        value=_whole_value,
        source="db = dz.mean(axis=0)",
        see=_beside("b"),
    ),
    Quantity(
        "chain",
        "weight",
        "The chain rule for the weight from unit {source} of layer {before} to unit {unit} of "
        "layer {layer}",
        "One point's part of the gradient as a product: what enters the weight, the slope of its "
        "unit, and the error that arrives there.",
        SymbolOf("∂L/∂w"),
        _chain,
        each=True,
        first="The chain rule for the weight from input {source} to unit {unit} of layer {layer}",
        see=_beside("paths", "partW", "dW"),
    ),
    Quantity(
        "paths",
        "weight",
        "All paths from the weight between unit {source} of layer {before} and unit {unit} of "
        "layer {layer} to the loss",
        "The same part of the gradient as a sum: the weight acts on the loss along every path "
        "through the layers after it.",
        SymbolOf("∂L/∂w"),
        _paths,
        value=_paths_value,
        each=True,
        first="All paths from the weight between input {source} and unit {unit} of layer {layer} "
        "to the loss",
        see=_beside("chain", "partW"),
    ),
    Quantity(
        "path",
        "path",
        "One path from a weight to the loss",
        "A product along the path: what enters the weight, then the slope and the weight of every "
        "layer on the way, and the gradient at the output.",
        SymbolOf("path"),
        _path,
        value=_path_value,
        each=True,
    ),
)
