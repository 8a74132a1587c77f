"""The second noun: a :class:`Run` is one experiment being trained.

Its state depends on the experiment and the step alone: not on the number of calls, on the speed of
playing, or on the steps that were viewed. `guard` defines where it ends, and `past` what it stores.
"""

import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.data import Dataset, make_dataset
from nnviz.experiment import Change, Experiment
from nnviz.network import Network
from nnviz.network.arrays import FloatArray
from nnviz.runs.journey import Journey
from nnviz.runs.moments import Collector, Moments
from nnviz.runs.past import Past
from nnviz.training import History, Metrics, Rehearsal, StopReason, limit_blas_threads


class Run:
    """One experiment being trained, at some step.

    ``past`` holds the results of an earlier run of the same experiment. The data and the initial
    parameters of the run ``like`` are reused if this experiment has the same ones; ``dataset`` are
    its data, if they have been made before.

    >>> run = Run(Experiment())
    >>> run.advance(100)
    100
    >>> run.rewind(40)
    >>> run.step
    40
    """

    def __init__(
        self,
        experiment: Experiment,
        past: Past | None = None,
        like: "Run | None" = None,
        dataset: Dataset | None = None,
    ) -> None:
        limit_blas_threads()
        self.experiment = experiment
        other = None if like is None else like.experiment
        if dataset is None:
            same = like is not None and like.experiment.data == experiment.data
            dataset = like.dataset if like is not None and same else make_dataset(experiment.data)
        self.dataset: Dataset = dataset
        self.network = Network(experiment.network, dtype=experiment.precision)
        self._first_theta: FloatArray = (
            like._first_theta
            if like is not None and other is not None and other.begins_like(experiment)
            else self.network.initialize(
                experiment.initializer, experiment.init_seed, biases=experiment.biases
            )
        )
        self._journey = Journey(
            [experiment],
            self.network,
            self.dataset,
            self._first_theta,
            Past() if past is None else past,
        )

    # state --------------------------------------------------------------------------------------

    @property
    def past(self) -> Past:
        """The results so far. They can be kept when the run is dropped."""
        return self._journey.past

    @property
    def step(self) -> int:
        """The number of parameter updates made."""
        return self._journey.here.step

    @property
    def epoch(self) -> float:
        """The number of passes over the training data made, with fractions."""
        return self.epoch_at(self.step)

    def epoch_at(self, step: int) -> float:
        """Return the number of passes over the training data up to ``step``, with fractions."""
        return self._journey.trainer.epoch_at(step)

    @property
    def steps_per_epoch(self) -> int:
        """The number of updates in one pass over the training data."""
        return self._journey.trainer.steps_per_epoch

    @property
    def smallest_batch(self) -> int:
        """The number of samples of the smallest batch."""
        return self._journey.trainer.smallest_batch

    @property
    def theta(self) -> NDArray[Any]:
        """A copy of all parameters, (n_params,)."""
        return self._journey.here.theta.copy()

    @property
    def history(self) -> History:
        """Loss and accuracy at the recorded steps up to the current one."""
        return self.past.history.until(self.step)

    @property
    def stopped(self) -> StopReason | None:
        """Why the run ends at this step, or None.

        If that is not known yet, training goes ahead to find out; the run stays at its step.
        """
        return self._journey.end()

    def reached(self, step: int) -> bool:
        """Return whether the run is at ``step``, or at an earlier end."""
        return self._journey.reached(step)

    @property
    def nbytes(self) -> int:
        """The size of the working memory in bytes, estimated; `past` is not included."""
        return self._journey.nbytes

    def metrics(self) -> Metrics[float]:
        """Loss and accuracy at this step, over the whole train and test set."""
        return Metrics(*self._journey.here.values.tolist())

    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:
        """Probability of class 1 for points (n_samples, 2) in the units of the data."""
        return self.network.predict_proba(
            self._journey.here.theta, self.dataset.inputs(np.asarray(X))
        )

    def predict(self, X: ArrayLike) -> NDArray[np.int64]:
        """Class, 0 or 1, of points (n_samples, 2): 1 where the probability is above 0.5."""
        return (self.predict_proba(X) > 0.5).astype(np.int64)

    def gradient(self) -> NDArray[Any]:
        """The objective's gradient over the whole training set, (n_params,), without dropout."""
        return self.gradient_of(self._journey.here.theta, self.step)

    def gradient_of(self, theta: FloatArray, step: int) -> NDArray[Any]:
        """The gradient for parameters (n_params,) of any step, with the penalties of that step."""
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

    def rehearse(self) -> Rehearsal | None:
        """Return what the next update computes, without making it; None if the run ends here."""
        return self._journey.rehearse()

    # moving -------------------------------------------------------------------------------------

    def advance(
        self,
        n_updates: int,
        callback: Callable[["Run"], object] | None = None,
        every: int = 1,
        seconds: float | None = None,
    ) -> int:
        """Make up to ``n_updates`` parameter updates; return how many were made.

        ``callback(run)`` is called at every multiple of ``every`` steps. Fewer updates are made if
        the run ends (see ``stopped``), or if ``seconds`` have passed, but then at least one.

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
            self._journey.travel(goal, deadline)
            if callback is not None and self.step > before and self.step % every == 0:
                callback(self)
            late = deadline is not None and time.perf_counter() >= deadline
            if self.step < goal or goal == target or late:
                return max(self.step - start, 0)

    def rewind(self, step: int) -> None:
        """Go back to an earlier step. Training on from there gives the same steps as before."""
        if not 0 <= step <= self.step:
            raise ValueError(f"step must be from 0 to {self.step}; got {step!r}")
        self._journey.travel(step)

    def seek(self, step: int) -> None:
        """Go to the nearest stored state at or before ``step``, back or forward, without training.

        From there, `advance` can go to ``step`` in slices.
        """
        if step < 0:
            raise ValueError(f"step must be zero or more; got {step!r}")
        self._journey.seek(step)

    def nearest(self, step: int) -> int:
        """Return the step that `seek` would go to."""
        return self._journey.nearest(step)

    def collect(
        self, steps: Sequence[int], seconds: float | None = None, after: int | None = None
    ) -> Moments:
        """Train through the rising ``steps`` and return those that were reached.

        Fewer are returned if the run ends or if ``seconds`` have passed. The end step is included
        if it is later than ``after``, by default the step before the first. The numbers are equal,
        to the last bit, to those of visiting each step alone. The run stays at the last step that
        it reached, and the states of these steps are stored for a while (see `mark`).
        """
        if not steps or steps[0] < 0 or any(b <= a for a, b in pairwise(steps)):
            raise ValueError(f"steps must be one or more, from 0 on, and rise; got {steps!r:.60}")
        deadline = None if seconds is None else time.perf_counter() + seconds
        found = Collector(steps)
        self._journey.travel(steps[-1], deadline, found)
        first = steps[0] - 1 if after is None else after
        ends_between = first < self.step < steps[-1] and self.stopped is not None
        here = self._journey.here
        found.drop_from(here.step)
        self._journey.mark(found.snapshots())
        if self.step in found.wanted or ends_between:
            found.add(here.step, here.theta, here.values)
        return found.moments(self.network.n_params, self.epoch_at)

    def mark(self) -> None:
        """Store the current state for a while, because a viewer may soon come back to it."""
        self._journey.mark()

    def change(self, field: str, value: float) -> None:
        """Set ``field`` (see :class:`Change`) from this step on, and discard later changes."""
        self.experiment = self.experiment.with_change(Change(self.step, field, value))
        self._journey.change(self.experiment)

    def fork(self, experiment: Experiment) -> Self:
        """Return a run of another experiment, at step 0, with the past that both have in common."""
        shared = self.experiment.same_until(experiment)
        past = None if shared is None else self.past.until(shared)
        return type(self)(experiment, past, like=self)
