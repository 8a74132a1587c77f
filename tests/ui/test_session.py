"""What the stage reports to the page: edits, branches, resets, and whatever else is sent."""

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from nnviz.codec import KEYS, from_query
from nnviz.experiment import Change, Experiment
from nnviz.frames import unpack
from nnviz.network import LayerSpec
from nnviz.runs import Run
from nnviz.stage import Playback

NUMBERS = count(1)


def script() -> None:
    import streamlit as st

    from nnviz.ui import edits, session

    session.playback()
    for message in st.session_state.pop("messages", []):
        edits.carry_out(message)
    if st.session_state.pop("reset", False):
        session.reset()
    st.session_state["stale"] = session.page_is_stale()
    session.controls_can_wait()
    session.begin_page()
    st.session_state["told"] = session.trouble()
    st.session_state["home"] = session.taken_home()


def visitor() -> AppTest:
    return AppTest.from_function(script, default_timeout=60).run()


def sent(at: AppTest, *edits: dict[str, Any]) -> AppTest:
    """The page after a stage has sent these edits, numbered in one row over all tests."""
    return posted(at, {"sender": "a stage", "edits": [{"id": next(NUMBERS), **e} for e in edits]})


def posted(at: AppTest, *messages: object) -> AppTest:
    at.session_state["messages"] = list(messages)
    at.run()
    assert not at.exception
    return at


def playback(at: AppTest) -> Playback:
    found = at.session_state["nnviz_playback"]
    assert isinstance(found, Playback)
    return found


def pulled(at: AppTest, n_frames: int, shown: int = 0) -> list[int]:
    header, _ = unpack(playback(at).message)
    asked = {"run": header["run"], "revision": header["revision"], "id": n_frames, "per_frame": 1}
    playback(at).answer({**asked, "shown": shown, "start": shown, "frames": n_frames})
    return [int(step) for step in unpack(playback(at).message)[1]["step"]]


def test_an_edited_weight_reaches_the_run_at_the_shown_step() -> None:
    at = visitor()
    pulled(at, 10)
    sent(at, {"weights": [{"field": "theta.4", "value": -1}]})
    pulled(at, 3, shown=6)
    assert playback(at).experiment == replace(Experiment(), changes=(Change(6, "theta.4", -1.0),))
    assert at.session_state["told"] is None


def test_layers_edited_on_the_stage_start_a_new_run() -> None:
    at = visitor()
    run = playback(at).run_id
    layer = {"units": 6, "activation": "relu", "dropout": 0}
    sent(at, {"layers": [layer, {**layer, "dropout": 0.25}]})
    assert playback(at).experiment.hidden == (LayerSpec(6, "relu"), LayerSpec(6, "relu", 0.25))
    assert playback(at).run_id != run
    assert at.session_state["stale"], "the widgets beside the stage are to follow"
    assert not sent(at).session_state["stale"]


def test_branching_cuts_what_came_later() -> None:
    at = visitor()
    pulled(at, 10)
    sent(at, {"weights": [{"field": "theta.4", "value": 2.0}]})
    pulled(at, 3, shown=8)
    sent(at, {"branch": True})
    pulled(at, 3, shown=5)
    assert playback(at).experiment == Experiment()


