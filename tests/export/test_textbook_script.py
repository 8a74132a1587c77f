"""The textbook that is taken home trains the same network, to the numbers of the page."""

import ast
import inspect
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings

from nnviz.data import COORDINATES, DataSpec, Points
from nnviz.data.points import CLASSES
from nnviz.export import textbook_script
from nnviz.network import ACTIVATIONS, LOSSES, LayerSpec, textbook
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.training import OPTIMIZERS, SCHEDULES
from tests.experiments import SMALL, SMALL_DROPOUT, network_of, own_points
from tests.export.test_script import execute, small, trained

CLOSE = 1e-9


def check(run: Run) -> None:
    """The textbook's losses are the run's, and so are the parameters at the end."""
    losses, parameters = execute(textbook_script(run))
    assert list(losses) == run.history.step.tolist()
    np.testing.assert_allclose(
        list(losses.values()), run.history.loss_train, rtol=CLOSE, atol=CLOSE
    )
    pairs = range(1, len(parameters) // 2 + 1)
    end = run.network.pack([(parameters[f"W{k}"], parameters[f"b{k}"]) for k in pairs])
    np.testing.assert_allclose(end, run.theta, rtol=CLOSE, atol=CLOSE)


@pytest.mark.parametrize("name", ["first", "article-sigmoid", "circles-squared", "overfitting-l2"])
def test_presets(name: str) -> None:
    check(trained(PRESETS[name].experiment, 200))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_activation_and_loss(activation: str, loss: str) -> None:
    network = network_of((LayerSpec(3, activation), LayerSpec(2, activation)))
    check(trained(replace(SMALL, network=replace(network, loss=loss)), 30))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_optimizer_and_schedule_in_batches(optimizer: str, schedule: str) -> None:
    run = trained(small(optimizer=optimizer, schedule=schedule, warmup_steps=5, l1=0.001), 30)
    run.change("learning_rate", 0.02)
    run.change("l2", 0.01)
    run.advance(20)
    check(run)


def test_dropout_features_and_scaling() -> None:
    hidden = (LayerSpec(6, "tanh"), LayerSpec(5, "gelu", 0.4), LayerSpec(4, "relu"))
    data = DataSpec(n_samples=60, inputs=("x1", "sin_x2"), scaling="standardize")
    check(trained(replace(SMALL_DROPOUT, data=data, network=network_of(hidden))))


def test_no_hidden_layer_at_all() -> None:
    check(trained(replace(SMALL, network=network_of(()))))


def test_a_gradient_that_is_shortened() -> None:
    check(trained(small(clip_norm=0.05)))


def test_weights_and_biases_that_were_set_by_hand() -> None:
    run = trained(SMALL, 20)
    for index, value in ((0, 2.0), (SMALL.network.n_params - 1, -0.5)):
        run.change(f"theta.{index}", value)
        run.advance(10)
    check(run)


@given(own_points(20))
@settings(max_examples=15)
def test_no_name_of_a_stranger_becomes_code(points: Points) -> None:
    assume(len({label for _, _, label in points.rows}) == 2)
    data = DataSpec("own", train_ratio=1.0, inputs=("x1", "angle"), points=points)
    plain = replace(data, points=replace(points, names=COORDINATES, classes=CLASSES))
    named, bare = (
        ast.dump(ast.parse(textbook_script(Run(replace(SMALL, data=one))))) for one in (data, plain)
    )
    assert named == bare


def test_the_lines_of_the_textbook_are_all_there() -> None:
    script = textbook_script(trained(SMALL, 3))
    for function in (textbook.forward, textbook.backward, textbook.trace, textbook.update):
        (ours,) = ast.parse(inspect.getsource(function)).body
        (theirs,) = (
            node
            for node in ast.parse(script).body
            if isinstance(node, ast.FunctionDef) and node.name == function.__name__
        )
        assert isinstance(ours, ast.FunctionDef)
        found = {ast.dump(line) for line in theirs.body}
        typed = [line for line in ours.body if isinstance(line, ast.AnnAssign)]
        assert all(ast.dump(line) in found for line in ours.body if line not in typed)
        assert len(theirs.body) == len(ours.body)
    assert max(len(line) for line in script[: script.index("POINTS = ")].splitlines()) <= 100


def test_it_defines_nothing_that_it_does_not_use() -> None:
    hidden = (LayerSpec(2, "gelu", 0.2), LayerSpec(2, "tanh"))
    training = small(optimizer="adam", clip_norm=1.0, l2=0.1, schedule="step").training
    full = replace(SMALL_DROPOUT, network=network_of(hidden), training=training)
    for experiment in (SMALL, full):
        tree = ast.parse(textbook_script(trained(experiment, 3)))
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        used = {node.id for node in names if isinstance(node.ctx, ast.Load)}
        defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        defined |= {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        assert defined - used == set()
