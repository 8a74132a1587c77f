"""What an experiment costs follows from its sizes: the same for everybody, more for more work."""

from dataclasses import replace

import pytest
from hypothesis import given

from nnviz.data import BUNDLED, DataSpec
from nnviz.experiment import Experiment
from nnviz.network import ACTIVATIONS, LayerSpec
from nnviz.runs import Run
from nnviz.runs.cost import (
    _n_samples,
    bytes_of_member,
    finest_grid,
    seconds_of_frame,
    seconds_of_map,
    seconds_of_space,
    seconds_of_update,
    seconds_of_updates,
)
from nnviz.runs.picture import GRID_RESOLUTION
from nnviz.training import OPTIMIZERS, TrainingSettings
from tests.experiments import SMALL, can_start, experiments

HEAVIEST = SMALL.with_hidden((LayerSpec(64, "gelu", 0.5),) * 8)
HEAVIEST = replace(HEAVIEST, data=DataSpec(n_samples=2000))


def wide(units: int, n_layers: int, activation: str = "tanh", n_samples: int = 200) -> Experiment:
    experiment = SMALL.with_hidden((LayerSpec(units, activation),) * n_layers)
    return replace(experiment, data=DataSpec(n_samples=n_samples))


@given(experiments())
def test_every_experiment_has_a_cost_within_reason(experiment: Experiment) -> None:
    """A batch is made of as many frames as fit into a time: none may be free, none forbidden."""
    for cost in (seconds_of_update, seconds_of_frame):
        assert 1e-6 < cost(experiment) < 10.0
        assert cost(experiment) == cost(replace(experiment))


@pytest.mark.parametrize("cost", [seconds_of_update, seconds_of_frame])
@pytest.mark.parametrize(
    ("less", "more"),
    [
        (wide(8, 1), wide(8, 2)),
        (wide(8, 2), wide(16, 2)),
        (wide(8, 2), wide(8, 2, n_samples=2000)),
        (wide(8, 2, "tanh"), wide(8, 2, "gelu")),
    ],
)
def test_more_work_costs_more(cost: object, less: Experiment, more: Experiment) -> None:
    assert callable(cost)
    assert cost(less) < cost(more)


def test_the_space_of_a_wider_layer_costs_more() -> None:
    """Its principal components are found anew for every frame."""
    experiment = wide(64, 2)
    assert seconds_of_space(experiment, 2, 625) < seconds_of_space(experiment, 64, 625)
    assert seconds_of_space(experiment, 2, 625) < seconds_of_space(experiment, 2, 2401)


@pytest.mark.parametrize("lanes", [True, False])
def test_more_members_cost_more_and_lanes_save_calls(lanes: bool) -> None:
    experiment = wide(8, 2)
    costs = [seconds_of_updates(experiment, n, lanes) for n in (4, 8, 16)]
    assert costs == sorted(costs)
    assert seconds_of_map(experiment, 4) < seconds_of_map(experiment, 32)
    assert seconds_of_updates(experiment, 8, True) < seconds_of_updates(experiment, 8, False)


@pytest.mark.parametrize(
    "experiment",
    [
        wide(8, 2),
        wide(64, 4, n_samples=2000),
        replace(wide(32, 2), training=TrainingSettings("adam", batch_size=32)),
        replace(wide(32, 2), precision="float32"),
    ],
)
def test_the_memory_of_a_member_is_about_what_it_uses(experiment: Experiment) -> None:
    """Too low an estimate would let a visitor fill the server, too high a one offer too few."""
    member, run = bytes_of_member(experiment), Run(experiment)
    assert 0.5 < member / run._journey.trainer.nbytes < 2.0


def test_what_a_batch_spares_an_update_a_frame_has_to_pay() -> None:
    """A small batch trains quickly, but the whole training set is evaluated for every frame."""
    full = wide(64, 8, n_samples=2000)
    small = replace(full, training=TrainingSettings(batch_size=1))
    assert seconds_of_update(small) < seconds_of_update(full) / 20
    assert seconds_of_frame(small) > seconds_of_frame(full)


def test_single_precision_trains_in_about_half_the_time() -> None:
    double = wide(64, 8, n_samples=2000)
    single = replace(double, precision="float32")
    assert 0.4 < seconds_of_update(single) / seconds_of_update(double) < 0.6


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_nothing_costs_more_than_the_heaviest(name: str, optimizer: str) -> None:
    training = TrainingSettings(optimizer=optimizer, clip_norm=1.0)
    heavy = replace(wide(64, 8, name, 2000), training=training)
    most = replace(HEAVIEST, training=replace(training, optimizer="adam"))
    assert seconds_of_update(heavy) <= seconds_of_update(most)


@given(experiments().filter(can_start))
def test_the_samples_are_counted_without_drawing_them(experiment: Experiment) -> None:
    data = Run(replace(experiment, changes=())).dataset
    n_train, n_test = _n_samples(experiment.data)
    assert abs(n_train - len(data.y_train)) <= 2
    assert n_train + n_test == len(data.y_train) + len(data.y_test)


@pytest.mark.parametrize("name", BUNDLED)
def test_real_data_have_as_many_samples_as_they_have(name: str) -> None:
    experiment = replace(SMALL, data=DataSpec(name, n_samples=2000))
    assert sum(_n_samples(experiment.data)) == len(BUNDLED[name].y)


@pytest.mark.parametrize("experiment", [SMALL, wide(64, 8, n_samples=2000)])
def test_a_finer_grid_holds_the_points_of_the_picture_and_fits_into_its_time(
    experiment: Experiment,
) -> None:
    one = seconds_of_frame(experiment) / GRID_RESOLUTION**2
    assert finest_grid(experiment, 4.0 * one * GRID_RESOLUTION) == 0
    sides = {finest_grid(experiment, most * one) for most in (97**2, 145**2, 193**2, 10**6)}
    assert sides == {97, 145, 193}
    for side in sides:
        assert (side - 1) % (GRID_RESOLUTION - 1) == 0
