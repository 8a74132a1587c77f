"""Add or remove single points by hand, which turns any data set into the visitor's own points."""

import numpy as np

from nnviz.data.dataset import DataSpec, all_points
from nnviz.data.points import Points


def with_point(spec: DataSpec, x1: float, x2: float, label: int) -> Points:
    """Return all points and a new one, rounded to the precision of the picture."""
    points = _points_of(spec)
    _, _, window = all_points(spec)
    [[x1, x2]] = window.rounded(np.array([[x1, x2]], dtype=np.float64)).tolist()
    return Points((*points.rows, (x1, x2, label)), points.names, points.classes)


def without_nearest(spec: DataSpec, x1: float, x2: float) -> Points:
    """Return all points except the one that is nearest to (x1, x2) in the picture."""
    points = _points_of(spec)
    X, _, window = all_points(spec)
    spans = np.array([high - low for low, high in window.spans])
    distances = np.hypot(*((X - [x1, x2]) / spans).T)
    gone = int(np.argmin(distances))
    return Points((*points.rows[:gone], *points.rows[gone + 1 :]), points.names, points.classes)


def _points_of(spec: DataSpec) -> Points:
    """Return the data as own points; other data are rounded to the precision of the picture."""
    if spec.points is not None:
        return spec.points
    X, y, window = all_points(spec)
    rows = zip(*window.rounded(X).T.tolist(), y.astype(int).tolist(), strict=True)
    return Points(tuple(rows), spec.names, spec.classes)
