"""How good predictions are, and how healthy the layers behind them.

Everywhere `y_true` is (n_samples,) of 0 and 1, and `y_prob` (n_samples,) the probability of
class 1; the predicted class is 1 where y_prob > 0.5.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nnviz.network import ACTIVATIONS, Network
from nnviz.network.activations import quiet
from nnviz.network.arrays import FloatArray

SATURATED_BELOW = 0.05
"""A sigmoid or tanh is saturated where its slope is less than this share of its largest slope."""


def accuracy(y_true: npt.ArrayLike, y_prob: npt.ArrayLike) -> float:
    """Return the share of samples whose class is right."""
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
    """The trade between hits and false alarms, as the threshold falls from above the highest.

    Attributes
    ----------
    thresholds : (n,) falling; class 1 is predicted where y_prob >= threshold
    false_positive_rate, true_positive_rate : (n,) from 0 to 1
    area : under the curve: the probability that a random sample of class 1 gets a higher
        probability than one of class 0, ties counting half
    """

    thresholds: FloatArray
    false_positive_rate: FloatArray
    true_positive_rate: FloatArray
    area: float


def roc_curve(y_true: npt.ArrayLike, y_prob: npt.ArrayLike) -> RocCurve:
    """Return the receiver operating characteristic; both classes must be there."""
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
    gradient_norm : Euclidean length of the loss' gradient by the layer's weights and biases
    dead : share of units through which no sample passes any gradient back (slope exactly 0)
    saturated : share of units in the flat part of sigmoid or tanh for at least half the samples;
        0 for other activations
    """

    gradient_norm: float
    dead: float
    saturated: float


def layer_health(
    network: Network, theta: FloatArray, X: npt.ArrayLike, y: npt.ArrayLike
) -> list[LayerHealth]:
    """Return the health of every layer, for parameters (n_params,) and data X, y."""
    _, grad = network.loss_and_grad(theta, X, y, dropout_seed=None)
    signals = [np.asarray(X, network.dtype), *network.activations(theta, X)]
    health = []
    for layer, (W, b), (dW, db), A in zip(
        network.spec.layers,
        network.unpack(theta),
        network.unpack(grad),
        signals[:-1],
        strict=True,
    ):
        activation = ACTIVATIONS[layer.activation]
        with quiet():
            slope = activation.derivative(A @ W + b)  # (n_samples, n_units)
            norm = float(np.sqrt(np.square(dW).sum() + np.square(db).sum()))
        dead = (slope == 0.0).all(axis=0)
        saturated = np.zeros_like(dead)
        if activation.saturates:
            steepest = activation.derivative(np.zeros(1))[0]
            saturated = (slope < SATURATED_BELOW * steepest).mean(axis=0) >= 0.5
        health.append(LayerHealth(norm, float(dead.mean()), float(saturated.mean())))
    return health


def _share(part: np.int64, whole: np.int64) -> float:
    return float(part / whole) if whole else 0.0
