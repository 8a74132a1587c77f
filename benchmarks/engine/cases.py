"""The timed networks and data."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Case:
    """One full-batch training step to time, and the factor over the fastest peer it must reach."""

    dims: tuple[int, ...]
    n_samples: int
    activation: str
    dtype: str
    mark: float

    @property
    def label(self):
        """The row's name in the table."""
        return f"{list(self.dims)}, {self.n_samples} samples, {self.activation}, {self.dtype}"

    def data(self):
        """Return X (n_samples, n_features) and y (n_samples,) of the case's precision."""
        random = np.random.RandomState(0)
        X = random.randn(self.n_samples, self.dims[0])
        y = (X[:, 0] * X[:, 1] > 0.0).astype(self.dtype)
        return X.astype(self.dtype), y

    def layers(self):
        """Return Glorot weights W (n_in, n_out) and zero biases b (n_out,) for every layer."""
        random = np.random.RandomState(1)
        pairs = zip(self.dims[:-1], self.dims[1:], strict=True)
        return [
            (
                (random.randn(i, o) * np.sqrt(2.0 / (i + o))).astype(self.dtype),
                np.zeros(o, self.dtype),
            )
            for i, o in pairs
        ]


SMALL = [((2, 4, 2, 1), 250), ((2, 8, 8, 8, 8, 8, 8, 1), 250)]
MEDIUM = [((2, 25, 50, 50, 25, 1), 900), ((2, 64, 64, 1), 500)]
LARGE = ((2, 256, 256, 1), 2000)

CASES = [
    *(
        Case(dims, n, activation, dtype, mark)
        for dims, n in SMALL
        for activation, dtype, mark in (
            ("tanh", "float32", 4.5),
            ("relu", "float32", 4.5),
            ("tanh", "float64", 2.0),
            ("relu", "float64", 3.5),
        )
    ),
    *(
        Case(dims, n, activation, dtype, 1.2 if dtype == "float32" else 0.9)
        for dims, n in MEDIUM
        for dtype in ("float32", "float64")
        for activation in ("tanh", "relu")
    ),
    *(Case(*LARGE, activation, "float32", 1.0) for activation in ("tanh", "relu")),
]
