"""Layer by layer: what is drawn must be this network's own numbers."""

import json

import numpy as np
import pytest

from nnviz.explain.layer_view import BINS, layer_view, plain
from nnviz.explain.scene import Scene
from nnviz.network import ACTIVATIONS
from nnviz.network.textbook import Layer, trace
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.training.health import layer_health
from tests.experiments import EXPLOSIVE, SMALL_DROPOUT

NAMES = ["first", "dying-relu", "saturated", "stripes-sine", "circles-line"]


def traced(run):
    names = [*(layer.activation for layer in run.experiment.network.layers[:-1]), "linear"]
    parts = zip(run.network.unpack(run.theta), names, strict=True)
    layers = [Layer(W, b, name) for (W, b), name in parts]
    return layers, trace(layers, run.dataset.inputs(run.dataset.X_train), run.dataset.y_train)


@pytest.mark.parametrize("name", NAMES)
def test_shapes_are_those_of_the_arrays(name):
    run = Run(PRESETS[name].experiment)
    layers, found = traced(run)
    for i, told in enumerate(layer_view(Scene(run))["layers"]):
        last = i == len(layers) - 1
        arrays = [
            ("A" if i else "X", found.a[i]),
            ("W", layers[i].W),
            ("b", layers[i].b),
            ("Z", found.z[i]),
            ("p", found.p) if last else ("A", found.a[i + 1]),
        ]
        assert [(symbol[0], shape) for symbol, shape, _ in told["shapes"]] == [
            (letter, str(array.shape)) for letter, array in arrays
        ]


@pytest.mark.parametrize("name", NAMES)
def test_the_histogram_counts_every_z_on_the_axis_of_the_curve(name):
    run = Run(PRESETS[name].experiment)
    run.advance(20)
    _, found = traced(run)
    for z, told in zip(found.z, layer_view(Scene(run))["layers"], strict=True):
        histogram, curve = told["histogram"], told["curve"]
        assert len(histogram["counts"]) == BINS
        assert sum(histogram["counts"]) == z.size
        edges = np.linspace(histogram["low"], histogram["high"], BINS + 1)
        inside = ((z >= edges[20]) & (z < edges[21])).sum()
        assert abs(histogram["counts"][20] - inside) <= 1  # at an edge, rounding decides
        assert (curve["z"][0], curve["z"][-1]) == (histogram["low"], histogram["high"])


@pytest.mark.parametrize("name", NAMES)
def test_curves_and_shares_are_those_of_the_registry_and_the_diagnosis(name):
    run = Run(PRESETS[name].experiment)
    run.advance(20)
    data = run.dataset
    health = layer_health(run.network, run.theta, data.inputs(data.X_train), data.y_train)
    layers = layer_view(Scene(run))["layers"]
    for spec, one, told in zip(run.experiment.network.layers, health, layers, strict=True):
        f, z = ACTIVATIONS[spec.activation], np.array(told["curve"]["z"])
        assert told["curve"]["f"] == f(z).tolist()
        assert told["curve"]["df"] == f.derivative(z).tolist()
        assert (told["formula"], told["derivative"]) == (
            plain(f.formula),
            plain(f.derivative_formula),
        )
        assert (told["dead"], told["saturated"]) == (one.dead, one.saturated)


def test_the_sentences_fit_the_activation():
    def words(name):
        run = Run(PRESETS[name].experiment)
        run.advance(100)
        return " ".join(layer_view(Scene(run))["layers"][0]["sentences"])

    assert "are dead" in words("dying-relu")
    assert "saturated" not in words("dying-relu")
    assert "saturated" in words("saturated")
    assert "dead" not in words("first")


@pytest.mark.parametrize("experiment", [EXPLOSIVE, SMALL_DROPOUT], ids=["explosive", "dropout"])
def test_any_run_can_be_written_as_json(experiment):
    run = Run(experiment)
    run.advance(500)
    json.dumps(layer_view(Scene(run)), allow_nan=False)
