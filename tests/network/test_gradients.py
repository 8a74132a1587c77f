"""Every derivative meets central differences. A wrong one would train towards a wrong minimum."""

from itertools import product

import numpy as np
import pytest

from nnviz.network import ACTIVATIONS, LOSSES, Network, NetworkSpec

HIDDEN = {1: (), 2: (5,), 3: (4, 3), 4: (3, 4, 2)}


def central_differences(f, theta, h=1e-5):
    """Return df/dtheta (n_params,) to O(h²)."""
    return np.array(
        [(f(theta + step) - f(theta - step)) / (2 * h) for step in h * np.eye(theta.size)]
    )


def relative_error(analytic, numeric):
    return np.abs(analytic - numeric).max() / max(np.abs(numeric).max(), 1e-8)


@pytest.mark.parametrize(
    ("activation", "loss", "depth"), list(product(ACTIVATIONS, LOSSES, HIDDEN))
)
def test_gradient_matches_central_differences(activation, loss, depth):
    network = Network(NetworkSpec.from_dims((2, *HIDDEN[depth], 1), activation, loss=loss))
    theta = 0.8 * network.initialize("normal_1", seed=depth, biases="same")
    random = np.random.RandomState(5)
    X, y = random.randn(30, 2), (random.rand(30) > 0.4).astype(float)

    def objective(t):
        return network.loss_and_grad(t, X, y, l1=0.01, l2=0.1)[0]

    analytic = network.loss_and_grad(theta, X, y, l1=0.01, l2=0.1)[1]
    numeric = central_differences(objective, theta)
    assert relative_error(analytic, numeric) <= 1e-6, f"analytic {analytic}\nnumeric {numeric}"


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_derivative_of_activation_matches_central_differences(name):
    z = np.concatenate([np.linspace(-6, -0.01, 50), np.linspace(0.01, 6, 50)])
    h = 1e-5
    f = ACTIVATIONS[name]
    numeric = (f(z + h) - f(z - h)) / (2 * h)
    np.testing.assert_allclose(f.derivative(z), numeric, rtol=1e-7, atol=1e-9)


def test_gradient_with_dropout_is_that_of_the_masked_network():
    network = Network(NetworkSpec.from_dims((2, 6, 5, 1), "tanh", dropout=0.4))
    theta = network.initialize("normal_1", seed=1)
    random = np.random.RandomState(2)
    X, y = random.randn(20, 2), (random.rand(20) > 0.5).astype(float)

    def objective(t):
        return network.loss_and_grad(t, X, y, step=7, dropout_seed=3)[0]

    analytic = network.loss_and_grad(theta, X, y, step=7, dropout_seed=3)[1]
    assert relative_error(analytic, central_differences(objective, theta)) <= 1e-6
    plain = network.loss_and_grad(theta, X, y, dropout_seed=None)[1]
    assert np.abs(plain - analytic).max() > 1e-3
