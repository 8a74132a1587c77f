"""A run stands where experiment and step say, whatever happened on the way there."""

import tracemalloc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnviz.runs.past
from nnviz.data import DataSpec
from nnviz.experiment import LIVE_FIELDS, Change, Experiment
from nnviz.network import LayerSpec, Network
from nnviz.runs import Moments, Run
from nnviz.training import OPTIMIZERS, StoppingRules, TrainingSettings
from tests.experiments import (
    EXPLOSIVE,
    SMALL,
    SMALL_BATCHES,
    SMALL_DROPOUT,
    changes_of,
    network_of,
)
from tests.runs.wandering import state

KINDS = {"full batch": SMALL, "mini-batches": SMALL_BATCHES, "dropout": SMALL_DROPOUT}
N_PARAMS = SMALL.network.n_params


@contextmanager
def tight_memory() -> Iterator[None]:
    """A history of 16 rows and about 4 checkpoints: what is ever thinned is, within 100 steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nnviz.runs.past, "HISTORY_ROWS", 16)
        patch.setattr(nnviz.runs.past, "CHECKPOINTS", 4)
        patch.setattr(nnviz.runs.past, "RECENT_CHECKPOINT_BYTES", 4 * 700)
        yield


def rows_before(run: Run, step: int) -> bytes:
    steps, values = run.history.all_rows()
    return steps[steps < step].tobytes() + values[:, steps < step].tobytes()


def states_of(experiment: Experiment, steps: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What a run that only ever goes forward shows at these steps."""
    run, states = Run(experiment), {}
    for step in sorted(steps):
        run.advance(step - run.step)
        states[step] = state(run)
    return states


def trained(experiment: Experiment, n_updates: int) -> Run:
    run = Run(experiment)
    assert run.advance(n_updates) == n_updates
    return run


# every cut ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_ten_times_ten_updates_are_a_hundred_updates(kind: str, optimizer: str) -> None:
    """How fast one watches must not change what one sees."""
    training = replace(KINDS[kind].training, optimizer=optimizer, learning_rate=0.05)
    experiment = replace(KINDS[kind], training=training)
    cut = Run(experiment)
    for _ in range(10):
        assert cut.advance(10) == 10
    assert state(cut) == state(trained(experiment, 100))


def test_reset_gives_the_same_bytes_twice() -> None:
    """The same initial weights, the same points, the same training."""
    assert state(Run(SMALL_BATCHES)) == state(Run(SMALL_BATCHES))
    assert state(trained(SMALL_BATCHES, 60)) == state(trained(replace(SMALL_BATCHES), 60))


def test_looking_at_a_run_does_not_move_it() -> None:
    looked_at = Run(SMALL_DROPOUT)
    for _ in range(30):
        looked_at.advance(1)
        looked_at.metrics()
        looked_at.gradient()
        looked_at.predict(looked_at.dataset.X_test)
        looked_at.theta[...] = 0.0
        looked_at.mark()
    assert state(looked_at) == state(trained(SMALL_DROPOUT, 30))


moves = st.lists(
    st.tuples(st.just("advance"), st.integers(1, 40))
    | st.tuples(st.just("rewind"), st.integers(0, 100))
    | st.tuples(st.just("mark"), st.just(0)),
    max_size=12,
)


def move(run: Run, what: str, how: int) -> None:
    if what == "advance":
        run.advance(how)
    elif what == "rewind":
        run.rewind(run.step * how // 100)
    else:
        run.mark()


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40)
@given(moves=moves, changes=changes_of(N_PARAMS, 90))
def test_advancing_and_rewinding_at_will_ends_where_a_straight_run_ends(
    kind: str, moves: list[tuple[str, int]], changes: tuple[Change, ...]
) -> None:
    """Scrubbing back and playing again has to show the same thing, changes on the way included,
    also where the history is thinned and checkpoints are dropped.
    """
    experiment = replace(KINDS[kind], changes=changes)
    with tight_memory():
        wandering = Run(experiment)
        for what, how in moves:
            move(wandering, what, how)
        end = max(wandering.step, 100)
        wandering.advance(end - wandering.step)
        straight = states_of(experiment, {end, 73, 33, 16, 1, 0})
        for step in sorted(straight, reverse=True):
            wandering.rewind(step)
            assert state(wandering) == straight[step]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_rewinding_takes_the_optimizers_memory_back_as_well(optimizer: str) -> None:
    """Velocity of the future would change the replay."""
    training = TrainingSettings(optimizer=optimizer, learning_rate=0.05, batch_size=7)
    experiment = replace(SMALL, training=training)
    with tight_memory():
        run = trained(experiment, 90)
        after = state(run)
        run.rewind(41)
        assert state(run) == state(trained(experiment, 41))
        run.advance(49)
        assert state(run) == after


