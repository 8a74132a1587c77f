"""What a network is fed: each feature is what its name says, in one order, scaled after."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.data import COORDINATES, FEATURES, DataSpec, Points, features, make_dataset

BY_HAND = {
    "x1": lambda a, b: a,
    "x2": lambda a, b: b,
    "x1_squared": lambda a, b: a * a,
    "x2_squared": lambda a, b: b * b,
    "x1_x2": lambda a, b: a * b,
    "sin_x1": lambda a, b: math.sin(a),
    "sin_x2": lambda a, b: math.sin(b),
    "r": lambda a, b: math.sqrt(a * a + b * b),
    "angle": lambda a, b: math.atan2(b, a),
}

points = st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=40)
subsets = st.sets(st.sampled_from(list(BY_HAND)), min_size=1)


def test_links_that_are_out_in_the_world_keep_their_meaning() -> None:
    assert [name for name in FEATURES if name in BY_HAND] == list(BY_HAND)
    titles = [feature.title for feature in FEATURES.values()]
    assert len(set(titles)) == len(titles)
    assert all(feature.words.endswith(".") for feature in FEATURES.values())


@given(points, subsets)
def test_every_feature_is_what_its_name_says(
    listed: list[tuple[float, float]], chosen: set[str]
) -> None:
    """Against Python's own mathematics, point by point."""
    inputs = DataSpec(inputs=tuple(chosen)).inputs
    found = features(np.array(listed), inputs)
    wanted = [[BY_HAND[name](a, b) for name in inputs] for a, b in listed]
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-15)


@given(points)
def test_a_points_features_do_not_depend_on_how_the_points_lie_in_memory(
    listed: list[tuple[float, float]],
) -> None:
    """A script that holds the same points in rows has to print the same digits."""
    rows, columns = np.array(listed), np.asfortranarray(listed)
    np.testing.assert_array_equal(
        features(rows, tuple(FEATURES)), features(columns, tuple(FEATURES))
    )


@given(st.permutations(list(FEATURES)), st.integers(1, len(FEATURES)))
def test_inputs_are_kept_in_one_order_whatever_order_they_are_named_in(
    names: list[str], n: int
) -> None:
    """Otherwise one experiment would have many links, and weights would change their places."""
    spec = DataSpec(inputs=tuple(names[:n]))
    assert spec.inputs == tuple(name for name in FEATURES if name in names[:n])
    assert spec == DataSpec(inputs=tuple(reversed(names[:n])))
    assert hash(spec) == hash(DataSpec(inputs=spec.inputs))


@pytest.mark.parametrize("inputs", [(), ("x3",), ("x1", "x1"), ("x1", "x2", "X1")])
def test_inputs_that_are_none_unknown_or_named_twice_are_refused(inputs: tuple[str, ...]) -> None:
    with pytest.raises(
        ValueError, match=r"inputs must be one or more of x1, x2, .* each once; got "
    ):
        DataSpec(inputs=inputs)


@pytest.mark.parametrize("scaling", ["none", "standardize"])
def test_the_two_coordinates_reach_the_network_as_they_always_did(scaling: str) -> None:
    """To the last bit: the articles' printed costs depend on it."""
    data = make_dataset(DataSpec(train_ratio=1.0, scaling=scaling))
    seen = data.X_train
    if scaling == "standardize":
        seen = (seen - seen.mean(axis=0)) / seen.std(axis=0)
    assert data.features == COORDINATES
    np.testing.assert_array_equal(data.inputs(data.X_train), seen)


@given(subsets)
def test_standardising_brings_every_feature_to_one_scale_over_the_training_points(
    chosen: set[str],
) -> None:
    data = make_dataset(DataSpec("circles", scaling="standardize", inputs=tuple(chosen)))
    seen = data.inputs(data.X_train)
    assert seen.shape == (160, len(chosen))
    np.testing.assert_allclose(seen.mean(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(seen.std(axis=0), 1.0, rtol=1e-12)
    raw = features(data.X_train, data.features)
    held_out = features(data.X_test, data.features)
    np.testing.assert_allclose(
        data.inputs(data.X_test), (held_out - raw.mean(axis=0)) / raw.std(axis=0)
    )


def test_a_feature_that_is_the_same_for_all_points_is_not_divided_by_zero() -> None:
    rows = tuple((2.0, float(k), k % 2) for k in range(6))
    data = make_dataset(
        DataSpec("own", train_ratio=1.0, scaling="standardize", points=Points(rows))
    )
    np.testing.assert_array_equal(data.inputs(data.X_train)[:, 0], np.zeros(6))
