"""Data that cannot be trained on is refused with a message that says what to change."""

import numpy as np
import pytest

from nnviz.network import check_data

X = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
Y = np.array([0, 1, 1])


def test_good_data_comes_back_as_doubles():
    checked_X, checked_y = check_data(X.tolist(), [False, True, True], 2)
    assert checked_X.dtype == checked_y.dtype == np.float64
    np.testing.assert_array_equal(checked_X, X)
    np.testing.assert_array_equal(checked_y, Y)


def spoil(value):
    bad = X.copy()
    bad[1, 0] = value
    return bad


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.empty((0, 2)), np.empty(0), "X must hold at least one sample; got none"),
        (X, [1, 1, 1], "y must hold both classes, 0 and 1; got only 1"),
        (X, [-1, 1, 1], "y must hold only the labels 0 and 1; got -1"),
        (X, [0.0, 0.5, 1.0], "labels 0 and 1; got 0.5"),
        (X, [0.0, np.nan, 1.0], "labels 0 and 1; got nan"),
        (X, Y[:, np.newaxis], r"y must be a vector \(n_samples,\), .* got \(3, 1\)"),
        (X, Y[np.newaxis], r"y must be a vector .* got \(1, 3\)"),
        (X, [0, 1], "y must have one label per sample, 3; got 2"),
        (spoil(np.nan), Y, "X must be finite; got nan at row 1, column 0"),
        (spoil(-np.inf), Y, "X must be finite; got -inf at row 1, column 0"),
        (X[:, :1], Y, r"X must be \(n_samples, 2\); got shape \(3, 1\)"),
        (X[0], Y, r"X must be \(n_samples, 2\); got shape \(2,\)"),
        ([["a", "b"]], [0], "X must be an array of numbers"),
        ([[1, 2], [3]], [0, 1], "X must be an array of numbers"),
    ],
)
def test_bad_data_is_refused(X, y, message):
    with pytest.raises(ValueError, match=message):
        check_data(X, y, 2)


def test_a_test_set_may_hold_one_class_only():
    assert check_data(X, [1, 1, 1], 2, both_classes=False)[1].tolist() == [1, 1, 1]
