"""The possible inputs of a network: a point's coordinates, and functions of them.

A feature is one record in :data:`FEATURES`: ``of(x1, x2)`` takes two float64 arrays (n,) and
returns one. Both must be contiguous: NumPy may round a sine differently in another memory layout.
It only returns an expression, which exported scripts repeat.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Feature:
    """One input of a network: its name in the diagram, meaning, formula, and function."""

    title: str
    words: str
    formula: str
    of: Callable[[FloatArray, FloatArray], FloatArray]


def x1_itself(x1: FloatArray, x2: FloatArray) -> FloatArray:
    """Return the horizontal coordinate."""
    return x1


def x2_itself(x1: FloatArray, x2: FloatArray) -> FloatArray:
    """Return the vertical coordinate."""
    return x2


def x1_squared(x1: FloatArray, x2: FloatArray) -> FloatArray:
    """Return x1²."""
    return x1 * x1


def x2_squared(x1: FloatArray, x2: FloatArray) -> FloatArray:
    """Return x2²."""
    return x2 * x2


def x1_x2(x1: FloatArray, x2: FloatArray) -> FloatArray:
    """Return the product of both coordinates."""
    return x1 * x2


def sin_x1(x1: FloatArray, x2: FloatArray) -> FloatArray:
    """Return the sine of x1."""
    return np.sin(x1)


def sin_x2(x1: FloatArray, x2: FloatArray) -> FloatArray:
    """Return the sine of x2."""
    return np.sin(x2)


def distance(x1: FloatArray, x2: FloatArray) -> FloatArray:
    """Return the distance from the origin."""
    return np.hypot(x1, x2)


def angle(x1: FloatArray, x2: FloatArray) -> FloatArray:
    """Return the angle around the origin, from -π to π."""
    return np.arctan2(x2, x1)


FEATURES: dict[str, Feature] = {
    "x1": Feature("x₁", "The horizontal coordinate.", "x1", x1_itself),
    "x2": Feature("x₂", "The vertical coordinate.", "x2", x2_itself),
    "x1_squared": Feature("x₁²", "Equal to the left and to the right.", "x1²", x1_squared),
    "x2_squared": Feature("x₂²", "Equal above and below.", "x2²", x2_squared),
    "x1_x2": Feature("x₁x₂", "Positive in two opposite corners.", "x1 x2", x1_x2),
    "sin_x1": Feature("sin x₁", "Waves from left to right.", "sin(x1)", sin_x1),
    "sin_x2": Feature("sin x₂", "Waves from bottom to top.", "sin(x2)", sin_x2),
    "r": Feature("r", "The distance from the origin.", "√(x1² + x2²)", distance),
    "angle": Feature(
        "θ", "The angle around the origin, in radians from -π to π.", "arctan2(x2, x1)", angle
    ),
}

COORDINATES = ("x1", "x2")
"""The default inputs of a network."""


def in_order(inputs: Sequence[str]) -> tuple[str, ...]:
    """Return the inputs in the order of :data:`FEATURES`.

    Raises ``ValueError`` if there are none, if one is unknown, or if one is repeated.
    """
    ordered = tuple(name for name in FEATURES if name in inputs)
    if not ordered or len(ordered) != len(inputs):
        known = ", ".join(FEATURES)
        raise ValueError(f"inputs must be one or more of {known}, each once; got {inputs!r}")
    return ordered


def features(X: NDArray[np.floating], inputs: tuple[str, ...]) -> FloatArray:
    """Return the features (n_samples, n_inputs) of points (n_samples, 2)."""
    if inputs == COORDINATES:
        return np.asarray(X, dtype=np.float64)
    x1, x2 = np.ascontiguousarray(X.T, dtype=np.float64)
    return np.column_stack([FEATURES[name].of(x1, x2) for name in inputs])
