"""Dropout silences the promised share, keeps the mean, and is decided by (seed, step) alone."""

import numpy as np

from nnviz.network import Network, NetworkSpec
from nnviz.network.engine.dropout import DropoutMasks


def test_masks_have_the_promised_share_and_mean():
    mask = np.empty((100, 400))
    DropoutMasks([(mask, 0.25)]).draw(seed=1, step=2)
    assert set(np.unique(mask)) == {0.0, 1.0 / 0.75}
    assert abs((mask == 0.0).mean() - 0.25) < 0.01
    assert abs(mask.mean() - 1.0) < 0.01


def test_masks_depend_on_seed_and_step_alone():
    def draw(seed, step):
        masks = [(np.empty((3, 50)), 0.5), (np.empty((4, 50)), 0.5)]
        DropoutMasks(masks).draw(seed, step)
        return np.concatenate([mask for mask, _ in masks])

    np.testing.assert_array_equal(draw(1, 2), draw(1, 2))
    different = [draw(1, 2), draw(1, 3), draw(2, 1), draw(2, 2)]
    for i, a in enumerate(different):
        for b in different[:i]:
            assert (a != b).mean() > 0.3


def test_prediction_never_drops_out():
    with_dropout = Network(NetworkSpec.from_dims((2, 20, 1), dropout=0.9))
    without = Network(NetworkSpec.from_dims((2, 20, 1)))
    theta = without.initialize("normal_1", seed=0)
    X = np.random.RandomState(0).randn(30, 2)
    np.testing.assert_array_equal(
        with_dropout.predict_proba(theta, X), without.predict_proba(theta, X)
    )
