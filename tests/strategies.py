"""Hypothesis strategies for networks, parameters, data and training settings, named by shape."""

import numpy as np
from hypothesis import strategies as st

from nnviz.network import ACTIVATIONS, LOSSES, LayerSpec, Network, NetworkSpec
from nnviz.training import OPTIMIZERS, SCHEDULES, TrainingSettings

seeds = st.integers(0, 2**32 - 1)


@st.composite
def specs(draw, max_hidden=4, max_units=9, dropout=False):
    """Networks of any depth from none to `max_hidden` hidden layers, activations mixed freely."""
    rates = st.sampled_from([0.0, 0.3]) if dropout else st.just(0.0)
    hidden = st.builds(LayerSpec, st.integers(1, max_units), st.sampled_from([*ACTIVATIONS]), rates)
    layers = draw(st.lists(hidden, max_size=max_hidden))
    return NetworkSpec(
        n_inputs=draw(st.integers(1, 4)),
        layers=(*layers, LayerSpec(1, "sigmoid")),
        loss=draw(st.sampled_from([*LOSSES])),
    )


@st.composite
def problems(draw, dtype=np.float64, min_samples=2, **how):
    """A network with parameters theta (n_params,), X (n_samples, n_inputs) and y (n_samples,)."""
    network = Network(draw(specs(**how)), dtype)
    random = np.random.RandomState(draw(seeds))
    n_samples = draw(st.integers(min_samples, 25))
    X = random.randn(n_samples, network.spec.n_inputs)
    y = np.arange(n_samples) % 2.0
    theta = (0.7 * random.randn(network.n_params)).astype(dtype)
    return network, theta, X, random.permutation(y)


@st.composite
def training_settings(draw):
    """Settings that mix every optimizer, schedule, batch size and penalty."""
    return TrainingSettings(
        optimizer=draw(st.sampled_from([*OPTIMIZERS])),
        learning_rate=draw(st.sampled_from([1e-3, 0.02, 0.1])),
        schedule=draw(st.sampled_from([*SCHEDULES])),
        decay_steps=draw(st.integers(1, 30)),
        decay_rate=draw(st.sampled_from([0.0, 0.5, 1.0])),
        warmup_steps=draw(st.integers(0, 10)),
        batch_size=draw(st.one_of(st.none(), st.integers(1, 30))),
        batch_seed=draw(seeds),
        dropout_seed=draw(seeds),
        l1=draw(st.sampled_from([0.0, 0.01])),
        l2=draw(st.sampled_from([0.0, 0.1])),
        clip_norm=draw(st.sampled_from([None, 0.5])),
    )
