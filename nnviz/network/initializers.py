"""Initial weights: the values with which training starts.

If all weights are equal, the units of a layer stay identical; if they are large, sigmoid and tanh
saturate. So the weights are small and random. In most schemes their spread depends on the number
of inputs of the layer (`n_in`) and of its units (`n_out`).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.network.arrays import FloatArray

Draw = Callable[[np.random.RandomState, tuple[int, int], int, int], FloatArray]


@dataclass(frozen=True)
class Initializer:
    """A way to draw a layer's initial weights.

    Attributes
    ----------
    name : key in the registry
    title : name on the page
    formula : the distribution; N(0, σ) is normal with standard deviation σ, U(±r) uniform
    draw : ``draw(random, shape, n_in, n_out)`` returns an array of that shape
    """

    name: str
    title: str
    formula: str
    draw: Draw


def _constant(value: float) -> Draw:
    return lambda random, shape, n_in, n_out: np.full(shape, value)


def _normal(scale: Callable[[int, int], float]) -> Draw:
    return lambda random, shape, n_in, n_out: random.randn(*shape) * scale(n_in, n_out)


def _uniform(limit: Callable[[int, int], float]) -> Draw:
    def draw(
        random: np.random.RandomState, shape: tuple[int, int], n_in: int, n_out: int
    ) -> FloatArray:
        r = limit(n_in, n_out)
        return random.uniform(-r, r, shape)

    return draw


INITIALIZERS: dict[str, Initializer] = {
    record.name: record
    for record in (
        Initializer("zeros", "Zeros", "0", _constant(0.0)),
        Initializer("constant_0.5", "All 0.5", "0.5", _constant(0.5)),
        Initializer("normal_0.01", "Normal 0.01", "N(0, 0.01)", _normal(lambda i, o: 0.01)),
        Initializer("normal_0.1", "Normal 0.1", "N(0, 0.1)", _normal(lambda i, o: 0.1)),
        Initializer("normal_1", "Normal 1", "N(0, 1)", _normal(lambda i, o: 1.0)),
        Initializer("uniform_0.5", "Uniform ±0.5", "U(±0.5)", _uniform(lambda i, o: 0.5)),
        Initializer(
            "glorot_uniform",
            "Glorot uniform",
            "U(±sqrt(6 / (n_in + n_out)))",
            _uniform(lambda i, o: math.sqrt(6.0 / (i + o))),
        ),
        Initializer(
            "glorot_normal",
            "Glorot normal",
            "N(0, sqrt(2 / (n_in + n_out)))",
            _normal(lambda i, o: math.sqrt(2.0 / (i + o))),
        ),
        Initializer(
            "he_normal", "He normal", "N(0, sqrt(2 / n_in))", _normal(lambda i, o: math.sqrt(2 / i))
        ),
        Initializer(
            "he_uniform",
            "He uniform",
            "U(±sqrt(6 / n_in))",
            _uniform(lambda i, o: math.sqrt(6.0 / i)),
        ),
        Initializer(
            "lecun_normal",
            "LeCun normal",
            "N(0, sqrt(1 / n_in))",
            _normal(lambda i, o: math.sqrt(1.0 / i)),
        ),
    )
}
"""Every initializer by name."""
