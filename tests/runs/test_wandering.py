"""A step is a step: whatever was asked of a run before, it stands where a fresh one stands."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnviz.runs.past
from nnviz.experiment import Experiment
from nnviz.experiment.query import from_query
from nnviz.network import Network
from nnviz.runs import Run
from nnviz.training import StoppingRules
from tests.experiments import EXPLOSIVE, SMALL
from tests.runs.wandering import hostile_experiment, state, wander, with_changes

N_SEQUENCES = 100
MEMORY = {"CHECKPOINT_BYTES": (32_000_000, 3000), "RECENT_CHECKPOINT_BYTES": (1_000_000, 2000)}


def experiment_of(seed: int) -> tuple[np.random.RandomState, Experiment]:
    random = np.random.RandomState(seed)
    return random, with_changes(random, hostile_experiment(random))


def set_memory(patch: pytest.MonkeyPatch, seed: int) -> None:
    """A history so short that most steps are not due, and next to no checkpoints, now and then."""
    patch.setattr(nnviz.runs.past, "HISTORY_ROWS", (2048, 16, 64)[seed % 3])
    for place, (name, sizes) in enumerate(MEMORY.items()):
        patch.setattr(nnviz.runs.past, name, sizes[seed // 2**place % 2])


def check_wandering(seed: int) -> None:
    """Wander at random; then compare with a run that went straight, and one that went too far."""
    random, experiment = experiment_of(seed)
    run = wander(random, experiment, random.randint(1, 14))
    straight, beyond = Run(run.experiment), Run(run.experiment)
    straight.advance(run.step)
    beyond.advance(run.step + int(random.randint(60)))
    beyond.rewind(run.step)
    assert state(run) == state(straight) == state(beyond), f"seed {seed}"


@pytest.mark.parametrize("part", range(5))
def test_random_sequences_end_where_a_fresh_run_does(
    part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At rates up to 10, with every activation and optimizer, on unscaled data, with rules."""
    for seed in range(part, N_SEQUENCES, 5):
        set_memory(monkeypatch, seed)
        check_wandering(seed)


