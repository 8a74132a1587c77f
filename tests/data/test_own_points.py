"""Points that a person brought: trained on as they are, in a window that they fill."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from nnviz.data import BUNDLED, FEATURES, DataSpec, Points, make_dataset
from nnviz.experiment import Experiment
from tests.experiments import can_start, own_points

SQUARE = ((0.0, 0.0, 0), (0.0, 1.0, 1), (1.0, 0.0, 1), (1.0, 1.0, 0))
LABELS = [label for _, _, label in SQUARE]


@given(own_points())
def test_the_points_are_trained_on_as_they_were_brought(points: Points) -> None:
    spec = DataSpec("own", train_ratio=1.0, points=points)
    classes = {label for _, _, label in points.rows}
    if len(classes) == 1:
        with pytest.raises(ValueError, match=r"both classes.*: bring points of both"):
            make_dataset(spec)
        return
    data = make_dataset(spec)
    rows = np.column_stack([data.X_train, data.y_train])
    np.testing.assert_array_equal(rows, points.rows)
    assert data.names == points.names
    assert not spec.draws


@given(own_points())
def test_every_point_lies_in_the_window_and_the_window_has_a_size(points: Points) -> None:
    spec = DataSpec("own", train_ratio=1.0, points=points)
    assume(len({label for _, _, label in points.rows}) == 2)
    window = make_dataset(spec).window
    X = np.array(points.rows)[:, :2]
    for i, (low, high) in enumerate(window.spans):
        assert low <= X[:, i].min()
        assert X[:, i].max() <= high
        assert points.window is not None or (low < X[:, i].min() and X[:, i].max() < high)
        ticks = np.linspace(low, high, 49)
        assert (np.diff(ticks) > 0.0).all(), "49 columns of the picture are 49 places"


@pytest.mark.parametrize("name", BUNDLED)
def test_real_data_fill_the_window_in_both_directions(name: str) -> None:
    """Alcohol goes from 11 to 15 and proline to 1,680: in a square one would see a line."""
    data = make_dataset(DataSpec(name, train_ratio=1.0))
    for i, (low, high) in enumerate(data.window.spans):
        x = data.X_train[:, i]
        filled = (x.max() - x.min()) / (high - low)
        assert 0.75 < filled < 0.85
        assert (low + high) / 2.0 == pytest.approx((x.min() + x.max()) / 2.0)


@pytest.mark.parametrize("x1", [0.0, 1e-13, -5.0, 1e9])
def test_points_on_one_line_get_a_window_around_it(x1: float) -> None:
    rows = tuple((x1, x2, label) for _, x2, label in SQUARE)
    window = make_dataset(DataSpec("own", train_ratio=1.0, points=Points(rows))).window
    assert window.x1_max - window.x1_min == pytest.approx(max(2.0, 0.2 * abs(x1)))
    assert (window.x1_min + window.x1_max) / 2.0 == pytest.approx(x1, abs=1e-9)
    assert window.x2_max - window.x2_min == pytest.approx(1.24)


@given(own_points(), st.sets(st.sampled_from(list(FEATURES)), min_size=1), st.integers(0, 9))
def test_what_the_network_is_fed_fits_single_precision(
    points: Points, inputs: set[str], seed: int
) -> None:
    """Points at 1e-300 may train and one at a billion be held out: the picture is in float32."""
    spec = DataSpec(
        "own",
        train_ratio=0.5,
        split_seed=seed,
        scaling="standardize",
        inputs=tuple(inputs),
        points=points,
    )
    assume(can_start(Experiment(data=spec)))
    data = make_dataset(spec)
    low, high = np.array(data.window.spans).T
    corners = np.array([[x1, x2] for x1 in (low[0], high[0]) for x2 in (low[1], high[1])])
    for X in (data.X_train, data.X_test, corners):
        assert np.abs(data.inputs(X)).max() < 1e19


def test_a_spread_of_next_to_nothing_is_not_divided_by() -> None:
    """Two points 1e-100 apart train, and one that is held out is a billion away."""
    rows = ((0.0, 0.0, 0), (1e-100, 1.0, 1), (1e9, 0.0, 0), (1e9, 1.0, 1))
    for seed in range(20):
        spec = DataSpec(
            "own", train_ratio=0.5, split_seed=seed, scaling="standardize", points=Points(rows)
        )
        if can_start(Experiment(data=spec)):
            data = make_dataset(spec)
            assert np.abs(data.inputs(np.array([[1e9, 0.0], [0.0, 1.0]]))).max() < 1e10


def one_class_split() -> DataSpec:
    """Both classes are there, but two points of one class alone are trained on."""
    for seed in range(64):
        _, _, y_train, _ = train_test_split(SQUARE * 5, LABELS * 5, test_size=18, random_state=seed)
        if len(set(y_train)) == 1:
            return DataSpec("own", train_ratio=0.1, split_seed=seed, points=Points(SQUARE * 5))
    raise AssertionError("no such seed")


def test_a_split_of_one_class_says_what_helps_where_nothing_is_drawn() -> None:
    with pytest.raises(ValueError, match="raise train_ratio, or change split_seed") as refusal:
        make_dataset(one_class_split())
    assert "n_samples" not in str(refusal.value)


def test_a_point_at_minus_zero_is_the_one_at_zero() -> None:
    """Both are equal, and the angle of one would be π and that of the other 0."""
    signed = Points(((-0.0, -0.0, 0), (-0.0, 1.0, 1), (1.0, 0.0, 1), (1.0, 1.0, 0)))
    plain = Points(((0.0, 0.0, 0), (0.0, 1.0, 1), (1.0, 0.0, 1), (1.0, 1.0, 0)))
    assert signed == plain
    spec = DataSpec("own", points=plain, inputs=("angle",))
    data, other = make_dataset(spec), make_dataset(replace(spec, points=signed))
    assert data.inputs(data.X_train).tobytes() == other.inputs(other.X_train).tobytes()
