"""Points placed by hand: the plane, the test points and all other settings stay as they were."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.data import DATA_TITLES, OWN, DataSpec, Points, make_dataset
from nnviz.data.placing import with_point, without_nearest
from nnviz.data.window import FARTHEST

ROWS = tuple((x1, 30.0 * x2, (x1 + x2) % 2) for x1 in range(5) for x2 in range(4))
SPECS = [DataSpec(name, scaling="none") for name in DATA_TITLES if name != OWN]
SPECS += [DataSpec(OWN, points=Points(ROWS)), DataSpec("moons", noise=0.5, train_ratio=1.0)]


def spot(spec: DataSpec, u: float, v: float) -> tuple[float, float]:
    """Return a place on the plane that is shown; ``u`` and ``v`` are fractions of its sides."""
    (x0, x1), (y0, y1) = make_dataset(spec).window.spans
    return x0 + u * (x1 - x0), y0 + v * (y1 - y0)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("place", [(0.0, 0.0), (1.0, 1.0), (0.5, 0.25), (0.0, 1.0)])
def test_a_placed_point_trains_and_all_else_stays(
    spec: DataSpec, place: tuple[float, float]
) -> None:
    before = make_dataset(spec)
    placed = spec
    for label in (0, 1):
        placed = with_point(placed, *spot(placed, *place), label)
    after = make_dataset(placed)
    for old, new in zip(before.window.spans, after.window.spans, strict=True):
        assert new == pytest.approx(old, abs=1e-4 * (old[1] - old[0]))
    np.testing.assert_array_equal(after.X_test, before.window.rounded(before.X_test))
    np.testing.assert_array_equal(after.y_test, before.y_test)
    np.testing.assert_array_equal(after.X_train[:-2], before.window.rounded(before.X_train))
    assert after.y_train[-2:].tolist() == [0.0, 1.0]
    assert placed.train_ratio == spec.train_ratio
    assert placed.scaling == spec.scaling

    # The window stays exactly from the first placed point on.
    assert with_point(placed, *spot(placed, 0.1, 0.9), 0).points.window == placed.points.window
    removed = without_nearest(without_nearest(placed, *spot(placed, *place)), *spot(placed, *place))
    assert removed.points == replace(placed.points, rows=placed.points.rows[:-2], placed=0)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_the_plane_stays_if_its_outermost_point_is_removed(spec: DataSpec) -> None:
    window = make_dataset(spec).window
    points = without_nearest(spec, window.x1_min, window.x2_min).points
    for old, new in zip(window.spans, points.window.spans, strict=True):
        assert new == pytest.approx(old, abs=1e-4 * (old[1] - old[0]))


def test_a_removed_point_is_the_nearest_whether_it_was_placed_or_not() -> None:
    spec = with_point(DataSpec(OWN, points=Points(ROWS)), 2.5, 40.0, 1)
    assert without_nearest(spec, 2.5, 41.0).points.rows == ROWS
    other = without_nearest(spec, 0.0, 1.0).points
    assert (other.rows, other.placed) == ((*ROWS[1:], (2.5, 40.0, 1)), 1)


def test_of_the_last_points_those_placed_count_as_others() -> None:
    """Otherwise there would be none to choose the test points from."""
    spec = DataSpec(OWN, points=Points(ROWS[:4]))
    for x1 in (0.25, 0.5, 0.75):
        spec = with_point(spec, x1 / 10, 40.0, 1)
    for _ in range(2):
        spec = without_nearest(spec, 0.0, 0.0)
    assert (len(spec.points.rows), spec.points.placed) == (5, 1)


def test_a_place_beside_the_plane_becomes_one_on_its_border() -> None:
    points = with_point(DataSpec(), 9.0, 0.0, 1).points
    assert points.rows[-1] == (points.window.x1_max, 0.0, 1)


@given(st.sampled_from([1e-9, 1.0, 1e5, FARTHEST]), st.lists(st.tuples(*4 * (st.floats(0, 1),))))
def test_points_can_be_placed_at_every_scale(
    scale: float, places: list[tuple[float, float, float, float]]
) -> None:
    rows = tuple((scale * x1 / 4, scale * x2 / 90, label) for x1, x2, label in ROWS)
    spec = DataSpec(OWN, points=Points(rows))
    for u, v, *removed in places:
        spec = without_nearest(with_point(spec, *spot(spec, u, v), 1), *spot(spec, *removed))
        assert all(spec.points.window.holds(x1, x2) for x1, x2, _ in spec.points.rows)
    assert len(spec.points.rows) == len(ROWS)