@settings(max_examples=30)
@given(seed=st.integers(10_000, 2**31))
def test_any_other_sequence_does_too(seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        set_memory(patch, seed)
        check_wandering(seed)


@settings(max_examples=50)
@given(seed=st.integers(0, 2**31), gap=st.integers(1, 30), count=st.integers(1, 40))
def test_what_is_collected_is_what_visiting_each_step_shows(
    seed: int, gap: int, count: int
) -> None:
    """Frames are made of it, many at once; each has to be the one of its step."""
    random, experiment = experiment_of(seed)
    with pytest.MonkeyPatch.context() as patch:
        set_memory(patch, seed)
        start = int(random.randint(30))
        steps = range(start, start + gap * count, gap)
        run = Run(experiment)
        moments = run.collect(steps)
        visited = Run(experiment)
        found = []
        for step in steps:
            visited.advance(step - visited.step)
            if visited.step < start or (found and found[-1][0] == visited.step):
                break
            metrics = repr(visited.metrics())
            found.append((visited.step, visited.epoch, visited.theta.tobytes(), metrics))
        assert state(run) == state(visited)
    metrics = [repr(type(run.metrics())(*row)) for row in moments.metrics.tolist()]
    thetas = [theta.tobytes() for theta in moments.theta]
    assert found == list(
        zip(moments.step.tolist(), moments.epoch.tolist(), thetas, metrics, strict=True)
    )


# the end, found in another way -------------------------------------------------------------------


def end_by_definition(experiment: Experiment, most: int) -> tuple[int, str] | None:
    """Where and why it ends, if within ``most`` steps that all are due: step by step, as `guard`
    says it, from the public functions of network and optimizer.
    """
    run = Run(experiment)
    data, training = run.dataset, experiment.training
    network = Network(experiment.network, dtype=experiment.precision)
    theta = network.initialize(experiment.initializer, experiment.init_seed, experiment.biases)
    X, last = data.inputs(data.X_train), None
    optimizer = training.make_optimizer()
    memory = optimizer.init(theta)
    for step in range(most + 1):
        for change in experiment.changes:
            if change.step == step and change.parameter is not None:
                theta[change.parameter] = change.value
        loss = network.loss(theta, X, data.y_train)
        if not np.isfinite(loss):
            return max(step - 1, 0), "diverged"
        if step == training.stopping.max_epochs:
            return step, "max_epochs"
        last = training.stopping.target_loss
        if last is not None and loss <= last:
            return step, "target_loss"
        rate = experiment.value_at("learning_rate", step)
        l1, l2 = experiment.value_at("l1", step), experiment.value_at("l2", step)
        _, grad = network.loss_and_grad(theta, X, data.y_train, l1=l1, l2=l2)
        with np.errstate(all="ignore"):
            theta, memory = replace(optimizer, learning_rate=rate).update(theta, grad, memory)
        if not (np.isfinite(theta).all() and np.isfinite(memory.slots).all()):
            return step, "diverged"
    return None


def plain(experiment: Experiment) -> Experiment:
    """The same in full batches, without what has another order of sums than the definition."""
    rules = experiment.training.stopping
    training = replace(
        experiment.training,
        batch_size=None,
        clip_norm=None,
        schedule="constant",
        stopping=StoppingRules(max_epochs=rules.max_epochs, target_loss=rules.target_loss),
    )
    hidden = tuple(replace(layer, dropout=0.0) for layer in experiment.hidden)
    changes = experiment.changes
    return replace(experiment.with_hidden(hidden), training=training, changes=changes)


def test_a_run_ends_where_the_definition_says() -> None:
    """Two runs that agree with one another could still both be wrong."""
    kinds: dict[Any, int] = {}
    for seed in range(150):
        _, experiment = experiment_of(seed)
        experiment = plain(experiment)
        wanted = end_by_definition(experiment, 40)
        run = Run(experiment)
        run.advance(40)
        found = None if run.stopped is None else (run.step, run.stopped.kind)
        assert found == wanted, f"seed {seed}"
        kinds[found and found[1]] = kinds.get(found and found[1], 0) + 1
    assert min(kinds.get(kind, 0) for kind in (None, "diverged", "max_epochs", "target_loss")) > 9


# what once went wrong -----------------------------------------------------------------------------

OVERFLOWS = {
    "precision": "float32",
    "data": "breast_cancer",
    "scaling": "none",
    "optimizer": "momentum",
    "rate": "1",
    "l2": "0.1",
    "layers": "4-relu 2-relu",
}


def test_a_run_does_not_go_beyond_what_was_asked_for_nor_beyond_its_end() -> None:
    """It once went on by seven updates to find out why a loss had overflowed."""
    experiment, notes = from_query(OVERFLOWS)
    assert notes == []
    straight = Run(experiment)
    straight.advance(1000)
    end = straight.step
    for cut in (1, 7, 51):
        run = Run(experiment)
        while run.stopped is None:
            before = run.step
            assert run.advance(cut) == run.step - before <= cut
        assert state(run) == state(straight)
        assert np.isfinite(run.metrics().loss_train) or end == 0
        for step in range(max(end - 5, 0), end + 1):
            run.rewind(step)
            fresh = Run(experiment)
            fresh.advance(step)
            assert state(run) == state(fresh)
            run.advance(end - step)


@pytest.mark.parametrize("rules", [StoppingRules(target_loss=1.0), StoppingRules(max_epochs=1)])
def test_a_target_that_is_met_at_the_start_ends_the_run_there(rules: StoppingRules) -> None:
    experiment = replace(SMALL, training=replace(SMALL.training, stopping=rules))
    at_once, later = Run(experiment), Run(experiment)
    at_once.advance(0)
    later.advance(5)
    later.rewind(0)
    assert state(at_once) == state(later)
    assert at_once.stopped is None or at_once.stopped.step == 0
    assert (at_once.stopped is not None) == (rules.target_loss is not None)


@pytest.mark.parametrize("field", ["learning_rate", "theta.0"])
def test_a_change_at_the_last_epochs_step_ends_where_a_link_of_it_does(field: str) -> None:
    rules = StoppingRules(max_epochs=7)
    run = Run(replace(SMALL, training=replace(SMALL.training, stopping=rules)))
    assert run.advance(100) == 7
    run.change(field, 0.01)
    opened = Run(run.experiment)
    opened.advance(100)
    assert state(run) == state(opened)
    assert run.stopped is not None
    assert (run.stopped.kind, run.step) == ("max_epochs", 7)


def test_why_a_run_ends_is_known_where_it_ends_before_anybody_asked_for_more() -> None:
    """An address of its last step may not tell another story than one of a step further on."""
    straight = Run(EXPLOSIVE)
    straight.advance(1000)
    exactly = Run(EXPLOSIVE)
    exactly.advance(straight.step)
    assert exactly.stopped == straight.stopped
    assert exactly.stopped is not None
