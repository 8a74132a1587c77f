"""From a description of the data to what is trained on and what is shown."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split

from nnviz.data import GENERATORS, Dataset, DataSpec, make_dataset


def all_points(data: Dataset) -> np.ndarray:
    return np.vstack([data.X_train, data.X_test])


def as_rows(X: np.ndarray) -> set[tuple[float, ...]]:
    return set(map(tuple, X.tolist()))


def test_article_0_trains_and_tests_on_its_own_points() -> None:
    """Otherwise its 98 % cannot come out."""
    X, y = make_moons(n_samples=1000, noise=0.2, random_state=100)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.1, random_state=42)
    data = make_dataset(
        DataSpec("moons", n_samples=1000, noise=0.2, train_ratio=0.9, seed=100, split_seed=42)
    )
    np.testing.assert_array_equal(data.X_train, X_train)
    np.testing.assert_array_equal(data.X_test, X_test)
    np.testing.assert_array_equal(data.y_train, y_train)
    np.testing.assert_array_equal(data.y_test, y_test)


def test_article_2_trains_on_its_own_points_in_its_own_order() -> None:
    """Otherwise its printed costs cannot come out. It seeds NumPy's global stream."""
    kept = np.random.get_state()
    try:
        np.random.seed(0)
        X, y = make_moons(200, noise=0.20)
    finally:
        np.random.set_state(kept)
    data = make_dataset(DataSpec("moons", n_samples=200, noise=0.2, train_ratio=1.0, seed=0))
    np.testing.assert_array_equal(data.X_train, X)
    np.testing.assert_array_equal(data.y_train, y)


@pytest.mark.parametrize("name", GENERATORS)
@pytest.mark.parametrize(("ratio", "n_train"), [(0.1, 20), (0.5, 100), (0.8, 160), (0.95, 190)])
def test_the_split_has_the_sizes_asked_for_and_shares_no_point(
    name: str, ratio: float, n_train: int
) -> None:
    """A test set that was trained on would flatter the network."""
    spec = DataSpec(name, train_ratio=ratio)
    data = make_dataset(spec)
    assert len(data.X_train) == len(data.y_train) == n_train
    assert len(data.X_test) == len(data.y_test) == 200 - n_train
    assert not as_rows(data.X_train) & as_rows(data.X_test)
    drawn, _ = GENERATORS[name].make(200, spec.noise, spec.seed)
    assert as_rows(all_points(data)) == as_rows(drawn)


def test_every_point_keeps_its_class_through_the_split() -> None:
    X, y = GENERATORS["spirals"].make(200, 0.1, 5)
    class_of = dict(zip(map(tuple, X.tolist()), y, strict=True))
    data = make_dataset(DataSpec("spirals", noise=0.1, seed=5))
    for points, classes in ((data.X_train, data.y_train), (data.X_test, data.y_test)):
        assert [class_of[tuple(x)] for x in points.tolist()] == classes.tolist()


@pytest.mark.parametrize("name", GENERATORS)
def test_a_train_ratio_of_one_trains_on_all_points_in_the_order_drawn(name: str) -> None:
    """The articles have no test set, and their mini-batches depend on the order."""
    X, y = GENERATORS[name].make(200, 0.2, 0)
    data = make_dataset(DataSpec(name, train_ratio=1.0))
    np.testing.assert_array_equal(data.X_train, X)
    np.testing.assert_array_equal(data.y_train, y)
    assert not data.has_test
    assert data.X_test.shape == (0, 2)


def test_the_largest_ratio_below_one_still_holds_a_point_out() -> None:
    """A ratio below one promises a test curve; no rounding may take it away."""
    data = make_dataset(DataSpec(n_samples=20, train_ratio=0.999))
    assert data.has_test
    assert len(data.y_test) == 1


def test_another_split_seed_holds_other_points_out_of_the_same_data() -> None:
    first, second = (make_dataset(DataSpec(split_seed=seed)) for seed in (0, 1))
    assert as_rows(first.X_test) != as_rows(second.X_test)
    assert as_rows(all_points(first)) == as_rows(all_points(second))


