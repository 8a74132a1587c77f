"""A place on the map of agreement has the class that the network's probability says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nnviz.network import LOSSES, class_ones, judge
from nnviz.network.activations import sigmoid_into

NEAR = [0.0, -0.0, np.nan, np.inf, -np.inf, *(s * 10.0**-e for s in (1, -1) for e in range(30))]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@given(data=st.data())
def test_it_is_one_where_the_probability_is_above_one_half(
    dtype: type, data: st.DataObject
) -> None:
    """Around 0 the rounded probability decides, and not the sign of the logit."""
    logits = data.draw(arrays(np.float64, (2, 9), elements=st.sampled_from(NEAR))).astype(dtype)
    with np.errstate(all="ignore"):
        p = sigmoid_into(logits, np.empty_like(logits))
    ones = class_ones(logits)
    np.testing.assert_array_equal(ones, p > 0.5)
    if np.isfinite(logits).all():
        signs = np.ones((1, 9), dtype)
        _, accuracies = judge(LOSSES["hinge"], logits, signs)
        np.testing.assert_array_equal(accuracies, ones.mean(axis=1))
