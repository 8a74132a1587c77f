"""The bare NumPy calls that the engine is measured against do the very same work."""

import numpy as np
import pytest

from benchmarks.engine.cases import Case
from benchmarks.engine.steppers import LEARNING_RATE, bare_parameters_and_run
from nnviz.network import Network, NetworkSpec
from nnviz.training import Trainer, TrainingSettings


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_bare_steps_end_at_the_same_parameters(activation, dtype):
    case = Case((2, 8, 5, 1), 60, activation, dtype, mark=1.0)
    network = Network(NetworkSpec.from_dims(case.dims, activation), dtype=dtype)
    settings = TrainingSettings(learning_rate=LEARNING_RATE)
    trainer = Trainer(network, *case.data(), settings, network.pack(case.layers()))
    trainer.advance(20)
    theta, run = bare_parameters_and_run(case)
    run(20)
    np.testing.assert_array_equal(theta, trainer.theta)
