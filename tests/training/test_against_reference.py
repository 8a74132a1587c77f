"""The engine agrees with an independent, slow implementation: gradients, curves and weights."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnviz.network import Network, NetworkSpec
from nnviz.training import Trainer, TrainingSettings
from tests import strategies
from tests.training import reference


@settings(max_examples=60, deadline=None)
@given(
    problem=strategies.problems(max_units=5),
    l1=st.sampled_from([0.0, 0.02]),
    l2=st.sampled_from([0.0, 0.3]),
)
def test_loss_and_gradient_of_any_network(problem, l1, l2):
    network, theta, X, y = problem
    names = [layer.activation for layer in network.spec.layers[:-1]]
    # What the reference does not know is held against central differences, in tests/network.
    assume(reference.FUNCTIONS.keys() >= set(names) and network.spec.loss in reference.LOSSES)
    loss, grad = network.loss_and_grad(theta, X, y, l1=l1, l2=l2)
    expected_loss, expected = reference.loss_and_gradient(
        network.unpack(theta), names, network.spec.loss, X, y, l1, l2
    )
    expected_grad = network.pack(expected)
    assert abs(loss - expected_loss) <= 1e-12 * max(1.0, abs(expected_loss))
    assert np.abs(grad - expected_grad).max() <= 1e-12 * max(1.0, np.abs(expected_grad).max())


@pytest.mark.parametrize("batch_size", [None, 7])
@pytest.mark.parametrize("name", reference.OPTIMIZERS)
def test_fifty_steps_of_every_optimizer(name, batch_size):
    network = Network(NetworkSpec.from_dims((2, 5, 3, 1), "tanh"))
    random = np.random.RandomState(11)
    X = random.randn(24, 2)
    y = (X[:, 0] > 0.3 * X[:, 1]).astype(float)
    theta = network.initialize("glorot_uniform", seed=4, biases="same")
    train = TrainingSettings(
        optimizer=name, learning_rate=0.02, batch_size=batch_size, batch_seed=9, l1=1e-3, l2=0.01
    )
    trainer = Trainer(network, X, y, train, theta)

    layers = [(W.copy(), b.copy()) for W, b in network.unpack(theta)]
    arrays = [array for layer in layers for array in layer]
    rule = reference.Rule(name, 0.02)
    for step in range(50):
        expected, _ = reference.loss_and_gradient(
            layers, ["tanh", "tanh"], "binary_cross_entropy", X, y
        )
        assert network.loss(trainer.theta, X, y) == pytest.approx(expected, abs=1e-10)

        batch = slice(None)
        if batch_size:  # 24 = 7 + 7 + 7 + 3
            epoch, position = divmod(step, 4)
            order = np.random.RandomState([9, epoch]).permutation(24)
            batch = order[7 * position : 7 * position + 7]
        _, grads = reference.loss_and_gradient(
            layers, ["tanh", "tanh"], "binary_cross_entropy", X[batch], y[batch], 1e-3, 0.01
        )
        rule.step(arrays, [array for pair in grads for array in pair])
        assert trainer.advance(1) == 1
    np.testing.assert_allclose(trainer.theta, network.pack(layers), rtol=0, atol=1e-9)
