"""A race over its address: its racers are the experiment with what the text says, and no more."""

import json
from urllib.parse import quote_plus

import pytest

from nnviz.experiment import Change, Experiment
from nnviz.experiment.settings import SETTINGS
from nnviz.experiment.variants import apply
from nnviz.presets.races import RACES
from nnviz.serve import quota, read, spell
from nnviz.serve.address import read_address
from tests.experiments import can_start
from tests.serve.test_explaining import Reader

PLAIN = Experiment()
ONE_CLASS = next(
    text
    for text in (f"samples:20,train:0.1,split_seed:{seed}" for seed in range(100))
    if not can_start(apply(PLAIN, text))
)
CHANGED = Experiment().with_change(Change(9, "learning_rate", 0.1))


def query_of(race: str, experiment: Experiment = PLAIN, **more: str) -> str:
    """The query of a race of an experiment."""
    keys = "".join(f"&{key}={text}" for key, text in more.items())
    return f"{spell(experiment)}&race={quote_plus(race)}{keys}".lstrip("&")


def told(race: str, experiment: Experiment = PLAIN, **more: str):
    """The answer as JSON values."""
    return Reader().told("race", query_of(race, experiment, **more))


def refused(race: str, **more: str) -> dict[str, str]:
    """Why the answer is refused."""
    found = Reader().ask("race", query_of(race, **more))
    assert found.status == 400
    return json.loads(found.body)


def test_each_racer_is_the_experiment_with_its_changes() -> None:
    """A racer that were another experiment would not open in the playground as it was seen."""
    race = told("rate:0.10;layers:none,optimizer:adam;", CHANGED)
    assert [racer["variant"] for racer in race["racers"]] == [
        "rate:0.1",
        "optimizer:adam,layers:none",
        "",
    ]
    for racer in race["racers"]:
        assert read(racer["experiment"]) == apply(CHANGED, racer["variant"])
        assert racer["own"] is None
    assert {one["key"] for one in race["racers"][0]["changed"]} == {"rate", "optimizer", "layers"}
    assert "They differ in 3 settings" in race["differs"]
    assert [bool(racer["notes"]) for racer in race["racers"]] == [False, True, False]


def test_a_race_has_one_spelling() -> None:
    query = query_of("optimizer:adam,rate:0.1;")
    assert read_address("race", query).query() == query
    other = query_of("rate:.1,optimizer:adam;")
    assert read_address("race", other).query() == query


def test_the_clock_says_what_it_makes_equal() -> None:
    assert "counts updates" in " ".join(told("batch:1;batch:full")["same"])
    same = " ".join(told("batch:1;batch:full", clock="epochs")["same"])
    assert "counts epochs" in same
    assert "160, 1 updates" in same
    assert "counts" not in " ".join(told("rate:1;rate:0.1")["same"])


def test_racers_with_other_losses_are_ranked_by_accuracy() -> None:
    assert told("loss:hinge;")["by"] == "accuracy"
    assert told("rate:1;")["by"] == "loss"


@pytest.mark.parametrize("name", RACES)
def test_every_ready_race_can_be_run_and_differs_in_one_setting(name: str) -> None:
    ready = next(one for one in told("")["ready"] if one["name"] == name)
    race = told(ready["race"], clock=ready["clock"])
    assert 2 <= len(race["racers"]) <= 4
    assert race["differs"].startswith("They differ in one setting only"), race["differs"]
    assert len({racer["title"] for racer in race["racers"]}) == len(race["racers"])
    if name != "hidden":
        assert "same points" in race["same"][0]


def test_a_race_that_is_too_large_for_the_server_is_not_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(quota, "HIDDEN_LAYERS", 5)
    names = [one["name"] for one in told("l1:0.01")["ready"]]
    assert names == [name for name in RACES if name != "depth-six"]


def test_what_a_racer_may_change_is_every_setting_with_a_value_that_it_may_have() -> None:
    settings = told("", CHANGED)["settings"]
    assert [one["key"] for one in settings] == [*SETTINGS, "layers"]
    for one in settings:
        apply(CHANGED, f"{one['key']}:{one['example']}", quota.bounds())
        for value, _ in one["options"] or []:
            if value != "own":
                apply(CHANGED, f"{one['key']}:{value}", quota.bounds())


@pytest.mark.parametrize(
    ("race", "field", "rule"),
    [
        ("rate:11", "rate", "from 0.00001 to 10"),
        ("speed:1;", "variant", "keys in a link"),
        (";;;;", "race", "at most 4 racers"),
        ("data:own", "data", "points must be given"),
        (f";{ONE_CLASS}", "race", "both classes"),
        ("x" * 3000, "race", "characters"),
    ],
)
def test_a_race_that_cannot_be_run_is_refused_by_name(race: str, field: str, rule: str) -> None:
    refusal = refused(race)
    assert refusal["field"] == field
    assert rule in refusal["rule"]
    assert refused("", clock="hours")["field"] == "clock"