@pytest.mark.parametrize("step", [-1, 11, 10**9])
def test_rewinding_to_where_the_run_has_not_been_is_refused(step: int) -> None:
    run = trained(SMALL, 10)
    with pytest.raises(ValueError, match=f"step must be from 0 to 10; got {step}"):
        run.rewind(step)
    assert state(run) == state(trained(SMALL, 10))


# changes on the way ------------------------------------------------------------------------------

fields = st.sampled_from([*LIVE_FIELDS, "theta.0", f"theta.{N_PARAMS - 1}"])
values = st.floats(1e-5, 1.0)  # allowed for every one of them


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=50)
@given(
    step=st.integers(0, 60),
    field=fields,
    value=values,
    ahead=st.integers(0, 50),
)
def test_a_change_leaves_the_past_alone_and_makes_the_future_of_an_experiment_that_carries_it(
    kind: str, step: int, field: str, value: float, ahead: int
) -> None:
    """What is changed while watching has to be what a link of it shows: at any step, on the
    history's grid or off it, the first step included, from ahead of the shown step or at it.
    """
    with tight_memory():
        run = trained(KINDS[kind], step + ahead)
        run.rewind(step)
        past = rows_before(run, step)
        before = run.theta
        run.change(field, value)
        if field in LIVE_FIELDS:
            np.testing.assert_array_equal(run.theta, before)
        else:
            assert run.theta[int(field.removeprefix("theta."))] == value
        assert rows_before(run, step) == past == rows_before(trained(KINDS[kind], step), step)
        straight = states_of(run.experiment, {step, step + 70})
        assert state(run) == straight[step]
        run.advance(70)
        assert state(run) == straight[step + 70]


@given(
    made=st.lists(
        st.tuples(
            st.integers(0, 30),
            st.sampled_from([0, 0, 3, 20]),
            fields,
            values,
        ),
        max_size=8,
    )
)
def test_many_changes_and_rewinds_across_them_end_as_the_experiment_says(
    made: list[tuple[int, int, str, float]],
) -> None:
    """Branching from the past again and again: only what is still in the past has happened."""
    with tight_memory():
        run = Run(SMALL_BATCHES)
        for n_updates, back, field, value in made:
            run.advance(n_updates)
            run.rewind(max(run.step - back, 0))
            run.change(field, value)
            assert all(change.step <= run.step for change in run.experiment.changes)
        run.advance(40)
        end = run.step
        straight = states_of(
            run.experiment, {int(end * share) for share in (1.0, 0.8, 0.5, 0.1, 0)}
        )
        for step in sorted(straight, reverse=True):
            run.rewind(step)
            assert state(run) == straight[step]
        run.advance(end)
        assert state(run) == straight[end]


def test_an_edited_weight_shows_in_the_history_at_its_own_step() -> None:
    """The curve must not show the cost of weights that are gone."""
    run = trained(SMALL, 12)
    loss_before = run.history.loss_train[-1]
    run.change("theta.0", 40.0)
    assert run.history.step[-1] == 12
    assert run.history.loss_train[-1] == run.metrics().loss_train
    data = run.dataset
    network = Network(SMALL.network)
    assert run.metrics().loss_train == pytest.approx(
        network.loss(run.theta, data.inputs(data.X_train), data.y_train), rel=1e-12
    )
    assert run.metrics().loss_train != loss_before


