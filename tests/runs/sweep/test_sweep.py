"""What a sweep gives back: every result is that of `train`, in order, whatever happens."""

from copy import deepcopy
from dataclasses import replace

import pytest

from nnviz import Experiment, Result, sweep, train
from nnviz.data import DataSpec
from nnviz.runs import cost
from nnviz.runs.sweep import Failure, Group, Training, grouped, plan, train_group
from tests.experiments import EXPLOSIVE
from tests.runs.sweep.cases import BASE, GRID, SEEDS, STEPS, bits, expected

WINE = Experiment(data=DataSpec("wine"))


def test_every_result_is_what_train_makes_of_its_experiment() -> None:
    cells = plan(BASE, GRID, SEEDS, STEPS).cells
    found = list(sweep(BASE, GRID, SEEDS, STEPS))
    assert found == [expected(cell, STEPS) for cell in cells]
    assert [one.experiment for one in found] == [cell.experiment for cell in cells]


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_penalties_rates_and_seeds_share_a_trainer_and_keep_the_bits_of_runs(
    precision: str,
) -> None:
    base = replace(BASE, precision=precision)
    grid = {"l2": ["0", "0.01", "0.1"], "l1": ["0.001", "0"], "rate": ["0.1", "1"]}
    made = plan(base, grid, SEEDS, STEPS)
    assert len(grouped(made.cells, STEPS)) == 4, "a penalty of 0 is not calculated"
    for cell, result in zip(made.cells, sweep(base, grid, SEEDS, STEPS), strict=True):
        assert cell.experiment is not None
        assert bits(result) == bits(train(cell.experiment, STEPS))


def test_trainings_that_end_early_are_results_and_end_where_their_runs_do() -> None:
    grid = {"rate": ["0.01", "10"], "target_loss": ["off", "0.69"], "epochs": ["off", "20"]}
    wild = list(sweep(EXPLOSIVE, {"rate": ["0.0001", "10"]}, SEEDS, 200))
    assert {one.stopped.kind for one in wild if isinstance(one, Result) and one.stopped} == {
        "diverged"
    }
    for base, axes, found in ((EXPLOSIVE, {"rate": ["0.0001", "10"]}, wild), (BASE, grid, None)):
        found = list(sweep(base, axes, SEEDS, 200)) if found is None else found
        assert found == [expected(cell, 200) for cell in plan(base, axes, SEEDS, 200).cells]


def test_results_come_while_the_rest_is_still_to_be_trained() -> None:
    """The second group is larger than any computer: whoever waits for it waits for ever."""
    results = sweep(BASE, {"layers": ["2-tanh", "2000-tanh 2000-tanh"]}, [1], 10_000)
    first = next(results)
    assert isinstance(first, Result)
    assert first.step == 10_000
    results.close()  # type: ignore[attr-defined]  # it is a generator


def test_groups_do_not_depend_on_what_trains_them_and_fit_a_cache() -> None:
    grid = {"layers": ["4-tanh", "64-tanh 64-tanh"], "rate": [f"0.{k}" for k in range(1, 10)]}
    cells = plan(Experiment(), grid, range(20), 100).cells
    groups = grouped(cells, 100)
    assert sorted(c.index for g in groups for c in g.cells) == [c.index for c in cells]
    assert [g.cells[0].index for g in groups] == sorted(g.cells[0].index for g in groups)
    sizes = {
        text: [len(g.cells) for g in groups if g.cells[0].texts[0][1] == text]
        for text in grid["layers"]
    }
    small, large = sizes.values()
    assert small == [180]
    assert len(large) > 2
    assert max(large) - min(large) <= 1
    one = cells[-1].experiment
    assert one is not None
    assert max(large) * cost.bytes_of_member(one) <= 16_000_000


def test_a_group_is_trained_in_slices_with_the_same_bits() -> None:
    made = plan(BASE, GRID, SEEDS, STEPS)
    for group in grouped(made.cells, STEPS):
        training, updates = Training(group), [0]
        alone = [expected(cell, STEPS) for cell in group.cells]
        while not training.advance(0.0):
            updates.append(training.updates)
            assert training.results() == alone[: len(training.results())]
        assert updates == sorted(set(updates)), "every slice makes updates"
        assert training.updates == STEPS * len(group.cells)
        assert training.results() == alone


def test_a_training_that_raises_marks_its_own_cell_only() -> None:
    """One of six lanes breaks the trainer that they share: the others are trained without it."""
    (group,) = grouped(plan(BASE, {"rate": ["0.1", "0.7", "0.3"]}, [1, 2], STEPS).cells, STEPS)
    broken = deepcopy(group.cells[2])
    assert broken.experiment is not None
    object.__setattr__(broken.experiment.training, "learning_rate", -0.7)  # past every check
    cells = (*group.cells[:2], broken, *group.cells[3:])
    found = train_group(replace(group, cells=cells))
    failure = found[2]
    assert isinstance(failure, Failure)
    assert "learning_rate must be above 0" in failure.words
    assert failure.cell is broken
    assert found[:2] + found[3:] == [expected(c, STEPS) for c in cells if c is not broken]


def test_data_that_cannot_be_made_mark_their_cells() -> None:
    grid = {"train": ["0.1", "0.8"], "samples": ["20"], "split_seed": [str(k) for k in range(12)]}
    found = list(sweep(BASE, grid, [1, 2], 3))
    failed = [one for one in found if isinstance(one, Failure)]
    assert failed, "two training points of one class"
    assert len(failed) < len(found)
    for one in failed:
        assert "both classes" in one.words
        with pytest.raises(ValueError, match="both classes"):
            train(one.experiment, 3)  # type: ignore[arg-type]  # the data failed, not the texts


def test_the_estimate_grows_with_everything_that_takes_time() -> None:
    few = plan(BASE, {"rate": ["0.1"]}, [1], 100).seconds
    for grid, seeds, steps in (
        ({"rate": ["0.1", "0.2"]}, [1], 100),
        ({"rate": ["0.1"]}, [1, 2], 100),
        ({"rate": ["0.1"]}, [1], 200),
        ({"layers": ["64-tanh 64-tanh"]}, [1], 100),
    ):
        assert plan(BASE, grid, seeds, steps).seconds > few
    assert plan(WINE, {"axes": ["0-99"]}, [1], 100).seconds == 0.0


def test_a_group_keeps_only_data_that_are_small() -> None:
    def sent(n_samples: str) -> Group:
        (group,) = grouped(plan(BASE, {"samples": [n_samples]}, [1], 1).cells, 1)
        return group.with_data()

    assert sent("40").dataset is not None
    assert sent("1000000").dataset is None