def test_reset_begins_again_from_the_same_weights() -> None:
    at = visitor()
    first = unpack(playback(at).message)[1]
    run = playback(at).run_id
    pulled(at, 10)
    at.session_state["reset"] = True
    at.run()
    header, sections = unpack(playback(at).message)
    assert header["run"] != run
    assert sections["step"].tolist() == [0]
    assert sections["weights"].tobytes() == first["weights"].tobytes()
    assert sections["surface"].tobytes() == first["surface"].tobytes()


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"weights": [{"field": "theta.4", "value": 1e9}]}, "theta.4 must be"),
        ({"weights": [{"field": "theta.4", "value": 10**400}]}, "theta.4 must be"),
        ({"weights": [{"field": "theta.99999", "value": 0.0}]}, "must name one of"),
        ({"weights": [{"field": "data", "value": 0.0}]}, "change field must be"),
        ({"layers": [{"units": 65, "activation": "tanh", "dropout": 0}]}, "Units of a layer"),
        ({"layers": [{"units": 4, "activation": "boom", "dropout": 0}]}, "activation must be"),
        ({"layers": [{"units": 4, "activation": "tanh", "dropout": 10**400}]}, "dropout must be"),
        ({"layers": [{"units": 4}]}, "a layer must have"),
        ({"weights": [{"field": "theta.4", "value": 1.0}, {"field": "b"}]}, "a weight must have"),
        ({"place": {"x1": 10**400, "x2": 0, "label": 1}}, "x1 must be a number"),
        ({"place": {"x1": 0, "x2": 0, "label": "1" * 9999}}, "class must be"),
        ({"place": {"x1": 0, "x2": 0, "label": 1.0}}, "class must be"),
        ({"remove": {"x1": 0, "x2": 10**400}}, "x2 must be a number"),
        ({"remove": {"x1": float("nan"), "x2": 0.0}}, "x1 must be a number"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_edit_that_cannot_be_is_explained_and_the_run_goes_on(
    message: dict[str, Any], words: str
) -> None:
    at = visitor()
    before = playback(at).message
    told = sent(at, message).session_state["told"]
    assert words in told
    assert len(told) < 500
    assert playback(at).message is before
    assert pulled(at, 3) == [1, 2, 3]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
layers = st.fixed_dictionaries(
    {},
    optional={
        "units": json_values | st.integers(-3, 70),
        "activation": json_values | st.sampled_from(["tanh", "relu", "x"]),
        "dropout": json_values | st.floats(-1, 2),
    },
)
weights = st.fixed_dictionaries(
    {}, optional={"field": json_values | st.just("theta.1"), "value": json_values}
)
queries = st.dictionaries(st.sampled_from(sorted(KEYS)) | st.text(max_size=9), json_values)
kept = json_values | st.fixed_dictionaries(
    {}, optional={"experiment": json_values | queries, "step": json_values | st.integers(0, 50)}
)
places = st.fixed_dictionaries(
    {"x1": json_values, "x2": json_values}, optional={"label": json_values}
)
edits = (
    json_values
    | st.fixed_dictionaries({"place": places})
    | st.fixed_dictionaries({"remove": places})
    | st.fixed_dictionaries({"weights": st.lists(weights, max_size=3) | json_values})
    | st.fixed_dictionaries({"take_home": json_values})
    | st.fixed_dictionaries({"restore": kept})
    | st.fixed_dictionaries({"resume": kept})
    | st.fixed_dictionaries({"layers": st.lists(layers, max_size=10) | json_values})
    | st.fixed_dictionaries({"branch": json_values})
)


@settings(max_examples=10)
@given(st.lists(edits, min_size=10, max_size=30), json_values)
def test_whatever_the_stage_sends_the_page_stays_usable(made: list[Any], other: object) -> None:
    numbered = [{"id": n, **one} if isinstance(one, dict) else one for n, one in enumerate(made, 1)]
    at = posted(visitor(), other, {"sender": "a stage", "edits": numbered}, {"edits": made})
    assert replace(playback(at).experiment) == playback(at).experiment
    shown = int(unpack(playback(at).message)[1].get("step", [0])[-1])
    assert pulled(at, 3, shown)[-3:] == [shown + 1, shown + 2, shown + 3]


def test_an_edit_that_arrives_twice_is_made_once() -> None:
    at = visitor()
    layers = [{"units": 3, "activation": "relu", "dropout": 0}]
    letter = {"sender": "a stage", "edits": [{"id": 1, "layers": layers}]}
    posted(at, letter)
    run = playback(at).run_id
    assert playback(at).experiment.hidden == (LayerSpec(3, "relu"),)
    posted(at, letter, {**letter, "edits": [*letter["edits"], {"id": 2, "branch": True}]})
    assert playback(at).run_id == run
    posted(at, {**letter, "sender": "a reloaded stage"})
    assert playback(at).run_id != run


def test_a_run_is_restored_at_its_step_with_its_whole_history() -> None:
    at = visitor()
    kept = {"data": "circles", "changes": "40-learning_rate-0.1"}
    sent(at, {"restore": {"experiment": kept, "step": 70}})
    header, sections = unpack(playback(at).message)
    run = Run(from_query(kept)[0])
    run.advance(70)
    assert header["opening"]
    assert header["rates"] == [[0, 0.3], [40, 0.1]]
    assert sections["step"].tolist() == [70]
    assert sections["loss_train"].tolist() == [run.metrics().loss_train]
    assert sections["history_loss_train"].tolist() == run.history.loss_train.tolist()


def test_a_moment_is_taken_home_once() -> None:
    at = visitor()
    sent(at, {"take_home": 12})
    assert at.session_state["stale"], "the page is to open a dialog"
    assert at.session_state["home"] == 12
    assert posted(at).session_state["home"] is None
    assert "step must be" in sent(at, {"take_home": -1}).session_state["told"]
