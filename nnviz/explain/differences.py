"""Central differences: the slope of the cost by one parameter, without backpropagation.

A parameter w is moved by a small step h to both sides, and the network calculates the losses again:

    slope ≈ 3/4 · D(h) − 3/20 · D(2h) + 1/60 · D(3h),  where D(x) = (L(w + x) − L(w − x)) / h

The error of this rule falls with h⁶. The two losses nearly cancel, so rounding decides how small a
slope can be seen. Therefore the difference is taken for each sample before the mean, only the
change is passed from layer to layer, and the caller may choose a wider number type.

At a kink, such as that of ReLU at 0, there is no slope. A sample whose step crosses a kink is
calculated again with a step that is much smaller; if it still does, that is reported. A bend,
such as that of ELU at 0, where the second derivative jumps, only needs the smaller step.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from nnviz.network import ACTIVATIONS, LOSSES
from nnviz.network.arrays import FloatArray
from nnviz.network.textbook import Layer, forward

_POINTS = ((1, 45), (2, -9), (3, 1))  # distance in steps, and share in sixtieths
_PROBES = np.arange(-512, 513) / 64.0
_BEND = 0.05  # a second derivative that changes by more within 3e-4 jumps

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Precision:
    """A number type, and its steps: how far a step moves z at most, and near a kink."""

    dtype: type[np.floating]
    wide: float
    narrow: float

    @property
    def rounding(self) -> float:
        """The error of a slope by rounding, as a share of the mean size of its terms."""
        here = float(np.finfo(self.dtype).eps) / self.wide
        return 64.0 * (here + float(np.finfo(np.float64).eps))


DOUBLE = Precision(np.float64, 2.0**-7, 2.0**-20)
EXTENDED = Precision(np.longdouble, 2.0**-9, 2.0**-22)


def bends(slope: Callable[[FloatArray], FloatArray]) -> tuple[float, ...]:
    """Return the multiples of 1/64, from -8 to 8, where the derivative of a slope jumps.

    >>> bends(ACTIVATIONS["elu"].derivative), bends(ACTIVATIONS["tanh"].derivative)
    ((0.0,), ())
    """
    right = slope(_PROBES + 2e-4) - slope(_PROBES + 1e-4)
    left = slope(_PROBES - 1e-4) - slope(_PROBES - 2e-4)
    jumps = np.abs(right - left) > _BEND * 1e-4
    return tuple(_PROBES[jumps].tolist())


@cache
def seams_of_activation(name: str) -> tuple[float, ...]:
    """Return the kinks and the bends of an activation function."""
    f = ACTIVATIONS[name]
    return (*f.kinks, *bends(f.derivative))


@cache
def seams_of_loss(name: str) -> tuple[float, ...]:
    """Return the kinks and the bends of a loss, as margins (2y - 1) z."""
    loss = LOSSES[name]
    return (*loss.kinks, *bends(lambda m: loss.derivative(m, np.ones_like(m))))


@dataclass(frozen=True)
class Slopes:
    """What was found for some parameters, (n_params,) each, as sums over the samples.

    Attributes
    ----------
    total : the samples' slopes
    size : their absolute values
    kink : whether a step of some sample crossed a kink
    """

    total: FloatArray
    size: FloatArray
    kink: Mask


class Differences:
    """The forward propagation of some samples, and how their losses change with a parameter.

    Parameters
    ----------
    layers : the network as the textbook has it
    X, y : (n_samples, n_inputs) and (n_samples,)
    loss : a key of `LOSSES`
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        X: FloatArray,
        y: FloatArray,
        loss: str,
        precision: Precision,
    ) -> None:
        dtype = precision.dtype
        self._precision, self._loss = precision, LOSSES[loss]
        self._layers = [Layer(p.W.astype(dtype), p.b.astype(dtype), p.activation) for p in layers]
        self._y = y.astype(dtype)
        self._z, self._a = forward(self._layers, X.astype(dtype), [1.0] * len(layers))

    def slopes(self, layer: int, unit: int, rows: NDArray[np.intp]) -> Slopes:
        """Return the slopes by weights into one unit; indices from 0.

        `rows` are the inputs of these weights; the number of inputs stands for the bias.
        """
        before = self._a[layer]
        ones = np.ones((1, len(before)), before.dtype)
        pulled = np.vstack([before.T, ones])[rows]  # dz/dw of each sample, (n_rows, n_samples)
        largest = np.abs(pulled).max(axis=1)
        # A power of two, so that w + h is exact, unless w is much larger.
        reach = max(1.0, 1e-3 * float(np.abs(self._z[layer][:, unit]).max()))
        log = np.round(np.log2(np.where(largest > 0.0, largest, 1.0).astype(np.float64)))
        steps = (reach * 2.0**-log).astype(before.dtype)[:, np.newaxis]
        everyone = np.arange(len(before))
        wide = self._precision.wide * steps
        found, crossed = self._by_sample(layer, unit, pulled, wide, everyone, bends=True)
        near = np.flatnonzero(crossed.any(axis=0))
        if near.size:
            narrow = self._precision.narrow * steps
            again, still = self._by_sample(layer, unit, pulled[:, near], narrow, near, bends=False)
            found[:, near] = np.where(crossed[:, near], again, found[:, near])
            crossed[:, near] &= still
        kink: Mask = np.logical_or.reduce(crossed, axis=1)
        return Slopes(found.sum(axis=1), np.abs(found).sum(axis=1), kink)

    def _by_sample(
        self,
        layer: int,
        unit: int,
        pulled: FloatArray,
        steps: FloatArray,
        samples: NDArray[np.intp],
        *,
        bends: bool,
    ) -> tuple[FloatArray, Mask]:
        """Return slopes, and whether a kink (or bend) was crossed, (n_rows, n_samples) each."""
        total = np.zeros_like(pulled)
        crossed = np.zeros(pulled.shape, np.bool_)
        for distance, share in _POINTS:
            change = (distance * steps) * pulled
            up = self._losses(layer, unit, change, samples, crossed, bends=bends)
            down = self._losses(layer, unit, -change, samples, crossed, bends=bends)
            total += share * (up - down)
        return total / (60 * steps), crossed

    def _losses(
        self,
        layer: int,
        unit: int,
        dz: FloatArray,
        samples: NDArray[np.intp],
        crossed: Mask,
        *,
        bends: bool,
    ) -> FloatArray:
        """Return the losses (n_rows, n_samples) after z of one unit has changed by `dz`.

        Marks in `crossed` where a kink, or with `bends` also a bend, lies between old and new z.
        """
        weights = [part.W for part in self._layers[layer + 1 :]]
        weights[:1] = [W[[unit]] for W in weights[:1]]
        old_z, old_a = (part[samples][:, [unit]] for part in (self._z[layer], self._a[layer + 1]))
        z = old_z + dz[..., np.newaxis]  # (n_rows, n_samples, n_units) in all layers
        for i, W in enumerate(weights, start=layer):
            name = self._layers[i].activation
            places = seams_of_activation(name) if bends else ACTIVATIONS[name].kinks
            crossed |= _cross(old_z, z, places).any(axis=-1)
            da = ACTIVATIONS[name](z) - old_a
            old_z, old_a = self._z[i + 1][samples], self._a[i + 2][samples]
            z = old_z + da @ W
        y = self._y[samples]
        sign = 2.0 * y - 1.0
        places = seams_of_loss(self._loss.name) if bends else self._loss.kinks
        crossed |= _cross(sign * old_z[:, 0], sign * z[..., 0], places)
        return self._loss(z[..., 0], y)


def _cross(old: FloatArray, new: FloatArray, places: Sequence[float]) -> Mask:
    """Return whether one of the places lies between old and new, or at one of them."""
    crossed: Mask = np.zeros(new.shape, np.bool_)
    for place in places:
        crossed |= ((new - place) * (old - place) <= 0.0) & (new != old)
    return crossed


def penalty_slope(w: FloatArray, l1: float, l2: float) -> tuple[FloatArray, Mask]:
    """Return the slopes of l1 · |w| + l2 / 2 · w² by each weight, and whether w is at a kink."""
    h = np.minimum(np.abs(w) / 2.0, 2.0**-7)
    kink = w == 0.0
    h = np.where(kink, w.dtype.type(2.0**-7), h)
    rise = l1 * (np.abs(w + h) - np.abs(w - h)) + 0.5 * l2 * ((w + h) ** 2 - (w - h) ** 2)
    return rise / (2.0 * h), kink & np.bool_(l1 > 0.0)
