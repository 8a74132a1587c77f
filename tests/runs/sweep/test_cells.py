"""The plan of a sweep: its order, its sample, and what is refused before anything is trained."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnviz import Experiment, sweep
from nnviz.experiment import Change
from nnviz.experiment.bounds import Bounds
from nnviz.experiment.query import LAYERS, parse_layers, read_query, to_query
from nnviz.experiment.rules import Choice, Refusal
from nnviz.experiment.settings import SETTINGS
from nnviz.network import ACTIVATIONS
from nnviz.runs.sweep import SHAPES, Failure, plan
from nnviz.runs.sweep.cells import MOST_TRAININGS
from nnviz.serve import quota
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


SHAPED = {"activation": ["relu", "sin"], "width": ["3", "5"], "depth": ["1", "2", "4"]}


def test_depth_width_and_activation_shape_all_hidden_layers_of_ordinary_experiments() -> None:
    """The new layers are copies of the last one, whose dropout the others do not get."""
    base = replace(BASE.with_hidden(parse_layers("4-tanh 2-relu-0.1")), changes=BASE.changes)
    for cell in plan(base, SHAPED, [1], 10).cells:
        texts = dict(cell.texts)
        layer = f"{texts['width']}-{texts['activation']}"
        wanted = {"1": layer, "2": f"{layer} {layer}-0.1", "4": layer + 3 * f" {layer}-0.1"}
        assert cell.experiment == replace(
            base.with_hidden(parse_layers(wanted[texts["depth"]])), init_seed=1
        )
        assert cell.experiment == read_query(to_query(cell.experiment))


def test_without_hidden_layers_depth_adds_those_of_the_opening_experiment() -> None:
    found = plan(BASE.with_hidden(()), {"depth": ["0", "2"]}, [1], 10).cells
    first = Experiment().hidden[0]
    assert [one.experiment and one.experiment.hidden for one in found] == [(), (first, first)]


def test_a_width_without_hidden_layers_marks_its_cells_by_name() -> None:
    cells = plan(BASE, {"depth": ["0", "1"], "width": ["3"]}, [1], 10).cells
    assert [cell.experiment is None for cell in cells] == [True, False]
    assert cells[0].words.startswith("width='3': must be left out without hidden layers")


def test_changes_of_weights_go_with_their_network_and_those_of_settings_stay() -> None:
    changes = (Change(5, "learning_rate", 0.2), Change(6, "theta.0", 0.5))
    changed = replace(Experiment(), changes=changes)
    same, wider = (
        one.experiment
        for axis in ({"activation": ["relu"]}, {"width": ["7"]})
        for one in plan(changed, axis, [1], 10).cells
    )
    assert same is not None
    assert wider is not None
    assert same.changes == changes
    assert wider.changes == changes[:1]


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("rate", {"grid": {"rate": ["0.1", "11"]}}),
    ("rate", {"grid": {"rate": ["0.1", "0.10"]}}),
    ("rate", {"grid": {"rate": ["0.1,l2:0.1"]}}),
    ("rate", {"grid": {"rate": ["0.1,x"]}}),
    ("rate", {"grid": {"rate": ["1" * 600]}}),
    ("rate", {"grid": {"rate": []}}),
    ("rate", {"grid": {"rate": "0.1"}}),
    ("rate", {"grid": {"rate": [0.1]}}),
    ("layers", {"grid": {"layers": ["4-tan"]}}),
    ("grid", {"grid": {"speed": ["1"]}}),
    ("grid", {"grid": {"a:b": ["1"]}}),
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
    ("width", {"grid": {"width": ["8", "9"]}, "bounds": Bounds(units=8)}),
    ("width", {"grid": {"width": ["0"]}}),
    ("width", {"grid": {"width": ["4", "04"]}}),
    ("width", {"grid": {"width": ["4-tanh"]}}),
    ("depth", {"grid": {"depth": ["3"]}, "bounds": Bounds(hidden_layers=2)}),
    ("depth", {"grid": {"depth": ["101"]}}),
    ("activation", {"grid": {"activation": ["tan"]}}),
    *((key, {"grid": {"layers": ["4-tanh"], key: texts}}) for key, texts in SHAPED.items()),
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


TEXTS = ["0", "1", "2", "0.5", "0.001", "10", "1e9", "-1", "", "none", "full", "off", "a,b", "x1"]
_USUALLY = (0.3, 0.3, 0.3, 0.05, 0.05)  # the last ones are refused
TEXTS += ["default", "pca", "0-1", "4-tanh", "4-relu 2-tanh", "none:1", "x1.x2", "\0", "9" * 600]


def texts_of(key: str) -> list[str]:
    """Texts for a key, most of which it allows."""
    if key in SHAPES:
        return list(ACTIVATIONS) if key == "activation" else ["1", "2", "3", "07", "8", "65"]
    if key not in SETTINGS:
        return ["none", "4-tanh", "4-relu 2-tanh", "4-relu 2-tanh-0.5"]
    setting = SETTINGS[key]
    if isinstance(setting.rule, Choice):
        return list(setting.rule.options)
    return [setting.rule.format(setting.get(Experiment())), "1", "0.5", "0.001"]


def test_a_thousand_sweeps_are_refused_by_name_or_within_limits() -> None:
    random, bounds = np.random.RandomState(0), quota.bounds()
    keys = [*SETTINGS, *SHAPES, LAYERS]
    planned = trained = 0
    for _ in range(1000):
        grid: dict[str, list[str]] = {}
        for key in random.choice(keys, random.randint(4), replace=False).tolist():
            key = key if random.randint(20) else str(random.choice(["speed", "", "rate:"]))
            texts = texts_of(key) if random.randint(10) else TEXTS
            grid[key] = random.permutation(texts)[: random.randint(10)].tolist()
        given: dict[str, Any] = {
            "seeds": ([0], [0, 2**32 - 1], [5, 6], [], [2**32])[random.choice(5, p=_USUALLY)],
            "steps": (1, 3, 3, 0, 10**13)[random.choice(5, p=_USUALLY)],
            "sample": None if random.randint(4) else (int(random.randint(1, 6)), 0),
        }
        try:
            made = plan(Experiment(), grid, bounds=bounds, **given)
        except Refusal:
            continue
        planned += 1
        assert 0 < len(made) <= MOST_TRAININGS
        assert made.seconds >= 0.0
        for cell in made.cells:
            if cell.experiment is None:
                assert cell.words
            else:
                bounds.hold(cell.experiment)
        if len(made) <= 4 and made.seconds < 0.001:
            outcomes = list(sweep(Experiment(), grid, **given))
            assert [one.experiment for one in outcomes] == [c.experiment for c in made.cells]
            trained += 1
    assert planned > 200
    assert trained > 50
