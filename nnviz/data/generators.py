"""The generated data sets of the playground: labelled points of two classes, from one seed.

Every generator is a record in :data:`GENERATORS`. Its ``make(n_samples, noise, seed)`` returns
``X`` of shape (n_samples, 2) and ``y`` of shape (n_samples,) with 0.0 and 1.0. All randomness
comes from ``numpy.random.RandomState(seed)``. NumPy guarantees its stream, so a seed gives the
same points in every version. scikit-learn is imported where it is used: that takes a second.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Drawn = tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class Generator:
    """One kind of data set: its title, its lesson, and the function that makes it."""

    title: str
    teaches: str
    make: Callable[[int, float, int], Drawn]


def _moons(n_samples: int, noise: float, seed: int) -> Drawn:
    from sklearn.datasets import make_moons

    X, y = make_moons(n_samples, noise=noise, random_state=seed)
    return X, y.astype(np.float64)


def _circles(n_samples: int, noise: float, seed: int) -> Drawn:
    from sklearn.datasets import make_circles

    X, y = make_circles(n_samples, noise=noise, factor=0.5, random_state=seed)
    return X, y.astype(np.float64)


def _alternating_labels(n_samples: int) -> FloatArray:
    """Return 0, 1, 0, 1, …: the classes are balanced, also for odd ``n_samples``."""
    return (np.arange(n_samples) % 2).astype(np.float64)


def _gaussians(n_samples: int, noise: float, seed: int) -> Drawn:
    """Two round clouds around (-1, -1) and (1, 1); their standard deviation is 0.3 + noise."""
    rng = np.random.RandomState(seed)
    y = _alternating_labels(n_samples)
    centre = np.where(y == 1.0, 1.0, -1.0)[:, np.newaxis]
    return centre + (0.3 + noise) * rng.randn(n_samples, 2), y


def _xor(n_samples: int, noise: float, seed: int) -> Drawn:
    """Four squares with a gap between them; class 1 where x1 and x2 have the same sign."""
    rng = np.random.RandomState(seed)
    y = _alternating_labels(n_samples)
    sign_x1 = rng.choice([-1.0, 1.0], size=n_samples)
    sign_x2 = np.where(y == 1.0, sign_x1, -sign_x1)
    distance = rng.uniform(0.1, 1.5, size=(n_samples, 2))
    X = distance * np.column_stack([sign_x1, sign_x2])
    return X + 0.5 * noise * rng.randn(n_samples, 2), y


def _spirals(n_samples: int, noise: float, seed: int) -> Drawn:
    """Two arms of one and a half turns around the origin, half a turn apart."""
    rng = np.random.RandomState(seed)
    y = _alternating_labels(n_samples)
    t = np.sqrt(rng.uniform(0.01, 1.0, size=n_samples))
    angle = 3.0 * np.pi * t + np.pi * y
    X = 2.0 * t[:, np.newaxis] * np.column_stack([np.cos(angle), np.sin(angle)])
    return X + 0.25 * noise * rng.randn(n_samples, 2), y


def _stripes(n_samples: int, noise: float, seed: int) -> Drawn:
    """Four vertical bands of alternating class across the square [-1.5, 1.5]²."""
    rng = np.random.RandomState(seed)
    y = _alternating_labels(n_samples)
    band = y + 2.0 * rng.randint(0, 2, size=n_samples)
    x1 = -1.5 + 0.75 * (band + rng.uniform(0.08, 0.92, size=n_samples))
    X = np.column_stack([x1, rng.uniform(-1.5, 1.5, size=n_samples)])
    return X + 0.25 * noise * rng.randn(n_samples, 2), y


GENERATORS: dict[str, Generator] = {
    "moons": Generator("Moons", "Two interleaved half-circles: the articles' data.", _moons),
    "circles": Generator("Circles", "One ring inside another: no line separates them.", _circles),
    "gaussians": Generator(
        "Two Gaussians", "Two round clouds: one straight line is enough.", _gaussians
    ),
    "xor": Generator("XOR", "Opposite corners have one class: it needs a hidden layer.", _xor),
    "spirals": Generator(
        "Spirals", "Two arms wound into each other: the hardest data set here.", _spirals
    ),
    "stripes": Generator("Stripes", "Alternating bands: one input, many borders.", _stripes),
}
