"""Loss functions for two classes: each is one record with the loss f and its derivative df.

A record is also a plain function: `LOSSES["hinge"](z, y)` and `LOSSES["hinge"].derivative(z, y)`
return every sample's loss and slope, for logits z and classes y.

The engine writes the classes as signs: s = +1 for class 1 and s = -1 for class 0. Each of these
losses depends on the logit z only through the margin m = s z, which is positive if the class is
right. With m, there is no cancellation and no clipping, even if a probability is rounded to
exactly 1. The chain rule gives dloss/dz = s · dloss/dm. As s is 1 for class 1, the engine makes
this form from f and df with y = 1; a record may have a more exact one as `fused`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from nnviz.network.activation import quiet
from nnviz.network.activations import sigmoid, softplus
from nnviz.network.arrays import FloatArray

Labels = FloatArray | float
"""Classes, 0 or 1: one per sample, or one for all."""


class ByMargin(NamedTuple):
    """A loss as a function of the margin m = s z.

    Attributes
    ----------
    value : ``value(m)`` returns every sample's loss, a fresh array of m's shape
    pull : ``pull(m, share, out)`` returns share · dloss/dm; with share = s / n_samples this is the
        gradient of the mean loss by the logits. It is written into `out`, which may be m itself,
        or a fresh array for None
    """

    value: Callable[[FloatArray], FloatArray]
    pull: Callable[[FloatArray, FloatArray, FloatArray | None], FloatArray]


@dataclass(frozen=True)
class Loss:
    """A loss and its derivative by the logit.

    Attributes
    ----------
    name : key in the registry
    title : name on the page
    formula : one sample's loss L, in terms of the label y, the probability p and the logit z
    derivative_formula : dL/dz in the same terms
    reason : in words, why dL/dz is that
    f : ``f(z, y)`` returns every sample's loss, a fresh array
    df : ``df(z, y)`` returns every sample's dloss/dz, a fresh array
    fused : the same by the margin, or None
    output_activations : the activations that the output layer may have
    kinks : the margins, (2 y - 1) z, where the slope jumps
    """

    name: str
    title: str
    formula: str
    derivative_formula: str
    reason: str
    f: Callable[[FloatArray, Labels], FloatArray]
    df: Callable[[FloatArray, Labels], FloatArray]
    fused: ByMargin | None = None
    output_activations: tuple[str, ...] = ("sigmoid",)
    kinks: tuple[float, ...] = ()

    def __call__(self, z: FloatArray, y: FloatArray) -> FloatArray:
        """Return every sample's loss, a fresh array, for logits z and classes y, 0 or 1."""
        with quiet():
            return self.f(z, y)

    def derivative(self, z: FloatArray, y: FloatArray) -> FloatArray:
        """Return every sample's dloss/dz, a fresh array, for logits z and classes y, 0 or 1."""
        with quiet():
            return self.df(z, y)

    @property
    def by_margin(self) -> ByMargin:
        """The form by the margin: the record's own, or one made from f and df."""
        return self.fused or ByMargin(margin_value(self.f), margin_pull(self.df))

    @property
    def value(self) -> Callable[[FloatArray], FloatArray]:
        """``value(m)`` returns every sample's loss for margins m, a fresh array of m's shape."""
        return self.by_margin.value


def margin_value(
    f: Callable[[FloatArray, Labels], FloatArray],
) -> Callable[[FloatArray], FloatArray]:
    """Return value(m), the loss for margins m: that of class 1, whose margin is z."""

    def value(m: FloatArray) -> FloatArray:
        return f(m, 1.0)

    return value


def margin_pull(
    df: Callable[[FloatArray, Labels], FloatArray],
) -> Callable[[FloatArray, FloatArray, FloatArray | None], FloatArray]:
    """Return pull(m, share, out), the slope of class 1 times each sample's share."""

    def pull(m: FloatArray, share: FloatArray, out: FloatArray | None) -> FloatArray:
        return np.multiply(share, df(m, 1.0), out)

    return pull


# binary cross-entropy ---------------------------------------------------------------------------


def cross_entropy(z: FloatArray, y: Labels) -> FloatArray:
    """Return -(y log(p) + (1 - y) log(1 - p)) where p = sigmoid(z): it is softplus(z) - y z."""
    return softplus(z) - y * z


def cross_entropy_slope(z: FloatArray, y: Labels) -> FloatArray:
    """Return p - y."""
    return sigmoid(z) - y


def cross_entropy_by_margin(m: FloatArray) -> FloatArray:
    """Return log(1 + exp(-m)), without overflow."""
    return np.log1p(np.exp(-np.abs(m))) - np.minimum(m, 0.0)


def cross_entropy_pull(m: FloatArray, share: FloatArray, out: FloatArray | None) -> FloatArray:
    """Return share · dloss/dm, which is -1 / (1 + exp(m)); that is (p - y) / n."""
    out = np.exp(m, out)
    np.subtract(-1.0, out, out)
    return np.divide(share, out, out)


# mean squared error -----------------------------------------------------------------------------


def squared_error(z: FloatArray, y: Labels) -> FloatArray:
    """Return (p - y)², where p = sigmoid(z)."""
    return (sigmoid(z) - y) ** 2


def squared_error_slope(z: FloatArray, y: Labels) -> FloatArray:
    """Return 2 (p - y) p (1 - p)."""
    p = sigmoid(z)
    return 2.0 * (p - y) * p * (1.0 - p)


def squared_error_by_margin(m: FloatArray) -> FloatArray:
    """Return q², where q = sigmoid(-m) is the probability given to the wrong class."""
    return np.square(sigmoid(-m))


def squared_error_pull(m: FloatArray, share: FloatArray, out: FloatArray | None) -> FloatArray:
    """Return share · dloss/dm, which is -2 q² (1 - q)."""
    q = sigmoid(-m)
    return np.multiply(share, sigmoid(m) * (q * q) * -2.0, out)


# hinge ------------------------------------------------------------------------------------------


def hinge(z: FloatArray, y: Labels) -> FloatArray:
    """Return max(0, 1 - m) with the margin m = (2 y - 1) z."""
    return np.maximum(1.0 - (2.0 * y - 1.0) * z, 0.0)


def hinge_slope(z: FloatArray, y: Labels) -> FloatArray:
    """Return 1 - 2 y where the margin is below 1, else 0."""
    return (1.0 - 2.0 * y) * np.heaviside(1.0 - (2.0 * y - 1.0) * z, 0.0)


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
            cross_entropy,
            cross_entropy_slope,
            ByMargin(cross_entropy_by_margin, cross_entropy_pull),
        ),
        Loss(
            "mean_squared_error",
            "Mean squared error",
            "(p - y)²",
            "2 (p - y) p (1 - p)",
            "By the chain rule it is dL/dp · dp/dz, with dL/dp = 2 (p − y) and dp/dz = p (1 − p): "
            "where p is close to 0 or 1, even a large error gives a small gradient.",
            squared_error,
            squared_error_slope,
            ByMargin(squared_error_by_margin, squared_error_pull),
        ),
        Loss(
            "hinge",
            "Hinge",
            "max(0, 1 - (2 y - 1) z)",
            "1 - 2 y if (2 y - 1) z < 1 else 0",
            "The loss is a straight line in z, with slope −1 for class 1 and 1 for class 0, up to "
            "where the point is right by a margin of 1; beyond that it is 0.",
            hinge,
            hinge_slope,
            output_activations=("sigmoid", "linear"),
            kinks=(1.0,),
        ),
    )
}
"""Every loss by name."""
