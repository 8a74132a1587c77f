"""The NumPy receipt: what a learner takes home prints what the page showed, digit by digit.

Every script is executed in a process of its own, in isolated mode, far from this project.
"""

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnviz.data import BUNDLED, FEATURES, DataSpec, Points
from nnviz.experiment import Change, Experiment
from nnviz.experiment.settings import SETTINGS
from nnviz.export import numpy_script
from nnviz.network import ACTIVATIONS, INITIALIZERS, LOSSES, LayerSpec
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.training import OPTIMIZERS, SCHEDULES, TrainingSettings
from tests import elsewhere
from tests.experiments import (
    EXPLOSIVE,
    SMALL,
    SMALL_BATCHES,
    SMALL_DROPOUT,
    changes_of,
    network_of,
    own_points,
    values_of,
)

CLOSE = 1e-12


def execute(script: str) -> tuple[dict[int, float], dict[str, Any]]:
    """The losses by step and the parameters that a script prints."""
    done = elsewhere.execute(script)
    assert done.returncode == 0, f"{done.stderr}\n{script[:3000]}"
    assert not done.stderr
    losses: dict[int, float] = {}
    parameters = {}
    for line in done.stdout.splitlines():
        if " = " in line:
            name, _, value = line.partition(" = ")
            parameters[name] = ast.literal_eval(value)
        else:
            step, loss = line.split(" ")
            losses[int(step)] = float(loss)
    return losses, parameters


