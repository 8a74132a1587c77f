"""Metrics of predictions, and of the health of layers.

`y_true` is always (n_samples,) of 0 and 1, and `y_prob` (n_samples,) the probability of class 1.
The predicted class is 1 where y_prob > 0.5.
"""

from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from nnviz.network import ACTIVATIONS, Activation, Network
from nnviz.network.activations import quiet
from nnviz.network.arrays import FloatArray
from nnviz.network.layout import blocks
from nnviz.network.passes import TrainingPass, signs_of, with_ones

SATURATED_BELOW = 0.05
"""A unit is saturated where its slope is less than this share of its function's largest slope."""


def accuracy(y_true: npt.ArrayLike, y_prob: npt.ArrayLike) -> float:
    """Return the share of samples that are classified correctly."""
    matrix = confusion_matrix(y_true, y_prob)
    return float(np.trace(matrix) / matrix.sum())


def confusion_matrix(y_true: npt.ArrayLike, y_prob: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return the counts (2, 2): row is the true class, column the predicted one."""
    true = np.asarray(y_true) > 0.5
    predicted = np.asarray(y_prob) > 0.5
    return np.bincount(2 * true + predicted, minlength=4).reshape(2, 2).astype(np.int64)


def precision(y_true: npt.ArrayLike, y_prob: npt.ArrayLike) -> float:
    """Return which share of the samples predicted as 1 are 1; 0 if none is predicted as 1."""
    (_, false_positive), (_, true_positive) = confusion_matrix(y_true, y_prob)
    return _share(true_positive, true_positive + false_positive)


def recall(y_true: npt.ArrayLike, y_prob: npt.ArrayLike) -> float:
    """Return which share of the samples of class 1 are predicted as 1; 0 if there are none."""
    _, (false_negative, true_positive) = confusion_matrix(y_true, y_prob)
    return _share(true_positive, true_positive + false_negative)


@dataclass(frozen=True, eq=False)
class RocCurve:
    """True and false positive rates, while the threshold falls from above the highest value.

    Attributes
    ----------
    thresholds : (n,) falling; class 1 is predicted where y_prob >= threshold
    false_positive_rate, true_positive_rate : (n,) from 0 to 1
    area : the area under the curve: the probability that a random sample of class 1 gets a higher
        probability than one of class 0; ties count half
    """

    thresholds: FloatArray
    false_positive_rate: FloatArray
    true_positive_rate: FloatArray
    area: float


def roc_curve(y_true: npt.ArrayLike, y_prob: npt.ArrayLike) -> RocCurve:
    """Return the receiver operating characteristic; `y_true` must hold both classes."""
    true, prob = np.asarray(y_true) > 0.5, np.asarray(y_prob, np.float64)
    if true.all() or not true.any():
        raise ValueError("y_true must hold both classes for a ROC curve; got only one")
    order = np.argsort(-prob, kind="stable")
    true, prob = true[order], prob[order]
    ends = np.append(np.flatnonzero(np.diff(prob)), true.size - 1)  # last sample of each tie
    hits = np.append(0, np.cumsum(true)[ends])
    alarms = np.append(0, np.cumsum(~true)[ends])
    x, y = alarms / alarms[-1], hits / hits[-1]
    area = float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2.0))
    return RocCurve(np.append(np.inf, prob[ends]), x, y, area)


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
    both = TrainingPass(spec, theta, grad, signs.size)
    with quiet():
        both.margins(A, signs)
        output = ACTIVATIONS[spec.layers[-1].activation].derivative(both.logits)
        flat = [
            _dead_and_saturated(ACTIVATIONS[layer.activation], slope)
            for layer, slope in zip(spec.layers, chain(both.slopes(), [output]), strict=True)
        ]
        both.backward(A, signs / signs.size)
        norms = [float(np.sqrt(np.square(block).sum())) for block in blocks(spec, grad)]
        errors = [float(np.sqrt(np.square(dz).sum() * signs.size)) for dz in both.dz]
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


def _share(part: np.int64, whole: np.int64) -> float:
    return float(part / whole) if whole else 0.0
