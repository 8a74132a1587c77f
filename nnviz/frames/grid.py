"""The points of the plane at which a network is evaluated."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.data import Window


@dataclass(frozen=True)
class Grid:
    """A square grid over a window. Row 0 is at the bottom.

    ``xx0`` and ``xx1`` of shape (resolution,) are the values along x1 and x2; ``points`` of shape
    (resolution**2, 2) lists all grid points, row by row.
    """

    xx0: NDArray[np.float64]
    xx1: NDArray[np.float64]

    @classmethod
    def over(cls, window: Window, resolution: int) -> "Grid":
        """Return the grid of ``resolution`` × ``resolution`` points that spans ``window``."""
        return cls(
            xx0=np.linspace(window.x1_min, window.x1_max, resolution),
            xx1=np.linspace(window.x2_min, window.x2_max, resolution),
        )

    @property
    def resolution(self) -> int:
        """The number of points along one side."""
        return len(self.xx0)

    @property
    def points(self) -> NDArray[np.float64]:
        """All grid points as (x1, x2)."""
        x1, x2 = np.meshgrid(self.xx0, self.xx1)
        return np.column_stack([x1.ravel(), x2.ravel()])
