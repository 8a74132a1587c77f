"""The second noun: a :class:`Run` is one experiment being trained.

Where it stands depends on the experiment and the step alone: not on how many calls it took, how
fast it was watched, or what was looked at. Where it ends is said in `guard`, what it keeps in
`past`.
"""

import math
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz import limits
from nnviz.data import Dataset, make_dataset
from nnviz.experiment import Change, Experiment
from nnviz.network import Network, lanes_within
from nnviz.network.arrays import FloatArray
from nnviz.runs.course import Course
from nnviz.runs.guard import Guard
from nnviz.runs.meter import Meter, Values
from nnviz.runs.moments import Collector, Moments
from nnviz.runs.past import Past
from nnviz.training import History, Snapshot, StopReason, Tape, Trainer, limit_blas_threads

_TAPE_BYTES = 1_000_000


@dataclass(frozen=True)
class Metrics:
    """Loss and accuracy over the whole training and test set; NaN where there is no test set."""

    loss_train: float
    loss_test: float
    accuracy_train: float
    accuracy_test: float


@dataclass(frozen=True, eq=False)
class _Place:
    """Where a run stands: the state on arrival, and the parameters after the step's changes."""

    arrival: Snapshot
    theta: FloatArray
    values: Values

    @property
    def step(self) -> int:
        return self.arrival.step


