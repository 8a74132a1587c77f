"""The same experiment from many seeds, trained side by side: what one run alone cannot show.

An :class:`Ensemble` is moved like a run, and its state depends on the experiment, the seeds and the
step alone. Every network of it equals its own `Run`; one that has ended stays as it is at its end.
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nnviz.data import Dataset
from nnviz.experiment import Experiment, limits
from nnviz.network import LOSSES, Loss
from nnviz.network.arrays import FloatArray
from nnviz.runs.meter import Values
from nnviz.runs.parties import Alone, parties
from nnviz.runs.result import Result
from nnviz.runs.run import Run
from nnviz.training import StopReason

STUCK = 0.9
"""A network is stuck while its training loss is at least this share of the constant answer's."""

SEEDS = (4, 8, 16, 32)
"""How many networks an ensemble has on the page."""

VARIES = {"weights": "the initial weights", "data": "the data"}
"""What the seeds of an ensemble may draw."""


@dataclass(frozen=True, eq=False)
class EnsembleMoments:
    """All networks at several steps in rising order.

    Attributes
    ----------
    step : (n,) whole numbers
    epoch : (n,) passes over the training data, with fractions
    theta : (n, n_networks, n_params) the parameters
    metrics : (n, n_networks, 4) in the order of `Metrics`
    ended : (n, n_networks) whether the network has ended at this step or before
    """

    step: NDArray[np.int64]
    epoch: NDArray[np.float64]
    theta: FloatArray
    metrics: Values
    ended: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of moments."""
        return len(self.step)


def members(experiment: Experiment, n_members: int, vary: str) -> list[Experiment]:
    """Return the experiments of an ensemble: number k has the seed plus k, the first one as it is.

    ``vary`` "weights" draws other initial weights. "data" draws other points; of points that are
    not generated, other ones are held out for the test.
    """
    if vary not in VARIES:
        raise ValueError(f"vary must be one of {', '.join(VARIES)}; got {vary!r}")
    return [_member(experiment, k, vary) for k in range(n_members)]


def _member(experiment: Experiment, k: int, vary: str) -> Experiment:
    def plus(seed: int) -> int:
        return (seed + k) % (int(limits.SEED.high) + 1)

    data = experiment.data
    if vary == "weights":
        return replace(experiment, init_seed=plus(experiment.init_seed))
    if data.draws:
        return replace(experiment, data=replace(data, seed=plus(data.seed)))
    return replace(experiment, data=replace(data, split_seed=plus(data.split_seed)))


class Ensemble:
    """An experiment with ``n_members`` seeds, at some step.

    Which networks are lanes of one trainer, and which are separate runs, is for `parties` to say.

    >>> ensemble = Ensemble(Experiment(), 4)
    >>> ensemble.advance(100)
    100
    >>> ensemble.collect([100]).metrics.shape
    (1, 4, 4)
    """

    def __init__(self, experiment: Experiment, n_members: int, vary: str = "weights") -> None:
        self.experiment = experiment
        self.members = members(experiment, n_members, vary)
        self.base = Run(experiment)
        """The run of the first member, at step 0: its data, its network, its epochs."""
        self._parties = parties(self.members, self.base)
        self._pace = math.inf  # seconds per update of all networks, as measured last
        self.step = 0
        """The number of parameter updates made."""
        self.datasets: list[Dataset] = [self.base.dataset]
        """The data of all members, or those of each."""
        if vary == "data":
            self.datasets = [one.dataset for one in self._parties if isinstance(one, Alone)]
        loss = LOSSES[experiment.network.loss]
        self._constant_loss = np.array([_constant_loss(loss, data) for data in self.datasets])

    # state --------------------------------------------------------------------------------------

    @property
    def nbytes(self) -> int:
        """The memory in bytes, estimated from the array sizes, with everything stored."""
        return self.base.nbytes + sum(party.nbytes for party in self._parties)

    @property
    def ends(self) -> list[Result | None]:
        """The end of every network, as far as it is known; all ends up to the step are known."""
        return [end for party in self._parties for end in party.ends]

    @property
    def stopped(self) -> StopReason | None:
        """Why no network trains on from this step, or None."""
        reason = self._end()
        return reason if reason is not None and reason.step <= self.step else None

    def _end(self) -> StopReason | None:
        """Return the end of the last network if all ends are known, else None."""
        ends = [None if end is None else end.stopped for end in self.ends]
        known = [end for end in ends if end is not None]
        if len(known) < len(ends):
            return None
        last = max(known, key=lambda end: end.step)
        words = f"all {len(known)} networks have ended, the last one at this step: {last.cause}"
        return replace(last, cause=words, lane=None)

    def stuck(self, metrics: Values) -> NDArray[np.bool_]:
        """Return which networks are stuck, (n, n_members), by their metrics (n, n_members, 4).

        See ``STUCK``. What a network can answer without the points is the share of class 1.
        """
        learned: NDArray[np.bool_] = metrics[..., 0] < STUCK * self._constant_loss
        return ~learned

    def history(self) -> tuple[NDArray[np.int64], Values]:
        """Return the recorded steps up to the current one, as of a run, and all metrics.

        These are steps (n,) and metrics (n, n_networks, 4). After its end, a network keeps those of
        its end.
        """
        due = self.base.past.history.due_between(0, self.step + 1, self.step + 1)
        steps = np.array(due, np.int64)
        return steps, np.concatenate([party.rows(steps) for party in self._parties], axis=1)

    # moving -------------------------------------------------------------------------------------

    def advance(self, n_updates: int, *, seconds: float | None = None) -> int:
        """Make up to ``n_updates`` updates of every network; return how many were made.

        Fewer are made if all networks end, or if ``seconds`` have passed, but then at least one.
        """
        if n_updates < 0:
            raise ValueError(f"n_updates must be zero or more; got {n_updates!r}")
        start, target = self.step, self.step + n_updates
        deadline = None if seconds is None else time.perf_counter() + seconds
        while self.step < target:
            began, before, goal = time.perf_counter(), self.step, target
            if deadline is not None:
                goal = min(target, before + max(1, int(0.5 * (deadline - began) / self._pace)))
            self._go(goal)
            if self.step < goal:
                break
            now = time.perf_counter()
            self._pace = (now - began) / (self.step - before)
            if deadline is not None and now >= deadline:
                break
        return self.step - start

    def rewind(self, step: int) -> None:
        """Go back to an earlier step. Training on from there gives the same steps as before."""
        if not 0 <= step <= self.step:
            raise ValueError(f"step must be from 0 to {self.step}; got {step!r}")
        self._go(step)

    def seek(self, step: int) -> None:
        """Go to the nearest state at or before ``step`` that all networks have stored."""
        if step < 0:
            raise ValueError(f"step must be zero or more; got {step!r}")
        self._go(min(party.nearest(step) for party in self._parties))

    def mark(self) -> None:
        """Store the current state for a while, because a viewer may soon come back to it."""
        for party in self._parties:
            party.mark()

    def collect(self, steps: Sequence[int]) -> EnsembleMoments:
        """Train through the rising ``steps`` and return all networks there.

        If all end earlier, the last moment is at the end of the last one.
        """
        if not steps or steps[0] < 0 or any(b <= a for a, b in pairwise(steps)):
            raise ValueError(f"steps must be one or more, from 0 on, and rise; got {steps!r:.60}")
        found = [party.collect(steps) for party in self._parties]
        self.step = steps[-1]
        theta, values = (np.concatenate(parts, axis=1) for parts in zip(*found, strict=True))
        end = self._end()
        if end is not None and end.step < self.step:
            # All networks stay as they are from the end on, so the moment after it is that of it.
            n = sum(step < end.step for step in steps)
            n += steps[0] <= end.step
            steps = [*steps[: n - 1], end.step] if n else []
            theta, values = theta[:n], values[:n]
            self._go(end.step)
        at = np.array(steps, np.int64)
        ends = np.array([np.inf if end is None else end.step for end in self.ends])
        epoch = np.array([self.base.epoch_at(step) for step in steps], np.float64)
        return EnsembleMoments(at, epoch, theta, values, at[:, np.newaxis] >= ends)

    def _go(self, step: int) -> None:
        for party in self._parties:
            party.go(step)
        self.step = step
        end = self._end()
        if end is not None:
            self.step = min(step, end.step)


def _constant_loss(loss: Loss, data: Dataset) -> float:
    """Return the training loss of always answering the share of class 1 in the training set."""
    share = float(data.y_train.mean())
    logit = math.log(share / (1.0 - share))
    return float(loss.value((2.0 * data.y_train - 1.0) * logit).mean())
