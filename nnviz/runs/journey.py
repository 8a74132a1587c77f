"""Move a run to a requested step, forward or back, and hold its working memory."""

import math
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.data import Dataset
from nnviz.experiment import Experiment
from nnviz.network import Network, lanes_within
from nnviz.network.arrays import FloatArray
from nnviz.runs.course import Course
from nnviz.runs.guard import Guard
from nnviz.runs.meter import Meter, Values
from nnviz.runs.moments import Collector
from nnviz.runs.past import Past
from nnviz.training import Rehearsal, Snapshot, StoppingRules, StopReason, Tape, Trainer

_TAPE_BYTES = 1_000_000


@dataclass(frozen=True, eq=False)
class Place:
    """A run's state at one step: before its changes, the parameters after them, the metrics."""

    arrival: Snapshot
    theta: FloatArray
    values: Values

    @property
    def step(self) -> int:
        """The number of updates made up to this state."""
        return self.arrival.step


class Journey:
    """Moves one experiment, and stores its results in a past.

    With initial parameters (n_lanes, n_params) it moves a network per lane, each with its own of
    the ``experiments``; then ``guard`` must be one for lanes. The course is usually at the run's
    current step. It is ahead of it if training ahead was necessary to know whether the run ends.

    Attributes
    ----------
    here : the run's current state
    past : the results so far
    trainer : the trainer, which may be at another step than the run
    """

    def __init__(
        self,
        experiments: Sequence[Experiment],
        network: Network,
        dataset: Dataset,
        first_theta: FloatArray,
        past: Past,
        guard: Callable[[Course, Meter, Past, StoppingRules, bool], Guard] = Guard,
    ) -> None:
        self._new_guard = guard
        X_train = dataset.inputs(dataset.X_train)
        self.trainer = Trainer(
            network, X_train, dataset.y_train, experiments[0].training, first_theta
        )
        self._has_test = dataset.has_test
        self._course = Course(self.trainer, experiments)
        self._meter = Meter(self.trainer, network, dataset)
        self._tape = _tape_for(self.trainer, len(dataset.y_train))
        self._pace = math.inf  # seconds per update, as measured last
        past.begin(self._course.arrival())
        self._follow(experiments, past)
        self._course.restore(past.latest(0))
        self._stand()

    def _follow(self, experiments: Sequence[Experiment], past: Past) -> None:
        self._course.follow(experiments)
        self.past = past
        stopping = experiments[0].training.stopping
        self._guard = self._new_guard(self._course, self._meter, past, stopping, self._has_test)

    @property
    def nbytes(self) -> int:
        """The size of the working memory in bytes, estimated from the array sizes."""
        return self.trainer.nbytes + self._tape.nbytes + self._meter.nbytes

    def reached(self, step: int) -> bool:
        """Return whether the run is at ``step``, or at an earlier end."""
        return self.here.step >= self._within(step)

    def end(self) -> StopReason | None:
        """Return why the run ends at its current step, or None. Trains ahead if necessary."""
        if self.past.end is None and self.past.frontier <= self.here.step:
            if self._course.step != self.here.step:
                self._course.restore(self.here.arrival)
            self._guard.look_ahead()
        end = self.past.end
        return end if end is not None and end.step == self.here.step else None

    def rehearse(self) -> Rehearsal | None:
        """Return what the next update computes, without making it; None if the run ends here."""
        if self.end() is not None:
            return None
        if self._course.step != self.here.step:
            self._course.restore(self.here.arrival)
        return self.trainer.rehearse()

    def change(self, experiment: Experiment) -> None:
        """Continue with an experiment that differs only in changes from the current step on."""
        arrival = self.here.arrival
        past = self.past.until(arrival.step)
        past.mark(arrival)
        self._follow([experiment], past)
        self._course.restore(arrival)
        self._stand()

    def seek(self, step: int) -> None:
        """Go to the nearest stored state at or before ``step``, without training."""
        self._approach(self._within(step))
        self._stand()

    def nearest(self, step: int) -> int:
        """Return the step that `seek` would go to."""
        within = self._within(step)
        held = (self.past.latest(within).step, self.here.step, self._course.step)
        return max(step for step in held if step <= within)

    def mark(self, snapshots: Sequence[Snapshot] = ()) -> None:
        """Store these states and the current one; if they are too large, only the current one."""
        if self.past.has_room_for(snapshots):
            for snapshot in snapshots:
                if not self._course.edits(snapshot.step):
                    self.past.mark(snapshot)
        if np.isfinite(self.here.values[..., 0]).any():
            self.past.mark(self.here.arrival)

    def _within(self, step: int) -> int:
        """Return ``step``, or the last step of the run if it is known and comes earlier."""
        last = self._guard.last_step
        step = step if last is None else min(step, last)
        return step if self.past.end is None else min(step, self.past.end.step)

    def _approach(self, step: int) -> None:
        """Move the course to the nearest stored state at or before ``step``, without training."""
        if self.past.frontier <= self._course.step <= step:
            return
        best = self.past.latest(step)
        if best.step < self.here.step <= step:
            best = self.here.arrival
        if not best.step <= self._course.step <= step:
            self._course.restore(best)

    def travel(
        self, target: int, deadline: float | None = None, found: Collector | None = None
    ) -> None:
        """Go to ``target``; stop earlier where the run ends or at ``deadline``."""
        found = Collector() if found is None else found
        course, past, tape = self._course, self.past, self._tape
        here, target = self.here.step, self._within(target)
        self._approach(min([target, *found.wanted[:1]]))
        tape.clear()
        while course.step < target:
            began, start = time.perf_counter(), course.step
            if deadline is not None and began >= deadline and start > here:
                break
            goal = min(target, past.next_checkpoint(start))
            if deadline is not None:
                goal = min(goal, start + max(1, int(0.5 * (deadline - began) / self._pace)))
            finite = course.advance(self._wish(goal, found), tape)
            if course.step == past.next_checkpoint(start):
                past.checkpoint(course.arrival())
            if tape.room == 0 or not finite:
                self._note(found)
                if not finite and past.end is None:
                    self._guard.cannot_go_on()
                if past.end is not None and past.end.step <= course.step:
                    break
            if deadline is not None:
                now = time.perf_counter()
                self._pace = (now - began) / (course.step - start)
                if now >= deadline:
                    break
        self._note(found)
        self._stand()

    def _wish(self, goal: int, found: Collector) -> int:
        """Ask the tape for the steps needed before ``goal``; return how far its room suffices."""
        start, room = self._course.step, self._tape.room
        unknown = max(start, self.past.known + 1)
        steps = self.past.history.due_between(unknown, goal, room + 1)
        if found.wanted:
            low = bisect_left(found.wanted, start)
            high = bisect_left(found.wanted, goal, lo=low)
            steps = sorted({*steps, *found.wanted[low : min(high, low + room + 1)]})
        if len(steps) > room:
            goal = steps[room]
        self._tape.want(steps[:room])
        return goal

    def _note(self, found: Collector) -> None:
        """Measure what the tape holds. If that shows the end, the course goes back to it."""
        tape, past = self._tape, self.past
        steps = tape.steps
        if not steps:
            return
        values = self._meter.measure(tape)
        found.take(tape, values)
        known, due = past.known, past.history.due
        new = [i for i, step in enumerate(steps) if step > known and due(step)]
        tape.clear()
        if new and past.end is None:
            self._guard.record([steps[i] for i in new], values[new])

    def _stand(self) -> None:
        """Set the run's state to the course's, or to the end of the run if it comes earlier."""
        self.here = self._place()
        if self.past.frontier < self.here.step:
            self._guard.look_ahead()
            if self._within(self.here.step) < self.here.step:
                self.here = self._place()

    def _place(self) -> Place:
        """Return the course's state. If measuring it shows an earlier end, return that instead."""
        course, step = self._course, self._course.step
        values = self._guard.examine()
        if course.step != step:
            values = self._guard.examine()
        arrival = course.arrival()
        theta = course.theta.copy() if course.edits(course.step) else arrival.theta
        return Place(arrival, theta, values)


def _tape_for(trainer: Trainer, n_train: int) -> Tape:
    """Make a tape with as many rows as are measured at once, within ``_TAPE_BYTES``.

    Of lanes, no memory of the optimizer is recorded: `Collector.snapshots` is for single runs.
    """
    network, n_samples = trainer.network, n_train if trainer.sees_all else 0
    lanes = trainer.theta.shape[:-1]
    n_slots = 0 if lanes else trainer.n_slots
    numbers = math.prod(lanes) * (network.n_params * (1 + n_slots) + n_samples)
    n_rows = lanes_within(_TAPE_BYTES, network.dtype.itemsize * numbers)
    return Tape(n_rows, network.n_params, n_slots, n_samples, network.dtype, lanes)
