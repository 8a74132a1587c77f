"""Refer to other quantities in a formula."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nnviz.explain.ask import Ask
from nnviz.explain.expression import Number, Ref
from nnviz.explain.quantity import QUANTITIES
from nnviz.explain.scene import Scene
from nnviz.network.arrays import FloatArray


def same_point(ask: Ask, name: str, *indices: int) -> Ref:
    """Return a quantity of the same point, and in the same pass if that makes a difference."""
    update = ask.update and QUANTITIES[name].twice
    return Ref(replace(ask, name=name, indices=indices, update=update, after=0).text)


def fixed(name: str, *indices: int) -> Ref:
    """Return a quantity that belongs to no point, such as a weight."""
    return Ref(Ask(name, indices).text)


def setting(key: str, *indices: int) -> Ref:
    """Return a setting."""
    return Ref(Ask("setting", indices, key).text)


def incoming(ask: Ask, layer: int, unit: int) -> Ref:
    """Return what a layer gets from a unit of the layer before; for the first layer, an input."""
    if layer == 1:
        return same_point(ask, "input", unit)
    return same_point(ask, "a", layer - 1, unit)


def signals(scene: Scene, ask: Ask, layer: int) -> FloatArray:
    """Return the activations of a layer for the ask's point, (n_units,); 0 means the inputs."""
    return np.asarray(scene.of(ask.sample, ask.update).a[layer][0])


def scalar(function: Callable[..., FloatArray]) -> Callable[..., Number]:
    """Return an array function as a function of single numbers."""
    return lambda *numbers: function(*(np.array([float(n)]) for n in numbers))[0]
