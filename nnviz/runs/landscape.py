"""The loss over a plane through the path of a run, with the error of this picture.

A plane shows two of many directions. So each point of the path has two losses: the true one, and
that of the plane at the nearest place, which is drawn. Both are calculated, not interpolated.

The loss is the mean over the training points, without penalties and without dropout, in float64
even if the run is in float32. Penalties would add a bowl that hides what the data say.
"""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.data import Dataset
from nnviz.experiment import Experiment
from nnviz.network import Evaluator, Network
from nnviz.network.activation import quiet
from nnviz.network.arrays import FloatArray
from nnviz.runs.planes import Float64, Plane, path_plane, random_plane

PLANES = ("path", "random")
"""Through the path along its principal directions, or along random directions; see `planes`."""

DIFFERS = 0.1
"""Where both losses of a point of the path differ by more, relative to the true one, it is said."""

_MOST_POINTS = 256  # steps between the points of a path
_MOST_NUMBERS = 2_000_000  # parameters in all of these points
_MARGIN = 0.15  # of the path's extent, on each side
_SLICE = 2e7  # multiplications between two yields


@dataclass(frozen=True, eq=False)
class Landscape:
    """A loss over a plane, and a path near it.

    Attributes
    ----------
    plane : the plane, through the end of the path
    low, high : (2,) the coordinates at the edges of the window
    loss : (side, side) the loss; row 0 is at the bottom, column 0 at the left
    steps : (n,) the steps of the path's points
    path : (n, 2) their nearest places on the plane
    true_loss, plane_loss : (n,) the loss of each point, and at its place on the plane
    explained : the shares of the path's variance along both directions, or None if it has none
    """

    plane: Plane
    low: Float64
    high: Float64
    loss: Float64
    steps: NDArray[np.int64]
    path: Float64
    true_loss: Float64
    plane_loss: Float64
    explained: tuple[float, float] | None

    @property
    def difference(self) -> Float64:
        """The plane's loss minus the true one, relative to the true one, without sign, (n,).

        Infinity where only one is finite or only the true one is 0.
        """
        with quiet():
            found = np.abs(self.plane_loss - self.true_loss) / np.abs(self.true_loss)
        found[np.isnan(found)] = np.inf
        found[self.plane_loss == self.true_loss] = 0.0
        return found


def path_steps(end: int, n_params: int) -> list[int]:
    """Return the steps of a path up to step ``end``: 0, d, 2 d, … and ``end``, at most 257.

    d is a power of two. Fewer are returned for networks of more than 7,800 parameters.
    """
    most, every = _MOST_POINTS, 1
    while most > 2 and most * n_params > _MOST_NUMBERS:
        most //= 2
    while most * every < end:
        every *= 2
    return [*range(0, end, every), end]


def window(path: Float64, kind: str) -> tuple[Float64, Float64]:
    """Return the low and the high coordinates (2,) of a square that holds a path (n, 2).

    Both axes have the same scale, so that no direction looks steeper than it is. Around a path,
    there is a margin. A random plane goes from -1 to 1, or further if the path does.
    """
    if kind == "random":
        half = max(1.0, (1.0 + _MARGIN) * float(np.abs(path).max()))
        return np.full(2, -half), np.full(2, half)
    low, high = path.min(axis=0), path.max(axis=0)
    half = (0.5 + _MARGIN) * float((high - low).max()) or 1.0
    centre = low + 0.5 * (high - low)
    return centre - half, centre + half


def places(low: Float64, high: Float64, side: int) -> Float64:
    """Return the coordinates (side², 2) of a grid over a window, row by row from the bottom."""
    across, up = (np.linspace(low[k], high[k], side) for k in range(2))
    return np.stack([np.tile(across, side), np.repeat(up, side)], axis=1)


def landscape(
    experiment: Experiment,
    dataset: Dataset,
    steps: NDArray[np.int64],
    theta: FloatArray,
    kind: str,
    side: int,
) -> Generator[float, None, Landscape]:
    """Return the loss over a plane through a path, theta (n, n_params) at steps (n,).

    ``kind`` is one of `PLANES`, ``side`` the number of points along each edge. It pauses every few
    milliseconds by yielding the share that is done. Losses that overflow are infinite or NaN.
    """
    network = Network(experiment.network)
    evaluator = network.evaluator(dataset.inputs(dataset.X_train), dataset.y_train)
    plane = _plane(experiment, theta, kind)
    yield 0.0
    path, explained = plane.coordinates(theta), plane.explained(theta)
    low, high = window(path, kind)
    yield 0.0
    grid = places(low, high, side)
    lanes = _lanes(evaluator, len(dataset.y_train), network.n_params)
    n_all, n_done, found = 2 * len(path) + len(grid), 0, []
    for points in (None, path, grid):
        losses = np.empty(len(theta) if points is None else len(points))
        for start in range(0, len(losses), lanes):
            part = slice(start, start + lanes)
            here = theta[part] if points is None else plane.theta(points[part])
            losses[part], _ = evaluator.loss_and_accuracy(here)
            n_done += len(here)
            yield n_done / n_all
        found.append(losses)
    true_loss, plane_loss, loss = found
    return Landscape(
        plane=plane,
        low=low,
        high=high,
        loss=loss.reshape(side, side),
        steps=steps,
        path=path,
        true_loss=true_loss,
        plane_loss=plane_loss,
        explained=explained,
    )


def _plane(experiment: Experiment, theta: FloatArray, kind: str) -> Plane:
    if kind == "path":
        return path_plane(theta)
    return random_plane(experiment.network, theta[-1], experiment.init_seed)


def _lanes(evaluator: Evaluator, n_samples: int, n_params: int) -> int:
    """Return how many points are evaluated between two yields: whole chunks of the evaluator."""
    chunks = int(_SLICE / (n_samples * n_params * evaluator.lanes))
    return evaluator.lanes * min(max(chunks, 1), 32)
