"""Dropout: which outputs are silenced in a training step, decided by (seed, step) alone."""

from collections.abc import Iterable

import numpy as np

from nnviz.network.arrays import FloatArray


def draw_masks(masks: Iterable[tuple[FloatArray, float]], seed: int, step: int) -> None:
    """Fill each mask with 0, at the given rate, or 1 / (1 - rate) elsewhere.

    The masks, (units, n_samples) each, are drawn in order from one `RandomState([seed, step])`;
    its array seeding mixes both numbers well. The same step so has the same masks however it was
    reached, and in every lane.
    """
    random = np.random.RandomState([seed, step])
    for mask, rate in masks:
        np.copyto(mask, random.random_sample(mask.shape) >= rate)
        mask *= 1.0 / (1.0 - rate)
