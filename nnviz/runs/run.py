"""The second noun: a :class:`Run` is one experiment being trained.

Only ``advance``, ``rewind`` and ``change`` move it. Where it stands depends on the experiment and
the step alone: not on how many calls it took, how fast it was watched, or what was looked at.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz import limits
from nnviz.data import Dataset, make_dataset
from nnviz.experiment import LIVE_FIELDS, Change, Experiment
from nnviz.network import Network
from nnviz.runs.checkpoints import Checkpoints
from nnviz.training import History, StopReason, Trainer, limit_blas_threads

_UPDATES_TO_THE_END = 64


@dataclass(frozen=True)
class Metrics:
    """Loss and accuracy over the whole training and test set; NaN where there is no test set."""

    loss_train: float
    loss_test: float
    accuracy_train: float
    accuracy_test: float


class Run:
    """One experiment being trained, at some step.

    >>> run = Run(Experiment())
    >>> run.advance(100)
    100
    >>> run.rewind(40)
    >>> run.step
    40
    """

    def __init__(self, experiment: Experiment) -> None:
        limit_blas_threads()
        self.experiment = experiment
        self.dataset: Dataset = make_dataset(experiment.data)
        self.network = Network(experiment.network, dtype=experiment.precision)
        theta = self.network.initialize(
            experiment.initializer, experiment.init_seed, biases=experiment.biases
        )
        data = self.dataset
        X_train = data.inputs(data.X_train)
        self._trainer = Trainer(self.network, X_train, data.y_train, experiment.training, theta)
        self._on_train = self.network.evaluator(X_train, data.y_train)
        self._on_test = (
            self.network.evaluator(data.inputs(data.X_test), data.y_test) if data.has_test else None
        )
        self.history = History(limits.HISTORY_ROWS)
        self._stopped: StopReason | None = None
        self._measured: tuple[int, Metrics] | None = None
        self._apply_changes()
        self._checkpoints = Checkpoints(self._trainer.snapshot())
        self._record()

    @property
    def step(self) -> int:
        """How many parameter updates have been made."""
        return self._trainer.step

    @property
    def epoch(self) -> float:
        """How many passes over the training data have been made, with fractions."""
        return self._trainer.epoch

    @property
    def steps_per_epoch(self) -> int:
        """Updates that make one pass over the training data."""
        return self._trainer.steps_per_epoch

    @property
    def theta(self) -> NDArray[Any]:
        """A copy of all parameters, (n_params,)."""
        return self._trainer.theta.copy()

    @property
    def stopped(self) -> StopReason | None:
        """Why the run cannot go on from this step, or None."""
        return self._stopped

    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:
        """Probability of class 1 for points (n_samples, 2) in the units of the data."""
        return self.network.predict_proba(self._trainer.theta, self.dataset.inputs(np.asarray(X)))

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Class, 0 or 1, of points (n_samples, 2): 1 where the probability is above 0.5."""
        return (self.predict_proba(X) > 0.5).astype(np.int64)

    def gradient(self) -> NDArray[Any]:
        """The gradient of the objective over the whole training set, (n_params,), no dropout."""
        data = self.dataset
        _, gradient = self.network.loss_and_grad(
            self._trainer.theta,
            data.inputs(data.X_train),
            data.y_train,
            l1=self._trainer.l1,
            l2=self._trainer.l2,
            dropout_seed=None,
        )
        return gradient

    def metrics(self) -> Metrics:
        """Loss and accuracy at this step, over the whole train and test set."""
        if self._measured is None or self._measured[0] != self.step:
            self._measured = (self.step, self._evaluate())
        return self._measured[1]

    def advance(
        self,
        n_updates: int,
        callback: Callable[["Run"], object] | None = None,
        every: int = 1,
        seconds: float | None = None,
    ) -> int:
        """Make up to ``n_updates`` parameter updates; return how many were made.

        ``callback(run)`` is called at every multiple of ``every`` steps. Fewer updates are made
        when the run stops (see ``stopped``), or when ``seconds`` have passed, but at least one.

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
        while self.step < target and self._stopped is None:
            goals = [target, self.history.next_due(self.step)]
            goals.append(self._checkpoints.next_due(self.step))
            goals.extend(c.step for c in self.experiment.changes if c.step > self.step)
            if callback is not None:
                goals.append((self.step // every + 1) * every)
            if deadline is not None:
                goals.append(self.step + 1)
            before = self.step
            if self._trainer.advance(min(goals) - before):
                self._arrive()
            if self._trainer.stopped is not None or self.history.due(self.step):
                self._check_stopped()
            if callback is not None and self.step > before and self.step % every == 0:
                callback(self)
            if deadline is not None and time.perf_counter() >= deadline:
                break
        if self._stopped is None:
            self._check_stopped()
        return max(self.step - start, 0)  # a divergence may have taken it further back

    def rewind(self, step: int) -> None:
        """Go back to an earlier step. What follows will be the same as the first time."""
        if not 0 <= step <= self.step:
            raise ValueError(f"step must be from 0 to {self.step}; got {step!r}")
        self._stopped = self._measured = None
        self._checkpoints.forget_after(step)
        self.history.truncate(step)
        self._trainer.restore(self._checkpoints.latest(step))
        self._set_live_fields()
        changes = [c.step for c in self.experiment.changes]
        while self.step < step:
            goal = min([s for s in changes if s > self.step] + [step])
            self._trainer.advance(goal - self.step)
            self._apply_changes()
        self._stopped = self._rule_reached()

    def change(self, field: str, value: float) -> None:
        """Alter ``field`` (see :class:`Change`) from this step on; later changes are dropped."""
        change = Change(self.step, field, value)
        self.experiment = self.experiment.with_change(change)
        self._checkpoints.forget_after(self.step - 1)
        self._apply_changes()
        self._checkpoints.add(self._trainer.snapshot())
        if change.parameter is not None and self.history.due(self.step):
            self.history.truncate(self.step - 1)
            self._record()
        self._stopped = self._rule_reached()

    def _check_stopped(self) -> None:
        """Note why the run ends here, if it does; after a divergence, go back to a finite loss.

        A loss can be infinite a few updates before the parameters are. The trainer is sent on to
        the end then, so that the reason is the same however the updates were cut.
        """
        diverged = not math.isfinite(self.metrics().loss_train)
        if diverged:
            self._trainer.advance(_UPDATES_TO_THE_END)
        reason = self._trainer.stopped or self._rule_reached()
        if diverged and reason is None:
            reason = StopReason(
                "diverged",
                self.step,
                "the loss grew beyond what a number can hold.",
                "Lower the learning rate.",
            )
        while self.step > 0 and not math.isfinite(self.metrics().loss_train):
            self.rewind(self.step - 1)
        self._stopped = None if reason is None else replace(reason, step=self.step)

    def _rule_reached(self) -> StopReason | None:
        """The stopping rule of the settings that the row just recorded meets, if any."""
        last = self.history.last
        if last is None or last.step != self.step:
            return None
        return self.experiment.training.stopping.check(self.history, self.steps_per_epoch)

    def mark(self, shown: int = 0) -> None:
        """Note that a viewer, who is at step ``shown``, may soon want to come back to this one."""
        self._checkpoints.mark(self._trainer.snapshot(), shown)

    def _arrive(self) -> None:
        """What is due at the step just reached: changes first, then a row and a checkpoint."""
        self._apply_changes()
        if self.history.due(self.step):
            self._record()
        if self._checkpoints.next_due(self.step - 1) == self.step:
            self._checkpoints.add(self._trainer.snapshot())

    def _set_live_fields(self) -> None:
        for field in LIVE_FIELDS:
            value = self.experiment.value_at(field, self.step)
            if getattr(self._trainer, field) != value:
                setattr(self._trainer, field, value)

    def _apply_changes(self) -> None:
        self._set_live_fields()
        edits = [
            c for c in self.experiment.changes if c.step == self.step and c.parameter is not None
        ]
        if edits:
            theta = self._trainer.theta.copy()
            for edit in edits:
                theta[edit.parameter] = edit.value
            self._trainer.set_theta(theta)
            self._measured = None

    def _evaluate(self) -> Metrics:
        theta = self._trainer.theta
        loss_train, accuracy_train = self._on_train.loss_and_accuracy(theta)
        loss_test, accuracy_test = np.nan, np.nan
        if self._on_test is not None:
            loss_test, accuracy_test = self._on_test.loss_and_accuracy(theta)
        return Metrics(loss_train, loss_test, accuracy_train, accuracy_test)

    def _record(self) -> None:
        row = self.metrics()
        if math.isfinite(row.loss_train):
            self.history.append(
                self.step, row.loss_train, row.loss_test, row.accuracy_train, row.accuracy_test
            )
