"""Numbers for the eye: floats to a byte or two and back.

Logits are kept signed, with a scale per frame, and companded by a square root: the finest steps
lie around zero, where the decision boundary is. A network that has barely started, with every
probability between 0.49995 and 0.50008, still gives a smooth contour.

Activations and weights are kept on a linear scale that is a power of two, so that it seldom
changes from one frame to the next and the difference between frames stays small.
"""

import numpy as np
from numpy.typing import NDArray

LEVELS = 127
FINE_LEVELS = 32767
_TINY = 1e-30  # below it, a float32 has no reciprocal to scale by
_HUGE = 1e30
SATURATED_LOGIT = 12.0  # sigmoid(12) is 0.999994: beyond it no eye sees a difference


def quantise_signed(values: NDArray[np.floating]) -> tuple[NDArray[np.int8], float]:
    """Bytes ``q`` and the scale ``s`` such that ``values ≈ sign(q) * (q / 127)**2 * s``.

    Values beyond ±SATURATED_LOGIT are clipped to it. The error is at most ``s / 127``, and
    ``s / 127**2 / 4`` next to zero; the sign of a value that is not rounded to zero is kept.
    """
    values = drawable(values)
    scale = float(min(np.abs(values).max(initial=0.0), SATURATED_LOGIT))
    if scale < _TINY:
        return np.zeros(values.shape, np.int8), 0.0
    q = np.abs(values)
    q *= 1.0 / scale
    np.minimum(q, 1.0, out=q)
    np.sqrt(q, out=q)
    q *= LEVELS
    np.rint(q, out=q)
    return np.copysign(q, values).astype(np.int8), scale


def dequantise_signed(q: NDArray[np.int8], scale: float) -> NDArray[np.float64]:
    """The values that ``quantise_signed`` kept."""
    fraction = q.astype(np.float64) / LEVELS
    return np.sign(fraction) * fraction**2 * scale


def power_of_two_above(values: NDArray[np.floating]) -> float:
    """The smallest power of two that no absolute value exceeds; 1 for all zeros."""
    largest = float(np.abs(values).max(initial=0.0))
    return float(2.0 ** np.ceil(np.log2(largest))) if largest > _TINY else 1.0


def drawable(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """The same values; what the last step before a divergence made too large is tamed.

    NaN becomes 0, and what a float32 could not hold is clipped.
    """
    if np.abs(values).max(initial=0.0) < np.finfo(np.float32).max / LEVELS:
        return values
    tamed: NDArray[np.floating] = np.clip(np.nan_to_num(values, nan=0.0), -_HUGE, _HUGE)
    return tamed


def quantise_map(activation: NDArray[np.floating]) -> tuple[NDArray[np.int8], float]:
    """Bytes ``q`` and a scale ``s`` with ``activation ≈ q / 127 * s``, to within ``s / 254``."""
    activation = drawable(activation)
    scale = power_of_two_above(activation)
    return np.rint(activation * (LEVELS / scale)).astype(np.int8), scale


def quantise_feature(values: NDArray[np.floating]) -> NDArray[np.int8]:
    """Bytes from -127, the smallest of the values, to 127, the largest; 0 where all are the same.

    Only the shape is kept: what a network makes of a feature does not depend on its unit.
    """
    low, high = float(values.min()), float(values.max())
    if high == low:
        return np.zeros(values.shape, np.int8)
    share = (values - low) / (high - low)  # from 0 to 1
    q: NDArray[np.int8] = np.rint((2.0 * share - 1.0) * LEVELS).astype(np.int8)
    return q


def quantise_weights(theta: NDArray[np.floating]) -> tuple[NDArray[np.int16], float]:
    """Two bytes a weight and a scale ``s`` with ``theta ≈ q / 32767 * s``."""
    theta = drawable(theta)
    scale = power_of_two_above(theta)
    return np.rint(theta * (FINE_LEVELS / scale)).astype(np.int16), scale
