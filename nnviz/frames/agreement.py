"""The frames of an ensemble: at each place, how many of its networks say class 1; and the spread.

Like those of a run, they are named arrays with the frames along the first axis, and each is the
same to the last bit, whichever other frames it is made with.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nnviz.frames.grid import Grid
from nnviz.frames.maker import Sections
from nnviz.frames.quantise import quantise_surfaces
from nnviz.network import Network, class_ones
from nnviz.network.arrays import FloatArray
from nnviz.runs import Ensemble, EnsembleMoments, picture

QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Of the networks: the smallest value, the quartiles, the largest value."""


def spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the quantiles over the last axis, (…, 5); NaN counts as the largest value.

    Each is the value of a network: the smallest that at least this share of them do not exceed.
    """
    n = values.shape[-1]
    ranks = [max(int(np.ceil(share * n)) - 1, 0) for share in QUANTILES]
    return np.sort(values, axis=-1)[..., ranks]


def watched(metrics: NDArray[np.float64], has_test: bool) -> NDArray[np.float64]:
    """Return the losses by which networks are compared: on the test set, or else on training.

    ``metrics`` is (…, 4), the result has one axis less. NaN counts as infinite.
    """
    losses = metrics[..., 1 if has_test else 0]
    return np.where(np.isnan(losses), np.inf, losses)


def picks(losses: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the numbers of the best, the median and the worst network by losses (…, n_members).

    Of equal ones, the first counts as better; of two in the middle, the better one is the median.
    """
    order = np.argsort(losses, axis=-1, kind="stable")
    return order[..., [0, (order.shape[-1] - 1) // 2, -1]]


class AgreementMaker:
    """Makes the frames of one ensemble, at any of its steps.

    The window is that of the first network's data. The inputs of each network are computed from
    the plane as its own data need it.
    """

    def __init__(self, ensemble: Ensemble) -> None:
        self._ensemble = ensemble
        self._has_test = ensemble.base.dataset.has_test
        self.grid = Grid.over(ensemble.base.dataset.window, picture.GRID_RESOLUTION)
        network, points = Network(ensemble.experiment.network, np.float32), self.grid.points
        self._evaluators = [network.evaluator(data.inputs(points)) for data in ensemble.datasets]

    @property
    def nbytes(self) -> int:
        """The memory it uses, in bytes, without the buffers shared by networks of its shape."""
        return sum(one.nbytes for one in self._evaluators)

    def make_many(self, moments: EnsembleMoments) -> Sections:
        """Make the frames of n moments.

        ``step`` and ``epoch`` are (n,). ``agreement`` (n, side, side) is the number of networks
        that say class 1 over the window, row 0 at the bottom. ``spread`` (n, 4, 5) has the
        quantiles of each metric over the networks, ``members`` (n, n_members, 4) their metrics.
        ``stuck`` and ``ended`` (n,) count networks. ``picks`` (n, 3) are the best, the median and
        the worst, by test loss, or by training loss without a test set.
        """
        n, n_members, _ = moments.theta.shape
        side = self.grid.resolution
        votes = np.empty((n * n_members, side**2), np.int8)
        for rows, logits in self._planes(moments.theta):
            votes[rows] = class_ones(logits).view(np.int8)
        agreement = votes.reshape(n, n_members, -1).sum(axis=1, dtype=np.int8)
        return {
            "step": moments.step.astype(np.float64),
            "epoch": moments.epoch,
            "agreement": agreement.reshape(n, side, side),
            "spread": _single(spread(moments.metrics.swapaxes(1, 2))),
            "members": _single(moments.metrics),
            "stuck": self._ensemble.stuck(moments.metrics).sum(axis=1).astype(np.float64),
            "ended": moments.ended.sum(axis=1).astype(np.float64),
            "picks": picks(watched(moments.metrics, self._has_test)).astype(np.float64),
        }

    def lines(self, moment: EnsembleMoments) -> Sections:
        """Return the logits of each network at one moment, as `FrameMaker` returns a run's.

        ``surface`` is (n_members, side, side), ``surface_scale`` (n_members,).
        """
        n_members, side = moment.theta.shape[1], self.grid.resolution
        surface = np.empty((n_members, side, side), np.int8)
        scale = np.empty(n_members)
        for rows, logits in self._planes(moment.theta):
            surface[rows], scale[rows] = quantise_surfaces(logits.reshape(-1, side, side))
        return {"surface": surface, "surface_scale": scale}

    def _planes(self, theta: FloatArray) -> Iterator[tuple[slice, FloatArray]]:
        """Yield the logits (n_rows, n_points) of every network of theta (n, n_members, n_params).

        With each, the rows as a slice, where row i · n_members + k is network k at moment i.
        """
        _, n_members, n_params = theta.shape
        if len(self._evaluators) == 1:
            for rows, _, logits in self._evaluators[0].chunks(theta.reshape(-1, n_params)):
                yield rows, logits
            return
        for k, evaluator in enumerate(self._evaluators):
            for chunk, _, logits in evaluator.chunks(theta[:, k]):
                yield slice(chunk.start * n_members + k, chunk.stop * n_members, n_members), logits


def _single(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the values in float32; what is too large for it becomes infinite."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32)