def test_an_edited_weight_is_trained_on_from_there() -> None:
    """It is set once; it is not held."""
    run = trained(SMALL, 12)
    run.change("theta.1", 0.25)
    run.advance(1)
    assert run.theta[1] != 0.25


@pytest.mark.parametrize(
    ("field", "value"),
    [(f"theta.{N_PARAMS}", 0.1), ("theta.0", 1e9), ("learning_rate", 0.0), ("momentum", 0.5)],
)
def test_a_refused_change_changes_nothing(field: str, value: float) -> None:
    run = trained(SMALL, 20)
    with pytest.raises(ValueError, match="must"):
        run.change(field, value)
    assert run.experiment == SMALL
    run.advance(20)
    assert state(run) == state(trained(SMALL, 40))


# trouble -----------------------------------------------------------------------------------------


def test_a_diverging_run_stops_at_its_last_finite_step_and_says_why() -> None:
    """Instead of an empty picture and an accuracy of 0.0 that nothing explains."""
    run = Run(EXPLOSIVE)
    made = run.advance(10_000)
    assert made == run.step < 10_000
    assert np.isfinite(run.theta).all()
    assert run.stopped is not None
    assert run.stopped.kind == "diverged"
    assert run.stopped.step == run.step
    assert "learning rate" in run.stopped.advice
    assert run.advance(5) == 0
    assert run.history.step[-1] == run.step


@pytest.mark.parametrize("cut", [1, 2, 7])
def test_where_a_run_diverges_does_not_depend_on_how_it_is_watched(cut: int) -> None:
    straight, watched = Run(EXPLOSIVE), Run(EXPLOSIVE)
    straight.advance(100)
    while watched.advance(cut):
        watched.mark()
    assert state(watched) == state(straight)
    assert watched.stopped == straight.stopped


def test_a_diverged_run_goes_on_from_the_past_at_a_lower_rate() -> None:
    """The page stays usable: scrub back, turn the rate down, play."""
    run = Run(EXPLOSIVE)
    run.advance(100)
    end = run.step
    run.rewind(end - 1)
    assert run.stopped is None
    run.change("learning_rate", 1e-5)
    run.rewind(0)
    run.change("learning_rate", 1e-5)
    assert run.stopped is None
    assert run.advance(20) == 20
    assert state(run) == state(trained(run.experiment, 20))


def test_lowering_the_rate_where_it_stands_does_what_a_link_of_it_does() -> None:
    """Only what the next updates do decides. Here the weights are beyond hope at any rate, and the
    run says so again instead of showing nothing.
    """
    run = Run(EXPLOSIVE)
    run.advance(100)
    stopped_at = run.step
    run.change("learning_rate", 1e-5)
    run.advance(10)
    assert run.step == stopped_at
    assert run.stopped is not None
    opened = Run(run.experiment)
    opened.advance(stopped_at + 10)
    assert state(opened) == state(run)


def test_a_diverged_run_replays_to_the_same_end() -> None:
    run = Run(EXPLOSIVE)
    run.advance(100)
    end, reason = state(run), run.stopped
    run.rewind(0)
    run.advance(100)
    assert state(run) == end
    assert run.stopped == reason


def test_a_training_set_of_one_class_is_refused_before_anything_is_trained() -> None:
    """Of two training points, some split seed picks two of the same class."""
    data = DataSpec(n_samples=20, train_ratio=0.1)

    def train_on_every_split() -> None:
        for split_seed in range(64):
            Run(replace(SMALL, data=replace(data, split_seed=split_seed)))

    with pytest.raises(ValueError, match="the training set must hold both classes"):
        train_on_every_split()


# stopping on purpose -----------------------------------------------------------------------------

RULES = {
    "max_epochs": StoppingRules(max_epochs=9),
    "target_loss": StoppingRules(target_loss=0.4),
    "target_accuracy": StoppingRules(target_accuracy=0.8),
    "patience": StoppingRules(patience=4),
}


