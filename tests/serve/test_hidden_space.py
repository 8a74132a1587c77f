"""Spaces of layers over addresses: the same as of a run of one's own, and refusals by name."""

import json

import numpy as np
import pytest

from nnviz import Experiment, Run
from nnviz.frames import Grid
from nnviz.frames.quantise import FINE_LEVELS
from nnviz.runs.hidden import HiddenSpace
from nnviz.serve import read
from nnviz.serve.answers import House
from nnviz.serve.hidden_space import SIDE
from nnviz.serve.records import read_body
from tests.serve.asking import answered

EXPERIMENTS = {
    "default": "",
    "no hidden layer": "layers=none",
    "one unit": "layers=3-relu+1-tanh",
    "three units": "layers=3-silu",
    "inputs of one's choice": "inputs=x1.x2_squared.r.angle&layers=6-tanh+5-tanh",
    "real data": "data=wine&layers=2-sigmoid",
    "single precision": "precision=float32&layers=8-relu+8-relu",
}
HEAVY = "layers=" + "+".join(["64-tanh"] * 8) + "&samples=2000"


class Viewer:
    """Asks a house of its own until it answers."""

    def __init__(self):
        self.house = House()

    def ask(self, kind, *parts):
        query = "&".join(part for part in parts if part)
        return answered(self.house, kind, query)

    def told(self, experiment):
        answer = self.ask("hiddens", experiment)
        assert answer.status == 200, answer.body
        body = read_body(answer.body)
        return body.header, body.sections()

    def frames(self, experiment, layer, asked):
        answer = self.ask("hidden", experiment, f"layer={layer}", asked)
        assert answer.status == 200, answer.body
        return read_body(answer.body).sections()


@pytest.fixture
def viewer():
    return Viewer()


def of_ones_own(text):
    run = Run(read(text) if text else Experiment())
    points = Grid.over(run.dataset.window, SIDE).points
    return run, HiddenSpace(run.experiment.network, run.dataset, points)


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_frames_are_the_spaces_of_a_run_of_ones_own(viewer, experiment):
    run, space = of_ones_own(experiment)
    steps = [8, 12, 16, 20]
    theta = run.collect(steps).theta
    for layer in viewer.told(experiment)[0]["layers"]:
        number = layer["layer"]
        found = [viewer.frames(experiment, number, f"from={at}&count=1&every=4") for at in steps]
        bent = space.at(theta, number)
        for i, sections in enumerate(found):
            assert sections["step"].tolist() == [steps[i]]
            scale = sections["coordinates_scale"][0]
            shown = sections["coordinates"][0] / FINE_LEVELS * scale
            np.testing.assert_allclose(shown, bent.coordinates[i], atol=scale / FINE_LEVELS)
            np.testing.assert_array_equal(sections["window"][0], bent.window[i].astype(np.float32))
            scale, logits = sections["logits_scale"][0], bent.logits[i, : SIDE**2]
            kept = sections["logits"][0] / FINE_LEVELS * scale
            np.testing.assert_allclose(kept, logits, atol=scale / FINE_LEVELS)
            if layer["is_last"]:
                corners = sections["corners"][0]
                np.testing.assert_array_equal(corners, bent.corners[i].astype(np.float32))
                assert sections["agree"][0] == bent.agree[i]
            assert ("shares" in sections) == (layer["how"] == "components")


@pytest.mark.parametrize("experiment", [*EXPERIMENTS.values(), HEAVY], ids=[*EXPERIMENTS, "heavy"])
def test_a_batch_has_the_frames_that_are_asked_one_by_one(viewer, experiment):
    header, _ = viewer.told(experiment)
    layer = header["layers"][-1]
    count, number = layer["counts"][0], layer["layer"]
    together = viewer.frames(experiment, number, f"from=0&count={count}&every=1")
    np.testing.assert_array_equal(together["step"], np.arange(count))
    last = count - 1
    alone = viewer.frames(experiment, number, f"from={last}&count=1&every=1")
    for name, array in alone.items():
        np.testing.assert_array_equal(array[0], together[name][last], name)


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=EXPERIMENTS)
def test_the_layers_are_told_with_the_places_of_all_points(viewer, experiment):
    header, sections = viewer.told(experiment)
    run, _ = of_ones_own(experiment)
    data, window = run.dataset, run.dataset.window
    assert header["n_train"] == len(data.X_train)
    units = [data.inputs(data.X_train).shape[1], *(one.units for one in run.experiment.hidden)]
    assert [layer["units"] for layer in header["layers"]] == units
    for layer in header["layers"]:
        assert len(layer["axes"]) == layer["dims"] == min(3, layer["units"])
        assert all(words.endswith(".") for words in layer["words"])
        assert (layer["how"] == "exact") == (layer["units"] <= 3)
    assert [layer["is_last"] for layer in header["layers"]] == [False] * (len(units) - 1) + [True]
    x1, x2 = sections["places"]
    grid = Grid.over(window, SIDE)
    np.testing.assert_allclose(x1[:SIDE], np.linspace(-1, 1, SIDE), atol=1e-6)
    np.testing.assert_allclose(x2[: SIDE**2 : SIDE], np.linspace(-1, 1, SIDE), atol=1e-6)
    points = np.concatenate([data.X_train, data.X_test])
    shown = window.x1_min + (x1[len(grid.points) :] + 1) / 2 * (window.x1_max - window.x1_min)
    np.testing.assert_allclose(shown, points[:, 0], atol=1e-5 * (window.x1_max - window.x1_min))


def test_a_run_that_ends_has_its_last_frame_in_a_batch(viewer):
    asked = "epochs=5"  # of one update each
    answer = viewer.ask("hidden", asked, "layer=1&from=0&count=32&every=1")
    body = read_body(answer.body)
    assert body.stopped["step"] == 5
    assert body.sections()["step"].tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("layer=3&from=0&count=1&every=1", "layer"),
        ("layer=-1&from=0&count=1&every=1", "layer"),
        ("layer=two&from=0&count=1&every=1", "layer"),
        ("layer=1e3&from=0&count=1&every=1", "layer"),
        ("from=0&count=1&every=1", "layer"),
        ("layer=1&layer=1&from=0&count=1&every=1", "layer"),
        ("layer=1&from=0&count=3&every=1", "count"),
        ("layer=1&from=5&count=32&every=1", "from"),
        ("layer=1&from=0&count=1&every=3", "every"),
        ("layer=1&from=0&count=1&every=1&gradients=1", "gradients"),
    ],
)
def test_a_wrong_address_is_refused_by_name(viewer, asked, field):
    answer = viewer.ask("hidden", asked)
    assert answer.status == 400
    refused = json.loads(answer.body)
    assert refused["field"].strip("'") == field
    assert refused["rule"]
    assert len(refused["value"]) < 200
