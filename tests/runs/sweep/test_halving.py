"""Halving stops most combinations early, keeps the best, and costs what it says."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nnviz import Experiment, Metrics, Result, sweep, train
from nnviz.data import DataSpec
from nnviz.experiment.rules import Refusal
from nnviz.runs.sweep import Failure, Halving, plan
from tests.experiments import EXPLOSIVE
from tests.runs.sweep.cases import BASE, BROKEN, SEEDS, expected

GRID = {"rate": ["0.001", "0.01", "0.1", "0.3", "1"], "layers": ["2-tanh", "3-relu"]}
RESULT = train(BASE, 3)
FAILED = Failure(None, "does not fit", plan(BASE, {}, [1], 3).cells[0])


def with_loss(loss: float, accuracy: float = 0.5) -> Result:
    return replace(RESULT, metrics=Metrics(loss + 1.0, loss, 1.0 - accuracy, accuracy))


def test_each_result_is_that_of_its_last_rung_and_the_last_rung_has_all_steps() -> None:
    steps = 90
    cells = plan(BASE, GRID, SEEDS, steps).cells
    found = list(sweep(BASE, GRID, SEEDS, steps, halving=Halving()))
    for cell, result in zip(cells, found, strict=True):
        assert isinstance(result, Result)
        assert result == expected(cell, result.step)
    last = [one.step for one in found if isinstance(one, Result)]
    assert {step: last.count(step) for step in set(last)} == {10: 7 * 3, 30: 2 * 3, 90: 1 * 3}
    updates = 10 * 10 + 3 * 30 + 1 * 90  # combinations and steps of each rung
    assert updates <= 0.4 * 10 * steps


def test_those_that_go_on_have_the_lowest_median() -> None:
    combinations = [
        [with_loss(0.9), with_loss(0.1), with_loss(0.8)],
        [with_loss(0.5), with_loss(0.5), with_loss(0.5)],
        [with_loss(0.4), with_loss(0.4), FAILED],
        [FAILED, FAILED, with_loss(0.0)],
        [with_loss(0.6, 0.9)] * 3,
        [with_loss(0.5)] * 3,
    ]
    assert Halving(keep=0.5).best(combinations) == [1, 2, 5]
    assert Halving(keep=0.2).best(combinations) == [2]
    assert Halving(keep=0.2, by="accuracy_test").best(combinations) == [4]
    assert Halving(keep=0.2, by="accuracy_train").best(combinations) == [0]


def test_a_diverged_training_is_the_worst_however_low_its_loss() -> None:
    end = train(EXPLOSIVE, 500)
    assert end.stopped is not None
    wild = replace(with_loss(0.0), stopped=end.stopped)
    assert Halving().score([wild]) == math.inf
    at_target = replace(end.stopped, kind="target_loss")
    assert Halving().score([replace(wild, stopped=at_target)]) == 0.0


def test_without_a_test_set_the_training_set_decides() -> None:
    result = train(replace(BASE, data=DataSpec(n_samples=40, train_ratio=1.0)), 3)
    assert Halving().score([result]) == result.metrics.loss_train
    assert Halving(by="accuracy_test").score([result]) == -result.metrics.accuracy_train


@pytest.mark.parametrize("n", range(5, 60))
def test_from_five_combinations_on_it_needs_at_most_two_fifths_of_the_updates(n: int) -> None:
    halving, left, updates = Halving(), n, 0
    for steps in halving.steps_of(900):
        updates += left * steps
        left = len(halving.best([[with_loss(0.1)]] * left))
    assert updates <= 0.4 * n * 900


def test_cells_that_do_not_fit_are_dropped_in_the_first_rung() -> None:
    found = list(sweep(Experiment(), BROKEN, [1, 2], 9, halving=Halving()))
    assert [isinstance(one, Failure) for one in found] == [False] * 10 + [True] * 2
    assert {one.step for one in found[:10] if isinstance(one, Result)} == {1, 3, 9}


@pytest.mark.parametrize(
    "given", [{"keep": 0.0}, {"keep": 1.0}, {"rungs": 0}, {"rungs": 1.5}, {"by": "loss"}]
)
def test_other_rules_are_refused_by_name(given: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(given))):
        Halving(**given)  # type: ignore[arg-type]  # that is what is tried


def test_too_few_steps_are_refused_before_anything_is_trained() -> None:
    with pytest.raises(Refusal, match="steps"):
        sweep(BASE, GRID, SEEDS, 4, halving=Halving())


def taken(results: Iterator[object], n: int) -> list[object]:
    return [next(results) for _ in range(n)]


def test_a_halved_sweep_goes_on_from_its_file(tmp_path: Path) -> None:
    whole = list(sweep(BASE, GRID, SEEDS, 90, halving=Halving()))
    path = tmp_path / "sweep.jsonl"
    first = sweep(BASE, GRID, SEEDS, 90, halving=Halving(), file=path)
    assert taken(first, 2) == whole[:2]
    first.close()  # type: ignore[attr-defined]  # it is a generator
    before = path.read_bytes()
    assert list(sweep(BASE, GRID, SEEDS, 90, halving=Halving(), file=path)) == whole
    assert path.read_bytes().startswith(before)
    assert path.read_bytes().count(b"\n") == 1 + (10 + 3 + 1) * 3
