"""Train several networks as lanes of one trainer. Their weights, rates and penalties differ.

Each lane equals its own run to the last bit, while the run lasts. Where a lane may have ended, its
own `Run` decides: it starts from the lane's last sure snapshot, and gives the end and the state
there. So a lane and a run cannot differ about an end.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nnviz.experiment import Experiment
from nnviz.network.arrays import FloatArray
from nnviz.runs.course import Course
from nnviz.runs.guard import Guard
from nnviz.runs.journey import Journey
from nnviz.runs.meter import Meter, Values
from nnviz.runs.moments import Collector
from nnviz.runs.past import Past
from nnviz.runs.result import Result, result_of
from nnviz.runs.run import Run
from nnviz.training import Metrics, Snapshot, StoppingRules


class Party(Protocol):
    """Networks that are trained together. One that has ended stays as it is at its end."""

    def __len__(self) -> int:
        """Return the number of networks."""

    @property
    def nbytes(self) -> int:
        """The memory in bytes, estimated from the array sizes, with everything stored."""

    @property
    def ends(self) -> list[Result | None]:
        """The end of each network, as far as it is known; all ends up to the step are known."""

    @property
    def step(self) -> int:
        """The current step: that of the last end, if all networks ended before."""

    def go(self, step: int, deadline: float | None = None) -> None:
        """Go to ``step``, forward or back; stop earlier at ``deadline``, but not where it is."""

    def reached(self, step: int) -> bool:
        """Return whether it is at ``step``, or at the end of the last network."""

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

    def results(self) -> list[Result]:
        """Return what each network is at the current step, or at its end if that is earlier."""


class Lanes:
    """A party of lanes. The experiments differ in seeds, rates and penalties alone: see `parties`.

    ``base`` is a run on the same data. The snapshots take at most ``most_bytes``.
    """

    def __init__(self, experiments: Sequence[Experiment], base: Run, most_bytes: int) -> None:
        network = base.network
        first = np.stack(
            [network.initialize(e.initializer, e.init_seed, e.biases) for e in experiments]
        )
        self._experiments = experiments
        self._found: dict[int, Result] = {}
        watch = partial(_LanesGuard, experiments=experiments, base=base, found=self._found)
        past = Past(most_bytes, (len(experiments),))
        self._journey = Journey(experiments, network, base.dataset, first, past, watch)

    def __len__(self) -> int:
        """Return the number of networks."""
        return len(self._experiments)

    @property
    def nbytes(self) -> int:
        """The memory in bytes, estimated from the array sizes, with everything stored."""
        return self._journey.nbytes + self._journey.past.nbytes

    @property
    def ends(self) -> list[Result | None]:
        """The end of each network, as far as it is known; all ends up to the step are known."""
        self._journey.end()
        return [self._found.get(lane) for lane in range(len(self._experiments))]

    @property
    def step(self) -> int:
        """The current step: that of the last end, if all networks ended before."""
        return self._journey.here.step

    def go(self, step: int, deadline: float | None = None) -> None:
        """Go to ``step``, forward or back: see `Party.go`."""
        self._journey.travel(step, deadline)

    def reached(self, step: int) -> bool:
        """Return whether it is at ``step``, or at the end of the last network."""
        return self._journey.reached(step)

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
                later = np.array(steps) > end.step
                theta[later, lane], values[later, lane] = end.theta, end.metrics
        return theta, values

    def rows(self, steps: NDArray[np.int64]) -> Values:
        """Return the history at ``steps``: see `Party.rows`."""
        known, columns = self._journey.past.history.all_rows()
        values = np.full((len(steps), *self._journey.here.values.shape), np.nan)
        reached = np.isin(steps, known)
        values[reached] = columns.T[np.isin(known, steps)]
        for lane, end in enumerate(self.ends):
            if end is not None:
                values[steps > end.step, lane] = end.metrics
        return values

    def results(self) -> list[Result]:
        """Return what each network is at the current step: see `Party.results`."""
        ends, here = self.ends, self._journey.here
        history = self._journey.past.history.until(here.step)
        return [
            end
            if end is not None and end.step <= here.step
            else Result(
                experiment,
                here.step,
                Metrics(*here.values[lane].tolist()),
                history.lane(lane),
                here.theta[lane].copy(),
                None,
            )
            for lane, (experiment, end) in enumerate(zip(self._experiments, ends, strict=True))
        ]


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
        found: dict[int, Result],
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
                self.found[lane] = result_of(run)
        if past.end is None and not self._live:
            last = max(filter(None, (e.stopped for e in self.found.values())), key=lambda r: r.step)
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
