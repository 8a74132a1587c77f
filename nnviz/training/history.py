"""The history of a run: loss and accuracy on a fixed grid of steps, which gets coarser."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")


class Metrics(NamedTuple, Generic[T]):
    """Loss and accuracy over the whole train and test set; NaN if there is no test set.

    Only this class defines their names: columns of files, messages and tables use them.
    """

    loss_train: T
    loss_test: T
    accuracy_train: T
    accuracy_test: T


COLUMNS = Metrics._fields


class Row(NamedTuple):
    """One row of the history: the metrics after `step` updates."""

    step: int
    metrics: Metrics[float]


class History:
    """Loss and accuracy by step, over the whole train and test set (test: NaN if there is none).

    Whether a step is recorded depends on the step alone. Let stride(k) be the smallest power of
    two for which max_rows · stride(k) >= k; step k is recorded if it is a multiple of stride(k).
    So every step is recorded up to `max_rows`, every second one up to twice that, and so on.

    All recorded rows are kept: max_rows / 2 more for each doubling of the number of steps. The
    columns show the multiples of the last row's stride: evenly spaced, at most max_rows + 1. So
    the columns up to a step are the same, whether later rows were recorded or not.

    With ``lanes`` (n_lanes,), each row has the numbers of every lane.
    """

    def __init__(self, max_rows: int = 2048, lanes: tuple[int, ...] = ()) -> None:
        if isinstance(max_rows, bool) or not isinstance(max_rows, int) or max_rows < 1:
            raise ValueError(f"max_rows must be a whole number of at least 1; got {max_rows!r}")
        self.max_rows = max_rows
        self._lanes = lanes
        self._n_rows = 0
        self._steps = np.empty(64, np.int64)
        self._values = np.empty((len(COLUMNS), *lanes, 64))

    def stride(self, step: int) -> int:
        """Return the distance between recorded steps around `step`."""
        quotient = -(-step // self.max_rows)  # rounded up
        return 1 << max(0, quotient - 1).bit_length()

    def due(self, step: int) -> bool:
        """Return whether `step` is recorded."""
        return step % self.stride(step) == 0

    def due_between(self, start: int, stop: int, most: int) -> list[int]:
        """Return the first `most` recorded steps from `start` to below `stop`."""
        found: list[int] = []
        while start < stop and len(found) < most:
            stride = self.stride(start)
            end = min(stop, self.max_rows * stride + 1)  # up to where the stride is the same
            found.extend(range(-(-start // stride) * stride, end, stride)[: most - len(found)])
            start = end
        return found

    def append(self, step: int, metrics: Metrics[float]) -> None:
        """Record the row of `step`, which must be due and come after the last one."""
        if not self.due(step):
            raise ValueError(f"step must be due, a multiple of {self.stride(step)}; got {step}")
        if self._n_rows and step <= self._steps[self._n_rows - 1]:
            raise ValueError(f"step must be after {self._steps[self._n_rows - 1]}; got {step}")
        self.extend([step], np.array([metrics], np.float64))

    def extend(self, steps: Sequence[int], values: npt.NDArray[np.float64]) -> None:
        """Record rows of due steps, in rising order and after the last recorded one.

        `values` is (len(steps), *lanes, 4), in the order of `Metrics`.
        """
        end = self._n_rows + len(steps)
        if end > self._steps.size:
            room = max(end, 2 * self._steps.size) - self._steps.size
            self._steps = np.concatenate([self._steps, np.empty(room, np.int64)])
            more = np.empty((*self._values.shape[:-1], room))
            self._values = np.concatenate([self._values, more], axis=-1)
        self._steps[self._n_rows : end] = steps
        self._values[..., self._n_rows : end] = values.T
        self._n_rows = end

    def until(self, step: int) -> "History":
        """Return the rows up to and including `step` as another history.

        This is fast: both share the rows until one of them records more.
        """
        view = History(self.max_rows, self._lanes)
        n_rows = int(np.searchsorted(self._steps[: self._n_rows], step, side="right"))
        view._n_rows = n_rows
        view._steps, view._values = self._steps[:n_rows], self._values[..., :n_rows]
        return view

    def lane(self, index: int) -> "History":
        """Return the rows of one lane as another history, as fast as `until`."""
        alone = History(self.max_rows)
        alone._n_rows, alone._steps = self._n_rows, self._steps[: self._n_rows]
        alone._values = self._values[:, index, : self._n_rows]
        return alone

    @property
    def nbytes(self) -> int:
        """The memory of the rows, in bytes."""
        return self._steps.nbytes + self._values.nbytes

    def __eq__(self, other: object) -> bool:
        """Return whether the same rows were recorded on the same grid; NaN equals NaN."""
        if not isinstance(other, History):
            return NotImplemented
        (steps, values), (their_steps, theirs) = self.all_rows(), other.all_rows()
        return (
            self.max_rows == other.max_rows
            and np.array_equal(steps, their_steps)
            and np.array_equal(values, theirs, equal_nan=True)
        )

    __hash__ = None  # type: ignore[assignment]  # it grows

    def __len__(self) -> int:
        """Return the number of rows that the columns show."""
        return self.step.size

    @property
    def last(self) -> Row | None:
        """The latest row recorded, or None."""
        return self._row(self._n_rows - 1) if self._n_rows else None

    @property
    def last_step(self) -> int:
        """The step of the latest row recorded, or -1."""
        return int(self._steps[self._n_rows - 1]) if self._n_rows else -1

    @property
    def step(self) -> npt.NDArray[np.int64]:
        """Steps of the rows shown, (n_rows,)."""
        return self._steps[: self._n_rows][self._shown()]

    @property
    def loss_train(self) -> npt.NDArray[np.float64]:
        """Mean loss over the training set, (n_rows,)."""
        return self._column(0)

    @property
    def loss_test(self) -> npt.NDArray[np.float64]:
        """Mean loss over the test set, (n_rows,)."""
        return self._column(1)

    @property
    def accuracy_train(self) -> npt.NDArray[np.float64]:
        """Share of training samples that are classified correctly, (n_rows,)."""
        return self._column(2)

    @property
    def accuracy_test(self) -> npt.NDArray[np.float64]:
        """Share of test samples that are classified correctly, (n_rows,)."""
        return self._column(3)

    def all_rows(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """Return all rows: steps (n,) and values (4, *lanes, n) in the order of `Metrics`."""
        return self._steps[: self._n_rows].copy(), self._values[..., : self._n_rows].copy()

    def row(self, step: int) -> Row | None:
        """Return the row of `step`, or None if there is none."""
        index = int(np.searchsorted(self._steps[: self._n_rows], step))
        known = index < self._n_rows and self._steps[index] == step
        return self._row(index) if known else None

    def _row(self, index: int) -> Row:
        return Row(int(self._steps[index]), Metrics(*self._values[:, index].tolist()))

    def _shown(self) -> npt.NDArray[np.bool_]:
        steps = self._steps[: self._n_rows]
        end = int(steps[-1]) if self._n_rows else 0
        shown: npt.NDArray[np.bool_] = steps % self.stride(end) == 0
        return shown

    def _column(self, index: int) -> npt.NDArray[np.float64]:
        return self._values[index, : self._n_rows][self._shown()]
