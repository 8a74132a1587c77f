"""Find the layer that overflowed when training diverged, and say what to change."""

import numpy as np

from nnviz.network import Network
from nnviz.network.arrays import FloatArray
from nnviz.network.engine.passes import TrainingPass
from nnviz.training.batches import Batch
from nnviz.training.stopping import StopReason

LARGE_INPUT = 10.0
"""Inputs larger than this should be scaled."""


def explain_divergence(step: int, network: Network, theta: FloatArray, batch: Batch) -> StopReason:
    """Return the reason for a stop at `step`, the last step with finite numbers.

    The forward and backward pass at its parameters `theta` (n_params,) is computed again. The
    reason names the first layer whose activations overflow, or else the layer nearest to the
    output whose gradients overflow, or else the layer with the largest number.
    """
    passes = TrainingPass(network.spec, theta, np.empty_like(theta), batch.size)
    passes.forward_margins(batch.X, batch.signs)
    forward = [_largest(signal) for signal in (*passes.activations, passes.logits)]
    passes.backward(batch.X, batch.shares)
    backward = [_largest(dz) for dz in passes.dz]

    if max(forward) >= max(backward):
        what, size, layer = "activations", max(forward), 1 + int(np.argmax(forward))
        remedies = ["lower the learning rate", "lower the initial weights"]
    else:
        what, size = "gradients", max(backward)
        layer = len(backward) - int(np.argmax(backward[::-1]))
        remedies = ["lower the learning rate", "clip the gradient"]
    if _largest(batch.X) > LARGE_INPUT:
        remedies.append("standardize the inputs")
    grew = "overflow" if np.isinf(size) else f"reach {size:.1e}"
    return StopReason(
        "diverged",
        step,
        cause=f"the {what} of layer {layer} {grew}, and the next steps have no finite result.",
        advice=f"{', or '.join(remedies)}.".capitalize(),
        layer=layer,
    )


def _largest(signal: FloatArray) -> float:
    """Return the largest absolute value, or infinity if there is a NaN."""
    value = float(np.abs(signal).max())
    return value if np.isfinite(value) else np.inf