def with_rule(experiment: Experiment, kind: str) -> Experiment:
    """At a rate so high that the test loss soon rises again."""
    training = replace(experiment.training, learning_rate=3.0, stopping=RULES[kind])
    return replace(experiment, training=training)


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("cut", [1, 3, 1000])
def test_a_run_stops_by_its_rule_at_the_same_step_however_it_is_watched(
    kind: str, cut: int
) -> None:
    experiment = with_rule(SMALL_BATCHES, kind)
    straight, watched = Run(experiment), Run(experiment)
    straight.advance(5000)
    assert straight.stopped is not None
    assert straight.stopped.kind == kind
    assert straight.stopped.step == straight.step < 5000
    while watched.stopped is None:
        assert 0 < watched.advance(cut) <= cut
        watched.mark()
    assert watched.advance(cut) == 0
    assert watched.stopped == straight.stopped
    assert state(watched) == state(straight)


@pytest.mark.parametrize("kind", RULES)
def test_a_run_stopped_by_its_rule_stops_there_again_after_a_rewind(kind: str) -> None:
    run = Run(with_rule(SMALL_BATCHES, kind))
    run.advance(5000)
    reason, end = run.stopped, state(run)
    run.rewind(run.step)
    assert run.advance(1) == 0
    assert run.stopped == reason
    run.rewind(run.step // 2)
    assert run.stopped is None
    run.advance(5000)
    assert run.stopped == reason
    assert state(run) == end


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("field", ["learning_rate", "theta.0"])
def test_a_change_where_a_rule_stopped_the_run_is_what_a_link_of_it_shows(
    kind: str, field: str
) -> None:
    """Either both go on from there or both stay: the link may not tell another story."""
    run = Run(with_rule(SMALL_BATCHES, kind))
    run.advance(5000)
    run.change(field, 0.02)
    run.advance(30)
    opened = Run(run.experiment)
    opened.advance(run.step + 30)
    if run.stopped is not None:
        assert opened.stopped == run.stopped
        assert state(opened) == state(run)
    else:
        opened.rewind(run.step)
        assert state(opened) == state(run)


def test_the_gradient_shown_is_that_of_the_penalty_in_force() -> None:
    run = trained(SMALL, 5)
    plain = run.gradient()
    run.change("l2", 0.5)
    W1, _ = run.network.unpack(run.theta)[0]
    dW1, _ = run.network.unpack(run.gradient() - plain)[0]
    np.testing.assert_allclose(dW1, 0.5 * W1, rtol=1e-9, atol=1e-12)


# what one request may cost -----------------------------------------------------------------------


def test_even_without_time_one_update_is_made() -> None:
    """Otherwise a slow network would stand still for ever."""
    with tight_memory():
        run = trained(SMALL, 200)
        assert not run.history.due(201), "nothing but the clock stops it after one update"
        assert run.advance(100, seconds=0.0) == 1
        assert run.advance(100, seconds=-1.0) == 1
        assert state(run) == state(trained(SMALL, 202))


def test_enough_time_makes_every_update_and_no_more() -> None:
    run = Run(SMALL)
    assert run.advance(50, seconds=3600.0) == 50
    assert state(run) == state(trained(SMALL, 50))


def test_no_updates_asked_for_none_made() -> None:
    run = Run(SMALL)
    assert run.advance(0) == 0
    assert run.advance(0, seconds=1.0) == 0
    assert run.step == 0


def test_the_memory_of_a_long_run_stays_within_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty visitors share one server. Counted are Python's objects, not only their numbers."""
    monkeypatch.setattr(nnviz.runs.past, "CHECKPOINT_BYTES", 200_000)
    monkeypatch.setattr(nnviz.runs.past, "HISTORY_ROWS", 64)
    run = Run(SMALL)
    run.advance(100)
    tracemalloc.start()
    try:
        run.advance(12_000)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1.5 * nnviz.runs.past.CHECKPOINT_BYTES


# many steps at once -----------------------------------------------------------------------------


def test_what_is_collected_in_slices_is_what_is_collected_at_once() -> None:
    """The server works for a moment at a time, and the bytes of a batch may not show it."""
    steps = list(range(5, 300, 7))
    at_once = Run(SMALL_BATCHES).collect(steps)
    run, parts, left = Run(SMALL_BATCHES), [], steps
    while left:
        parts.append(run.collect(left, seconds=0.0))
        left = [step for step in left if step > run.step]
    assert len(parts) > 20
    joined = Moments.join(parts)
    for name in ("step", "epoch", "theta", "metrics"):
        assert getattr(joined, name).tobytes() == getattr(at_once, name).tobytes()


def test_the_step_at_which_a_run_ends_is_collected_where_it_lies_between() -> None:
    """The last frame of a run shows its end, and there is none beyond."""
    training = replace(SMALL.training, stopping=StoppingRules(max_epochs=10))
    experiment = replace(SMALL, training=training)

    def collected(steps: list[int], after: int | None = None) -> list[int]:
        return Run(experiment).collect(steps, after=after).step.tolist()

    assert collected([0, 8, 16, 24]) == [0, 8, 10]
    assert collected([2, 10, 18]) == [2, 10]
    assert collected([16, 24]) == []
    assert collected([16, 24], after=8) == [10]
    assert collected([16, 24], after=10) == []


def test_what_is_collected_cannot_be_altered() -> None:
    """It is shared with whoever comes back to these steps."""
    run = Run(SMALL)
    moments = run.collect([3, 4])
    for array in (moments.step, moments.epoch, moments.theta, moments.metrics):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("steps", [[], [-1, 0], [3, 3], [4, 2]])
def test_steps_that_do_not_rise_are_refused(steps: list[int]) -> None:
    with pytest.raises(ValueError, match="steps must be one or more, from 0 on, and rise; got"):
        Run(SMALL).collect(steps)


def test_seeking_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="step must be zero or more; got -1"):
        Run(SMALL).seek(-1)


