"""What a trainer passes is kept as it was, however its updates were cut."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nnviz.network import Network, NetworkSpec
from nnviz.training import Tape, Trainer, TrainingSettings
from tests import strategies


def tape_for(trainer, n_rows, n_samples):
    n_params, dtype, lanes = trainer.network.n_params, trainer.network.dtype, trainer.theta.shape
    n_samples = n_samples if trainer.sees_all else 0
    return Tape(n_rows, n_params, trainer.n_slots, n_samples, dtype, lanes[:-1])


@given(
    strategies.problems(dropout=True),
    strategies.training_settings(),
    st.sets(st.integers(0, 50), max_size=12).map(sorted),
    st.lists(st.integers(0, 30), max_size=5),
    st.sampled_from([0, 1, 3]),
)
def test_its_rows_are_the_states_at_the_wanted_steps(problem, settings, wanted, cuts, n_lanes):
    network, theta, X, y = problem
    if n_lanes:
        theta = np.stack([theta * (1.0 + 0.1 * lane) for lane in range(n_lanes)])
    trainer, visitor = (Trainer(network, X, y, settings, theta) for _ in range(2))
    tape = tape_for(trainer, 12, len(X))
    tape.want(wanted)
    assert tape.room == 12 - len(wanted)
    for n_updates in cuts:
        trainer.advance(n_updates, tape)
    assert tape.steps == [step for step in wanted if step < trainer.step]
    for row, step in enumerate(tape.steps):
        visitor.advance(step - visitor.step)
        np.testing.assert_array_equal(tape.theta[row], visitor.theta)
        np.testing.assert_array_equal(tape.slots[row], visitor.snapshot().slots)
        if trainer.sees_all:
            assert tape.margins[row].tobytes() == visitor.forward_margins().tobytes()
    tape.clear()
    assert (tape.steps, tape.room) == ([], 12)


def test_of_a_divergence_it_keeps_the_steps_up_to_the_last_finite_one():
    """Updates are made many at a time and looked at afterwards: what came to nothing is no row."""
    network = Network(NetworkSpec.from_dims((2, 8, 8, 8, 1), "leaky_relu"))
    X, y = 10 * np.random.RandomState(0).randn(20, 2), np.arange(20) % 2
    theta = network.initialize("normal_1", seed=0)
    trainer = Trainer(network, X, y, TrainingSettings(learning_rate=10.0), theta)
    tape = tape_for(trainer, 32, 20)
    tape.want(range(32))
    trainer.advance(32, tape)
    assert 0 < trainer.step < 32
    assert tape.steps == list(range(trainer.step + 1))
    assert np.isfinite(tape.theta[: trainer.step + 1]).all()
    np.testing.assert_array_equal(tape.theta[trainer.step], trainer.theta)
