"""Is the gradient right? Backpropagation against central differences, for each parameter.

Both are computed for the cost of the run at its step: the mean loss of all training points with
the penalties, without dropout, in float64. Where rounding hides the result of the differences,
they are computed again with extended precision, if the machine has it.
"""

from collections.abc import Generator, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.explain.answer import symbol_of
from nnviz.explain.ask import Ask
from nnviz.explain.differences import (
    DOUBLE,
    EXTENDED,
    Differences,
    Precision,
    Slopes,
    penalty_slope,
)
from nnviz.explain.numbers import shown
from nnviz.explain.parameters import parameter_at, words_of
from nnviz.explain.scene import Scene
from nnviz.network import ACTIVATIONS, LOSSES, Network
from nnviz.network.activation import quiet
from nnviz.network.arrays import FloatArray
from nnviz.network.textbook import Layer

MOST = 2_000
"""With more parameters, only some of each layer are checked."""
TOLERANCE = 1e-6
"""The largest relative error of a gradient that is right."""
FLOOR = 1e-8
"""A slope below this share of the gradient's length is compared with that share."""

_AGAIN = 1e-7  # above this error, the differences are computed again
_WORK = 3e7  # activations computed for the sample of a large network, about 1 s
_SLICE = 2e5  # activations computed between two yields
_BLOCK = 4e6  # multiplications of a forward propagation between two yields

Indices = NDArray[np.intp]


def gradient_check(
    scene: Scene, gradient: FloatArray | None = None
) -> Generator[None, None, dict[str, Any]]:
    """Check the gradient at the scene's step; return the result as plain JSON values.

    `gradient` (n_params,) is checked in place of backpropagation's, if it is given. The check
    pauses every few milliseconds by yielding.
    """
    X, y = scene.inputs[: scene.n_train], scene.y[: scene.n_train]
    spec, l1, l2, layers = scene.spec, scene.l1, scene.l2, scene.layers
    network, theta = Network(spec), scene.theta.astype(np.float64)
    if gradient is None:
        gradient = network.loss_and_grad(theta, X, y, l1=l1, l2=l2, dropout_seed=None)[1]
    if not np.isfinite(gradient).all():
        return _told(scene, None)
    is_weight = network.pack((np.ones_like(W), 0.0 * b) for W, b in network.unpack(theta)) > 0.0
    found = _Comparison(gradient, chosen(spec.dims, len(y)))
    yield
    for precision in (DOUBLE, EXTENDED):
        asked = found.doubtful() if precision is EXTENDED else found.checked
        slopes = yield from _slopes(layers, X, y, spec.loss, precision, asked)
        w = theta[asked].astype(precision.dtype)
        slope, kink = penalty_slope(w, l1, l2)
        slope, kink = slope * is_weight[asked], kink & is_weight[asked]
        n = len(y)
        means = Slopes(slopes.total / n + slope, slopes.size / n, slopes.kink | kink)
        found.note(asked, means, precision)
    return _told(scene, found)


