"""The page Lab in links: what a link says is read by rules, is in the address, and comes back."""

import re
from dataclasses import asdict
from random import Random
from typing import Any
from urllib.parse import quote_plus

import pytest
from streamlit.testing.v1 import AppTest

from nnviz.experiment import Change, Experiment
from nnviz.experiment.query import KEYS as EXPERIMENT_LINK
from nnviz.experiment.query import LAYERS
from nnviz.experiment.settings import SETTINGS
from nnviz.models import MODELS
from nnviz.presets.races import RACES
from nnviz.serve import quota, spell, whole
from nnviz.serve.address import read_address
from nnviz.stage.sources import sources
from nnviz.ui.dialogs.share import view_of, with_view
from nnviz.ui.visit.address import understood
from nnviz.ui.visit.lab_view import KEYS, LabView, read
from tests.hostile import FOUR_POINTS, TEXTS
from tests.ui.page import arrived, experiment, first_page, message, tell, tell_now, visit, watched

VIEWS = ["race", "ensemble", "landscape", "hidden", "metrics", "models", "libraries"]
LINK = {
    "lab": "ensemble",
    "race": "rate:0.1;optimizer:adam,layers:none;",
    "clock": "epochs",
    "seeds": "8",
    "vary": "data",
    "against": "rate:1",
    "plane": "random",
    "upto": "1024",
    "layer": "2",
    "threshold": "0.35",
    "set": "train",
    "model": "svm",
}
GOOD = {
    "lab": [*VIEWS],
    "race": ["", "rate:0.1;", *(";".join(race.racers) for race in RACES.values())],
    "clock": ["updates", "epochs"],
    "seeds": ["4", "8", "16", "32"],
    "vary": ["weights", "data"],
    "against": ["", "rate:0.1", "layers:none", "optimizer:adam,rate:0.01"],
    "plane": ["path", "random"],
    "upto": ["", "1", "512", "8388608"],
    "layer": ["", "0", "1", str(quota.HIDDEN_LAYERS)],
    "threshold": ["0.01", "0.5", "0.57", "0.99"],
    "set": ["train", "test"],
    "model": ["", *MODELS],
}
BAD = {
    "lab": ["", "labs", "Race"],
    "race": [";;;;", "rate:11", "speed:2", "rate:1,rate:1", "layers:65-tanh", "x" * 5000],
    "clock": ["", "hours", "1"],
    "seeds": ["", "5", "64", "1e1", "32 "],
    "vary": ["", "both"],
    "against": ["rate", "rate:0.1;", "changes:5-rate-1", "samples:2001", "," * 9],
    "plane": ["", "xy"],
    "upto": ["0", "3", "-4", "16777216", "9" * 400],
    "layer": ["-1", "1.5", str(quota.HIDDEN_LAYERS + 1), "last"],
    "threshold": ["", "0", "1", "0.505", "half", "nan", "1e-3"],
    "set": ["", "all", "Test"],
    "model": ["perceptron", "svm;tree", "SVM"],
}
EXPERIMENT_KEYS = sorted(EXPERIMENT_LINK)
HOSTILE = [*TEXTS, "\x00", "nan", "४", "9" * 5000]


def on_lab(at: AppTest) -> AppTest:
    """The same visitor on the page Lab."""
    return at.switch_page("pages/lab.py").run()


def lab_keys(at: AppTest) -> dict[str, str]:
    """What the address says about the Lab."""
    found = dict(at.query_params)
    return {key: text for key, text in found.items() if key in KEYS}


def test_the_stage_begins_with_the_settings_of_a_link_that_says_nothing() -> None:
    (settings,) = re.findall(r"const SETTINGS = \{(.*?)\}", sources()["lab.js"])
    assert dict(re.findall(r'(\w+): "(.*?)"', settings)) == asdict(LabView())


@pytest.mark.parametrize("key", LINK)
def test_a_wrong_value_falls_back_and_is_named(key: str) -> None:
    for text in [*BAD[key], *HOSTILE]:
        view, notes = read({**LINK, key: text})
        assert asdict(view) == {**LINK, key: asdict(LabView())[key]}
        (note,) = notes
        assert note.startswith(f"{key}=")
        assert len(note) < 600