# callbacks ---------------------------------------------------------------------------------------


def test_a_callback_sees_every_step_that_is_a_multiple() -> None:
    """The articles print the cost every so many iterations."""
    seen: list[tuple[int, float]] = []

    def note(at: Run) -> None:
        seen.append((at.step, at.metrics().loss_train))

    with tight_memory():
        run = trained(SMALL, 107)
        run.advance(25, callback=note, every=10)
        run.advance(8, callback=note, every=10)
    assert [step for step, _ in seen] == [110, 120, 130, 140]
    straight = trained(SMALL, 140)
    by_step = dict(zip(straight.history.step, straight.history.loss_train, strict=True))
    assert [loss for _, loss in seen] == [by_step[step] for step, _ in seen]


def test_a_callback_sees_the_last_finite_step_once() -> None:
    """A printed table may not show a step twice, nor one that was taken back."""
    seen: list[int] = []
    run = Run(EXPLOSIVE)
    run.advance(100, callback=lambda at: seen.append(at.step))
    assert seen == list(range(1, run.step + 1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_updates": -1}, "n_updates must be zero or more; got -1"),
        ({"n_updates": 1, "every": 0}, "every must be at least 1; got 0"),
    ],
)
def test_impossible_requests_are_refused(arguments: dict[str, int], message: str) -> None:
    run = Run(SMALL)
    with pytest.raises(ValueError, match=message):
        run.advance(**arguments)
    assert run.step == 0


def test_a_callback_changes_nothing_but_what_is_printed() -> None:
    run = Run(SMALL_BATCHES)
    run.advance(45, callback=lambda r: r.metrics(), every=4)
    assert state(run) == state(trained(SMALL_BATCHES, 45))


# what a run knows --------------------------------------------------------------------------------


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_a_run_trains_in_the_precision_that_is_set(precision: str) -> None:
    """A setting that only changes a label would be a lie."""
    run = trained(replace(SMALL, precision=precision), 30)
    assert run.theta.dtype == np.dtype(precision)
    assert run.predict_proba(run.dataset.X_test).dtype == np.dtype(precision)


