"""Time sixteen networks at once against sixteen one by one, and the limit of the gain."""

import numpy as np

from nnviz.network import Network, NetworkSpec
from nnviz.training import Trainer, TrainingSettings

DIMS, N_SAMPLES, N_LANES = (2, 8, 8, 1), 200, 16


def together_and_apart(activation, dtype):
    """Return two ``run(n)``: n updates of 16 lanes in one trainer, and in 16 trainers."""
    network = Network(NetworkSpec.from_dims(DIMS, activation), dtype=dtype)
    random = np.random.RandomState(0)
    X = random.randn(N_SAMPLES, 2)
    y = (X[:, 0] * X[:, 1] > 0.0).astype(float)
    settings = TrainingSettings(learning_rate=0.01)
    thetas = np.stack([network.initialize("glorot_uniform", seed) for seed in range(N_LANES)])
    together = Trainer(network, X, y, settings, thetas)
    apart = [Trainer(network, X, y, settings, theta) for theta in thetas]

    def run_apart(n):
        for trainer in apart:
            trainer.advance(n)

    return together.advance, run_apart


def elementwise(activation, dtype):
    """Return ``run(n)``: only the activation of 16 lanes and its derivative, n times.

    It costs the same in one call or in sixteen, so lanes cannot make it faster.
    """
    value, pull = (
        (np.tanh, lambda da, a: (np.square(a, a), np.multiply(a, da, a), np.subtract(da, a, da)))
        if activation == "tanh"
        else (
            lambda z, a: z.clip(0.0, np.inf, out=a),
            lambda da, a: (np.copyto(a, np.greater(a, 0.0)), np.multiply(da, a, da)),
        )
    )
    random = np.random.RandomState(0)
    layers = [
        [random.randn(units, N_LANES, N_SAMPLES).astype(dtype) for _ in range(3)]
        for units in DIMS[1:-1]
    ]

    def run(n):
        for _ in range(n):
            for z, a, da in layers:
                value(z, a)
                pull(da, a)

    return run
