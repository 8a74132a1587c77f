"""Finds out which layer blew up when training diverges, and says what to change."""

import numpy as np

from nnviz.network import Network
from nnviz.network.arrays import FloatArray
from nnviz.network.passes import TrainingPass
from nnviz.training.batches import Batch
from nnviz.training.stopping import StopReason


def explain_divergence(
    step: int, network: Network, theta: FloatArray, batch: Batch, optimizer: str
) -> StopReason:
    """Return the reason for a stop at `step`, whose parameters `theta` are the last finite ones.

    The step is computed once more, and the first layer whose activations, or else the last
    whose gradients, are not finite or largest is named.
    """
    lane = None
    both = TrainingPass(network.spec, theta, np.empty_like(theta), batch.size)
    both.margins(batch.X, batch.signs)
    signals = [*both.activations, both.logits]
    sizes = [_largest(signal) for signal in signals]
    both.backward(batch.X, batch.weights)
    slopes = [_largest(dz) for dz in both.dz]
    layer, what = _culprit(sizes, slopes)
    cause = f"the {what} of layer {layer} grew beyond what a {network.dtype} number can hold."
    advice = "Lower the learning rate, clip the gradient, or scale the inputs."
    return StopReason("diverged", step, cause, advice, layer=layer, lane=lane)


def _largest(signal: FloatArray) -> float:
    """Return the largest absolute value; infinity if anything is not finite."""
    value = float(np.abs(signal).max())
    return value if np.isfinite(value) else np.inf


def _culprit(sizes: list[float], slopes: list[float]) -> tuple[int, str]:
    """Return the number of the layer that blew up and whether its activations or gradients did."""
    if max(sizes) >= max(slopes):
        return int(np.argmax(sizes)) + 1, "activations"
    return len(slopes) - int(np.argmax(slopes[::-1])), "gradients"