def test_single_precision_follows_double_precision_and_is_not_it() -> None:
    double, single = (
        trained(replace(SMALL, precision=precision), 50) for precision in ("float64", "float32")
    )
    assert not np.array_equal(double.theta, single.theta)
    np.testing.assert_allclose(double.theta, single.theta, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("scaling", ["none", "standardize"])
def test_prediction_is_the_training_forward_pass(scaling: str) -> None:
    """The boundary one sees must be that of the network that is trained, scaled inputs included."""
    run = trained(replace(SMALL, data=replace(SMALL.data, scaling=scaling)), 40)
    data, metrics = run.dataset, run.metrics()
    for X, y, loss, accuracy in (
        (data.X_train, data.y_train, metrics.loss_train, metrics.accuracy_train),
        (data.X_test, data.y_test, metrics.loss_test, metrics.accuracy_test),
    ):
        p = run.predict_proba(X)
        assert p.shape == (len(X),)
        assert -np.mean(y * np.log(p) + (1 - y) * np.log1p(-p)) == pytest.approx(loss, rel=1e-9)
        classes = run.predict(X)
        assert classes.shape == (len(X),)
        assert set(classes) <= {0, 1}
        np.testing.assert_array_equal(classes, p > 0.5)
        assert np.mean(classes == y) == pytest.approx(accuracy)


def test_a_list_of_points_can_be_predicted() -> None:
    run = Run(SMALL)
    assert run.predict([[0, 1], [2, -1]]).shape == (2,)
    assert run.predict_proba([[0, 1], [2, -1]]).shape == (2,)


@pytest.mark.parametrize("X", [[0.0, 1.0], [[0.0], [1.0]], [[0.0, 1.0, 2.0]], []], ids=str)
def test_points_of_another_shape_are_refused(X: list[Any]) -> None:
    """One column would be taken for both coordinates, silently."""
    run = Run(SMALL)
    with pytest.raises(ValueError, match=r"X must be \(n_samples, 2\); got shape"):
        run.predict(X)


def test_without_held_out_points_there_is_no_test_curve() -> None:
    run = trained(replace(SMALL, data=replace(SMALL.data, train_ratio=1.0)), 5)
    assert np.isnan(run.metrics().loss_test)
    assert np.isnan(run.history.accuracy_test).all()
    assert np.isfinite(run.history.loss_train).all()


def test_epochs_are_passes_over_the_training_points() -> None:
    """32 training points in batches of 7 make 5 updates an epoch, the last one of 4."""
    run = Run(SMALL_BATCHES)
    assert run.steps_per_epoch == 5
    epochs = []
    for _ in range(6):
        run.advance(1)
        epochs.append(run.epoch)
    assert epochs == pytest.approx([7 / 32, 14 / 32, 21 / 32, 28 / 32, 1.0, 1 + 7 / 32])


def test_the_history_starts_before_the_first_update_and_is_thinned_within_its_bound() -> None:
    with tight_memory():
        run = Run(SMALL)
        assert run.history.step.tolist() == [0]
        rows = []
        for _ in range(100):
            run.advance(1)
            rows.append(len(run.history.step))
        assert max(rows) <= nnviz.runs.past.HISTORY_ROWS + 1
        assert run.history.step[0] == 0
        assert len(set(np.diff(run.history.step))) == 1, "evenly"


def test_the_gradient_is_that_of_the_next_update() -> None:
    """The diagram shows it as what is about to happen."""
    run = trained(SMALL, 10)
    before, gradient = run.theta, run.gradient()
    run.advance(1)
    np.testing.assert_allclose(run.theta, before - 0.3 * gradient, rtol=1e-12, atol=1e-15)


def test_no_hidden_layer_trains_as_well() -> None:
    run = trained(replace(SMALL, network=network_of(())), 200)
    assert run.history.loss_train[-1] < run.history.loss_train[0]


def test_the_largest_network_allowed_trains() -> None:
    largest = SMALL.with_hidden((LayerSpec(64, "tanh"),) * 8)
    run = trained(largest, 3)
    assert np.isfinite(run.theta).all()
    assert run.history.loss_train[-1] != run.history.loss_train[0]
