"""Finds out which layer blew up when training diverges, and says what to change."""

import numpy as np

from nnviz.network import Network
from nnviz.network.arrays import FloatArray
from nnviz.network.passes import TrainingPass
from nnviz.training.batches import Batch
from nnviz.training.stopping import StopReason

LARGE_INPUT = 10.0
"""Inputs beyond this call for scaling."""


def explain_divergence(step: int, network: Network, theta: FloatArray, batch: Batch) -> StopReason:
    """Return the reason for a stop at `step`, the last one where all is finite.

    The pass that leads away from its parameters `theta` (n_params,) is computed once more. Named
    is the first layer whose activations overflow; or else the one nearest to the output whose
    gradients do; or else, if neither does yet, the layer with the largest of them all.
    """
    both = TrainingPass(network.spec, theta, np.empty_like(theta), batch.size)
    both.margins(batch.X, batch.signs)
    forward = [_largest(signal) for signal in (*both.activations, both.logits)]
    both.backward(batch.X, batch.weights)
    backward = [_largest(dz) for dz in both.dz]

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
    """Return the largest absolute value, infinity if anything is NaN."""
    value = float(np.abs(signal).max())
    return value if np.isfinite(value) else np.inf
