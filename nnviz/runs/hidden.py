"""The space of a layer: where each layer of a network puts the points of the plane.

A layer maps every point to the activations of its units. A layer of one, two or three units is
shown exactly as it is: one axis per unit. Of a wider one, the first three principal components of
the activations over the training points are shown, with their shares of the variance.

The network's logit is w·a + b, where a are the activations of the last hidden layer (the inputs, if
there is none). So in that layer's space the boundary is the set w·a + b = 0: a point, a straight
line or a plane. In the space of components, only the slice through it is visible: the set where
w·(m + V c) + b = 0, with m the mean over the training points and V (n_units, 3) the components.

C. Olah, "Neural Networks, Manifolds, and Topology" (2014), shows networks in this way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from nnviz.data import Dataset
from nnviz.network import ACTIVATIONS, Network, NetworkSpec
from nnviz.network.arrays import FloatArray

MOST_DIMS = 3
MOST_CORNERS = 6
"""The largest number of corners of a plane's part in a box."""
_TINY = 1e-300
_TURN = 0.01  # radians
_HUGE = 1e30  # a run that diverges is shown up to here
_MARGIN = 0.06  # of a window, on each side
_FINEST = 0.01  # a window spans at least this share of its largest coordinate
_FAR = 50.0  # an activation that goes no further beyond ±50 is bounded


@dataclass(frozen=True)
class LayerSpace:
    """What never changes of a layer's space; layer 0 holds the inputs, then follow hidden layers.

    ``bounds`` are the lowest and the highest activation that a unit can have, or None.
    ``is_last`` is whether the network's logit is an affine function of this space.
    """

    layer: int
    units: int
    bounds: tuple[float | None, float | None]
    is_last: bool

    @property
    def exact(self) -> bool:
        """Whether each axis is a unit."""
        return self.units <= MOST_DIMS

    @property
    def dims(self) -> int:
        """The number of axes."""
        return min(self.units, MOST_DIMS)


@dataclass(frozen=True, eq=False)
class Bent:
    """The space of one layer at n moments.

    Attributes
    ----------
    coordinates : (n, dims, n_points) the points given, then the training and the test points
    logits : (n, n_points) of class 1
    window : (n, dims, 2) the ends of the shown part of each axis, around all points
    shares : (n, dims) the share of each component in the variance over the training points; 0 for
        all if nothing varies; empty for axes that are units
    corners : (n, 6, dims) the ends of the separating line in the window, or the corners of the
        plane's part there in their order, or one point; after the last, zeros
    n_corners : (n,) the number of corners; 0 where nothing separates in the window
    agree : (n,) the number of training points that the line or plane puts on the same side as the
        network does; 0 if this layer is not the last
    """

    coordinates: FloatArray
    logits: FloatArray
    window: FloatArray
    shares: FloatArray
    corners: FloatArray
    n_corners: NDArray[np.int64]
    agree: NDArray[np.int64]

    @classmethod
    def join(cls, parts: "Sequence[Bent]") -> "Bent":
        """Join the moments of all parts, at least one, in their order."""
        names = cls.__dataclass_fields__
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


