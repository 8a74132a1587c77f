"""Refuse data that a network cannot use, with a message that says what to change."""

import numpy as np
import numpy.typing as npt

from nnviz.network.arrays import FloatArray


def check_data(
    X: npt.ArrayLike, y: npt.ArrayLike, n_features: int, *, both_classes: bool = True
) -> tuple[FloatArray, FloatArray]:
    """Return X (n_samples, n_features) and y (n_samples,) as float64, or raise ValueError.

    Refused are: other shapes, no samples, NaN or infinity, labels other than 0 and 1, and, unless
    `both_classes` is False, labels that are all equal.
    """
    X = check_inputs(X, n_features)
    if X.shape[0] == 0:
        raise ValueError("X must hold at least one sample; got none")
    y = check_labels(y, X.shape[0])
    if both_classes and (y == y[0]).all():
        raise ValueError(f"y must hold both classes, 0 and 1; got only {y[0]:g}")
    return X, y


def check_inputs(X: npt.ArrayLike, n_features: int) -> FloatArray:
    """Return X (n_samples, n_features) as float64, or raise ValueError."""
    X = _as_numbers("X", X)
    if X.ndim != 2 or X.shape[1] != n_features:
        raise ValueError(f"X must be (n_samples, {n_features}); got shape {X.shape}")
    bad = ~np.isfinite(X)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise ValueError(f"X must be finite; got {X[row, column]} at row {row}, column {column}")
    return X


def check_labels(y: npt.ArrayLike, n_samples: int) -> FloatArray:
    """Return y (n_samples,) of 0 and 1 as float64, or raise ValueError."""
    y = _as_numbers("y", y)
    if y.ndim != 1:
        raise ValueError(f"y must be a vector (n_samples,), not a column or row; got {y.shape}")
    if y.shape[0] != n_samples:
        raise ValueError(f"y must have one label per sample, {n_samples}; got {y.shape[0]}")
    unknown = y[(y != 0.0) & (y != 1.0)]
    if unknown.size:
        raise ValueError(f"y must hold only the labels 0 and 1; got {unknown[0]:g}")
    return y


def _as_numbers(field: str, values: npt.ArrayLike) -> FloatArray:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{field} must be an array of numbers; got {values!r:.40}") from error
