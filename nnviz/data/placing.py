"""Add or remove single points by hand, which turns any data set into the visitor's own points.

The window, the scaling, the share of training points and the split of the other points stay.
"""

from dataclasses import replace

import numpy as np

from nnviz.data.dataset import OWN, DataSpec, all_points
from nnviz.data.points import FEWEST_POINTS, Points
from nnviz.data.window import FARTHEST, Window


def with_point(spec: DataSpec, x1: float, x2: float, label: int) -> DataSpec:
    """Return the data with a new training point, rounded to the precision of the picture.

    A place beside the window becomes the nearest one on its border.
    """
    points, window = _points_of(spec)
    [X] = window.rounded(np.array([[x1, x2]], dtype=np.float64))
    x1, x2 = np.clip(X, *np.transpose(window.spans)).tolist()
    rows = (*points.rows, (x1, x2, label))
    return _with(spec, replace(points, rows=rows, placed=points.placed + 1))


def without_nearest(spec: DataSpec, x1: float, x2: float) -> DataSpec:
    """Return the data without the point that is nearest to (x1, x2) in the picture."""
    points, window = _points_of(spec)
    X = np.array(points.rows, dtype=np.float64)[:, :2]
    spans = np.array([high - low for low, high in window.spans])
    distances = np.hypot(*((X - [x1, x2]) / spans).T)
    gone = int(np.argmin(distances))
    rows = points.rows[:gone] + points.rows[gone + 1 :]
    placed = points.placed - (gone >= len(rows) + 1 - points.placed)
    placed = max(0, min(placed, len(rows) - FEWEST_POINTS))
    return _with(spec, replace(points, rows=rows, placed=placed))


def _with(spec: DataSpec, points: Points) -> DataSpec:
    return replace(spec, name=OWN, axes=None, points=points)


def _points_of(spec: DataSpec) -> tuple[Points, Window]:
    """Return the data as own points with the window that is shown, both rounded."""
    X, y, window = all_points(spec)
    if spec.points is not None and spec.points.window is not None:
        return spec.points, spec.points.window
    corners = np.clip(np.transpose(window.spans), -FARTHEST, FARTHEST)  # (2, 2): low, high
    (x1_min, x2_min), (x1_max, x2_max) = window.rounded(corners).tolist()
    window = Window(x1_min, x1_max, x2_min, x2_max)
    if spec.points is not None:
        return replace(spec.points, window=window), window
    rows = zip(*window.rounded(X).T.tolist(), y.astype(int).tolist(), strict=True)
    return Points(tuple(rows), spec.names, spec.classes, window), window
