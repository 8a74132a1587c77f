"""Training settings are plain, comparable values, and wrong ones are refused by name."""

import json
from dataclasses import asdict

import pytest
from hypothesis import given

from nnviz.training import OPTIMIZERS, StoppingRules, TrainingSettings
from tests import strategies


@given(strategies.training_settings())
def test_settings_round_trip_through_json_and_hash(settings):
    values = json.loads(json.dumps(asdict(settings)))
    again = TrainingSettings(**{**values, "stopping": StoppingRules(**values["stopping"])})
    assert again == settings
    assert hash(again) == hash(settings)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_settings_reach_the_optimizer(name):
    optimizer = TrainingSettings(
        name, 0.3, momentum=0.1, rho=0.2, beta1=0.3, beta2=0.4, epsilon=0.5
    ).make_optimizer()
    assert optimizer.name == name
    expected = {"momentum": 0.1, "rho": 0.2, "beta1": 0.3, "beta2": 0.4, "epsilon": 0.5}
    own = asdict(optimizer)
    assert own.pop("learning_rate") == 0.3
    assert own == {key: expected[key] for key in own}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("optimizer", "sdg"),
        ("learning_rate", 9e-6),
        ("learning_rate", 11.0),
        ("learning_rate", "0.1"),
        ("learning_rate", float("nan")),
        ("momentum", 1.0),
        ("rho", -0.1),
        ("beta1", 1.0),
        ("beta2", 2.0),
        ("epsilon", -1e-9),
        ("schedule", "linear"),
        ("decay_steps", 0),
        ("decay_rate", 1.1),
        ("warmup_steps", -1),
        ("batch_size", 0),
        ("batch_size", 2.0),
        ("batch_seed", -1),
        ("dropout_seed", 2**32),
        ("l1", -1.0),
        ("l2", float("inf")),
        ("clip_norm", -1.0),
        ("stopping", None),
    ],
)
def test_wrong_settings_are_refused(field, value):
    with pytest.raises(ValueError, match=f"{field} must be .* got "):
        TrainingSettings(**{field: value})