def check(run: Run) -> None:
    """The script of a run prints the run's own losses and ends with its parameters."""
    losses, parameters = execute(numpy_script(run))
    assert list(losses) == run.history.step.tolist()
    np.testing.assert_allclose(
        list(losses.values()), run.history.loss_train, rtol=CLOSE, atol=CLOSE
    )
    printed = [
        (parameters[f"W{k}"], parameters[f"b{k}"]) for k in range(1, len(parameters) // 2 + 1)
    ]
    np.testing.assert_allclose(run.network.pack(printed), run.theta, rtol=CLOSE, atol=CLOSE)


def trained(experiment: Experiment, steps: int = 120) -> Run:
    run = Run(experiment)
    run.advance(steps)
    return run


def small(**training: Any) -> Experiment:
    """Forty points in batches that do not divide them, with these training settings."""
    return replace(SMALL, training=TrainingSettings(batch_size=7, **training))


@pytest.mark.parametrize("name", PRESETS)
def test_the_script_of_every_preset_prints_the_losses_of_the_page(name: str) -> None:
    check(trained(PRESETS[name].experiment, 300))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation(name: str) -> None:
    check(trained(replace(SMALL, network=network_of((LayerSpec(5, name), LayerSpec(3, name))))))


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss(name: str) -> None:
    check(trained(replace(SMALL, network=replace(SMALL.network, loss=name))))


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initializer(name: str) -> None:
    check(trained(replace(SMALL, initializer=name, biases="same", init_seed=7), 20))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer(name: str) -> None:
    check(trained(small(optimizer=name, learning_rate=0.02)))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule(schedule: str) -> None:
    check(trained(small(optimizer="adam", schedule=schedule, decay_steps=50, decay_rate=0.3)))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_warm_up_before_every_schedule(schedule: str) -> None:
    check(trained(small(schedule=schedule, warmup_steps=30, decay_steps=40)))


@pytest.mark.parametrize(
    "penalties", [{"l1": 0.01}, {"l2": 0.1}, {"l1": 0.003, "l2": 0.02}], ids=str
)
def test_penalties(penalties: dict[str, float]) -> None:
    check(trained(small(**penalties)))


def test_a_gradient_that_is_shortened() -> None:
    check(trained(small(clip_norm=0.05)))


def test_a_gradient_too_long_to_be_squared_is_shortened_too() -> None:
    check(trained(replace(EXPLOSIVE, training=TrainingSettings(clip_norm=1.0)), 50))


def test_dropout_in_one_layer_of_three() -> None:
    hidden = (LayerSpec(6, "tanh"), LayerSpec(5, "gelu", 0.4), LayerSpec(4, "relu"))
    check(trained(replace(SMALL_DROPOUT, network=network_of(hidden))))


def test_no_hidden_layer_at_all() -> None:
    check(trained(replace(SMALL, network=network_of(()))))


def test_inputs_brought_to_one_scale() -> None:
    check(trained(replace(SMALL, data=DataSpec(n_samples=60, scaling="standardize"))))


@pytest.mark.parametrize("scaling", ["none", "standardize"])
@pytest.mark.parametrize("name", FEATURES)
def test_every_feature(name: str, scaling: str) -> None:
    check(trained(replace(SMALL, data=DataSpec(n_samples=60, inputs=(name,), scaling=scaling))))


@pytest.mark.parametrize("axes", [None, "pca"])
@pytest.mark.parametrize("name", BUNDLED)
def test_every_real_data_set_with_every_feature(name: str, axes: str | None) -> None:
    data = DataSpec(name, axes=axes, scaling="standardize", inputs=tuple(FEATURES))
    check(trained(replace(SMALL, data=data)))


@given(own_points(40), st.sets(st.sampled_from(list(FEATURES)), min_size=1))
@settings(max_examples=20)
def test_own_points_whatever_they_are_called(points: Points, inputs: set[str]) -> None:
    """The names are a stranger's: they may say anything and do nothing."""
    assume(len({label for _, _, label in points.rows}) == 2)
    data = DataSpec(
        "own", train_ratio=1.0, scaling="standardize", inputs=tuple(inputs), points=points
    )
    run = trained(replace(SMALL, data=data), 20)
    check(run)
    unnamed = replace(run.experiment, data=replace(data, points=Points(points.rows)))
    plain = ast.parse(numpy_script(trained(unnamed, 20)))
    assert ast.dump(ast.parse(numpy_script(run))) == ast.dump(plain)


def test_a_script_of_the_two_coordinates_alone_has_no_word_of_features() -> None:
    script = numpy_script(trained(SMALL, 3))
    assert "features" not in script
    assert "x1" not in script


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_half_the_precision_has_the_same_digits(name: str) -> None:
    hidden = tuple(LayerSpec(4, activation, 0.1) for activation in ("gelu", "leaky_relu", "elu"))
    experiment = replace(
        small(optimizer=name, learning_rate=0.01, l2=0.01, schedule="cosine", clip_norm=1.0),
        network=network_of(hidden),
        precision="float32",
    )
    check(trained(experiment))


def test_changes_made_while_it_trained() -> None:
    run = Run(SMALL_BATCHES)
    for field, value in (("theta.0", 2.0), ("l1", 0.01), ("learning_rate", 0.05), ("l1", 0.0)):
        run.change(field, value)
        run.advance(25)
    run.change("theta.12", -1.5)
    check(run)


def test_a_run_that_was_taken_back_ends_where_it_stands() -> None:
    run = trained(replace(SMALL, changes=(Change(60, "learning_rate", 1.0),)))
    run.rewind(59)
    check(run)
    assert "NEW_RATE" not in numpy_script(run), "a change of the future is not in the past"


def test_a_run_that_diverged_ends_at_its_last_finite_step() -> None:
    run = trained(EXPLOSIVE)
    assert run.stopped is not None
    check(run)


def test_a_long_run_prints_the_rows_that_the_history_keeps() -> None:
    tiny = replace(SMALL, data=DataSpec(n_samples=20), network=network_of((LayerSpec(1, "tanh"),)))
    for steps in (2049, 4097):
        check(trained(tiny, steps))


@st.composite
def mixtures(draw: st.DrawFn) -> Experiment:
    """Any mixture of what a script has to bring along, on forty points."""
    layer = st.builds(
        LayerSpec,
        units=st.integers(1, 5),
        activation=st.sampled_from(list(ACTIVATIONS)),
        dropout=st.sampled_from([0.0, 0.3]),
    )
    network = network_of(tuple(draw(st.lists(layer, max_size=3))))
    training = TrainingSettings(
        optimizer=draw(st.sampled_from(list(OPTIMIZERS))),
        learning_rate=draw(st.floats(1e-4, 0.2)),
        schedule=draw(st.sampled_from(list(SCHEDULES))),
        decay_steps=draw(st.integers(1, 60)),
        decay_rate=draw(st.floats(0.0, 1.0)),
        warmup_steps=draw(st.integers(0, 20)),
        batch_size=draw(st.none() | st.integers(1, 60)),
        batch_seed=draw(st.integers(0, 2**32 - 1)),
        dropout_seed=draw(st.integers(0, 2**32 - 1)),
        l1=draw(st.sampled_from([0.0, 0.01])),
        l2=draw(st.sampled_from([0.0, 0.05])),
        clip_norm=draw(st.none() | st.floats(1e-3, 10.0)),
    )
    data = DataSpec(
        n_samples=40,
        scaling=draw(st.sampled_from(["none", "standardize"])),
        inputs=draw(st.just(("x1", "x2")) | values_of(SETTINGS["inputs"].rule)),
    )
    network = replace(network, n_inputs=len(data.inputs))
    return replace(
        SMALL,
        data=data,
        network=replace(network, loss=draw(st.sampled_from(list(LOSSES)))),
        initializer=draw(st.sampled_from(list(INITIALIZERS))),
        biases=draw(st.sampled_from(["zeros", "same"])),
        precision=draw(st.sampled_from(["float64", "float32"])),
        training=training,
        changes=draw(changes_of(network.n_params, 80))[:6],
    )


@given(mixtures())
@settings(max_examples=25)
def test_any_mixture_prints_the_very_same_losses(experiment: Experiment) -> None:
    check(trained(experiment, 60))


def words_of(script: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(script)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        assert not isinstance(node, ast.ImportFrom)


@given(mixtures())
@settings(max_examples=40)
def test_a_script_needs_numpy_alone_and_defines_nothing_it_does_not_use(
    experiment: Experiment,
) -> None:
    script = numpy_script(trained(experiment, 3))
    assert set(words_of(script)) <= {"functools", "itertools", "math", "os", "numpy"}
    tree = ast.parse(script)
    assigned = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id != "_"
    }
    used = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    imported = {
        name.asname or name.name
        for node in tree.body
        if isinstance(node, ast.Import)
        for name in node.names
    }
    assert (assigned | functions | imported) - used == set()
    code = script[: script.index("POINTS = ")]
    assert max(len(line) for line in code.splitlines()) <= 100
