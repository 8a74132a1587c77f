"""A comparison names all that differs, and calls nothing equal that is not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from nnviz.data import make_dataset
from nnviz.experiment import Change, Experiment
from nnviz.experiment.compare import (
    differences,
    equal_parts,
    in_a_sentence,
    layers_in_words,
    notes_on,
    title_of,
)
from nnviz.experiment.settings import SETTINGS
from nnviz.experiment.variants import apply, read_variant
from nnviz.network import LayerSpec, Network
from tests.experiments import QUOTAS, can_be_had, can_start, experiments, unusual, variants

POINTS, WEIGHTS = "All see the same points", "All begin at the same initial weights."


@pytest.mark.parametrize("key", SETTINGS)
def test_a_setting_that_differs_is_named_with_the_value_of_each(key: str) -> None:
    """Otherwise a race would be read as the effect of something else."""
    setting = SETTINGS[key]
    if key == "data":
        other = apply(Experiment(), "data:wine,scaling:none")
    else:
        other = setting.put(Experiment(), setting.get(unusual()))
    (found,) = differences([Experiment(), other])
    assert (found.key, found.label) == (key, setting.label)
    assert found.shown == (setting.shown(Experiment()), setting.shown(other))
    assert found.shown[0] != found.shown[1]
    assert in_a_sentence([found]).startswith("They differ in one setting only: " + setting.label)


def test_layers_and_changes_during_the_run_are_differences_too() -> None:
    one = Experiment()
    assert [d.shown for d in differences([one, one.with_hidden(())])] == [
        ("4-2 Hyperbolic tangent", "none")
    ]
    changed = one.with_change(Change(5, "learning_rate", 0.1)).with_change(
        Change(9, "theta.2", 1.0)
    )
    rate, weights = differences([one, changed])
    assert rate.shown == ("0.3", "0.3 → 0.1 from step 5")
    assert weights.shown == ("none", "1")
    assert differences([changed, changed]) == []
    assert in_a_sentence([]) == "They do not differ: each is the same experiment."
    assert equal_parts([one, one])[-1] == "All settings are equal."


@given(experiments(), variants())
def test_what_is_called_the_same_is_the_same(experiment: Experiment, text: str) -> None:
    if not can_be_had(experiment, text):
        return
    racers = [experiment, apply(experiment, text, QUOTAS)]
    said = " ".join(equal_parts(racers))
    if POINTS in said and all(map(can_start, racers)):
        one, other = (make_dataset(racer.data) for racer in racers)
        for name in ("X_train", "y_train", "X_test", "y_test"):
            assert np.array_equal(getattr(one, name), getattr(other, name))
    if WEIGHTS in said:
        one, other = (first_weights(racer) for racer in racers)
        assert np.array_equal(one, other)


def first_weights(experiment: Experiment) -> np.ndarray:
    """The parameters (n_params,) before the first update."""
    network = Network(experiment.network, np.dtype(experiment.precision))
    return network.initialize(experiment.initializer, experiment.init_seed, experiment.biases)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("layers:3-tanh", "other sizes"),
        ("inputs:x1.x2.r", "other inputs"),
        ("init:zeros", "in another way"),
        ("init_seed:4", "another seed"),
        ("precision:float32", "rounded"),
        ("noise:0.3", "other ones"),
        ("data:wine", "other ones"),
        ("split_seed:4", "others of them train"),
        ("loss:hinge", "compare the accuracies"),
    ],
)
def test_what_cannot_be_equal_is_said(text: str, word: str) -> None:
    racers = [Experiment(), apply(Experiment(), text)]
    assert word in " ".join(notes_on(racers[1], racers[0]))
    assert notes_on(racers[0], racers[0]) == []


@pytest.mark.parametrize("text", ["rate:1", "layers:4-relu 2-sin", "batch:7,l2:0.1", "axes:0-1"])
def test_nothing_is_noted_where_all_can_be_equal(text: str) -> None:
    other = apply(Experiment(), text)
    assert notes_on(other, Experiment()) == []
    assert len(equal_parts([Experiment(), other])) == 3


def test_a_title_names_the_values_of_a_variant() -> None:
    def title(text: str) -> str:
        return title_of(apply(Experiment(), text), list(read_variant(text)))

    assert title("") == "As in the playground"
    assert title("rate:0.00001") == "Learning rate 0.00001"
    assert title("optimizer:adam,rate:1") == "Optimizer Adam, Learning rate 1"
    assert title("inputs:x1.r") == "Inputs x₁, r"
    assert title("layers:none") == "No hidden layer"


def test_layers_of_one_kind_are_written_together() -> None:
    relu = LayerSpec(8, "relu")
    hidden = (relu, relu, replace(relu, dropout=0.25), LayerSpec(3, "sin"))
    assert layers_in_words(hidden) == "8-8 ReLU, 8 ReLU with dropout 0.25, 3 Sine"
