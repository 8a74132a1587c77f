"""A :class:`Result`: the outcome of a run. It is an immutable value and can be pickled."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.experiment import Experiment
from nnviz.runs.run import Run
from nnviz.training import History, Metrics, StopReason


@dataclass(frozen=True, eq=False)
class Result:
    """One experiment after some steps.

    Two results are equal if all their numbers are equal, with NaN equal to NaN. So a result equals
    one that was trained in another process, or that was pickled and unpickled.

    Attributes
    ----------
    experiment : what was trained
    step : the number of updates made; fewer than requested if the run ended earlier
    metrics : loss and accuracy at this step
    history : loss and accuracy at the recorded steps up to this one
    theta : (n_params,) all parameters, read-only
    stopped : why the run cannot go on from here, or None
    """

    experiment: Experiment
    step: int
    metrics: Metrics[float]
    history: History
    theta: NDArray[Any]
    stopped: StopReason | None

    def __post_init__(self) -> None:
        self.theta.flags.writeable = False

    def __reduce__(self) -> tuple[type["Result"], tuple[Any, ...]]:
        return Result, tuple(getattr(self, field.name) for field in fields(self))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        return (
            (self.experiment, self.step, self.stopped)
            == (other.experiment, other.step, other.stopped)
            and np.array_equal(self.metrics, other.metrics, equal_nan=True)
            and np.array_equal(self.theta, other.theta)
            and self.history == other.history
        )

    def __hash__(self) -> int:
        return hash((self.experiment, self.step))


def result_of(run: Run) -> Result:
    """Return what a run is at its current step."""
    return Result(run.experiment, run.step, run.metrics(), run.history, run.theta, run.stopped)


def train(experiment: Experiment, steps: int) -> Result:
    """Train an experiment for ``steps`` updates, or until it ends.

    >>> result = train(Experiment(), 100)
    >>> result.step
    100
    >>> bool(result.metrics.loss_train < result.history.loss_train[0])
    True
    >>> result == train(Experiment(), 100)
    True
    """
    run = Run(experiment)
    run.advance(steps)
    return result_of(run)
