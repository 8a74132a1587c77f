"""Every number of an explanation can be asked in turn, down to data, weights and settings."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from nnviz.data import DataSpec
from nnviz.experiment import Experiment
from nnviz.explain import QUANTITIES, Ask, Scene, answer, overview, read_ask, value_of
from nnviz.explain.answer import tree_of
from nnviz.network import LayerSpec, NetworkSpec
from nnviz.runs import Run
from nnviz.training import TrainingSettings

GIVEN = {"W", "b", "x", "y", "setting", "count", "step", "slot", "offset", "scale", "mask"}
"""The quantities that need not be made of others."""


FEW = DataSpec(n_samples=40)


def net(n_inputs: int, *hidden: LayerSpec) -> NetworkSpec:
    return NetworkSpec(n_inputs, (*hidden, LayerSpec(1, "sigmoid")))


NETWORKS = {
    "2-4-2-1 tanh": Experiment(data=FEW, network=net(2, LayerSpec(4), LayerSpec(2))),
    "2-3-3-1 relu, Adam, batches, dropout": Experiment(
        data=FEW,
        network=net(2, *(LayerSpec(3, "relu", 0.25),) * 2),
        training=TrainingSettings(optimizer="adam", learning_rate=0.03, batch_size=10),
    ),
    "2-5×6-1 with features and L2": Experiment(
        data=replace(FEW, inputs=("x1", "x2", "x1_x2", "sin_x1", "r"), scaling="standardize"),
        network=net(5, *(LayerSpec(5),) * 6),
        training=TrainingSettings(l2=0.003),
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_number_leads_to_what_is_given(name):
    """From all visible numbers, every part is asked; each formula gives its own value again."""
    scene = scene_of(NETWORKS[name])
    waiting = [cell["ask"] for cell in cells(overview(scene))]
    waiting += [f"newW.{layer}.1.1" for layer in range(1, len(scene.dims))] + ["cost"]
    seen: set[str] = set()
    while waiting:
        text = waiting.pop()
        if text in seen:
            continue
        seen.add(text)
        ask = read_ask(text)
        tree, value = tree_of(scene, ask), value_of(scene, ask)
        assert math.isfinite(value), text
        if tree is None:
            assert ask.name.rstrip("Wb") in GIVEN or ask.name in GIVEN, text
            continue
        again = tree.calculate(lambda leaf: value_of(scene, read_ask(leaf.ask)))
        size = max([abs(value), *(abs(value_of(scene, read_ask(x.ask))) for x in tree.leaves())])
        assert abs(again - value) <= 1e-12 * max(size, 1.0), text
        waiting += [leaf.ask for leaf in tree.leaves()]
    names = {read_ask(text).name for text in seen}
    assert {"newW", "gW", "partW", "dz", "da", "slope", "z", "input", "x", "y", "rate"} <= names


def scene_of(experiment: Experiment, steps: int = 25) -> Scene:
    run = Run(experiment)
    run.advance(steps)
    return Scene(run)


def cells(found: dict) -> list[dict]:
    """All cells of an overview."""
    units = [unit for column in found["columns"] for unit in column["units"]]
    return [cell for unit in units for cell in unit["cells"]] + found["totals"] + found["update"]


@pytest.mark.parametrize("name", NETWORKS)
def test_an_answer_can_be_read_and_calculated_again(name):
    """The shown result follows from the shown numbers, and every token can be asked."""
    scene = scene_of(NETWORKS[name]).about(3)
    asks = [cell["ask"] for cell in cells(overview(scene))]
    asks += [
        "dW.1.1.1",
        "db.1.1",
        "gW.2.1.1",
        "newW.2.1.1",
        "newb.1.1",
        "chain.1.1.1",
        "paths.1.1.1",
    ]
    for text in asks:
        found = answer(scene, text)
        assert found["ask"] == text
        assert float(found["value"]) == float(value_of(scene, read_ask(text)))
        assert found["title"]
        assert found["definition"].endswith(".")
        for token in (*found["formula"], *found["numbers"], *found["parts"], *found["see"]):
            if not isinstance(token, str):
                value_of(scene, read_ask(token["ask"]))
        if found["numbers"]:
            assert found["numbers"][-1].endswith(f"= {found['shown']}")


def test_every_quantity_is_explained():
    for record in QUANTITIES.values():
        assert record.title[0].isupper() or record.title.startswith("{"), record.name
        assert record.definition.endswith("."), record.name


@pytest.mark.parametrize(
    "text",
    [
        "", "W", "W.1", "W.0.1.1", "W.1.3.1", "W.9.1.1", "z.1.9", "a.3.1", "nothing.1", "z.1.1.1",
        "dW.1.1.1~7", "dW.1.1.1~999999", "z.1.1~8", "s999999-z.1.1", "s1-W.1.1.1", "u-W.1.1.1",
        "z.01.1", "cost.1", "setting", "setting.optimizer", "setting.clip_norm", "norm",
        "paths.3.1.1", "path.1.1.1", "x.3", "p~8", "<b>", "z.1.1 ", "W." + "1." * 200,
    ],
)  # fmt: skip
def test_a_wrong_ask_is_refused_by_name(text):
    scene = scene_of(NETWORKS["2-4-2-1 tanh"], 1)
    with pytest.raises(ValueError, match="ask must"):
        answer(scene, text)


def test_a_point_outside_the_batch_says_so():
    scene = scene_of(NETWORKS["2-3-3-1 relu, Adam, batches, dropout"])
    outside = next(k for k in range(scene.n_train) if not scene.in_batch(k))
    found = overview(scene.about(outside))
    assert not found["in_batch"]
    assert "not among them" in found["batch"]
    inside = int(scene.coming.samples[0])
    assert overview(scene.about(inside))["in_batch"]
    with pytest.raises(ValueError, match="does not use point"):
        value_of(scene, Ask("z", (1, 1), sample=outside, update=True))


def test_a_test_point_is_named():
    scene = scene_of(NETWORKS["2-4-2-1 tanh"])
    found = overview(scene.about(len(scene.y) - 1))
    assert found["set"] == "test"
    assert "test point" in found["batch"]


@pytest.mark.parametrize("step", [0, 1, 40])
def test_the_sum_over_paths_is_the_chain(step):
    scene = scene_of(NETWORKS["2-5×6-1 with features and L2"], step)
    for layer in (1, 3, 5, 6):
        whole = value_of(scene, Ask("partW", (layer, 1, 2)))
        assert value_of(scene, Ask("chain", (layer, 1, 2))) == pytest.approx(whole, rel=1e-12)
        tree = tree_of(scene, Ask("paths", (layer, 1, 2)))
        total = tree.calculate(lambda leaf: value_of(scene, read_ask(leaf.ask)))
        assert total == pytest.approx(whole, abs=1e-12)


@pytest.mark.parametrize("sizes", [(3, 5, 4), (3, 1, 4, 3), (2, 12, 1), (3, 2)])
def test_the_largest_paths_are_the_largest(sizes):
    """Found by keeping the best few of each unit; held against all paths of a small network."""
    scene = scene_of(Experiment(network=net(2, *(LayerSpec(n) for n in sizes))))
    after = itertools.product(*(range(1, n + 1) for n in sizes[1:]))
    every = [abs(value_of(scene, Ask("path", (1, 2, 2, *units)))) for units in after]
    tree = tree_of(scene, Ask("paths", (1, 2, 2)))
    asks = [read_ask(leaf.ask) for leaf in tree.leaves()]
    written = sorted((abs(value_of(scene, a)) for a in asks if a.name == "path"), reverse=True)
    np.testing.assert_allclose(written, sorted(every, reverse=True)[:8], rtol=1e-12)
