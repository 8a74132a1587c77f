"""The network as the books write it. Read this first.

A row of `X` is one sample. Each layer multiplies by its weights, adds its biases, and applies its
activation function f. The last layer has one unit: its z is the logit, and p = sigmoid(z) is the
probability of class 1. The cost is the mean of all samples' losses.

Backward propagation applies the chain rule, from the last layer to the first. `dz` is short for
the derivative of a sample's loss by z; `dW` and `db` are the derivatives of the cost.

Nothing here is fast. The engine computes the same numbers on ready buffers, and the tests compare
them with this file.

>>> X, y = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0, 1])
>>> layers = [Layer(np.ones((2, 3)), np.zeros(3), "tanh"), Layer(np.ones((3, 1)), np.zeros(1))]
>>> found = trace(layers, X, y)
>>> [dW.shape for dW in found.dW]
[(2, 3), (3, 1)]
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from nnviz.network.activations import ACTIVATIONS
from nnviz.network.losses import LOSSES


@dataclass(frozen=True)
class Layer:
    """The parameters of one layer: `W` (n_in, n_out), `b` (n_out,); `activation` is f's name.

    The last layer is linear here: its activation, the sigmoid, is part of the loss.
    """

    W: np.ndarray
    b: np.ndarray
    activation: str = "linear"


@dataclass(frozen=True)
class Trace:
    """All numbers of one forward and backward propagation: lists with one array per layer.

    Attributes
    ----------
    z : weighted sums, (n_samples, n_out)
    a : activations after dropout, (n_samples, n_out); first the inputs, so one more than layers
    p : probability of class 1, (n_samples,)
    losses : of the samples, (n_samples,)
    cost : mean of the losses, plus the penalty
    dz : derivative of each sample's loss by its z, (n_samples, n_out)
    dW, db : derivative of the cost by the parameters, (n_in, n_out) and (n_out,)
    """

    z: list[np.ndarray]
    a: list[np.ndarray]
    p: np.ndarray
    losses: np.ndarray
    cost: float
    dz: list[np.ndarray]
    dW: list[np.ndarray]
    db: list[np.ndarray]


def forward(
    layers: list[Layer], X: np.ndarray, masks: list[Any]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return z and a of every layer, for X (n_samples, n_inputs).

    `masks` holds the dropout mask of each layer, (n_samples, n_out): 0 for what is dropped, else
    1 / (1 - rate). Without dropout it is 1.
    """
    zs: list[np.ndarray] = []
    activations = [X]
    for layer, mask in zip(layers, masks, strict=True):
        f = ACTIVATIONS[layer.activation]
        z = activations[-1] @ layer.W + layer.b
        a = f(z) * mask
        zs.append(z)
        activations.append(a)
    return zs, activations


def backward(
    layers: list[Layer],
    zs: list[np.ndarray],
    activations: list[np.ndarray],
    dz: np.ndarray,
    l1: float,
    l2: float,
    masks: list[Any],
) -> tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]:
    """Return dz, dW and db of every layer, given the `dz` (n_samples, 1) of the last one."""
    dzs: list[np.ndarray] = [dz]
    dWs: list[np.ndarray] = []
    dbs: list[np.ndarray] = []
    for i in reversed(range(len(layers))):
        W, a = layers[i].W, activations[i]
        dW = a.T @ dz / len(dz) + l1 * np.sign(W) + l2 * W
        db = dz.mean(axis=0)
        dWs.insert(0, dW)
        dbs.insert(0, db)
        if i > 0:
            f = ACTIVATIONS[layers[i - 1].activation]
            da = dz @ W.T * masks[i - 1]
            dz = da * f.derivative(zs[i - 1])
            dzs.insert(0, dz)
    return dzs, dWs, dbs


def penalty(layers: list[Layer], l1: float, l2: float) -> float:
    """Return l1 · sum(|W|) + l2 / 2 · sum(W²) over all weights. Biases have no penalty."""
    weights = [layer.W for layer in layers]
    return float(sum(l1 * np.abs(W).sum() + l2 / 2 * (W**2).sum() for W in weights))


def trace(
    layers: list[Layer],
    X: np.ndarray,
    y: np.ndarray,
    loss: str = "binary_cross_entropy",
    l1: float = 0.0,
    l2: float = 0.0,
    masks: list[Any] | None = None,
) -> Trace:
    """Return all numbers of one step, for X (n_samples, n_inputs) and classes y (n_samples,)."""
    masks = masks or [1.0] * len(layers)
    zs, activations = forward(layers, X, masks)
    logit = zs[-1][:, 0]
    p = ACTIVATIONS["sigmoid"](logit)
    losses = LOSSES[loss](logit, y)
    cost = losses.mean() + penalty(layers, l1, l2)
    dz = LOSSES[loss].derivative(logit, y)
    dzs, dWs, dbs = backward(layers, zs, activations, dz[:, np.newaxis], l1, l2, masks)
    return Trace(zs, activations, p, losses, float(cost), dzs, dWs, dbs)


def update(layers: list[Layer], found: Trace, optimizer: Any, memory: list[Any]) -> list[Layer]:
    """Return the layers after one update by `optimizer`, one of the registry.

    `memory` holds the optimizer's state for each W and b: empty before the first update, and
    changed here.
    """
    arrays = [array for layer in layers for array in (layer.W, layer.b)]
    gradients = [g for pair in zip(found.dW, found.db, strict=True) for g in pair]
    memory[:] = memory or [optimizer.init(array) for array in arrays]
    for k, g in enumerate(gradients):
        arrays[k], memory[k] = optimizer.update(arrays[k], g, memory[k])
    parts = zip(layers, arrays[::2], arrays[1::2], strict=True)
    return [Layer(W, b, layer.activation) for layer, W, b in parts]
