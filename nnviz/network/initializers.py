"""Initial weights: the values with which training starts.

If all weights are equal, the units of a layer stay identical; if they are large, sigmoid and tanh
saturate. So the weights are small and random. In most schemes their spread depends on the number
of inputs of the layer (`n_in`) and of its units (`n_out`).
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nnviz.network.arrays import FloatArray

Shape = tuple[int, int]
Draw = Callable[[np.random.RandomState, Shape, int, int], FloatArray]


@dataclass(frozen=True)
class Initializer:
    """A way to draw a layer's initial weights.

    Attributes
    ----------
    name : key in the registry
    title : name on the page
    formula : the distribution; N(0, σ) is normal with standard deviation σ, U(±r) uniform
    draw : ``draw(random, shape, n_in, n_out)`` returns an array of that shape; a function with a
        name of its own, because exported scripts show its source
    """

    name: str
    title: str
    formula: str
    draw: Draw


def initial_parameters(
    sizes: Sequence[int], draw: Draw, seed: int, draw_biases: bool
) -> FloatArray:
    """Return the initial parameters (n_params,) for the sizes of all layers, inputs first.

    For each layer, the transposed weights (n_out, n_in) are drawn, then the biases (n_out, 1).
    """
    random = np.random.RandomState(seed)
    blocks = []
    for n_in, n_out in itertools.pairwise(sizes):
        W = draw(random, (n_out, n_in), n_in, n_out)
        b = draw(random, (n_out, 1), n_in, n_out) if draw_biases else np.zeros((n_out, 1))
        blocks.append(np.hstack([W, b]).T)  # (n_in + 1, n_out)
    return np.concatenate([block.ravel() for block in blocks])


def zeros(random: np.random.RandomState, shape: Shape, n_in: int, n_out: int) -> FloatArray:
    """Return zeros."""
    return np.zeros(shape)


def all_half(random: np.random.RandomState, shape: Shape, n_in: int, n_out: int) -> FloatArray:
    """Return 0.5 for every weight."""
    return np.full(shape, 0.5)


def normal_001(random: np.random.RandomState, shape: Shape, n_in: int, n_out: int) -> FloatArray:
    """Draw from a normal distribution with standard deviation 0.01."""
    return random.randn(*shape) * 0.01


def normal_01(random: np.random.RandomState, shape: Shape, n_in: int, n_out: int) -> FloatArray:
    """Draw from a normal distribution with standard deviation 0.1."""
    return random.randn(*shape) * 0.1


def normal_1(random: np.random.RandomState, shape: Shape, n_in: int, n_out: int) -> FloatArray:
    """Draw from a normal distribution with standard deviation 1."""
    return random.randn(*shape)


def uniform_half(random: np.random.RandomState, shape: Shape, n_in: int, n_out: int) -> FloatArray:
    """Draw evenly from -0.5 to 0.5."""
    return random.uniform(-0.5, 0.5, shape)


def glorot_uniform(
    random: np.random.RandomState, shape: Shape, n_in: int, n_out: int
) -> FloatArray:
    """Draw evenly from -r to r."""
    r = math.sqrt(6.0 / (n_in + n_out))
    return random.uniform(-r, r, shape)


def glorot_normal(random: np.random.RandomState, shape: Shape, n_in: int, n_out: int) -> FloatArray:
    """Draw from a normal distribution."""
    return random.randn(*shape) * math.sqrt(2.0 / (n_in + n_out))


def he_normal(random: np.random.RandomState, shape: Shape, n_in: int, n_out: int) -> FloatArray:
    """Draw from a normal distribution."""
    return random.randn(*shape) * math.sqrt(2.0 / n_in)


def he_uniform(random: np.random.RandomState, shape: Shape, n_in: int, n_out: int) -> FloatArray:
    """Draw evenly from -r to r."""
    r = math.sqrt(6.0 / n_in)
    return random.uniform(-r, r, shape)


def lecun_normal(random: np.random.RandomState, shape: Shape, n_in: int, n_out: int) -> FloatArray:
    """Draw from a normal distribution."""
    return random.randn(*shape) * math.sqrt(1.0 / n_in)


INITIALIZERS: dict[str, Initializer] = {
    record.name: record
    for record in (
        Initializer("zeros", "Zeros", "0", zeros),
        Initializer("constant_0.5", "All 0.5", "0.5", all_half),
        Initializer("normal_0.01", "Normal 0.01", "N(0, 0.01)", normal_001),
        Initializer("normal_0.1", "Normal 0.1", "N(0, 0.1)", normal_01),
        Initializer("normal_1", "Normal 1", "N(0, 1)", normal_1),
        Initializer("uniform_0.5", "Uniform ±0.5", "U(±0.5)", uniform_half),
        Initializer(
            "glorot_uniform", "Glorot uniform", "U(±sqrt(6 / (n_in + n_out)))", glorot_uniform
        ),
        Initializer(
            "glorot_normal", "Glorot normal", "N(0, sqrt(2 / (n_in + n_out)))", glorot_normal
        ),
        Initializer("he_normal", "He normal", "N(0, sqrt(2 / n_in))", he_normal),
        Initializer("he_uniform", "He uniform", "U(±sqrt(6 / n_in))", he_uniform),
        Initializer("lecun_normal", "LeCun normal", "N(0, sqrt(1 / n_in))", lecun_normal),
    )
}
"""Every initializer by name."""
