"""The engine computes what the textbook says: gradients, losses and weights over many updates."""

from functools import cache

import numpy as np
import pytest

from nnviz.network import ACTIVATIONS, LOSSES, LayerSpec, Network, NetworkSpec
from nnviz.network.textbook import Layer, trace, update
from nnviz.training import OPTIMIZERS, Trainer, TrainingSettings
from tests.covering import covering

STEPS, EVERY = 50, 10
N_SAMPLES, BATCH_SIZE = 24, 10


def problem(activation, loss, dropout):
    random = np.random.RandomState(len(activation) + len(loss))
    X = random.standard_normal((N_SAMPLES, 2))
    y = (X[:, 0] * X[:, 1] > 0.0).astype(int)
    hidden = (LayerSpec(4, activation, dropout), LayerSpec(3, activation))
    spec = NetworkSpec(2, (*hidden, LayerSpec(1, "sigmoid")), loss)
    return X, y, Network(spec)


@cache
def masks_of(units, rates, n_samples, seed, step):
    """The dropout masks of every layer, (n_samples, n_units), drawn as documented."""
    random = np.random.RandomState([seed, step])
    found = []
    for n_units, rate in zip(units, rates, strict=True):
        mask = np.ones((n_units, n_samples))
        if rate:
            mask = (random.random_sample(mask.shape) >= rate) / (1.0 - rate)
        found.append(mask.T)
    return found


@cache
def batch_of(step, batch_size, seed):
    """The samples of an update, in the documented order."""
    if batch_size is None:
        return np.arange(N_SAMPLES)
    epoch, position = divmod(step, -(-N_SAMPLES // batch_size))
    order = np.random.RandomState([seed, epoch]).permutation(N_SAMPLES)
    return order[position * batch_size : (position + 1) * batch_size]


@pytest.mark.parametrize(
    ("activation", "loss", "optimizer", "dropout", "batch_size"),
    covering(ACTIVATIONS, LOSSES, OPTIMIZERS, [0.0, 0.5], [None, BATCH_SIZE]),
)
def test_the_engine_follows_the_textbook(activation, loss, optimizer, dropout, batch_size):
    X, y, network = problem(activation, loss, dropout)
    settings = TrainingSettings(
        learning_rate=0.01, optimizer=optimizer, batch_size=batch_size, l1=1e-3, l2=1e-2
    )
    theta = network.initialize("glorot_uniform", 1, "same")
    trainer = Trainer(network, X, y, settings, theta)
    names = [layer.activation for layer in network.spec.layers[:-1]] + ["linear"]
    layers = [
        Layer(W.copy(), b.copy(), n) for (W, b), n in zip(network.unpack(theta), names, strict=True)
    ]
    units = network.spec.dims[1:]
    rates = tuple(layer.dropout for layer in network.spec.layers)
    rule, states = settings.make_optimizer(), []
    for step in range(STEPS):
        chosen = batch_of(step, batch_size, settings.batch_seed)
        masks = masks_of(units, rates, len(chosen), settings.dropout_seed, step)
        X_batch, y_batch, l1, l2 = X[chosen], y[chosen], settings.l1, settings.l2
        found = trace(layers, X_batch, y_batch, loss, l1, l2, masks)
        if step % EVERY == 0:
            trainer.advance(step - trainer.step)
            now = network.pack([(layer.W, layer.b) for layer in layers])
            np.testing.assert_allclose(trainer.theta, now, rtol=0, atol=1e-9)
            cost, gradient = network.loss_and_grad(
                trainer.theta, X_batch, y_batch, l1, l2, step, settings.dropout_seed
            )
            expected = network.pack(zip(found.dW, found.db, strict=True))
            np.testing.assert_allclose(gradient, expected, rtol=0, atol=1e-12)
            assert cost == pytest.approx(found.cost, abs=1e-10)
        layers = update(layers, found, rule, states)
    trainer.advance(STEPS - trainer.step)
    now = network.pack([(layer.W, layer.b) for layer in layers])
    np.testing.assert_allclose(trainer.theta, now, rtol=0, atol=1e-9)