class HiddenSpace:
    """The spaces of all layers of a network, at any parameters.

    ``points`` (n_plane, 2) are those of the plane, in the units of the data. All is calculated in
    float64. Values that are not finite, just before a run diverges, are limited to ±1e30.
    """

    def __init__(self, spec: NetworkSpec, data: Dataset, points: FloatArray) -> None:
        self._network = Network(spec)
        self._inputs = data.inputs(np.concatenate([points, data.X_train, data.X_test]))
        self._train = slice(len(points), len(points) + len(data.X_train))
        self._evaluator = self._network.evaluator(self._inputs)

    @cached_property
    def layers(self) -> list[LayerSpace]:
        """The spaces, the inputs first."""
        hidden = self._network.spec.layers[:-1]
        inputs = LayerSpace(0, self._network.spec.n_inputs, (None, None), not hidden)
        return [
            inputs,
            *(
                LayerSpace(i, layer.units, _bounds(layer.activation), i == len(hidden))
                for i, layer in enumerate(hidden, start=1)
            ),
        ]

    def at(self, theta: FloatArray, layer: int) -> Bent:
        """Return the space of a layer for parameters theta (n, n_params) of n moments."""
        parts = []
        for chunk, hidden, logits in self._evaluator.chunks(theta):
            given = np.broadcast_to(self._inputs.T, (len(logits), *self._inputs.T.shape))
            W, b = self._network.unpack(theta[chunk])[-1]  # (n, n_units, 1), (n, 1)
            space, a = self.layers[layer], _limited(hidden[layer - 1] if layer else given)
            parts.append(self._bent(space, a, logits.copy(), _limited(W), _limited(b)))
        return Bent.join(parts)

    def _bent(
        self, space: LayerSpace, a: FloatArray, logits: FloatArray, W: FloatArray, b: FloatArray
    ) -> Bent:
        """Return the space of activations a (n, n_units, n_points), with W and b of the output."""
        n, dims = len(a), space.dims
        coordinates, shares = a, np.empty((n, 0), a.dtype)
        if not space.exact:
            V, mean, shares = principal_components(a[..., self._train])
            coordinates = np.swapaxes(V, 1, 2) @ (a - mean)
            if space.is_last:  # from here on, W and b belong to the slice
                W, b = np.swapaxes(V, 1, 2) @ W, b + (np.swapaxes(W, 1, 2) @ mean)[..., 0]
        window = _window(space, coordinates)
        corners: FloatArray = np.zeros((n, MOST_CORNERS, dims))
        n_corners, agree = np.zeros((2, n), np.int64)
        if space.is_last:
            sides = (np.swapaxes(W, 1, 2) @ coordinates)[:, 0] + b > 0.0
            agree = (sides == (logits > 0.0))[:, self._train].sum(axis=1)
            corners, n_corners = cut(W[..., 0], b[..., 0], window)
        return Bent(coordinates, logits, window, shares, corners, n_corners, agree)


