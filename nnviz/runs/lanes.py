"""Train several networks that differ only in their initial weights, as lanes of one trainer.

Each lane equals its own run to the last bit, while the run lasts. Where a lane may have ended, its
own `Run` decides: it starts from the lane's last sure snapshot, and gives the end and the state
there. So a lane and a run cannot differ about an end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nnviz.data import Dataset
from nnviz.experiment import Experiment
from nnviz.network.arrays import FloatArray
from nnviz.runs.course import Course
from nnviz.runs.guard import Guard
from nnviz.runs.journey import Journey
from nnviz.runs.meter import Meter, Values
from nnviz.runs.moments import Collector
from nnviz.runs.past import Past
from nnviz.runs.run import Run
from nnviz.training import Snapshot, StoppingRules, StopReason

FEWEST_SAMPLES = 16
"""With smaller batches, a lane does not have the bits of its own run: see `engine/passes.py`."""


@dataclass(frozen=True, eq=False)
class Ended:
    """The end of one network: the reason, theta (n_params,) and the metrics (4,) there."""

    reason: StopReason
    theta: FloatArray
    values: Values


class Party(Protocol):
    """Networks that are trained together. One that has ended stays as it is at its end."""

    @property
    def nbytes(self) -> int:
        """The memory in bytes, estimated from the array sizes, with everything stored."""

    @property
    def ends(self) -> list[Ended | None]:
        """The end of each network, as far as it is known; all ends up to the step are known."""

    def go(self, step: int) -> None:
        """Go to ``step``, forward or back."""

    def nearest(self, step: int) -> int:
        """Return the latest step up to ``step`` from which `go` needs no training."""

    def mark(self) -> None:
        """Store the current state for a while."""

    def collect(self, steps: Sequence[int]) -> tuple[FloatArray, Values]:
        """Train through the rising ``steps``; return theta (n, n_networks, n_params) and metrics
        (n, n_networks, 4).
        """

    def rows(self, steps: NDArray[np.int64]) -> Values:
        """Return the history at recorded steps up to the current one, (n, n_networks, 4)."""


class Lanes:
    """A party of lanes; the experiments are equal but for the initial weights.

    ``base`` is a run on the same data. The snapshots take at most ``most_bytes``.
    """

    def __init__(self, experiments: Sequence[Experiment], base: Run, most_bytes: int) -> None:
        one, network = experiments[0], base.network
        first = np.stack(
            [network.initialize(e.initializer, e.init_seed, e.biases) for e in experiments]
        )
        self._found: dict[int, Ended] = {}
        watch = partial(_LanesGuard, experiments=experiments, base=base, found=self._found)
        past = Past(most_bytes, (len(experiments),))
        self._journey = Journey(one, network, base.dataset, first, past, watch)

    @property
    def nbytes(self) -> int:
        """The memory in bytes, estimated from the array sizes, with everything stored."""
        return self._journey.nbytes + self._journey.past.nbytes

    @property
    def ends(self) -> list[Ended | None]:
        """The end of each network, as far as it is known; all ends up to the step are known."""
        self._journey.end()
        n_lanes = self._journey.here.theta.shape[0]
        return [self._found.get(lane) for lane in range(n_lanes)]

    def go(self, step: int) -> None:
        """Go to ``step``, forward or back."""
        self._journey.travel(step)

    def nearest(self, step: int) -> int:
        """Return the latest step up to ``step`` from which `go` needs no training."""
        end = self._journey.past.end
        return step if end is not None and end.step <= step else self._journey.nearest(step)

    def mark(self) -> None:
        """Store the current state for a while."""
        self._journey.mark()

    def collect(self, steps: Sequence[int]) -> tuple[FloatArray, Values]:
        """Train through ``steps``: see `Party.collect`."""
        found, journey = Collector(steps), self._journey
        journey.travel(steps[-1], found=found)
        here = journey.here
        found.drop_from(here.step)
        if here.step in found.wanted:
            found.add(here.step, here.theta, here.values)
        got = found.moments(here.theta.shape[-1], float)
        theta = np.empty((len(steps), *here.theta.shape), here.theta.dtype)
        values = np.empty((len(steps), *here.values.shape))
        if len(got):
            theta[: len(got)], values[: len(got)] = got.theta, got.metrics
        for lane, end in enumerate(self.ends):
            if end is not None:
                later = np.array(steps) > end.reason.step
                theta[later, lane], values[later, lane] = end.theta, end.values
        return theta, values

    def rows(self, steps: NDArray[np.int64]) -> Values:
        """Return the history at ``steps``: see `Party.rows`."""
        known, columns = self._journey.past.history.all_rows()
        values = np.full((len(steps), *self._journey.here.values.shape), np.nan)
        reached = np.isin(steps, known)
        values[reached] = columns.T[np.isin(known, steps)]
        for lane, end in enumerate(self.ends):
            if end is not None:
                values[steps > end.reason.step, lane] = end.values
        return values


class _LanesGuard(Guard):
    """Finds the ends of lanes. The past ends where the last lane does.

    ``found`` gets the end of each lane that has one, when it becomes known.
    """

    def __init__(
        self,
        course: Course,
        meter: Meter,
        past: Past,
        stopping: StoppingRules,
        has_test: bool,
        *,
        experiments: Sequence[Experiment],
        base: Run,
        found: dict[int, Ended],
    ) -> None:
        super().__init__(course, meter, past, stopping, has_test)
        self._experiments, self._base, self.found = experiments, base, found

    @property
    def _live(self) -> list[int]:
        return [lane for lane in range(len(self._experiments)) if lane not in self.found]

    def examine(self) -> Values:
        """Measure the current step, and return the metrics of every lane, (n_lanes, 4)."""
        step, past = self._course.step, self.past
        values = self._meter.now()
        if step <= past.frontier or past.end is not None:
            return values
        if past.history.due(step):
            self.record([step], values[np.newaxis])
        else:
            past.frontier = step
            self._look_into(np.flatnonzero(~np.isfinite(values[:, 0])), past.known)
        if past.end is None and step == self.last_step:
            self._look_into(self._live, past.history.until(step - 1).last_step)
        return values

    def record(self, steps: Sequence[int], values: Values) -> None:
        """Store the rows of the next recorded steps, (len(steps), n_lanes, 4)."""
        past, before = self.past, self.past.known
        past.history.extend(steps, values)
        past.frontier = steps[-1]
        suspects = set(np.flatnonzero(~np.isfinite(values[..., 0]).all(axis=0)).tolist())
        suspects |= {lane for lane in self._live if self._meets_rule(lane, steps[0])}
        self._look_into(suspects, before)

    def cannot_go_on(self) -> None:
        """Find the ends, given that no lane has a finite next update."""
        self._look_into(self._live, self.past.known)

    def _meets_rule(self, lane: int, first: int) -> bool:
        rules = self._stopping
        if rules.target_loss is rules.target_accuracy is rules.patience is None:
            return False
        history = self.past.history.lane(lane)
        return rules.first_met(history, first, self._steps_per_epoch, self._has_test) is not None

    def _look_into(self, suspects: Iterable[int], sure: int) -> None:
        """Find the ends of these lanes, and of those that diverged, with a run each.

        The rows up to step ``sure`` are known to be theirs.
        """
        course, past = self._course, self.past
        reached = course.step
        for lane in sorted({*suspects, *course.fallen} - self.found.keys()):
            run = Run(self._experiments[lane], self._past_of(lane, sure), like=self._base)
            run.advance(reached + 1)
            if run.past.end is not None:
                run.advance(max(run.past.end.step - run.step, 0))
                values = np.array(run.metrics())
                self.found[lane] = Ended(run.past.end, run.theta, values)
        if past.end is None and not self._live:
            last = max((end.reason for end in self.found.values()), key=lambda one: one.step)
            if last.step <= reached:
                past.history = past.history.until(last.step)
                self._go_to(last.step)
                self._end_here(last, last.step)

    def _past_of(self, lane: int, sure: int) -> Past:
        """Return the past of one lane up to step ``sure``."""
        past = Past()
        past.begin(_lane_of(self.past.latest(0), lane))
        past.history = self.past.history.until(sure).lane(lane)
        past.frontier = past.known
        past.mark(_lane_of(self.past.latest(max(past.known, 0)), lane))
        return past


def _lane_of(snapshot: Snapshot, lane: int) -> Snapshot:
    theta, slots = snapshot.theta[lane].copy(), snapshot.slots[:, lane].copy()
    return Snapshot(snapshot.step, theta, slots)


class Alone:
    """A party of a single run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.dataset: Dataset = run.dataset

    @property
    def nbytes(self) -> int:
        """The memory in bytes, estimated from the array sizes, with everything stored."""
        return self._run.nbytes + self._run.past.nbytes

    @property
    def ends(self) -> list[Ended | None]:
        """The end of the run if it is reached, in a list."""
        run, reason = self._run, self._run.stopped
        if reason is None:
            return [None]
        return [Ended(reason, run.theta, np.array(run.metrics()))]

    def go(self, step: int) -> None:
        """Go to ``step``, forward or back."""
        if step < self._run.step:
            self._run.rewind(step)
        else:
            self._run.advance(step - self._run.step)

    def nearest(self, step: int) -> int:
        """Return the latest step up to ``step`` from which `go` needs no training."""
        end = self._run.past.end
        return step if end is not None and end.step <= step else self._run.nearest(step)

    def mark(self) -> None:
        """Store the current state for a while."""
        self._run.mark()

    def collect(self, steps: Sequence[int]) -> tuple[FloatArray, Values]:
        """Train through ``steps``: see `Party.collect`."""
        run = self._run
        got = run.collect(steps, after=steps[-1])  # without the end, unless it is one of them
        theta = np.empty((len(steps), 1, run.network.n_params), run.network.dtype)
        values = np.empty((len(steps), 1, 4))
        theta[:], values[:] = run.theta, run.metrics()
        theta[: len(got), 0], values[: len(got), 0] = got.theta, got.metrics
        return theta, values

    def rows(self, steps: NDArray[np.int64]) -> Values:
        """Return the history at ``steps``: see `Party.rows`."""
        known, columns = self._run.past.history.all_rows()
        values = np.full((len(steps), 1, 4), np.nan)
        values[np.isin(steps, known), 0] = columns.T[np.isin(known, steps)]
        (end,) = self.ends
        if end is not None:
            values[steps > end.reason.step, 0] = end.values
        return values