def seed_with_one_class() -> int:
    """A split seed that puts one class alone into a training set of two."""
    for seed in range(64):
        X, y = GENERATORS["moons"].make(20, 0.2, 0)
        _, _, y_train, _ = train_test_split(X, y, test_size=18, random_state=seed)
        if len(set(y_train)) == 1:
            return seed
    raise AssertionError("no such seed")


def test_a_training_set_of_one_class_is_refused_with_what_to_change() -> None:
    """Nothing could be learned from it, and a loss of zero would look like success."""
    spec = DataSpec(n_samples=20, train_ratio=0.1, split_seed=seed_with_one_class())
    with pytest.raises(ValueError, match="both classes") as refusal:
        make_dataset(spec)
    message = str(refusal.value)
    assert "2 samples" in message
    for remedy in ("train_ratio", "n_samples", "split_seed"):
        assert remedy in message
    make_dataset(replace(spec, train_ratio=0.8))


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("name", "moon", "data name must be one of moons"),
        ("scaling", "whiten", "scaling must be one of none"),
        ("n_samples", 3, "n_samples must be at least 4"),
        ("noise", -0.1, "noise must be"),
        ("noise", float("nan"), "noise must be"),
        ("noise", float("inf"), "noise must be"),
        ("train_ratio", 0.0, "train_ratio must be above 0"),
        ("train_ratio", 1.1, "train_ratio must be above 0"),
        ("train_ratio", float("nan"), "train_ratio must be above 0"),
    ],
)
def test_bad_values_are_refused_by_name_rule_and_value(
    field: str, value: object, rule: str
) -> None:
    with pytest.raises(ValueError, match=rule) as refusal:
        replace(DataSpec(), **{field: value})
    assert repr(value) in str(refusal.value)


@given(
    name=st.sampled_from(list(GENERATORS)),
    n_samples=st.integers(20, 300),
    noise=st.floats(0.0, 0.5),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_window_is_a_square_around_every_point(
    name: str, n_samples: int, noise: float, seed: int
) -> None:
    """A point outside the picture would be trained on but never seen; unequal sides would skew
    every boundary.
    """
    data = make_dataset(DataSpec(name, n_samples=n_samples, noise=noise, seed=seed))
    window, X = data.window, all_points(data)
    assert window.x1_max - window.x1_min == pytest.approx(window.x2_max - window.x2_min)
    assert (X[:, 0] > window.x1_min).all()
    assert (X[:, 0] < window.x1_max).all()
    assert (X[:, 1] > window.x2_min).all()
    assert (X[:, 1] < window.x2_max).all()


def test_the_window_does_not_depend_on_the_split() -> None:
    """Otherwise the picture would jump when another share is held out."""
    windows = {make_dataset(DataSpec(train_ratio=ratio)).window for ratio in (0.3, 0.8, 1.0)}
    assert len(windows) == 1


@pytest.mark.parametrize("name", GENERATORS)
def test_standardising_takes_mean_and_spread_from_the_training_points_alone(name: str) -> None:
    """Statistics of the test points would leak what has never been seen."""
    data = make_dataset(DataSpec(name, train_ratio=0.3, scaling="standardize"))
    seen = data.inputs(data.X_train)
    np.testing.assert_allclose(seen.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(seen.std(axis=0), 1.0, rtol=1e-12)
    mean, spread = data.X_train.mean(axis=0), data.X_train.std(axis=0)
    np.testing.assert_allclose(data.inputs(data.X_test), (data.X_test - mean) / spread)


def test_standardising_changes_what_the_network_sees_and_not_what_is_drawn() -> None:
    plain, scaled = (make_dataset(DataSpec(scaling=scaling)) for scaling in ("none", "standardize"))
    np.testing.assert_array_equal(plain.X_train, scaled.X_train)
    assert plain.window == scaled.window
    np.testing.assert_array_equal(plain.inputs(plain.X_train), plain.X_train)
    assert not np.allclose(scaled.inputs(scaled.X_train), scaled.X_train)