@pytest.mark.parametrize("key", LINK)
def test_each_value_that_is_offered_can_be_in_a_link(key: str) -> None:
    for text in GOOD[key]:
        view, notes = read({key: text})
        assert notes == []
        assert getattr(view, key) == text
        assert (read(view.to_query())[0] or LabView()) == view


def test_without_a_word_about_the_lab_a_link_leaves_what_the_stage_has() -> None:
    assert read({"step": "5"}) == (None, [])
    assert not KEYS & message(first_page())[0]["view"].keys()


# the page ----------------------------------------------------------------------------------------


def test_a_link_tells_the_stage_what_the_lab_shows_also_after_a_reload() -> None:
    view = message(first_page(**LINK))[0]["view"]
    assert {key: view[key] for key in LINK} == LINK
    at = on_lab(first_page(**LINK))
    again = message(first_page(**{key: str(text) for key, text in lab_keys(at).items()}))
    assert {key: again[0]["view"][key] for key in LINK} == LINK


def test_what_the_stage_tells_is_in_the_address_of_the_lab_and_of_no_other_page() -> None:
    at = on_lab(watched(rate="0.1"))
    assert lab_keys(at) == {}
    at = tell(at, {"lab": asdict(LabView(race="rate:0.10;", clock="epochs"))})
    assert lab_keys(at) == {"race": "rate:0.1;", "clock": "epochs"}
    run = visit(at).run
    at = at.switch_page("pages/playground.py").run()
    assert lab_keys(at) == {}
    assert dict(at.query_params) == {"rate": "0.1"}
    at = on_lab(at)
    assert lab_keys(at) == {"race": "rate:0.1;", "clock": "epochs"}
    assert visit(at).run == run, "going from page to page opens no other run"


def test_the_settings_of_the_lab_stay_when_its_experiment_goes_on_or_changes() -> None:
    at = tell(on_lab(watched()), {"lab": {"lab": "hidden", "layer": "1"}})
    at = tell_now(at, Experiment().with_change(Change(7, "learning_rate", 0.1)), 9)
    assert lab_keys(at) == {"lab": "hidden", "layer": "1"}
    at = tell(at, {"layers": []})
    assert lab_keys(at) == {"lab": "hidden", "layer": "1"}


@pytest.mark.parametrize(
    "texts",
    [
        {"lab": "labs"},
        {"race": "rate:11"},
        {"race": 5},
        {"colour": "red"},
        {"seeds": "1" * 5000},
        {"against": None},
    ],
    ids=str,
)
def test_what_no_stage_tells_is_refused(texts: dict[str, Any]) -> None:
    at = tell(on_lab(watched()), {"lab": {"lab": "hidden"}})
    at = tell(at, {"lab": texts})
    assert at.warning
    assert lab_keys(at) == {"lab": "hidden"}


def test_a_racer_that_the_experiment_of_the_link_cannot_have_falls_back() -> None:
    at = arrived(race="data:own;rate:0.1", against="data:iris,axes:0-99", seeds="4")
    said = at.warning[0].value.replace("\u2060", "").replace("\\", "")
    assert "race=" in said
    assert "against=" in said
    view = message(at)[0]["view"]
    assert (view["race"], view["against"], view["seeds"]) == ("", "", "4")


def test_a_run_of_the_lab_opens_at_its_step_in_the_playground() -> None:
    racer = Experiment().with_hidden(())
    at = on_lab(watched())
    assert not at.sidebar.title
    at = tell(at, {"apply": {"experiment": spell(racer), "own": None, "step": 70}})
    assert experiment(at) == racer
    assert (visit(at).step, message(at)[0]["step"]) == (70, 70)
    assert at.sidebar.title, "the playground has its controls there"
    run = visit(at).run
    at = tell(on_lab(at), {"apply": {"experiment": "", "own": None, "step": -1}})
    assert (experiment(at), visit(at).run) == (racer, run)
    assert "step must be" in at.warning[0].value
    assert not at.sidebar.title, "the Lab stays"


