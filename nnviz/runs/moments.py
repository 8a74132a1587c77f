"""Parameters and metrics of a run at several steps: the input for frames and tables."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from nnviz.network.arrays import FloatArray
from nnviz.training import Snapshot, Tape

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Moments:
    """One run at several steps in rising order, read-only.

    Attributes
    ----------
    step : (n,) whole numbers
    epoch : (n,) passes over the training data, with fractions
    theta : (n, n_params) the parameters
    metrics : (n, 4) in the order of `Metrics`
    """

    step: NDArray[np.int64]
    epoch: NDArray[np.float64]
    theta: FloatArray
    metrics: Values

    def __post_init__(self) -> None:
        for array in (self.step, self.epoch, self.theta, self.metrics):
            array.flags.writeable = False

    def __len__(self) -> int:
        """Return the number of moments."""
        return len(self.step)

    @classmethod
    def join(cls, parts: Sequence["Moments"]) -> "Moments":
        """Join the moments of all parts, at least one, in their order."""
        return cls(
            np.concatenate([part.step for part in parts]),
            np.concatenate([part.epoch for part in parts]),
            np.concatenate([part.theta for part in parts]),
            np.concatenate([part.metrics for part in parts]),
        )


class Collector:
    """Collects the wanted steps of a run while it is trained."""

    def __init__(self, wanted: Sequence[int] = ()) -> None:
        self.wanted = list(wanted)
        self._wanted = frozenset(wanted)
        self._steps: list[int] = []
        self._theta: list[FloatArray] = []
        self._slots: list[FloatArray] = []
        self._values: list[Values] = []

    def take(self, tape: Tape, values: Values) -> None:
        """Copy the wanted rows of the tape, whose metrics are ``values`` (n_rows, 4)."""
        rows = [i for i, step in enumerate(tape.steps) if step in self._wanted]
        if rows:
            self._steps += [tape.steps[i] for i in rows]
            self._theta.append(tape.theta[rows])
            self._slots.append(tape.slots[rows])
            self._values.append(values[rows])

    def drop_from(self, step: int) -> None:
        """Discard the steps from ``step`` on, because the run ended there or earlier."""
        n, start = bisect_left(self._steps, step), 0
        self._steps = self._steps[:n]
        for i, theta in enumerate(self._theta):
            left, start = max(n - start, 0), start + len(theta)
            self._theta[i], self._slots[i] = theta[:left], self._slots[i][:left]
            self._values[i] = self._values[i][:left]

    def snapshots(self) -> list[Snapshot]:
        """Return the states of the collected steps whose training loss is finite."""
        found: list[Snapshot] = []
        steps = iter(self._steps)
        for theta, slots, values in zip(self._theta, self._slots, self._values, strict=True):
            finite = np.isfinite(values[:, 0])
            found += [
                Snapshot(step, theta[i], slots[i])
                for i, step in enumerate(islice(steps, len(theta)))
                if finite[i]
            ]
        return found

    def add(self, step: int, theta: FloatArray, values: Values) -> None:
        """Add the run's current step: theta (n_params,), values (4,)."""
        self._steps.append(step)
        self._theta.append(theta[np.newaxis])
        self._values.append(values[np.newaxis])

    def moments(self, n_params: int, epoch_at: Callable[[int], float]) -> Moments:
        """Return the collected steps."""
        theta = self._theta or [np.empty((0, n_params))]
        values = self._values or [np.empty((0, 4))]
        return Moments(
            np.array(self._steps, np.int64),
            np.array([epoch_at(step) for step in self._steps], np.float64),
            np.concatenate(theta),
            np.concatenate(values),
        )
