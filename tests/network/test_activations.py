"""What an activation says of itself is true of it: advice to people is made of that."""

import numpy as np
import pytest

from nnviz.network import ACTIVATIONS

Z = np.linspace(-40.0, 40.0, 801)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_what_an_activation_says_of_itself_is_true_of_it(name: str) -> None:
    activation = ACTIVATIONS[name]
    value, slope = activation(Z), activation.derivative(Z)
    below, ends = Z < 0.0, np.abs(Z) > 30.0
    assert activation.cut_off == (not value[below].any() and not slope[below].any())
    assert activation.straight == (np.ptp(slope) == 0.0)
    assert activation.saturates == (np.abs(slope[ends]).max() < 1e-9)
    if activation.saturates:
        assert activation.slope_at_zero == slope.max()
