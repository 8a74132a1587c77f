"""The part of the plane that is shown around the points, and how finely it can be seen."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_MARGIN = 0.12
_THINNEST = 1e-12
_SHORTEST_SHARE = 1e-9


@dataclass(frozen=True)
class Window:
    """The part of the plane that is shown, in the units of the data, around all points."""

    x1_min: float
    x1_max: float
    x2_min: float
    x2_max: float

    @property
    def spans(self) -> tuple[list[float], list[float]]:
        """From where to where it goes along x1 and along x2."""
        return [self.x1_min, self.x1_max], [self.x2_min, self.x2_max]

    def rounded(self, X: FloatArray) -> FloatArray:
        """Points (n, 2) to as many decimals as can be told apart in a picture: 4 of a few units.

        >>> Window(-1.0, 2.0, 0.0, 3000.0).rounded(np.array([[0.123456, 123.456]])).tolist()
        [[0.1235, 123.5]]
        """
        decimals = [4 - math.floor(math.log10(high - low)) for low, high in self.spans]
        return np.column_stack([np.round(X[:, i], max(decimals[i], 0)) for i in (0, 1)])


def square_window(X: FloatArray) -> Window:
    """The smallest square around all points, widened by a margin of its side all round."""
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
    """The window that points fill in both directions, whose units may have nothing in common."""
    (x1_min, x1_max), (x2_min, x2_max) = _side(X[:, 0]), _side(X[:, 1])
    return Window(x1_min, x1_max, x2_min, x2_max)


def _side(x: FloatArray) -> tuple[float, float]:
    """From where to where one coordinate (n,) is shown; where all are the same, some way around.

    A spread of less than a billionth of the values themselves counts as none: no axis could tell
    its ends apart.
    """
    low, high = float(x.min()), float(x.max())
    centre = (low + high) / 2.0
    half = (high - low) / 2.0 * (1.0 + 2.0 * _MARGIN)
    if half <= max(_THINNEST, _SHORTEST_SHARE * abs(centre)):
        half = max(1.0, 0.1 * abs(centre))
    return centre - half, centre + half
