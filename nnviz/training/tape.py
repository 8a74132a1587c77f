"""A recording of a trainer's state at chosen steps, for later evaluation."""

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nnviz.network.arrays import FloatArray


class Tape:
    """Rows that a trainer fills in the updates of the wanted steps, on buffers allocated once.

    Parameters
    ----------
    n_rows : the number of steps that can be recorded
    n_params, n_slots : the sizes of the trainer's theta and of its optimizer's memory
    n_samples : the size of the training set, if every update uses all of it; otherwise 0, and no
        margins are recorded
    lanes : (n_lanes,) for a trainer with lanes, otherwise empty

    Attributes
    ----------
    theta : (n_rows, *lanes, n_params) the parameters at each step
    slots : (n_rows, n_slots, *lanes, n_params) the optimizer's memory at each step
    margins : (n_rows, *lanes, n_samples) the margins s · z of the training set, or None
    """

    def __init__(
        self,
        n_rows: int,
        n_params: int,
        n_slots: int,
        n_samples: int,
        dtype: npt.DTypeLike,
        lanes: tuple[int, ...] = (),
    ) -> None:
        self.n_rows = n_rows
        self.theta: FloatArray = np.empty((n_rows, *lanes, n_params), dtype)
        self.slots: FloatArray = np.empty((n_rows, n_slots, *lanes, n_params), dtype)
        self._margins: FloatArray = np.empty((n_rows, *lanes, 1, n_samples), dtype)
        self.margins: FloatArray | None = self._margins[..., 0, :] if n_samples else None
        self._has_slots = n_slots > 0
        self.clear()

    @property
    def nbytes(self) -> int:
        """The memory of the buffers, in bytes."""
        margins = 0 if self.margins is None else self.margins.nbytes
        return self.theta.nbytes + self.slots.nbytes + margins

    @property
    def steps(self) -> list[int]:
        """The steps whose rows are filled, in order."""
        return self._wanted[: self._filled]

    @property
    def room(self) -> int:
        """The number of further steps that can be wanted."""
        return self.n_rows - len(self._wanted)

    def clear(self) -> None:
        """Drop all rows and all wanted steps."""
        self._wanted: list[int] = []
        self._filled = 0
        self.next = -1
        """The next wanted step, or -1."""

    def want(self, steps: Sequence[int]) -> None:
        """Add wanted steps, in rising order and after those wanted so far."""
        self._wanted.extend(steps)
        self._find_next()

    def take(self, theta: FloatArray, slots: FloatArray, margins: FloatArray) -> None:
        """Fill the row of the wanted step `next`; margins are (*lanes, 1, n_samples)."""
        row = self._filled
        self.theta[row] = theta
        if self._has_slots:
            self.slots[row] = slots
        if self.margins is not None:
            self._margins[row] = margins
        self._filled = row = row + 1
        self.next = self._wanted[row] if row < len(self._wanted) else -1

    def back_to(self, step: int) -> None:
        """Mark the rows from `step` on as not filled, because the trainer went back there."""
        self._filled = bisect_left(self._wanted, step, hi=self._filled)
        self._find_next()

    def _find_next(self) -> None:
        self.next = self._wanted[self._filled] if self._filled < len(self._wanted) else -1
