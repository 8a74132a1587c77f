"""One weight, one slider: the curve, its tangent and the update must be those of the run."""

import json
from dataclasses import replace

import numpy as np
import pytest

from nnviz.explain.along import SIDE, along
from nnviz.explain.parameters import parameter_at, read_parameter
from nnviz.explain.scene import Scene
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.training import StoppingRules, TrainingSettings
from tests.experiments import SMALL, SMALL_BATCHES, SMALL_DROPOUT
from tests.explain.draining import drain

CASES = {
    "plain": SMALL,
    "batches": SMALL_BATCHES,
    "dropout": SMALL_DROPOUT,
    "penalties": replace(
        SMALL, training=TrainingSettings(learning_rate=0.1, l1=0.01, l2=0.1, optimizer="adam")
    ),
}

SCENE = Scene(Run(SMALL))


def objective(run, theta):
    """The cost and its gradient for other parameters, by the engine."""
    data, experiment = run.dataset, run.experiment
    l1, l2 = (experiment.value_at(name, run.step) for name in ("l1", "l2"))
    X = data.inputs(data.X_train)
    return run.network.loss_and_grad(theta, X, data.y_train, l1=l1, l2=l2, dropout_seed=None)


@pytest.mark.parametrize("case", CASES)
def test_the_curve_is_the_cost_and_the_tangent_its_gradient(case):
    run = Run(CASES[case])
    run.advance(7)
    scene = Scene(run)
    for k in range(run.experiment.network.n_params):
        parameter = parameter_at(scene, k)
        told = drain(along(scene, parameter.text))
        assert (told["step"], told["parameter"], told["ask"]) == (7, k, parameter.text)
        assert len(told["weights"]) == len(told["costs"]) == 2 * SIDE + 1
        assert told["weights"][SIDE] == float(told["value"]) == run.theta[k]
        cost, gradient = objective(run, run.theta)
        assert told["costs"][SIDE] == told["cost"] == pytest.approx(cost, rel=1e-12)
        assert told["gradient"] == pytest.approx(gradient[k], rel=1e-12)
        for place in (0, 20, 2 * SIDE):
            theta = run.theta
            theta[k] = told["weights"][place]
            assert told["costs"][place] == pytest.approx(objective(run, theta)[0], rel=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_the_update_lands_where_the_next_step_is(case):
    run = Run(CASES[case])
    run.advance(7)
    before = run.theta
    scene = Scene(run)
    told = [drain(along(scene, parameter_at(scene, k).text)) for k in range(before.size)]
    assert run.step == 7
    run.advance(1)
    assert [one["new"] for one in told] == run.theta.tolist()
    for k, one in enumerate(told):
        moved = before.copy()
        moved[k] = one["new"]
        assert one["new_cost"] == pytest.approx(objective(run, moved)[0], rel=1e-12)


@pytest.mark.parametrize("name", ["first", "zeros", "scales", "rate-too-high"])
def test_the_range_holds_the_value_zero_and_the_update(name):
    run = Run(PRESETS[name].experiment)
    run.advance(3)
    scene = Scene(run)
    for k in range(run.experiment.network.n_params):
        told = drain(along(scene, parameter_at(scene, k).text))
        low, *_, high = told["weights"]
        assert low < 0.0 < high
        assert low < told["new"] < high
        assert np.all(np.diff(told["weights"]) > 0.0)


def test_at_the_end_of_a_run_there_is_no_update():
    stopping = StoppingRules(max_epochs=5)
    run = Run(replace(SMALL, training=replace(SMALL.training, stopping=stopping)))
    run.advance(5)
    assert run.stopped is not None
    told = drain(along(Scene(run), "b.1.2"))
    assert told["new"] is None
    assert told["new_cost"] is None
    assert any("no next update" in words for words in told["sentences"])
    assert None not in told["costs"]


def test_only_a_part_of_the_points_is_said():
    words = " ".join(drain(along(Scene(Run(SMALL_DROPOUT)), "W.1.1.1"))["sentences"])
    assert "only the 7 points of its batch and dropout" in words
    assert "batch" not in " ".join(drain(along(Scene(Run(SMALL)), "W.1.1.1"))["sentences"])


def test_costs_that_overflow_are_left_out():
    run = Run(PRESETS["exploding"].experiment)
    run.advance(500)
    told = drain(along(Scene(run), "W.1.1.1"))
    json.dumps(told, allow_nan=False)
    assert told["new"] is None


@pytest.mark.parametrize(
    "ask",
    ["", "W", "W.1", "W.1.1", "W.1.1.1.1", "b.1", "b.1.1.1", "W.0.1.1", "W.1.0.1", "W.1.1.0",
     "W.1.3.1", "W.1.1.4", "W.3.1.1", "b.2.2", "b.01.1", "W.1.1.1 ", "W.1.1.-1", "W.1.1.1e0",
     "theta.0", "z.1.1", "W.1.1.٣", "W.1.1." + "9" * 5000, "s0-W.1.1.1", "W.1.1.1~8"],
)  # fmt: skip
def test_a_parameter_that_is_not_there_is_refused(ask):
    with pytest.raises(ValueError, match="ask must "):
        read_parameter(SCENE, ask)


def test_every_parameter_is_named_and_found_again():
    found = [parameter_at(SCENE, k) for k in range(SMALL.network.n_params)]
    assert [read_parameter(SCENE, one.text) for one in found] == found
    places = [SCENE.position(one.name, one.indices) for one in found]
    assert places == list(range(SMALL.network.n_params))
    for bad in (-1, SMALL.network.n_params):
        with pytest.raises(ValueError, match="index must be"):
            parameter_at(SCENE, bad)