def principal_components(a: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the first three principal components of activations a (n, n_units, n_samples).

    They are V (n, n_units, 3), the mean (n, n_units, 1), and the shares of the variance (n, 3). The
    largest weight of each component is positive.
    """
    mean = a.mean(axis=2, keepdims=True)
    centred = a - mean
    variances, vectors = np.linalg.eigh(centred @ np.swapaxes(centred, 1, 2) / a.shape[2])
    V = vectors[..., : -MOST_DIMS - 1 : -1]
    largest = np.take_along_axis(V, np.abs(V).argmax(axis=1)[:, np.newaxis], axis=1)
    variances = np.maximum(variances, 0.0)
    total = variances.sum(axis=1, keepdims=True)
    first = variances[:, : -MOST_DIMS - 1 : -1]
    shares = np.divide(first, total, out=np.zeros_like(first), where=total > 0.0)
    return np.where(largest < 0.0, -V, V), mean, shares


def cut(
    normal: FloatArray, offset: FloatArray, window: FloatArray
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return where the set normal·x + offset = 0 cuts the edges of a window, and how often.

    That is a point, the ends of a line, or the corners of a plane's part in their order. All have n
    moments: normal (n, dims), offset (n,), window (n, dims, 2); the corners (n, 6, dims), with
    zeros after the last, and their numbers (n,).
    """
    n, dims = normal.shape
    places = window[:, np.arange(dims), _edges(dims)]  # (n, n_edges, 2, dims)
    values = (places * normal[:, np.newaxis, np.newaxis]).sum(axis=3)
    values += offset[:, np.newaxis, np.newaxis]  # (n, n_edges, 2)
    found = (values[..., 0] > 0.0) != (values[..., 1] > 0.0)  # (n, n_edges)
    fall = values[..., 0] - values[..., 1]
    share = np.divide(values[..., 0], fall, out=np.zeros_like(fall), where=found)[..., np.newaxis]
    crossings = (1.0 - share) * places[..., 0, :] + share * places[..., 1, :]
    crossings[~found] = 0.0
    n_corners = found.sum(axis=1)
    angles = _angles(crossings, found, normal) if dims == MOST_DIMS else np.zeros(found.shape)
    order = np.where(found, angles, np.inf).argsort(axis=1, kind="stable")[:, :MOST_CORNERS]
    corners = np.zeros((n, MOST_CORNERS, dims))
    corners[:, : order.shape[1]] = np.take_along_axis(crossings, order[..., np.newaxis], axis=1)
    return corners, n_corners


def _edges(dims: int) -> NDArray[np.int64]:
    """Return the ends of each edge of a box, (n_edges, 2, dims): 0 for low, 1 for high."""
    pairs = combinations(product((0, 1), repeat=dims), 2)
    return np.array([(one, other) for one, other in pairs if np.sum(np.not_equal(one, other)) == 1])


def _angles(crossings: FloatArray, found: NDArray[np.bool_], normal: FloatArray) -> FloatArray:
    """Return the angles (n, n_edges) at which a plane's corners stand around their middle.

    ``crossings`` (n, n_edges, 3) are corners where ``found``; the plane has the normal (n, 3). The
    angles begin shortly before the first corner, because rounding must not move a corner that is
    opposite to it from one end of the order to the other.
    """
    n_corners = np.maximum(found.sum(axis=1), 1)[:, np.newaxis]
    across = crossings - (crossings.sum(axis=1) / n_corners)[:, np.newaxis]
    first = across[np.arange(len(across)), found.argmax(axis=1)]
    second = np.cross(normal / np.maximum(np.abs(normal).max(axis=1, keepdims=True), _TINY), first)
    parts = across @ np.stack([first, second], axis=2)
    angles: FloatArray = (np.arctan2(parts[..., 1], parts[..., 0]) + _TURN) % (2.0 * np.pi)
    return angles


def _limited(a: FloatArray) -> FloatArray:
    """Return a copy in which NaN is 0 and no value is beyond ±1e30.

    In memory it has one moment after another, however many there are: so each has the same bits.
    """
    return np.ascontiguousarray(np.clip(np.nan_to_num(a, nan=0.0), -_HUGE, _HUGE))


def _window(space: LayerSpace, coordinates: FloatArray) -> FloatArray:
    """Return the ends of each axis (n, dims, 2) around coordinates (n, dims, n_points).

    An end to which the activation is bounded is always that bound. All axes have the same length,
    so that angles are true; only inputs may have different units.
    """
    low, high = coordinates.min(axis=2), coordinates.max(axis=2)
    if space.exact:
        low, high = (
            found if end is None else np.full_like(found, end)
            for found, end in zip((low, high), space.bounds, strict=True)
        )
    half = np.maximum(0.5 * (high - low), _FINEST * np.maximum(np.abs(low), np.abs(high)))
    if space.layer:
        half = np.broadcast_to(half.max(axis=1, keepdims=True), half.shape)
    half = (1.0 + 2.0 * _MARGIN) * np.where(half > 0.0, half, 1.0)
    middle = 0.5 * low + 0.5 * high
    return np.stack([middle - half, middle + half], axis=2)


def _bounds(activation: str) -> tuple[float | None, float | None]:
    """Return the lowest and the highest value of an activation; None where it has no bound."""
    f = ACTIVATIONS[activation].f
    near, far = (f(np.linspace(-reach, reach, 4001)) for reach in (_FAR, 2.0 * _FAR))
    ends = [(near.min(), far.min()), (near.max(), far.max())]
    low, high = (float(np.round(b, 2)) if abs(a - b) < 0.01 else None for a, b in ends)
    return low, high
