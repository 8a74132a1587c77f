"""The numbers that a reader calculates with, and what kinds of mistakes have in common."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from nnviz.explain.answer import value_of
from nnviz.explain.ask import Ask
from nnviz.explain.scene import Scene
from nnviz.network import LOSSES
from nnviz.network.arrays import FloatArray

MOST_TERMS = 12
"""In longer sums, single terms are not looked at."""


class Mistake(NamedTuple):
    """A wrong result, and a sentence that says what went wrong."""

    value: float
    words: str


Found = Iterator[Mistake]


class Attempt:
    """The numbers that a reader calculates with: their own where they have filled them in."""

    def __init__(self, scene: Scene, own: Mapping[str, float]) -> None:
        self.scene = scene
        self._own = own

    def get(self, name: str, *indices: int) -> float:
        """Return a number of the chosen point or of the update."""
        ask = Ask(name, indices)
        return self._own.get(ask.text, float(value_of(self.scene, ask)))

    def layer(self, name: str, layer: int) -> FloatArray:
        """Return the same for all units of a layer, (n_units,); `a` of layer 0 are the inputs."""
        units = range(1, self.scene.dims[layer] + 1)
        if layer == 0:
            return np.array([self.get("input", unit) for unit in units])
        return np.array([self.get(name, layer, unit) for unit in units])

    def W(self, layer: int) -> FloatArray:
        """Return the weights of a layer, (n_in, n_out)."""
        return self.scene.layers[layer - 1].W

    def b(self, layer: int) -> FloatArray:
        """Return the biases of a layer, (n_out,)."""
        return self.scene.layers[layer - 1].b


def unit_words(layer: int, unit: int) -> str:
    """Name a unit, or for layer 0 an input."""
    return f"unit {unit} of layer {layer}" if layer else f"input {unit}"


def single_terms(attempt: Attempt, layer: int, terms: FloatArray, total: float) -> Found:
    """One term of a sum over the units of a layer is missing or has the wrong sign."""
    for k, term in enumerate(terms[:MOST_TERMS]):
        name = unit_words(layer, k + 1)
        if len(terms) > 1:
            yield Mistake(total - term, f"One product is missing: that with {name}.")
        yield Mistake(total - 2.0 * term, f"The product with {name} has the wrong sign.")
        yield Mistake(total + term, f"The product with {name} is added twice.")


def other_losses(attempt: Attempt, words: str, function: str) -> Found:
    """Another loss, or its derivative, in place of the run's."""
    z, y = attempt.get("z", len(attempt.scene.layers), 1), attempt.get("y")
    for other in LOSSES.values():
        if other.name != attempt.scene.loss.name:
            value = getattr(other, function)(np.array([z]), np.array([y]))[0]
            yield Mistake(float(value), words.format(other.title, attempt.scene.loss.title))


def at(f: Callable[[FloatArray], FloatArray], z: float) -> float:
    """Return f at one number."""
    return float(f(np.array([z]))[0])


def both(df: Callable[[FloatArray, FloatArray], FloatArray], z: float, a: float) -> float:
    """Return the slope at one z and a."""
    return float(df(np.array([z]), np.array([a]))[0])
