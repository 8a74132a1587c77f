"""Other models on the same points: fitted alike, judged alike, and their words are true."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from sklearn.metrics import log_loss

from nnviz.data import DataSpec, make_dataset
from nnviz.experiment import Experiment
from nnviz.models import MODELS, changed, decision, fit, salt, settings_of
from nnviz.network import LayerSpec
from nnviz.serve import read
from tests.experiments import SMALL, can_start, network_of, own_points

EXPERIMENTS = ["samples=60", "data=wine&inputs=x1.x1_x2.r", "samples=60&train=1.0&data=xor"]


def fitted(name, experiment):
    data = make_dataset(experiment.data)
    return data, fit(MODELS[name], experiment, data)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("spelled", EXPERIMENTS)
def test_the_scores_and_the_values_are_those_of_the_estimator(name, spelled):
    data, found = fitted(name, read(spelled))
    for X, y, accuracy in (
        (data.X_train, data.y_train, found.accuracy_train),
        (data.X_test, data.y_test, found.accuracy_test),
    ):
        if not len(y):
            assert accuracy is None
            continue
        inputs = data.inputs(X)
        assert accuracy == np.mean(found.estimator.predict(inputs) == y)
        above = decision(found.estimator, inputs) > 0.0
        np.testing.assert_array_equal(above, found.estimator.predict(inputs))
    assert found.seconds >= 0.0


@pytest.mark.parametrize("name", MODELS)
def test_the_loss_is_cross_entropy_or_it_is_said_why_there_is_none(name):
    data, found = fitted(name, Experiment())
    if found.loss_test is None:
        assert any("its loss" in note for note in found.notes)
        return
    p = found.estimator.predict_proba(data.inputs(data.X_test))
    assert found.loss_test == pytest.approx(log_loss(data.y_test, p), rel=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_a_fit_is_the_same_again(name):
    data, found = fitted(name, SMALL)
    inputs = data.inputs(data.X_train)
    again = fit(MODELS[name], SMALL, data)
    np.testing.assert_array_equal(
        decision(found.estimator, inputs), decision(again.estimator, inputs)
    )
    assert settings_of(found.estimator) == settings_of(again.estimator)


def test_words_name_the_settings_that_differ():
    data = make_dataset(SMALL.data)
    assert "except" not in settings_of(MODELS["logistic"].make(SMALL, data))
    assert "random_state = 0" in settings_of(MODELS["forest"].make(SMALL, data))
    assert changed(MODELS["mlp"].make(SMALL, data))["hidden_layer_sizes"] == (3,)


@pytest.mark.parametrize(
    ("hidden", "activation", "words"),
    [
        ((), "relu", []),
        ((LayerSpec(3, "tanh"), LayerSpec(5, "tanh")), "tanh", []),
        ((LayerSpec(3, "gelu"), LayerSpec(5, "sigmoid")), "logistic", ["others"]),
        ((LayerSpec(3, "tanh", dropout=0.2),), "tanh", ["dropout"]),
        ((LayerSpec(3, "gelu"),), "relu", ["others"]),
    ],
)
def test_scikit_learns_mlp_has_the_networks_layers_where_it_can(hidden, activation, words):
    experiment = replace(SMALL, network=network_of(hidden))
    _, found = fitted("mlp", experiment)
    assert found.estimator.hidden_layer_sizes == tuple(layer.units for layer in hidden)
    assert found.estimator.activation == activation
    said = [note for note in found.notes if "MLPClassifier" in note]
    assert len(said) == len(words)
    assert all(word in note for word, note in zip(words, said, strict=True))


@settings(max_examples=10)
@given(points=own_points(most=30))
def test_any_points_of_ones_own_are_fitted_or_refused(points):
    experiment = SMALL.with_points(points)
    if not can_start(experiment):
        return
    data = make_dataset(experiment.data)
    for model in MODELS.values():
        try:
            found = fit(model, experiment, data)
        except ValueError:
            continue
        share = found.accuracy_train * len(data.y_train)
        assert share == pytest.approx(round(share))


def test_the_grain_of_salt_counts_what_there_is():
    wine, alone = read("data=wine"), Experiment(data=DataSpec(train_ratio=1.0))
    said = " ".join(salt(wine, make_dataset(wine.data)))
    assert "two of 13 dimensions" in said
    assert "chance" in said
    assert "by heart" in " ".join(salt(alone, make_dataset(alone.data)))
