"""Whether the layers of a network still learn: gradients, dead and saturated units."""

from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from nnviz.network import ACTIVATIONS, Activation, Network
from nnviz.network.activation import quiet
from nnviz.network.arrays import FloatArray
from nnviz.network.engine.layout import blocks
from nnviz.network.engine.passes import TrainingPass, signs_of, with_ones

SATURATED_BELOW = 0.05
"""A unit is saturated where its slope is less than this share of its function's largest slope."""


@dataclass(frozen=True)
class LayerHealth:
    """Whether a layer still learns.

    Attributes
    ----------
    gradient_norm : Euclidean length of the loss's gradient by the layer's weights and biases
    error : Euclidean length of a sample's gradient by the layer's pre-activations, as the root
        mean square over the samples. Unlike in `gradient_norm`, samples with opposite gradients
        do not cancel
    dead : share of units whose slope is exactly 0 for all samples, so that they get no gradient
    saturated : share of units in the flat part for at least half of the samples; 0 for
        activations that do not saturate
    """

    gradient_norm: float
    error: float
    dead: float
    saturated: float


def layer_health(
    network: Network, theta: FloatArray, X: npt.ArrayLike, y: npt.ArrayLike
) -> list[LayerHealth]:
    """Return the health of every layer, for parameters (n_params,) and data X, y.

    It costs one forward and one backward pass, and a comparison of every slope.
    """
    spec = network.spec
    A = with_ones(X, spec, network.dtype)  # (n_inputs + 1, n_samples)
    signs = signs_of(y, A.shape[1], network.dtype)
    theta = np.array(theta, network.dtype)
    grad = np.empty_like(theta)
    passes = TrainingPass(spec, theta, grad, signs.size)
    with quiet():
        passes.forward_margins(A, signs)
        output = ACTIVATIONS[spec.layers[-1].activation].derivative(passes.logits)
        flat = [
            _dead_and_saturated(ACTIVATIONS[layer.activation], slope)
            for layer, slope in zip(spec.layers, chain(passes.slopes(), [output]), strict=True)
        ]
        passes.backward(A, signs / signs.size)
        norms = [float(np.sqrt(np.square(block).sum())) for block in blocks(spec.dims, grad)]
        errors = [float(np.sqrt(np.square(dz).sum() * signs.size)) for dz in passes.dz]
    return [
        LayerHealth(norm, error, dead, saturated)
        for norm, error, (dead, saturated) in zip(norms, errors, flat, strict=True)
    ]


def _dead_and_saturated(activation: Activation, slope: FloatArray) -> tuple[float, float]:
    """Return both shares for a layer's slopes (n_units, n_samples)."""
    dead = float((slope == 0.0).all(axis=1).mean())
    if not activation.saturates:
        return dead, 0.0
    flat = np.count_nonzero(slope < SATURATED_BELOW * activation.slope_at_zero, axis=1)
    return dead, float((flat >= slope.shape[1] / 2).mean())
