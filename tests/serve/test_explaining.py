"""Explanations over addresses: the same as of a run of one's own, and refusals by name."""

import json
from urllib.parse import quote_plus

import numpy as np
import pytest

from nnviz import Experiment, Run
from nnviz.explain import Scene
from nnviz.explain.along import along
from nnviz.explain.check import gradient_check
from nnviz.explain.layer_view import layer_view
from nnviz.explain.marking import mark
from nnviz.explain.worksheet import solution, worksheet
from nnviz.serve import read, version
from nnviz.serve.answers import Answer, House
from nnviz.serve.records import read_body
from tests.explain.draining import drain
from tests.serve.asking import answered

HOSTILE_ASKS = [
    *("", "z.1.1", "W.9.1.1", "W.1.1", "b.1.5", "W.1.1.1~8", "s0-W.1.1.1", "W.1.1.1."),
    *("<b>", "theta.0", "W.1.1.%D9%A3", "W." + "1." * 300),
]
LARGE = "layers=64-relu+64-relu+64-tanh&samples=2000"


class Reader:
    """Asks a house of its own until it answers."""

    def __init__(self):
        self.house = House()

    def ask(self, kind, query):
        return answered(self.house, kind, query, "reader")

    def told(self, kind, query):
        answer = self.ask(kind, query)
        assert answer.status == 200, answer.body
        return json.loads(json.dumps(read_body(answer.body).header))


@pytest.fixture
def reader():
    return Reader()


def plain(told):
    return json.loads(json.dumps(told))


@pytest.mark.parametrize(
    "experiment", ["", "optimizer=adam&batch=7", "precision=float32", "l2=0.1"]
)
def test_the_views_are_those_of_a_run_of_ones_own(reader, experiment):
    run = Run(read(experiment) if experiment else Experiment())
    run.advance(30)
    scene, query = Scene(run), f"{experiment}&at=30".lstrip("&")
    assert reader.told("check", query) == plain(drain(gradient_check(scene)))
    assert reader.told("layers", query) == plain(layer_view(scene))
    expected = plain(drain(along(scene, "W.2.3.1")))
    assert reader.told("along", f"{query}&ask=W.2.3.1") == expected


@pytest.mark.parametrize(
    "experiment", ["", "optimizer=adam&batch=7", "layers=none&precision=float32"]
)
def test_a_sheet_is_given_and_marked(reader, experiment):
    run = Run(read(experiment) if experiment else Experiment())
    run.advance(12)
    scene, query = Scene(run).about(17), f"{experiment}&at=12&sample=17".lstrip("&")
    assert reader.told("sheet", query) == plain(worksheet(scene))
    right = [one["shown"] for one in solution(scene)]
    for texts in (right, [right[0], "−99,5·10^3", *[""] * (len(right) - 2)]):
        answers = "~".join(texts)
        told = reader.told("mark", f"{query}&answers={quote_plus(answers)}")
        assert told == plain(mark(scene, answers))
    assert [one["verdict"] for one in told["marks"]][:3] == ["right", "wrong", "empty"]


def test_answers_of_strangers_are_only_text(reader):
    hostile = "<script>alert(1)</script>~__import__('os')~9e999~" + "~" * 9 + "%s\x00"
    told = reader.told("mark", f"at=3&sample=0&answers={quote_plus(hostile)}")
    assert [one["verdict"] for one in told["marks"]] == ["wrong"] * 3 + ["empty"] * 9 + ["wrong"]
    assert "script" not in json.dumps(told)


def test_beyond_the_end_the_views_are_those_of_the_last_step(reader):
    told = reader.told("along", "epochs=5&at=5000&ask=b.1.1")
    assert told["step"] == 5
    assert told["new"] is None
    assert reader.told("check", "epochs=5&at=5000")["step"] == 5


def test_a_large_network_is_checked_in_slices(reader):
    """Another visitor's frames come while a check of seconds is going on."""
    house = reader.house
    long = house.ask("check", version(), f"{LARGE}&at=3", "reader")
    assert not isinstance(long, Answer)
    answered(house, "frames", "from=0&count=1&every=1", "other")
    assert not long.job.over
    told = reader.told("check", f"{LARGE}&at=3")
    assert told["passed"], told["sentences"]
    assert told["checked"] < told["of"]
    assert np.isfinite(told["worst"])


@pytest.mark.parametrize(
    ("kind", "query", "field"),
    [
        ("along", "at=3", "ask"),
        ("along", "ask=W.1.1.1", "at"),
        ("along", "at=-1&ask=W.1.1.1", "at"),
        ("along", "at=1e9&ask=W.1.1.1", "at"),
        ("along", "at=3&ask=W.1.1.1&sample=0", "sample"),
        *(("along", f"at=3&ask={ask}", "ask") for ask in HOSTILE_ASKS),
        ("check", "", "at"),
        ("check", "at=x", "at"),
        ("check", "at=3&sample=1", "sample"),
        ("check", "at=3&at=3", "at"),
        ("layers", "at=1.5", "at"),
        ("sheet", "at=3", "sample"),
        ("sheet", "at=3&sample=-1", "sample"),
        ("sheet", "at=3&sample=200", "sample"),
        ("sheet", "at=3&sample=0&answers=1", "answers"),
        ("mark", "at=3&sample=0", "answers"),
        ("mark", "at=3&sample=0&answers=", "answers"),
        ("mark", "at=3&sample=0&answers=1~2", "answers"),
        ("mark", "at=3&sample=999&answers=1~2", "sample"),
        ("mark", "at=3&sample=0&answers=" + "~" * 2001, "answers"),
        ("mark", "at=3&sample=0&answers=" + "9" * 11_000, "answers"),
        ("mark", "at=3&sample=0&answers=%FF", "address"),
        ("layers", "at=3&ask=W.1.1.1", "ask"),
    ],
)
def test_a_wrong_address_is_refused_by_name(reader, kind, query, field):
    answer = reader.ask(kind, query)
    assert answer.status == 400
    refused = json.loads(answer.body)
    assert refused["field"].strip("'") == field
    assert refused["rule"]
    assert len(refused["value"]) < 200