def test_the_link_that_is_shared_keeps_what_the_lab_shows() -> None:
    url = "http://localhost/lab?rate=0.1&lab=ensemble&seeds=8&step=3"
    assert with_view(url, {"play": "1"}) == url.replace("step=3", "play=1")
    assert view_of(url) == {"step": "3"}
    at = on_lab(first_page(**LINK))
    at.button(key="share").click().run()
    assert "lab=ensemble" in at.code[0].value
    assert quote_plus(LINK["race"]) in at.code[0].value


# hostile links -----------------------------------------------------------------------------------

VALUES = [
    *HOSTILE,
    *("", "0", "1", "7", "0.1", "-1", "1e9", "inf", "none", "full", "off", "adam", "relu", "wine"),
    *("own", "iris", "pca", "0-1", "12-0", "x1.r", "4-tanh", "65-tanh", "4-tanh " * 3000),
    *("5-learning_rate-0.1", "9-theta.3-0.5", FOUR_POINTS, "0_1_0_1", "a name"),
]
"""What a stranger may write for a key of an experiment."""


def hostile_link(random: Random) -> dict[str, str]:
    """A link that nobody made with this page: half of its values are good ones."""
    said = {
        key: random.choice(VALUES) for key in random.sample(EXPERIMENT_KEYS, random.randrange(6))
    }
    said |= {"data": "own", "points": FOUR_POINTS} if random.random() < 0.2 else {}
    for key in random.sample(sorted(KEYS - {"lab"}), random.randrange(6)):
        said[key] = random.choice(random.choice([GOOD[key], BAD[key] + HOSTILE]))
    if random.random() < 0.2:
        said["race"] = ";".join(hostile_variant(random) for _ in range(random.randint(1, 5)))
    return said


def hostile_variant(random: Random) -> str:
    keys = [random.choice([*SETTINGS, LAYERS]) for _ in range(random.randrange(4))]
    values = {
        key: random.choice(["1", "0.5", "none", "adam", "7-relu", "wine", "x1.r", "3,"])
        for key in keys
    }
    return ",".join(map(":".join, values.items()))


ASKED = {
    "race": {"race": ["race", "clock"]},
    "ensemble": {
        "ensembles": ["seeds", "vary"],
        "versus": ["seeds", "vary", "against", "at"],
    },
    "landscape": {"landscape": ["at", "plane", "side"]},
    "hidden": {"hiddens": []},
    "metrics": {"metrics": ["at"]},
    "models": {"models": []},
    "libraries": {"libraries": []},
}
"""The questions of each view, and their keys."""
MOMENT = {"at": 64, "side": 61}


@pytest.mark.parametrize("view", VIEWS)
def test_a_link_that_nobody_made_here_is_usable_and_says_what_fell_back(view: str) -> None:
    """A thousand of them: within the limits, accepted by the server, a note for each bad key."""
    random, fallen, raced = Random(view), 0, 0
    for _ in range(1000):
        said = hostile_link(random) | {"lab": view}
        wanted, seen, notes = understood(said)
        quota.bounds().hold(wanted)
        texts = asdict(seen.lab)
        assert texts["lab"] == view
        for key in KEYS & said.keys() - {"lab"}:
            is_noted = any(note.startswith(f"{key}=") for note in notes)
            if key in ("race", "against"):
                assert bool(texts[key]) == bool(said[key] and not is_noted)
            else:
                missing = key == "layer" and said[key] in GOOD[key][1:]
                missing = missing and int(said[key]) > len(wanted.hidden)
                assert is_noted == (missing or said[key] not in GOOD[key])
                assert texts[key] == (asdict(LabView())[key] if is_noted else said[key])
            fallen += is_noted
        whole(wanted)
        for kind, keys in ASKED[view].items():
            parts = [f"{key}={quote_plus(texts[key])}" for key in keys if key in texts]
            parts += [f"{key}={MOMENT[key]}" for key in keys if key in MOMENT]
            query = "&".join(filter(None, [spell(wanted), *parts]))
            address = read_address(kind, query)
            assert read_address(kind, address.query()) == address
        raced += texts["race"] != ""
    assert fallen > 500
    assert raced > 50
