"""Measure whether the memory grows during training."""

import tracemalloc

import numpy as np

from nnviz.network import LayerSpec, Network, NetworkSpec
from nnviz.training import Trainer, TrainingSettings


def growth(n_updates):
    """Return the bytes that `n_updates` allocate and keep, with all training features in use."""
    spec = NetworkSpec(
        2, (LayerSpec(8, "tanh", 0.2), LayerSpec(8, "relu"), LayerSpec(1, "sigmoid"))
    )
    network = Network(spec)
    random = np.random.RandomState(0)
    X, y = random.randn(250, 2), np.arange(250) % 2
    settings = TrainingSettings(
        "adam", 0.01, batch_size=32, l1=1e-4, l2=1e-4, clip_norm=1.0, schedule="cosine"
    )
    trainer = Trainer(network, X, y, settings, network.initialize("glorot_uniform", 0))
    trainer.advance(100)
    tracemalloc.start()
    trainer.advance(100)
    before, _ = tracemalloc.get_traced_memory()
    trainer.advance(n_updates)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return after - before