class Run:
    """One experiment being trained, at some step.

    ``past`` is what another run of the same experiment has found out. ``like`` is a run whose
    data and first parameters are taken over where the experiment has the same.

    >>> run = Run(Experiment())
    >>> run.advance(100)
    100
    >>> run.rewind(40)
    >>> run.step
    40
    """

    def __init__(
        self, experiment: Experiment, past: Past | None = None, like: "Run | None" = None
    ) -> None:
        limit_blas_threads()
        self.experiment = experiment
        other = None if like is None else like.experiment
        self.dataset: Dataset = (
            like.dataset
            if like is not None and other is not None and other.data == experiment.data
            else make_dataset(experiment.data)
        )
        self.network = Network(experiment.network, dtype=experiment.precision)
        self._first_theta: FloatArray = (
            like._first_theta
            if like is not None and other is not None and _drawn_alike(other, experiment)
            else self.network.initialize(
                experiment.initializer, experiment.init_seed, biases=experiment.biases
            )
        )
        data = self.dataset
        X_train = data.inputs(data.X_train)
        trainer = Trainer(
            self.network, X_train, data.y_train, experiment.training, self._first_theta
        )
        self._course = Course(trainer, experiment)
        self._meter = Meter(trainer, self.network, data)
        self._tape = _tape_for(trainer, len(data.y_train))
        self._pace = math.inf  # seconds an update, as far as is known
        self._use(Past() if past is None else past)
        self._course.restore(self.past.latest(0))
        self._stand()

    def _use(self, past: Past) -> None:
        past.begin(self._course.trainer.snapshot())
        self.past = past
        self._guard = Guard(
            self._course,
            self._meter,
            past,
            self.experiment.training.stopping,
            self.dataset.has_test,
        )

    # where it stands ----------------------------------------------------------------------------

    @property
    def step(self) -> int:
        """How many parameter updates have been made."""
        return self._here.step

    @property
    def epoch(self) -> float:
        """How many passes over the training data have been made, with fractions."""
        return self._course.trainer.epoch_at(self.step)

    @property
    def steps_per_epoch(self) -> int:
        """Updates that make one pass over the training data."""
        return self._course.trainer.steps_per_epoch

    @property
    def theta(self) -> NDArray[Any]:
        """A copy of all parameters, (n_params,)."""
        return self._here.theta.copy()

    @property
    def history(self) -> History:
        """Loss and accuracy at the recorded steps up to the present one."""
        return self.past.history.until(self.step)

    @property
    def stopped(self) -> StopReason | None:
        """Why the run cannot go on from this step, or None.

        If nobody knows yet, the next update is made to find out; the run does not move.
        """
        if self.past.end is None and self.past.frontier <= self.step:
            if self._course.step != self.step:
                self._course.restore(self._here.arrival)
            self._guard.look_ahead()
        end = self.past.end
        return end if end is not None and end.step == self.step else None

    @property
    def nbytes(self) -> int:
        """Bytes of the live buffers, estimated from their sizes; `past` has its own."""
        return self._course.trainer.nbytes + self._tape.nbytes + self._meter.nbytes

    def metrics(self) -> Metrics:
        """Loss and accuracy at this step, over the whole train and test set."""
        return Metrics(*self._here.values.tolist())

    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:
        """Probability of class 1 for points (n_samples, 2) in the units of the data."""
        return self.network.predict_proba(self._here.theta, self.dataset.inputs(np.asarray(X)))

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Class, 0 or 1, of points (n_samples, 2): 1 where the probability is above 0.5."""
        return (self.predict_proba(X) > 0.5).astype(np.int64)

    def gradient(self) -> NDArray[Any]:
        """The gradient of the objective over the whole training set, (n_params,), no dropout."""
        return self.gradient_of(self._here.theta, self.step)

    def gradient_of(self, theta: FloatArray, step: int) -> NDArray[Any]:
        """The same for parameters (n_params,) of any step, with the penalties in force there."""
        data, experiment = self.dataset, self.experiment
        _, gradient = self.network.loss_and_grad(
            theta,
            data.inputs(data.X_train),
            data.y_train,
            l1=experiment.value_at("l1", step),
            l2=experiment.value_at("l2", step),
            dropout_seed=None,
        )
        return gradient

    # moving -------------------------------------------------------------------------------------

    def advance(
        self,
        n_updates: int,
        callback: Callable[["Run"], object] | None = None,
        every: int = 1,
        seconds: float | None = None,
    ) -> int:
        """Go forward by up to ``n_updates`` parameter updates; return by how many it went.

        ``callback(run)`` is called at every multiple of ``every`` steps. It goes less far when the
        run ends (see ``stopped``), or when ``seconds`` have passed, but then by at least one.

        >>> def progress(run):
        ...     metrics = run.metrics()
        ...     print(f"Iteration: {run.step:05} - cost: {metrics.loss_train:.5f}"
        ...           f" - accuracy: {metrics.accuracy_train:.5f}")
        >>> Run(Experiment()).advance(2000, callback=progress, every=1000)  # doctest: +ELLIPSIS
        Iteration: 01000 - cost: ... - accuracy: ...
        Iteration: 02000 - cost: ... - accuracy: ...
        2000
        """
        if n_updates < 0:
            raise ValueError(f"n_updates must be zero or more; got {n_updates!r}")
        if every < 1:
            raise ValueError(f"every must be at least 1; got {every!r}")
        deadline = None if seconds is None else time.perf_counter() + seconds
        start, target = self.step, self.step + n_updates
        while True:
            before, goal = self.step, target
            if callback is not None:
                goal = min(target, (before // every + 1) * every)
            self._travel(goal, deadline)
            if callback is not None and self.step > before and self.step % every == 0:
                callback(self)
            late = deadline is not None and time.perf_counter() >= deadline
            if self.step < goal or goal == target or late:
                return max(self.step - start, 0)

    def rewind(self, step: int) -> None:
        """Go back to an earlier step. What follows will be the same as the first time."""
        if not 0 <= step <= self.step:
            raise ValueError(f"step must be from 0 to {self.step}; got {step!r}")
        self._travel(step)

    def seek(self, step: int) -> None:
        """Go to the nearest held state at or before ``step``, back or forward, without training.

        From there `advance` leads to ``step``, a slice at a time.
        """
        if step < 0:
            raise ValueError(f"step must be zero or more; got {step!r}")
        self._approach(self._within(step))
        self._stand()

    def nearest(self, step: int) -> int:
        """Return the step at which `seek` would stand."""
        within = self._within(step)
        found = self.past.latest(within).step
        if self.step <= within:
            found = max(found, self.step)
        if self._course.step <= within:
            found = max(found, self._course.step)
        return found

    def collect(
        self, steps: Sequence[int], seconds: float | None = None, after: int | None = None
    ) -> Moments:
        """Train through the rising ``steps`` and return those that were reached.

        Fewer are returned when the run ends, or when ``seconds`` have passed. The step at which it
        ends is among them if it is later than ``after``, by default the step before the first. All
        is equal, to the last bit, to going to each of the steps by itself. The run stands where it
        got to, and the states of these steps are held for a while (see `mark`).
        """
        if not steps or steps[0] < 0 or any(b <= a for a, b in pairwise(steps)):
            raise ValueError(f"steps must be one or more, from 0 on, and rise; got {steps!r:.60}")
        deadline = None if seconds is None else time.perf_counter() + seconds
        found = Collector(steps)
        self._travel(steps[-1], deadline, found)
        first = steps[0] - 1 if after is None else after
        ends_between = first < self.step < steps[-1] and self.stopped is not None
        found.drop_from(self.step)
        self._mark(found.snapshots())
        if self.step in found.wanted or ends_between:
            found.add(self.step, self._here.theta, self._here.values)
        return found.moments(self.network.n_params, self._course.trainer.epoch_at)

    def mark(self) -> None:
        """Hold the present state for a while, because a viewer may soon come back to it."""
        if math.isfinite(self._here.values[0]):
            self.past.mark(self._here.arrival)

    def change(self, field: str, value: float) -> None:
        """Alter ``field`` (see :class:`Change`) from this step on; later changes are dropped."""
        step, arrival = self.step, self._here.arrival
        self.experiment = self.experiment.with_change(Change(step, field, value))
        self._course.follow(self.experiment)
        past = self.past.until(step)
        past.mark(arrival)
        self._use(past)
        self._course.restore(arrival)
        self._stand()

    def fork(self, experiment: Experiment) -> "Run":
        """A run of another experiment, at step 0, with all that both have in common."""
        shared = self.experiment.same_until(experiment)
        return Run(experiment, None if shared is None else self.past.until(shared), like=self)

    # how it moves -------------------------------------------------------------------------------

    def _within(self, step: int) -> int:
        """The step itself, or the last one before it that can be stood at, as far as is known."""
        last = self._guard.last_step
        step = step if last is None else min(step, last)
        return step if self.past.end is None else min(step, self.past.end.step)

    def _approach(self, step: int) -> None:
        """Take the course to the nearest state at or before ``step``, without training."""
        best = self.past.latest(step)
        if best.step < self.step <= step:
            best = self._here.arrival
        if not best.step <= self._course.step <= step:
            self._course.restore(best)

    def _travel(
        self, target: int, deadline: float | None = None, found: Collector | None = None
    ) -> None:
        """Stand at ``target``, or where the run ends, or where time is up."""
        found = Collector() if found is None else found
        course, past, tape = self._course, self.past, self._tape
        here, target = self.step, self._within(target)
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
        """Put on the tape what is to be seen before ``goal``; return how far there is room."""
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
        """Measure what the tape holds; the end, if it is among it, is where the course stands."""
        tape, past = self._tape, self.past
        steps = tape.steps
        if not steps:
            return
        values = self._meter.measure(tape)
        found.take(tape, values)
        new = [i for i, s in enumerate(steps) if s > past.known and past.history.due(s)]
        tape.clear()
        if new and past.end is None:
            self._guard.record([steps[i] for i in new], values[new])

    def _stand(self) -> None:
        """Stand where the course does, or where the run ends if that turns out to be before."""
        self._here = self._place()
        if self.past.frontier < self.step:
            self._guard.look_ahead()
            if self._within(self.step) < self.step:
                self._here = self._place()

    def _place(self) -> _Place:
        """Where the course stands; the end, if measuring tells that it comes before."""
        course, step = self._course, self._course.step
        values = self._guard.examine()
        if course.step != step:
            values = self._guard.examine()
        arrival = course.arrival()
        theta = course.theta.copy() if course.edits(course.step) else arrival.theta
        return _Place(arrival, theta, values)

    def _mark(self, snapshots: Sequence[Snapshot]) -> None:
        """Hold these states and the present one; only that, where all would be too much."""
        if 2 * sum(s.nbytes for s in snapshots) <= limits.RECENT_CHECKPOINT_BYTES:
            for snapshot in snapshots:
                if not self._course.edits(snapshot.step):
                    self.past.mark(snapshot)
        self.mark()


def _drawn_alike(one: Experiment, other: Experiment) -> bool:
    """Whether both begin with the same parameters."""
    return all(
        getattr(one, name) == getattr(other, name)
        for name in ("network", "precision", "initializer", "init_seed", "biases")
    )


def _tape_for(trainer: Trainer, n_train: int) -> Tape:
    """A tape of as many rows as are measured at once, within its bound of memory."""
    network, n_samples = trainer.network, n_train if trainer.sees_all else 0
    numbers = network.n_params * (1 + trainer.n_slots) + n_samples
    n_rows = lanes_within(_TAPE_BYTES, network.dtype.itemsize * numbers)
    return Tape(n_rows, network.n_params, trainer.n_slots, n_samples, network.dtype)
