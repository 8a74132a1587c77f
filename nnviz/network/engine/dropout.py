"""Dropout: which outputs are set to 0 in a training step; it depends on (seed, step) alone."""

from collections.abc import Sequence

import numpy as np

from nnviz.network.arrays import FloatArray


class DropoutMasks:
    """The masks of all layers with dropout, redrawn in place for every step.

    Parameters
    ----------
    masks : one buffer (units, n_samples) and rate per layer with dropout
    """

    def __init__(self, masks: Sequence[tuple[FloatArray, float]]) -> None:
        self._masks = masks
        self._random = np.random.RandomState()  # seeded anew at every draw

    def draw(self, seed: int, step: int) -> None:
        """Fill each mask with 0, at its layer's rate, and 1 / (1 - rate) elsewhere.

        All masks are drawn in order from `RandomState([seed, step])`; seeding with an array mixes
        both numbers well. So a step always has the same masks, and they are the same in every
        lane.
        """
        if not self._masks:
            return
        self._random.seed([seed, step])
        for mask, rate in self._masks:
            np.copyto(mask, draw_mask(self._random, mask.shape, rate), casting="same_kind")


def draw_mask(random: np.random.RandomState, shape: tuple[int, ...], rate: float) -> FloatArray:
    """Return an array of 0, with probability `rate`, and 1 / (1 - rate) elsewhere."""
    return (random.random_sample(shape) >= rate) * (1.0 / (1.0 - rate))
