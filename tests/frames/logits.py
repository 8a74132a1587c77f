"""Logits from the levels that a frame holds, for the tests that compare them with the network."""

import numpy as np
from numpy.typing import NDArray

from nnviz.frames.quantise import LEVELS


def dequantise_signed(q: NDArray[np.int8], scale: float) -> NDArray[np.float64]:
    """The values of one frame that ``quantise_surfaces`` kept."""
    fraction = q.astype(np.float64) / LEVELS
    return np.sign(fraction) * fraction**2 * scale
