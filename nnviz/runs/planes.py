"""Planes through the space of a network's parameters, on which a loss can be drawn.

Two kinds. One goes through the path of a run, along its first two principal directions; Lorch
(2016), "Visualizing Deep Network Training Trajectories with PCA", proposed these. The other goes
along two random directions; Li et al. (2018), "Visualizing the Loss Landscape of Neural Nets",
scale these so that the plane means the same for networks with small and with large weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.network import NetworkSpec
from nnviz.network.arrays import FloatArray
from nnviz.network.engine.layout import unpack

Float64 = NDArray[np.float64]

_TINY = 1e-12  # of a length: what is left is rounding
_RANDOM = 2018  # so that the directions are not those of the initial weights of the same seed


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane through the space of parameters.

    Attributes
    ----------
    origin : (n_params,) the parameters at the coordinates (0, 0)
    directions : (2, n_params) what one unit of each coordinate adds; linearly independent
    """

    origin: Float64
    directions: Float64

    def theta(self, coordinates: Float64) -> Float64:
        """Return the parameters (n, n_params) at coordinates (n, 2)."""
        return self.origin + coordinates @ self.directions

    def coordinates(self, theta: FloatArray) -> Float64:
        """Return the coordinates (n, 2) of the point of the plane nearest to each theta (n, …)."""
        orthogonal, triangle = np.linalg.qr(self.directions.T)
        along = (theta.astype(np.float64) - self.origin) @ orthogonal
        found: Float64 = np.linalg.solve(triangle, along.T).T
        return found

    def explained(self, theta: FloatArray) -> tuple[float, float] | None:
        """Return the shares of the variance of theta (n, n_params) that the plane shows.

        The first is along the first direction, the second along the part of the second direction
        that is at right angles to the first. None if there is no variance.
        """
        centred = _centred(theta)
        total = float(np.square(centred).sum())
        if total == 0.0:
            return None
        orthogonal, _ = np.linalg.qr(self.directions.T)
        along = np.square(centred @ orthogonal).sum(axis=0) / total
        return float(along[0]), float(along[1])


def path_plane(theta: FloatArray) -> Plane:
    """Return the plane along the first two principal directions of a path, (n, n_params).

    The directions are those of the path's variance, so they come from the deviations from its mean.
    They have length 1 and are at right angles, so a coordinate is a distance between parameters.
    The plane goes through the last point, as in Li et al. (2018): where training has arrived, the
    picture is exact, and its errors grow towards the past. A path without a second direction, or
    without any, gets one of the parameters' axes.

    The sign of a direction is such that the path begins at a negative coordinate: it goes to the
    right and upwards. If it begins and ends at the same one, the largest component is positive.
    """
    away = theta[0].astype(np.float64) - theta[-1]
    rest = _centred(theta)
    least = _TINY * np.linalg.norm(rest)
    found: list[Float64] = []
    for _ in range(2):
        length = np.linalg.norm(rest)
        if length > least:
            direction = _unit(_beside(_leading(rest), found))
            direction *= _sign(direction, away)
            rest = rest - np.outer(rest @ direction, direction)
        else:
            direction = _axis(found, theta.shape[1])
        found.append(direction)
    return Plane(theta[-1].astype(np.float64), np.stack(found))


def random_plane(spec: NetworkSpec, theta: FloatArray, seed: int) -> Plane:
    """Return the plane along two random directions through theta (n_params,).

    As in Li et al. (2018), each direction is drawn from a normal distribution and then scaled
    filter by filter: the weights into one unit get the length of that unit's weights in theta. The
    biases do not change, as in their program's default. So a coordinate of 1 changes the weights
    of each unit by as much as they are long.

    If theta's weights give fewer than two directions (all are 0, or there is only one), an axis of
    the parameters takes the place of the missing one.
    """
    random = np.random.RandomState([seed, _RANDOM])
    origin = theta.astype(np.float64)
    first, second = (_by_filter(spec, origin, random.randn(len(origin))) for _ in range(2))
    if not first.any():
        first = _axis([], len(origin))
    along = _unit(first)
    if np.linalg.norm(_beside(_unit(second), [along])) <= _TINY or not second.any():
        second = _axis([along], len(origin)) * _length(first)
    return Plane(origin, np.stack([first, second]))


def _by_filter(spec: NetworkSpec, theta: Float64, drawn: Float64) -> Float64:
    """Scale drawn (n_params,) to the lengths of theta's filters, with 0 for the biases."""
    scaled = np.zeros_like(drawn)
    layers = zip(*(unpack(spec, one) for one in (theta, drawn, scaled)), strict=True)
    for (W, _), (D, _), (out, _) in layers:
        for unit in range(W.shape[1]):
            out[:, unit] = _unit(D[:, unit]) * _length(W[:, unit])
    return scaled


def _centred(theta: FloatArray) -> Float64:
    """Return the deviations from the mean (n, n_params), in units of the largest."""
    exact = theta.astype(np.float64)
    centred: Float64 = exact - exact.mean(axis=0)
    largest = np.abs(centred).max()
    return centred / largest if largest else centred


def _leading(points: Float64) -> Float64:
    """Return the direction (n_params,) of the largest sum of squares of points (n, n_params).

    It is an eigenvector of the smaller one of both Gram matrices.
    """
    n, n_params = points.shape
    if n_params <= n:
        return np.linalg.eigh(points.T @ points)[1][:, -1]
    leading: Float64 = np.linalg.eigh(points @ points.T)[1][:, -1] @ points
    return leading


def _sign(direction: Float64, start: Float64) -> float:
    """Return the sign that gives ``start`` a negative coordinate, or see `path_plane`."""
    along = float(direction @ start)
    if abs(along) > 1e-9 * np.linalg.norm(start):
        return -float(np.sign(along))
    return float(np.sign(direction[np.argmax(np.abs(direction))]))


def _beside(direction: Float64, others: Sequence[Float64]) -> Float64:
    """Return the part of a direction at right angles to the others, which have length 1."""
    for other in others:
        direction = direction - (direction @ other) * other
    return direction


def _axis(others: Sequence[Float64], n_params: int) -> Float64:
    """Return the parameters' axis furthest from the others, made orthogonal, with length 1."""
    taken = sum((other**2 for other in others), np.zeros(n_params))
    axis = np.zeros(n_params)
    axis[np.argmin(taken)] = 1.0
    return _unit(_beside(axis, others))


def _length(vector: Float64) -> float:
    """Return the length, also where the squares would overflow."""
    largest = float(np.abs(vector).max())
    return largest * float(np.linalg.norm(vector / largest)) if largest else 0.0


def _unit(vector: Float64) -> Float64:
    """Return the vector with length 1; zeros stay."""
    return vector / (_length(vector) or 1.0)
