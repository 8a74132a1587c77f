"""The visible part of the plane, and the precision of points in its picture."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_MARGIN = 0.12
_THINNEST = 1e-12
_SHORTEST_SHARE = 1e-9
FARTHEST = 1e9  # of a visitor's own points, and of a window that belongs to them


@dataclass(frozen=True)
class Window:
    """The visible part of the plane around all points, in the units of the data."""

    x1_min: float
    x1_max: float
    x2_min: float
    x2_max: float

    @property
    def spans(self) -> tuple[list[float], list[float]]:
        """The ends of the window along x1 and along x2."""
        return [self.x1_min, self.x1_max], [self.x2_min, self.x2_max]

    def holds(self, x1: float, x2: float) -> bool:
        """Return whether a point is in the window or on its border."""
        return self.x1_min <= x1 <= self.x1_max and self.x2_min <= x2 <= self.x2_max

    def rounded(self, X: FloatArray) -> FloatArray:
        """Round points (n, 2) to the decimals that are visible in a picture: 4 for a few units.

        >>> Window(-1.0, 2.0, 0.0, 3000.0).rounded(np.array([[0.123456, 123.456]])).tolist()
        [[0.1235, 123.5]]
        """
        decimals = [4 - math.floor(math.log10(high - low)) for low, high in self.spans]
        return np.column_stack([np.round(X[:, i], max(decimals[i], 0)) for i in (0, 1)])


def check_window(window: Window) -> None:
    """Refuse a window that is given: its ends must be numbers, in order, and visibly apart."""
    for axis, (low, high) in zip(("x1", "x2"), window.spans, strict=True):
        for end in (low, high):
            if not abs(end) <= FARTHEST:
                raise ValueError(
                    f"window: the ends of {axis} must be numbers from {-FARTHEST:g} to "
                    f"{FARTHEST:g}; got {end!r}"
                )
        if high - low < max(_THINNEST, _SHORTEST_SHARE * max(abs(low), abs(high))):
            raise ValueError(
                f"window: the lower end of {axis} must be visibly below the upper one; "
                f"got {low!r} and {high!r}"
            )


def square_window(X: FloatArray) -> Window:
    """Return the smallest square around all points, with a margin on all sides."""
    low, high = X.min(axis=0), X.max(axis=0)
    centre = (low + high) / 2.0
    half = float((high - low).max()) / 2.0 * (1.0 + 2.0 * _MARGIN)
    half = half if half > 0.0 else 1.0
    return Window(
        x1_min=float(centre[0] - half),
        x1_max=float(centre[0] + half),
        x2_min=float(centre[1] - half),
        x2_max=float(centre[1] + half),
    )


def filling_window(X: FloatArray) -> Window:
    """Return the window that the points fill in both directions, which may have other units."""
    (x1_min, x1_max), (x2_min, x2_max) = _side(X[:, 0]), _side(X[:, 1])
    return Window(x1_min, x1_max, x2_min, x2_max)


def _side(x: FloatArray) -> tuple[float, float]:
    """Return the visible range of one coordinate (n,); if all values are equal, some range.

    Values that differ by less than a billionth of their size count as equal, because the labels of
    an axis could not show the difference.
    """
    low, high = float(x.min()), float(x.max())
    centre = (low + high) / 2.0
    half = (high - low) / 2.0 * (1.0 + 2.0 * _MARGIN)
    if half <= max(_THINNEST, _SHORTEST_SHARE * abs(centre)):
        half = max(1.0, 0.1 * abs(centre))
    return centre - half, centre + half
