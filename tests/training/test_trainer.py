"""The update loop: the same however it is cut, taken back or shared between lanes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.network import LayerSpec, Network, NetworkSpec
from nnviz.training import OPTIMIZERS, Trainer, TrainingSettings, make_schedule
from tests import strategies

cuts = st.lists(st.integers(0, 40), max_size=6)


def state(trainer):
    snapshot = trainer.snapshot()
    return snapshot.step, snapshot.theta.tobytes(), snapshot.slots.tobytes()


@given(strategies.problems(dropout=True), strategies.training_settings(), cuts)
def test_every_cut_gives_the_same_bytes(problem, settings, cuts):
    network, theta, X, y = problem
    at_once = Trainer(network, X, y, settings, theta)
    in_pieces = Trainer(network, X, y, settings, theta)
    done = at_once.advance(sum(cuts))
    assert sum(in_pieces.advance(n) for n in cuts) == done
    assert state(in_pieces) == state(at_once)
    assert str(in_pieces.stopped) == str(at_once.stopped)


@given(
    strategies.problems(dropout=True),
    strategies.training_settings(),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_restore_and_replay_give_the_same_bytes(problem, settings, before, after):
    network, theta, X, y = problem
    trainer = Trainer(network, X, y, settings, theta)
    trainer.advance(before)
    snapshot, first = trainer.snapshot(), state(trainer)
    trainer.advance(after)
    second = state(trainer)
    trainer.restore(snapshot)
    assert state(trainer) == first
    trainer.advance(after)
    assert state(trainer) == second
    fresh = Trainer(network, X, y, settings, theta)
    fresh.restore(snapshot)
    fresh.advance(after)
    assert state(fresh) == second


@given(strategies.problems(dropout=True), strategies.training_settings(), st.integers(0, 20))
def test_it_does_what_the_public_functions_say(problem, settings, n_updates):
    """Gradient, penalty, clipping, schedule and optimizer, put together from their values."""
    network, theta, X, y = problem
    trainer = Trainer(network, X, y, settings, theta)
    trainer.advance(n_updates)
    optimizer = settings.make_optimizer()
    state = optimizer.init(theta)
    factor = make_schedule(
        settings.schedule,
        decay_steps=settings.decay_steps,
        decay_rate=settings.decay_rate,
        warmup_steps=settings.warmup_steps,
    )
    size = min(settings.batch_size or len(X), len(X))
    for step in range(trainer.step):
        epoch, position = divmod(step, -(-len(X) // size))
        order = np.arange(len(X))
        if size < len(X):
            order = np.random.RandomState([settings.batch_seed, epoch]).permutation(len(X))
        batch = order[position * size : (position + 1) * size]
        _, grad = network.loss_and_grad(
            theta,
            X[batch],
            y[batch],
            l1=settings.l1,
            l2=settings.l2,
            step=step,
            dropout_seed=settings.dropout_seed,
        )
        if settings.clip_norm is not None:
            grad = grad * min(1.0, settings.clip_norm / (np.linalg.norm(grad) + 1e-6))
        rate = settings.learning_rate * factor(step)
        before = theta
        theta, state = optimizer.update(theta, grad, state)
        theta = before + (theta - before) * (rate / settings.learning_rate)
    np.testing.assert_allclose(trainer.theta, theta, rtol=1e-7, atol=1e-9)


@given(
    strategies.problems(dropout=True, min_samples=16),
    strategies.training_settings(),
    st.integers(1, 4),
    strategies.seeds,
)
def test_a_lane_trains_as_the_same_network_alone(problem, settings, n_lanes, seed):
    """To the last bit for full batches; smaller ones may differ in the last bits (see passes)."""
    network, _, X, y = problem
    thetas = np.random.RandomState(seed).randn(n_lanes, network.n_params)
    lanes = Trainer(network, X, y, settings, thetas)
    lanes.learning_rate = rates = 0.01 * np.arange(1, n_lanes + 1)
    lanes.advance(12)
    for k, theta in enumerate(thetas):
        alone = Trainer(network, X, y, settings, theta)
        alone.learning_rate = rates[k]
        alone.advance(12)
        if settings.batch_size is None and settings.clip_norm is None:
            np.testing.assert_array_equal(lanes.theta[k], alone.theta)
        else:
            np.testing.assert_allclose(lanes.theta[k], alone.theta, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_learns_to_tell_two_moons_apart(optimizer, dtype):
    angle = np.linspace(0.0, np.pi, 50)
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    X = np.concatenate([upper, [1.0, 0.5] - upper])
    y = np.repeat([0, 1], 50)
    network = Network(NetworkSpec.from_dims((2, 8, 1), "tanh"), dtype)
    rate = {"sgd": 1.0, "momentum": 0.2, "nesterov": 0.2}.get(optimizer, 0.02)
    settings = TrainingSettings(optimizer, rate, batch_size=20)
    trainer = Trainer(network, X, y, settings, network.initialize("glorot_uniform", 0))
    trainer.advance(2000)
    loss, accuracy = network.evaluator(X, y).loss_and_accuracy(trainer.theta)
    assert accuracy == 1.0
    assert loss < 0.05
    assert trainer.theta.dtype == trainer.snapshot().slots.dtype == dtype


NETWORK = Network(NetworkSpec.from_dims((2, 6, 1), "tanh"))
RANDOM = np.random.RandomState(0)
X, Y = RANDOM.randn(20, 2), np.arange(20) % 2.0
THETA = NETWORK.initialize("normal_1", seed=1)


def trainer_with(**settings):
    return Trainer(NETWORK, X, Y, TrainingSettings(**settings), THETA)


def test_epochs_and_steps():
    trainer = trainer_with(batch_size=8)
    assert (trainer.step, trainer.epoch, trainer.steps_per_epoch) == (0, 0.0, 3)
    trainer.advance(4)
    assert (trainer.step, trainer.epoch) == (4, 1.4)
    assert trainer_with().steps_per_epoch == 1


def test_theta_is_live_but_cannot_be_written_through():
    trainer = trainer_with()
    theta = trainer.theta
    before = theta.copy()
    trainer.advance(1)
    assert (theta != before).any()
    with pytest.raises(ValueError, match="read-only"):
        theta[0] = 1.0
    np.testing.assert_array_equal(THETA, NETWORK.initialize("normal_1", seed=1))


def test_a_snapshot_does_not_follow_the_trainer():
    trainer = trainer_with(optimizer="adam")
    snapshot = trainer.snapshot()
    kept = snapshot.theta.copy(), snapshot.slots.copy()
    trainer.advance(5)
    np.testing.assert_array_equal(snapshot.theta, kept[0])
    np.testing.assert_array_equal(snapshot.slots, kept[1])
    assert snapshot.nbytes == 3 * THETA.nbytes


@pytest.mark.parametrize(("field", "value"), [("learning_rate", 0.5), ("l1", 0.02), ("l2", 0.3)])
def test_a_setting_changed_on_the_way_counts_from_there(field, value):
    changed = trainer_with(learning_rate=0.1)
    changed.advance(7)
    setattr(changed, field, value)
    assert getattr(changed, field) == value
    changed.advance(5)
    from_there = trainer_with(**{"learning_rate": 0.1, field: value})
    unchanged = trainer_with(learning_rate=0.1)
    unchanged.advance(7)
    from_there.restore(unchanged.snapshot())
    from_there.advance(5)
    assert state(from_there) == state(changed)
    unchanged.advance(5)
    assert state(unchanged) != state(changed)


@pytest.mark.parametrize(
    ("field", "value"),
    [("learning_rate", 0.0), ("learning_rate", np.inf), ("l1", -1.0), ("l2", np.nan)],
)
def test_a_wrong_setting_on_the_way_is_refused(field, value):
    with pytest.raises(ValueError, match=f"{field} must be .* got {value}"):
        setattr(trainer_with(), field, value)


def test_an_edited_weight_is_trained_on_and_the_memory_kept():
    trainer = trainer_with(optimizer="momentum")
    trainer.advance(3)
    slots = trainer.snapshot().slots
    edited = trainer.theta.copy()
    edited[4] = 2.5
    trainer.set_theta(edited)
    assert trainer.theta[4] == 2.5
    assert trainer.step == 3
    np.testing.assert_array_equal(trainer.snapshot().slots, slots)
    for bad, message in ((edited[:-1], "theta must have shape"), (edited * np.nan, "finite")):
        with pytest.raises(ValueError, match=message):
            trainer.set_theta(bad)


def test_bad_data_and_parameters_are_refused():
    settings = TrainingSettings()
    with pytest.raises(ValueError, match="both classes"):
        Trainer(NETWORK, X, np.ones(20), settings, THETA)
    with pytest.raises(ValueError, match=r"theta must be .* got shape \(3,\)"):
        Trainer(NETWORK, X, Y, settings, np.zeros(3))


def test_clipping_shortens_the_step_to_the_norm():
    free, clipped = trainer_with(learning_rate=1.0), trainer_with(learning_rate=1.0, clip_norm=0.01)
    free.advance(1)
    clipped.advance(1)
    long, short = free.theta - THETA, clipped.theta - THETA
    assert np.linalg.norm(short) == pytest.approx(0.01, rel=1e-3)
    np.testing.assert_allclose(short / np.linalg.norm(short), long / np.linalg.norm(long))


def test_clipping_a_gradient_too_large_to_be_squared():
    network = Network(NetworkSpec.from_dims((2, 1)))
    settings = TrainingSettings(learning_rate=1.0, clip_norm=0.5)
    trainer = Trainer(network, 1e200 * X, Y, settings, np.zeros(3))
    assert trainer.advance(1) == 1
    assert np.linalg.norm(trainer.theta) == pytest.approx(0.5)


# divergence -------------------------------------------------------------------------------------

DEEP = Network(NetworkSpec.from_dims((2, 8, 8, 8, 1), "leaky_relu"))
DEEP_THETA = DEEP.initialize("normal_1", seed=0)


def diverging(dtype=np.float64, rate=10.0, **settings):
    network = Network(DEEP.spec, dtype)
    return Trainer(network, 10 * X, Y, TrainingSettings(learning_rate=rate, **settings), DEEP_THETA)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
def test_divergence_stops_at_the_last_finite_step_and_says_why(optimizer, dtype):
    trainer = diverging(dtype, optimizer=optimizer)
    done = trainer.advance(1000)
    assert 0 < done < 1000
    assert np.isfinite(trainer.theta).all()
    assert np.isfinite(trainer.snapshot().slots).all()
    reason = trainer.stopped
    assert (reason.kind, reason.step, reason.lane) == ("diverged", done, None)
    assert 1 <= reason.layer <= 4
    assert f"layer {reason.layer}" in reason.cause
    assert "learning rate" in reason.advice
    assert "standardize the inputs" in reason.advice
    assert trainer.advance(10) == 0

    # The very next update is the one that leaves the finite numbers.
    _, grad = trainer.network.loss_and_grad(trainer.theta, 10 * X, Y)
    with np.errstate(all="ignore"):
        step = trainer.settings.make_optimizer()
        following, _ = step.update(
            trainer.theta, grad, type(step.init(grad))(done, trainer.snapshot().slots)
        )
    assert not np.isfinite(following).all()


@given(cuts)
def test_divergence_is_found_at_the_same_step_in_every_cut(cuts):
    at_once, in_pieces = diverging(), diverging()
    for n in cuts:
        in_pieces.advance(n)
    at_once.advance(sum(cuts))
    assert state(in_pieces) == state(at_once)
    assert in_pieces.stopped == at_once.stopped


def test_after_a_divergence_a_lower_rate_or_going_back_helps():
    trainer = diverging()
    start = trainer.snapshot()
    trainer.advance(1000)
    assert trainer.stopped is not None
    trainer.learning_rate = trainer.learning_rate
    trainer.l1, trainer.l2 = trainer.l1, trainer.l2
    assert trainer.stopped is not None, "nothing has changed"
    trainer.restore(start)
    assert trainer.stopped is None
    trainer.learning_rate = 1e-5
    assert trainer.advance(50) == 50


def test_a_layer_that_blows_up_is_named():
    """The third layer's weights are the huge ones: its activations overflow, not the second's."""
    W = [np.ones((2, 4)), np.ones((4, 4)), np.full((4, 4), 1e300), np.ones((4, 1))]
    network = Network(NetworkSpec.from_dims((2, 4, 4, 4, 1), "relu"))
    theta = network.pack([(w, np.zeros(w.shape[1])) for w in W])
    trainer = Trainer(network, 1e9 * np.abs(X), Y, TrainingSettings(), theta)
    assert trainer.advance(1) == 0
    assert trainer.stopped.layer == 3
    assert trainer.stopped.cause.startswith("the activations of layer 3 overflow")


def test_a_gradient_that_blows_up_is_told_from_an_activation():
    """Sine keeps every activation small, but its slope lets the gradient through huge weights."""
    W = [np.ones((2, 3)), np.full((3, 3), 1e200), np.full((3, 1), 1e200)]
    network = Network(NetworkSpec.from_dims((2, 3, 3, 1), "sin"))
    theta = network.pack([(w, np.zeros(w.shape[1])) for w in W])
    trainer = Trainer(network, X, Y, TrainingSettings(), theta)
    assert trainer.advance(1) == 0
    assert trainer.stopped.cause.startswith("the gradients of layer 1 overflow")
    assert "clip the gradient" in trainer.stopped.advice
    assert "standardize" not in trainer.stopped.advice


@pytest.mark.parametrize("optimizer", ["rmsprop", "adam"])
def test_a_gradient_too_large_to_be_squared_stops_too(optimizer):
    """The parameters stay finite, but an infinite mean square would freeze them for good."""
    network = Network(NetworkSpec.from_dims((2, 1)))
    trainer = Trainer(network, 1e200 * X, Y, TrainingSettings(optimizer), [1.0, -1.0, 0.0])
    assert trainer.advance(5) == 0
    assert trainer.stopped.kind == "diverged"
    assert np.isfinite(trainer.snapshot().slots).all()


def test_a_diverging_lane_is_held_while_the_others_train_on():
    thetas = np.stack([DEEP_THETA] * 3)
    trainer = Trainer(DEEP, 10 * X, Y, TrainingSettings(), thetas)
    trainer.learning_rate = rates = np.array([1e-5, 10.0, 1e-4])
    assert trainer.advance(500) == 500
    assert trainer.stopped is None
    assert list(trainer.held) == [1]
    alone = diverging()
    alone.advance(500)
    reason = trainer.held[1]
    assert (reason.kind, reason.lane, reason.step) == ("diverged", 1, alone.step)
    np.testing.assert_array_equal(trainer.theta[1], alone.theta)
    for k in (0, 2):
        calm = diverging(rate=rates[k])
        calm.advance(500)
        np.testing.assert_array_equal(trainer.theta[k], calm.theta)

    in_pieces = Trainer(DEEP, 10 * X, Y, TrainingSettings(), thetas)
    in_pieces.learning_rate = rates
    for _ in range(100):
        in_pieces.advance(5)
    assert state(in_pieces) == state(trainer)
    assert in_pieces.held == trainer.held


def test_when_all_lanes_have_diverged_it_stops():
    trainer = Trainer(DEEP, 10 * X, Y, TrainingSettings(), np.stack([DEEP_THETA, 2 * DEEP_THETA]))
    trainer.learning_rate = 10.0
    assert trainer.advance(1000) < 1000
    assert trainer.stopped.kind == "diverged"
    assert sorted(trainer.held) == [0, 1]
    assert np.isfinite(trainer.theta).all()
    assert trainer.advance(1) == 0


# memory -----------------------------------------------------------------------------------------


def test_no_memory_grows_with_the_steps():
    import tracemalloc

    spec = NetworkSpec(
        2, (LayerSpec(8, "tanh", 0.2), LayerSpec(8, "relu"), LayerSpec(1, "sigmoid"))
    )
    network = Network(spec)
    settings = TrainingSettings("adam", 0.01, batch_size=8, l1=0.01, l2=0.01, clip_norm=1.0)
    trainer = Trainer(network, X, Y, settings, network.initialize("glorot_uniform", 0))
    trainer.advance(50)
    tracemalloc.start()
    trainer.advance(50)
    before, _ = tracemalloc.get_traced_memory()
    trainer.advance(500)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 1000