def chosen(dims: tuple[int, ...], n_samples: int) -> Indices:
    """Return the parameters to check: all, or of a large network some of each layer.

    Those of a layer are evenly spaced, and as many as can be checked in about two seconds.
    """
    sizes = [(n_in + 1) * n_out for n_in, n_out in pairwise(dims)]
    if sum(sizes) <= MOST:
        return np.arange(sum(sizes))
    n_layers = len(sizes)
    one = 6.0 * n_samples * sum(layer * units for layer, units in enumerate(dims)) / n_layers
    most = int(max(4, min(MOST // n_layers, _WORK / one / n_layers)))
    starts = np.cumsum([0, *sizes])
    picked = [
        start + np.linspace(0, size - 1, min(size, most)).round().astype(np.intp)
        for start, size in zip(starts[:-1], sizes, strict=True)
    ]
    return np.concatenate(picked)


class _Comparison:
    """What both ways found for the checked parameters, (n_checked,) each."""

    def __init__(self, gradient: FloatArray, checked: Indices) -> None:
        self.checked, self.n_params = checked, gradient.size
        self.length = float(np.linalg.norm(gradient))
        self._analytic = gradient[checked].astype(np.longdouble)
        self._numeric = np.zeros_like(self._analytic)
        self._lost = np.zeros_like(self._analytic)
        self.kink = np.zeros(len(checked), np.bool_)

    def note(self, parameters: Indices, slopes: Slopes, precision: Precision) -> None:
        """Take the slopes of these parameters, as means, in place of earlier ones."""
        where = np.searchsorted(self.checked, parameters)
        self._numeric[where], self._lost[where] = slopes.total, precision.rounding * slopes.size
        self.kink[where] = slopes.kink

    @property
    def gaps(self) -> FloatArray:
        """The distance between both ways."""
        distance: FloatArray = np.abs(self._analytic - self._numeric)
        return distance

    @property
    def errors(self) -> FloatArray:
        """The relative errors."""
        a, n = np.abs(self._analytic), np.abs(self._numeric)
        largest = np.maximum(np.maximum(a, n), FLOOR * self.length)
        relative: FloatArray = self.gaps / np.where(largest > 0.0, largest, 1.0)
        return relative

    @property
    def vanished(self) -> NDArray[np.bool_]:
        """Where a relative error says nothing: the terms of the gradient cancel to rounding."""
        return (self.errors > TOLERANCE) & (self.gaps <= self._lost)

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Which parameters have a relative error."""
        return ~(self.kink | self.vanished)

    def doubtful(self) -> Indices:
        """Return the parameters that a wider number type may decide."""
        return self.checked[self.kink | (self.errors > _AGAIN)]


def _slopes(
    layers: Sequence[Layer],
    X: FloatArray,
    y: FloatArray,
    loss: str,
    precision: Precision,
    asked: Indices,
) -> Generator[None, None, Slopes]:
    """Return the slopes of the summed losses by some parameters, in rising order."""
    total = np.zeros(len(asked), precision.dtype)
    size, kink = np.zeros_like(total), np.zeros(len(asked), np.bool_)
    n_params = sum(part.W.size + part.b.size for part in layers)
    slow = 1 if precision is DOUBLE else 10
    block = max(16, int(_BLOCK / n_params / slow))
    for start in range(0, len(y) if len(asked) else 0, block):
        part = slice(start, start + block)
        differences = Differences(layers, X[part], y[part], loss, precision)
        yield
        for layer, unit, rows, places in _groups(layers, asked):
            width = sum(one.b.size for one in layers[layer:])
            lanes = max(1, int(_SLICE / slow / (6 * width * len(y[part]))))
            for first in range(0, len(rows), lanes):
                some = slice(first, first + lanes)
                with quiet():
                    found = differences.slopes(layer, unit, rows[some])
                total[places[some]] += found.total
                size[places[some]] += found.size
                kink[places[some]] |= found.kink
                yield
    return Slopes(total, size, kink)


def _groups(layers: Sequence[Layer], asked: Indices) -> Iterator[tuple[int, int, Indices, Indices]]:
    """Yield layer, unit, rows of the unit's block, and their places in `asked`, for each unit."""
    start = 0
    for layer, part in enumerate(layers):
        n_in, n_out = part.W.shape
        inside = np.flatnonzero((asked >= start) & (asked < start + (n_in + 1) * n_out))
        rows, units = np.divmod(asked[inside] - start, n_out)
        for unit in np.unique(units):
            mine = units == unit
            yield layer, int(unit), rows[mine], inside[mine]
        start += (n_in + 1) * n_out


def _told(scene: Scene, found: _Comparison | None) -> dict[str, Any]:
    """Return the result as plain values, with sentences for people; None: nothing to compare."""
    told: dict[str, Any] = {
        "step": scene.step,
        "worst": None,
        "shown": "",
        "ask": None,
        "symbol": None,
        "checked": 0,
        "of": scene.spec.n_params,
        "kinks": 0,
        "vanished": 0,
        "passed": False,
    }
    if found is None:
        words = "The gradient is too large to be calculated, so there is nothing to compare."
        return told | {"sentences": [words]}
    counted, vanished = found.counted, found.vanished & ~found.kink
    told |= {
        "checked": int(counted.sum()),
        "kinks": int(found.kink.sum()),
        "vanished": int(vanished.sum()),
        "worst": 0.0,
        "shown": "0",
        "passed": True,
    }
    parameter = None
    if counted.any():
        place = int(np.argmax(np.where(counted, found.errors, -1.0)))
        worst = float(found.errors[place])
        parameter = parameter_at(scene, int(found.checked[place]))
        told |= {
            "worst": worst,
            "shown": shown(worst, 2),
            "ask": parameter.text,
            "symbol": symbol_of(scene, parameter),
            "passed": worst <= TOLERANCE,
        }
    gap = float(found.gaps[vanished].max(initial=0.0))
    return told | {"sentences": list(_sentences(scene, told, parameter, len(found.checked), gap))}


def _sentences(
    scene: Scene, told: dict[str, Any], worst: Ask | None, asked: int, gap: float
) -> Iterator[str]:
    """Say what was checked and what came out."""
    if worst is not None:
        agree = "agree" if told["passed"] else "do not agree"
        yield (
            f"Backpropagation and central differences {agree}. The largest relative error is "
            f"{told['shown']}, for {words_of(scene, worst)}; for a right gradient it is at most "
            "10⁻⁶."
        )
    spec, n_params = scene.spec, scene.spec.n_params
    if asked == n_params:
        yield f"All {n_params:,} weights and biases were tried."
    else:
        yield (
            f"Of the {n_params:,} weights and biases, {asked:,} were tried: evenly spaced ones of "
            "each layer."
        )
    if told["kinks"]:
        names = [ACTIVATIONS[layer.activation] for layer in spec.layers]
        titles = [f.title for f in dict.fromkeys(names) if f.kinks]
        titles += [LOSSES[spec.loss].title] * bool(LOSSES[spec.loss].kinks)
        yield (
            f"{_are(told['kinks'])} left out, because a step of the differences crosses a kink of "
            f"{' or '.join(titles) or 'the L1 penalty'}, where there is no slope."
        )
    if told["vanished"]:
        yield (
            f"{_are(told['vanished'])} left out, because the gradient is 0 to within rounding: its "
            "terms cancel, and no relative error can be stated. Both ways differ by at most "
            f"{shown(gap, 2)}."
        )
    yield (
        "A central difference moves one parameter by a small step to both sides and calculates how "
        "the cost (mean loss) changes; it needs no derivative. The relative error is "
        "|a − n| ÷ max(|a|, |n|, 10⁻⁸ ‖g‖), with a from backpropagation, n from the differences, "
        "and the gradient g of all parameters."
    )


def _are(n: int) -> str:
    return "1 of them is" if n == 1 else f"{n:,} of them are"
