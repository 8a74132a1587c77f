"""Quantise numbers for display: floats to one or two bytes, and back.

Logits are signed, with a scale per frame, and companded by a square root: the finest steps are
around zero, where the decision boundary is. A network that has barely started, with every
probability between 0.49995 and 0.50008, still gives a smooth contour.

Activations and weights have a linear scale that is a power of two. So the scale seldom changes
from one frame to the next, and the differences between frames stay small.

The first axis of all values is the frames. Each frame is quantised independently.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

LEVELS = 127
FINE_LEVELS = 32767
TOPS = {"int8": LEVELS, "int16": FINE_LEVELS}
"""The level that represents the scale, by the type of the levels."""
_TINY = 1e-30  # smaller numbers have no finite reciprocal in float32
_HUGE = 1e30
SATURATED_LOGIT = 12.0  # sigmoid(12) is 0.999994: larger logits look the same


def quantise_surfaces(values: Floats) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Return bytes ``q`` and a scale ``s`` per frame: ``values ≈ sign(q) * (q / 127)**2 * s``.

    Values beyond ±SATURATED_LOGIT are clipped to it. The error is at most ``s / 127``, and
    ``s / 127**2 / 4`` next to zero; the sign of a value that is not rounded to zero is kept.
    """
    flat, largest = _measured(values)
    scale = np.minimum(largest, SATURATED_LOGIT)
    scale[scale < _TINY] = 0.0
    inverse = np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > 0.0)
    q = np.abs(flat)
    q *= _column(inverse, q)
    np.minimum(q, 1.0, out=q)
    np.sqrt(q, out=q)
    q *= LEVELS
    np.rint(q, out=q)
    np.copysign(q, flat, out=q)
    return q.astype(np.int8).reshape(values.shape), scale


def surface_values(q: NDArray[np.int8], scale: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what bytes (n_frames, ...) and scales (n_frames,) of `quantise_surfaces` stand for."""
    share = q / LEVELS
    values: NDArray[np.float64] = share * np.abs(share) * scale.reshape(-1, *[1] * (q.ndim - 1))
    return values


def powers_of_two_above(largest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the smallest power of two that is not below each number; 1 for zero."""
    some = np.where(largest > _TINY, largest, 1.0)
    powers: NDArray[np.float64] = np.exp2(np.ceil(np.log2(some)))
    return powers


def drawable(values: Floats) -> Floats:
    """Return the values of all frames, limited where they are too large for float32.

    That happens just before a run diverges. In such a frame, NaN becomes 0.
    """
    return _measured(values)[0].reshape(values.shape)


def quantise_maps(values: Floats) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Return bytes ``q`` and a scale ``s`` per frame: ``values ≈ q / 127 * s``, ± ``s / 254``."""
    q, scale = _linear(values, LEVELS)
    return q.astype(np.int8).reshape(values.shape), scale


def quantise_weights(values: Floats) -> tuple[NDArray[np.int16], NDArray[np.float64]]:
    """Return two bytes per weight and a scale ``s`` per frame: ``values ≈ q / 32767 * s``."""
    q, scale = _linear(values, FINE_LEVELS)
    return q.astype(np.int16).reshape(values.shape), scale


def _linear(values: Floats, levels: int) -> tuple[Floats, NDArray[np.float64]]:
    flat, largest = _measured(values)
    scale = powers_of_two_above(largest)
    q: Floats = flat * _column(levels / scale, flat)
    np.rint(q, out=q)
    return q, scale


def _measured(values: Floats) -> tuple[Floats, NDArray[np.float64]]:
    """Return drawable values (n_frames, n_values), and the largest absolute value per frame."""
    flat = values.reshape(len(values), int(np.prod(values.shape[1:])))
    largest = _largest(flat)
    wild = ~(largest < np.finfo(np.float32).max / LEVELS)
    if wild.any():
        flat = flat.copy()
        flat[wild] = np.clip(np.nan_to_num(flat[wild], nan=0.0), -_HUGE, _HUGE)
        largest = _largest(flat)
    return flat, largest


def _largest(flat: Floats) -> NDArray[np.float64]:
    """Return the largest absolute value per row; 0 for an empty row, NaN for a row with NaN."""
    highest, lowest = flat.max(axis=1, initial=0.0), flat.min(axis=1, initial=0.0)
    largest: NDArray[np.float64] = np.maximum(highest, -lowest).astype(np.float64)
    return largest


def _column(factors: NDArray[np.float64], flat: Floats) -> Floats:
    """Return factors (n_frames,) as (n_frames, 1), in the precision of the values."""
    column: Floats = factors.astype(flat.dtype)[:, np.newaxis]
    return column


def quantise_feature(values: NDArray[np.floating]) -> NDArray[np.int8]:
    """Return bytes from -127, for the smallest value, to 127, for the largest; 0 if all are equal.

    `FrameMaker.input_ranges` has both values.
    """
    low, high = float(values.min()), float(values.max())
    if high == low:
        return np.zeros(values.shape, np.int8)
    share = (values - low) / (high - low)  # from 0 to 1
    q: NDArray[np.int8] = np.rint((2.0 * share - 1.0) * LEVELS).astype(np.int8)
    return q
