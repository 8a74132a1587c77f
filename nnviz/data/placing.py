"""Points placed and removed by hand: whatever data they were, they are a person's own then."""

import numpy as np

from nnviz.data.dataset import DataSpec, all_points
from nnviz.data.points import Points


def with_point(spec: DataSpec, x1: float, x2: float, label: int) -> Points:
    """All points and one more, which is as fine as the picture shows it."""
    points = _points_of(spec)
    _, _, _, window = all_points(spec)
    [[x1, x2]] = window.rounded(np.array([[x1, x2]], dtype=np.float64)).tolist()
    return Points((*points.rows, (x1, x2, label)), points.names)


def without_nearest(spec: DataSpec, x1: float, x2: float) -> Points:
    """All points but the one that the picture shows nearest to (x1, x2)."""
    points = _points_of(spec)
    X, _, _, window = all_points(spec)
    spans = np.array([high - low for low, high in window.spans])
    distances = np.hypot(*((X - [x1, x2]) / spans).T)
    gone = int(np.argmin(distances))
    return Points((*points.rows[:gone], *points.rows[gone + 1 :]), points.names)


def _points_of(spec: DataSpec) -> Points:
    """The data's points as a person's own; drawn ones as fine as the picture shows them."""
    if spec.points is not None:
        return spec.points
    X, y, names, window = all_points(spec)
    rows = zip(*window.rounded(X).T.tolist(), y.astype(int).tolist(), strict=True)
    return Points(tuple(rows), names)
