"""Layers in trouble are recognised."""

import numpy as np
import pytest

from nnviz.network import Network, NetworkSpec
from nnviz.training.health import layer_health


def health(activation, W, b):
    network = Network(NetworkSpec.from_dims((1, len(b), 1), activation))
    theta = network.pack([([W], b), (np.ones((len(b), 1)), [0.0])])
    X, y = np.linspace(-1, 1, 20)[:, np.newaxis], np.arange(20) % 2
    return layer_health(network, theta, X, y), network.loss_and_grad(theta, X, y)[1]


def test_a_relu_unit_that_no_sample_reaches_is_dead():
    layers, _ = health("relu", [1.0, 1.0, 1.0, -1.0], [0.0, -5.0, 5.0, -9.0])
    assert layers[0].dead == 0.5
    assert layers[0].saturated == 0.0
    assert layers[1].dead == 0.0


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_a_unit_far_out_is_saturated(activation):
    layers, _ = health(activation, [1.0, 1.0, 1.0, 90.0], [0.0, -9.0, 9.0, 0.0])
    assert layers[0].saturated == 0.75
    assert layers[0].dead == 0.0


def test_gradient_norm_is_that_of_the_layers_own_parameters():
    layers, grad = health("tanh", [1.0, 2.0], [0.0, 0.5])
    assert layers[0].gradient_norm == pytest.approx(np.linalg.norm(grad[:4]))
    assert layers[1].gradient_norm == pytest.approx(np.linalg.norm(grad[4:]))
