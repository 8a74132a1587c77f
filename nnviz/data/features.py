"""What a network can be fed of a point: its coordinates, and what can be computed from them.

A feature is one record in :data:`FEATURES`: ``of(x1, x2)`` takes two float64 arrays (n,) that are
contiguous in memory and returns one more. NumPy may round a sine differently for other layouts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Feature:
    """One input of a network: its sign in the diagram, what it is good for, how it is computed."""

    title: str
    words: str
    of: Callable[[FloatArray, FloatArray], FloatArray]


FEATURES: dict[str, Feature] = {
    "x1": Feature("x₁", "How far right a point lies.", lambda x1, x2: x1),
    "x2": Feature("x₂", "How far up a point lies.", lambda x1, x2: x2),
    "x1_squared": Feature("x₁²", "The same to the left and to the right.", lambda x1, x2: x1 * x1),
    "x2_squared": Feature("x₂²", "The same above and below.", lambda x1, x2: x2 * x2),
    "x1_x2": Feature("x₁x₂", "Positive in two opposite corners.", lambda x1, x2: x1 * x2),
    "sin_x1": Feature("sin x₁", "Waves from left to right.", lambda x1, x2: np.sin(x1)),
    "sin_x2": Feature("sin x₂", "Waves from bottom to top.", lambda x1, x2: np.sin(x2)),
    "r": Feature("r", "How far a point is from the origin.", lambda x1, x2: np.hypot(x1, x2)),
    "angle": Feature(
        "θ",
        "The angle around the origin, in radians from -π to π.",
        lambda x1, x2: np.arctan2(x2, x1),
    ),
}

COORDINATES = ("x1", "x2")
"""What a network is fed unless somebody chooses otherwise."""


def in_order(inputs: Sequence[str]) -> tuple[str, ...]:
    """The same inputs in the order of :data:`FEATURES`.

    Raises ``ValueError`` unless there is at least one, all are known and none is there twice.
    """
    ordered = tuple(name for name in FEATURES if name in inputs)
    if not ordered or len(ordered) != len(inputs):
        known = ", ".join(FEATURES)
        raise ValueError(f"inputs must be one or more of {known}, each once; got {inputs!r}")
    return ordered


def features(X: NDArray[np.floating], inputs: tuple[str, ...]) -> FloatArray:
    """The features (n_samples, n_inputs) of points (n_samples, 2)."""
    if inputs == COORDINATES:
        return np.asarray(X, dtype=np.float64)
    x1, x2 = np.ascontiguousarray(X.T, dtype=np.float64)
    return np.column_stack([FEATURES[name].of(x1, x2) for name in inputs])
