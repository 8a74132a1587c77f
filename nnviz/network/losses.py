"""Loss functions for two classes, each one record with its derivative, as functions of the margin.

The classes are written as signs: s = +1 for class 1 and s = -1 for class 0. Each of these losses
depends on the logit z only through the margin m = s z, which is positive if the class is right.
With m, there is no cancellation and no clipping, even if a probability is rounded to exactly 1.
The chain rule gives dloss/dz = s · dloss/dm. For cross-entropy that is the well-known p - y,
because -s sigmoid(-s z) is sigmoid(z) - y for both classes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnviz.network.activations import quiet, sigmoid
from nnviz.network.arrays import FloatArray


@dataclass(frozen=True)
class Loss:
    """A loss and its derivative by the margin m = s z.

    Attributes
    ----------
    name : key in the registry
    title : name on the page
    formula : one sample's loss L, in terms of the label y, the probability p and the logit z
    derivative_formula : dL/dz in the same terms
    reason : in words, why dL/dz is that
    value : ``value(m)`` returns every sample's loss, a fresh array of m's shape
    pull : ``pull(m, weight)`` overwrites m with weight · dloss/dm, in place; with
        weight = s / n_samples this is the gradient of the mean loss by the logits
    output_activations : the activations that the output layer may have
    """

    name: str
    title: str
    formula: str
    derivative_formula: str
    reason: str
    value: Callable[[FloatArray], FloatArray]
    pull: Callable[[FloatArray, FloatArray], object]
    output_activations: tuple[str, ...] = ("sigmoid",)

    def __call__(self, z: FloatArray, y: FloatArray) -> FloatArray:
        """Return every sample's loss, a fresh array, for logits z and classes y, 0 or 1."""
        return self.value((2.0 * y - 1.0) * z)

    def derivative(self, z: FloatArray, y: FloatArray) -> FloatArray:
        """Return every sample's dloss/dz, a fresh array, for logits z and classes y, 0 or 1."""
        sign = 2.0 * y - 1.0
        slope = sign * z
        with quiet():
            self.pull(slope, sign)
        return slope


def _cross_entropy(m: FloatArray) -> FloatArray:
    # log(1 + exp(-m)), without overflow
    loss = np.abs(m)
    np.negative(loss, loss)
    np.exp(loss, loss)
    np.log1p(loss, loss)
    np.subtract(loss, np.minimum(m, 0.0), loss)
    return loss


def _cross_entropy_pull(m: FloatArray, weight: FloatArray) -> None:
    # dloss/dm = -1 / (1 + exp(m))
    np.exp(m, m)
    np.subtract(-1.0, m, m)
    np.divide(weight, m, m)


def _squared_error(m: FloatArray) -> FloatArray:
    # |p - y| is the probability q = sigmoid(-m) given to the wrong class.
    return np.square(sigmoid(-m, np.empty_like(m)))


def _squared_error_pull(m: FloatArray, weight: FloatArray) -> None:
    # dloss/dm = -2 q² (1 - q)
    q = sigmoid(-m, np.empty_like(m))
    np.multiply(sigmoid(m, m), q * q, m)
    np.multiply(m, -2.0, m)
    np.multiply(weight, m, m)


def _hinge(m: FloatArray) -> FloatArray:
    loss: FloatArray = np.maximum(1.0 - m, 0.0)
    return loss


def _hinge_pull(m: FloatArray, weight: FloatArray) -> None:
    # dloss/dm = -1 if m < 1 else 0
    np.subtract(1.0, m, m)
    np.heaviside(m, 0.0, m)
    np.negative(m, m)
    np.multiply(weight, m, m)


def mean_over_samples(losses: FloatArray) -> Any:
    """Return the mean of losses (…, 1, n_samples): a float, or with lanes (n_lanes,)."""
    mean = losses[..., 0, :].sum(axis=-1) / losses.shape[-1]
    return mean if losses.ndim == 3 else float(mean)


LOSSES: dict[str, Loss] = {
    record.name: record
    for record in (
        Loss(
            "binary_cross_entropy",
            "Binary cross-entropy",
            "-(y log(p) + (1 - y) log(1 - p))",
            "p - y",
            "By the chain rule it is dL/dp · dp/dz, with dL/dp = (p − y) / (p (1 − p)) and "
            "dp/dz = p (1 − p): the slope of the sigmoid cancels, and the error remains.",
            _cross_entropy,
            _cross_entropy_pull,
        ),
        Loss(
            "mean_squared_error",
            "Mean squared error",
            "(p - y)²",
            "2 (p - y) p (1 - p)",
            "By the chain rule it is dL/dp · dp/dz, with dL/dp = 2 (p − y) and dp/dz = p (1 − p): "
            "where p is close to 0 or 1, even a large error gives a small gradient.",
            _squared_error,
            _squared_error_pull,
        ),
        Loss(
            "hinge",
            "Hinge",
            "max(0, 1 - (2 y - 1) z)",
            "1 - 2 y if (2 y - 1) z < 1 else 0",
            "The loss is a straight line in z, with slope −1 for class 1 and 1 for class 0, up to "
            "where the point is right by a margin of 1; beyond that it is 0.",
            _hinge,
            _hinge_pull,
            output_activations=("sigmoid", "linear"),
        ),
    )
}
"""Every loss by name."""
