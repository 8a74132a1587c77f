"""The plan of a sweep: its order, its sample, and what is refused before anything is trained."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz import Experiment, sweep
from nnviz.experiment import Change
from nnviz.experiment.bounds import Bounds
from nnviz.experiment.query import LAYERS
from nnviz.experiment.rules import Refusal
from nnviz.experiment.settings import SETTINGS
from nnviz.runs.sweep import Failure, plan
from nnviz.runs.sweep.cells import MOST_TRAININGS
from nnviz.serve import quota
from tests.experiments import QUOTAS, texts_of
from tests.runs.sweep.cases import BASE, BROKEN, GRID, SEEDS, STEPS


def test_the_last_axis_changes_fastest_and_seeds_stand_together() -> None:
    cells = plan(BASE, GRID, SEEDS, STEPS).cells
    assert [cell.index for cell in cells] == list(range(2 * 2 * 2 * 3))
    for number, cell in enumerate(cells):
        texts = dict(cell.texts)
        assert cell.seed == SEEDS[number % 3]
        assert texts["batch"] == GRID["batch"][number // 3 % 2]
        assert texts["layers"] == GRID["layers"][number // 6 % 2]
        assert texts["rate"] == GRID["rate"][number // 12]
        assert cell.experiment is not None
        assert cell.experiment.init_seed == cell.seed
        assert cell.experiment.training.learning_rate == float(texts["rate"])


def test_without_axes_there_is_a_cell_for_each_seed() -> None:
    cells = plan(BASE, {}, [3, 4], 10).cells
    assert [cell.experiment for cell in cells] == [replace(BASE, init_seed=s) for s in (3, 4)]


def test_a_later_change_of_an_axis_is_dropped_as_in_a_race() -> None:
    changed = replace(BASE, changes=(Change(5, "learning_rate", 0.2), Change(6, "l2", 0.1)))
    for cell in plan(changed, {"rate": ["0.03", "0.3"]}, [1], 10).cells:
        assert cell.experiment is not None
        assert cell.experiment.changes == (Change(6, "l2", 0.1),)


def test_a_sample_is_drawn_by_its_seed_without_repetition_and_keeps_the_order() -> None:
    grid = {"rate": [f"0.{k}" for k in range(1, 10)], "momentum": [f"0.{k}" for k in range(1, 10)]}
    whole = plan(BASE, grid, [1, 2], 10)
    drawn = [plan(BASE, grid, [1, 2], 10, sample=(20, seed)) for seed in (0, 0, 1)]
    keys = [[cell.texts for cell in one.cells] for one in drawn]
    assert keys[0] == keys[1] != keys[2]
    order = list(dict.fromkeys(cell.texts for cell in whole.cells))
    for one in keys:
        assert len(set(one)) == 20
        assert [order.index(texts) for texts in one[::2]] == sorted(map(order.index, set(one)))
    assert [cell.index for cell in drawn[0].cells] == list(range(40))


def test_texts_that_do_not_fit_together_mark_their_cells_alone() -> None:
    cells = plan(Experiment(), BROKEN, [1, 2], 10).cells
    for cell in cells:
        unfit = cell.texts == (("data", "wine"), ("axes", "0-99"))
        assert unfit == (cell.experiment is None) == bool(cell.words)
    failed = [one for one in sweep(Experiment(), BROKEN, [1, 2], 1) if isinstance(one, Failure)]
    assert [one.cell for one in failed] == [cell for cell in cells if cell.experiment is None]
    assert all("axes" in one.words for one in failed)
    assert len(failed) == 2


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("rate", {"grid": {"rate": ["0.1", "11"]}}),
    ("rate", {"grid": {"rate": ["0.1", "0.10"]}}),
    ("rate", {"grid": {"rate": ["0.1,l2:0.1"]}}),
    ("rate", {"grid": {"rate": []}}),
    ("rate", {"grid": {"rate": "0.1"}}),
    ("rate", {"grid": {"rate": [0.1]}}),
    ("layers", {"grid": {"layers": ["4-tan"]}}),
    ("variant", {"grid": {"speed": ["1"]}}),
    ("variant", {"grid": {"a:b": ["1"]}}),
    ("init_seed", {"grid": {"init_seed": ["1"]}}),
    ("grid", {"grid": {3: ["1"]}}),
    ("grid", {"grid": [["rate", ["1"]]]}),
    ("grid", {"grid": {key: ["1"] for key in list(SETTINGS)[:9]}}),
    ("grid", {"grid": {"rate": [f"0.{k:03}" for k in range(1, 999)]}, "seeds": range(999)}),
    ("grid", {"grid": {k: [f"0.{i:03}" for i in range(1, 999)] for k in ("rho", "l1", "l2")}}),
    ("seeds", {"seeds": []}),
    ("seeds", {"seeds": [1, 1]}),
    ("seeds", {"seeds": [-1]}),
    ("seeds", {"seeds": [1.5]}),
    ("seeds", {"seeds": 3}),
    ("steps", {"steps": 0}),
    ("steps", {"steps": True}),
    ("sample", {"sample": (3, 0)}),
    ("sample", {"sample": (1, -1)}),
    ("sample", {"sample": 3}),
    ("experiment", {"bounds": Bounds(samples=30)}),
    ("samples", {"grid": {"samples": ["30", "60"]}, "bounds": Bounds(samples=50)}),
    ("layers", {"grid": {"layers": ["9-tanh"]}, "bounds": Bounds(units=8)}),
]


@pytest.mark.parametrize(("field", "given"), REFUSED, ids=range(len(REFUSED)))
def test_a_sweep_that_cannot_be_done_is_refused_by_name_at_once(
    field: str, given: dict[str, Any]
) -> None:
    usual = {"grid": {"rate": ["0.1", "0.2"]}, "seeds": [1], "steps": 10}
    with pytest.raises(Refusal) as refusal:
        plan(BASE, **(usual | given))
    assert refusal.value.field == field
    if "bounds" not in given:
        with pytest.raises(Refusal):
            sweep(BASE, **(usual | given))  # before the first result is asked for


texts = st.text(max_size=6) | st.sampled_from(["0.1", "4-tanh", "none", "full", "1e9", "-1", ""])
keys = st.sampled_from([*SETTINGS, LAYERS])


@st.composite
def grids(draw: st.DrawFn) -> dict[str, list[str]]:
    """Axes of any keys; most values are allowed ones, and some are anything."""
    chosen = draw(st.lists(keys, unique=True, max_size=4))
    wild = draw(st.integers(0, 3)) == 0
    return {
        key: draw(st.lists(texts if wild else texts_of(key), max_size=4)) for key in chosen
    } | draw(st.just({}) | st.dictionaries(st.text(max_size=4), st.lists(texts), max_size=1))


SLOW = {"samples", "layers", "batch", "inputs"}


@settings(max_examples=1000)
@given(
    grid=grids(),
    seeds=st.lists(st.integers(-1, 2**32), max_size=3),
    steps=st.integers(-1, 3),
    sample=st.none() | st.tuples(st.integers(0, 5), st.integers(-1, 5)),
)
def test_any_sweep_is_refused_by_name_or_within_limits(
    grid: dict[str, list[str]], seeds: list[int], steps: int, sample: tuple[int, int] | None
) -> None:
    bounds = quota.bounds()
    try:
        made = plan(Experiment(), grid, seeds, steps, sample=sample, bounds=bounds)
    except Refusal:
        return
    assert 0 < len(made) <= MOST_TRAININGS
    assert made.seconds >= 0.0
    for cell in made.cells:
        if cell.experiment is None:
            assert cell.words
        else:
            QUOTAS.hold(cell.experiment)
    if len(made) <= 3 and not SLOW & grid.keys():
        for outcome, cell in zip(
            sweep(Experiment(), grid, seeds, steps, sample=sample), made.cells, strict=True
        ):
            assert outcome.experiment == cell.experiment
