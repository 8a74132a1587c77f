"""What the stage tells the page: what it shows, edits, resets, and whatever else is sent."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from nnviz.data import OWN, Points
from nnviz.experiment import Change, Experiment
from nnviz.experiment.query import KEYS
from nnviz.network import LayerSpec
from nnviz.serve import spell, whole
from nnviz.ui.visit import lab_view
from tests.ui.page import (
    NUMBERS,
    arrived,
    experiment,
    first_page,
    message,
    now,
    tell,
    tell_now,
    trigger,
    visit,
    watched,
)

EDITED = Experiment().with_change(Change(6, "theta.4", -1.0))


def told_off(at: AppTest) -> str:
    """The refusal that the page shows, without the signs that make it plain text."""
    (warning,) = at.warning
    return str(warning.value).replace("\u2060", "").replace("\\", "")


# what the stage shows ----------------------------------------------------------------------------


def test_an_edited_weight_is_taken_over_and_written_into_the_address() -> None:
    at = tell_now(watched(), EDITED, 6)
    assert experiment(at) == EDITED
    assert at.query_params["changes"] == "6-theta.4--1"
    header, sections = message(at)
    assert (header["run"], header["step"], header["experiment"]) == (1, 6, spell(EDITED))
    assert sections == {}
    assert not at.warning


def test_branching_cuts_what_came_later() -> None:
    at = tell_now(tell_now(watched(), EDITED, 8), Experiment(), 5)
    assert experiment(at) == Experiment()
    assert "changes" not in at.query_params
    assert message(at)[0]["run"] == 1


def test_what_is_told_is_answered_with_its_number() -> None:
    at = trigger(arrived(), "tell", {"sender": "mine", "edits": [{"id": 7, "now": now(EDITED)}]})
    assert message(at)[0]["edited"] == {"sender": "mine", "id": 7}


def test_a_rate_that_the_stage_could_not_change_is_shown_as_it_is() -> None:
    """The widget holds the wish until then; what it says afterwards of old must not count."""
    at = watched()
    rate = next(one for one in at.get("select_slider") if one.label == "Learning rate")
    rate.set_value(0.03).run()
    at = tell_now(at, Experiment(), 50, message(at)[0]["wish"]["id"])
    (rate,) = [one for one in at.get("select_slider") if one.label == "Learning rate"]
    assert rate.value == Experiment().training.learning_rate
    assert message(at)[0]["wish"] is None


def test_a_page_on_a_server_that_was_started_anew_shows_what_the_stage_has_seen() -> None:
    """The address is that of a moment ago, and points of one's own may not be in it at all."""
    points = Points(tuple((i / 7, (i % 13) / 3, i % 2) for i in range(300)))
    seen = Experiment().with_points(points).with_change(Change(40, "learning_rate", 0.1))
    at = first_page(data=OWN)
    at = tell(at, {"now": {**now(seen, 70), "own": whole(seen)}})
    assert experiment(at) == seen
    header, _ = message(at)
    assert (header["run"], header["step"], header["own"]) == (1, 70, whole(seen))
    assert not at.warning, "the points that the link could not hold are there"
    (data,) = [one for one in at.selectbox if one.label == "Data set"]
    assert data.value == OWN


@pytest.mark.parametrize(
    "shown",
    [
        {"experiment": "rate=loud", "step": 3},
        {"experiment": "data=xor", "step": 3},
        {"experiment": "id=0123456789abcdef0123456789abcdef", "step": 3},
        {"experiment": "id=0123", "step": 3, "own": "[" * 5000},
        {"experiment": "x" * 100_000, "step": 3},
        {"experiment": "", "step": -1},
    ],
    ids=lambda shown: shown["experiment"][:20],
)
def test_a_stage_that_shows_what_cannot_be_has_to_open_the_run_anew(shown: dict[str, Any]) -> None:
    at = tell_now(watched(), EDITED, 60)
    at = tell(at, {"now": {"wish": None, "own": None, **shown}})
    assert experiment(at) == EDITED
    header, sections = message(at)
    assert (header["run"], header["step"], header["experiment"]) == (2, 60, spell(EDITED))
    assert "opening" in sections


# edits -------------------------------------------------------------------------------------------


def test_layers_edited_on_the_stage_start_a_new_run() -> None:
    layer = {"units": 6, "activation": "relu", "dropout": 0}
    at = tell(watched(), {"layers": [layer, {**layer, "dropout": 0.25}]})
    assert experiment(at).hidden == (LayerSpec(6, "relu"), LayerSpec(6, "relu", 0.25))
    assert message(at)[0]["run"] == 2
    units = [one.value for one in at.number_input if one.label.startswith("Layer ")]
    assert units == [6, 6], "the widgets beside the stage follow"


def test_reset_begins_again_with_what_is_set_now() -> None:
    changed = Experiment().with_change(Change(6, "learning_rate", 0.1))
    at = tell(tell_now(watched(), changed, 60), {"reset": True})
    assert experiment(at) == Experiment().from_the_start({"learning_rate": 0.1})
    header, sections = message(at)
    assert (header["run"], header["step"], header["same_until"]) == (2, 0, None)
    assert "opening" in sections


def test_a_placed_point_and_its_removal_start_new_runs_on_points_of_ones_own() -> None:
    at = tell(watched(), {"place": {"x1": 0.25, "x2": -0.5, "label": 1}})
    points = experiment(at).data.points
    assert points is not None
    assert points.rows[-1] == (0.25, -0.5, 1)
    assert experiment(at).data == replace(Experiment().data, name="own", points=points)
    at = tell(at, {"remove": {"x1": 0.25, "x2": -0.5}})
    assert experiment(at).data.points == replace(points, rows=points.rows[:-1], placed=0)


def test_a_moment_is_taken_home_once() -> None:
    wanted = {"take_home": {"experiment": spell(EDITED), "step": 12}}
    at = tell(watched(), wanted)
    assert at.get("download_button")[0].label == "NumPy script"
    assert any("after 12 updates" in caption.value for caption in at.caption)
    assert not at.run().get("download_button")


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"layers": [{"units": 65, "activation": "tanh", "dropout": 0}]}, "Units of a layer"),
        ({"layers": [{"units": 4, "activation": "boom", "dropout": 0}]}, "activation must be"),
        ({"layers": [{"units": 4, "activation": "tanh", "dropout": 10**400}]}, "dropout must be"),
        ({"layers": [{"units": 4}]}, "a layer must have"),
        ({"place": {"x1": 10**400, "x2": 0, "label": 1}}, "x1 must be a number"),
        ({"place": {"x1": 0, "x2": 0, "label": "1" * 9999}}, "class must be"),
        ({"place": {"x1": 0, "x2": 0, "label": 1.0}}, "class must be"),
        ({"remove": {"x1": 0, "x2": 10**400}}, "x2 must be a number"),
        ({"remove": {"x1": float("nan"), "x2": 0.0}}, "x1 must be a number"),
        ({"take_home": {"experiment": "", "step": -1}}, "step must be"),
        ({"take_home": {"experiment": "data=xor", "step": 1}}, "must be the one on the page"),
        ({"now": {"experiment": "", "step": 10**400}}, "step must be"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_edit_that_cannot_be_is_explained_and_the_run_goes_on(
    edit: dict[str, Any], words: str
) -> None:
    at = tell(watched(), edit)
    assert words in told_off(at)
    assert len(told_off(at)) < 500
    assert (experiment(at), visit(at).step) == (Experiment(), 0)
    assert not at.run().warning, "it is said once"


def test_an_edit_that_arrives_twice_is_made_once() -> None:
    layers = [{"units": 3, "activation": "relu", "dropout": 0}]
    letter = {"sender": "one", "edits": [{"id": 1, "layers": layers}]}
    at = trigger(watched(), "tell", letter)
    assert experiment(at).hidden == (LayerSpec(3, "relu"),)
    second = {"id": 2, "now": now(experiment(at), 4)}
    at = trigger(at, "tell", {**letter, "edits": [*letter["edits"], second]})
    assert (visit(at).run, visit(at).step) == (2, 4)
    at = trigger(at, "tell", {**letter, "sender": "a reloaded stage"})
    assert visit(at).run == 3


# whatever is sent --------------------------------------------------------------------------------

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
queries = st.sampled_from(sorted(KEYS)).flatmap(
    lambda key: st.text(max_size=9).map(lambda text: f"{key}={text}")
)
moments = json_values | st.fixed_dictionaries(
    {"experiment": json_values | queries | st.just(""), "step": json_values | st.integers(0, 50)},
    optional={"wish": json_values, "own": json_values},
)
places = st.fixed_dictionaries(
    {"x1": json_values, "x2": json_values}, optional={"label": json_values}
)
lab_keys = st.sampled_from(sorted(lab_view.KEYS)) | st.text(max_size=9)
edits = (
    json_values
    | st.fixed_dictionaries({"now": moments})
    | st.fixed_dictionaries({"take_home": moments})
    | st.fixed_dictionaries({"place": places})
    | st.fixed_dictionaries({"remove": places})
    | st.fixed_dictionaries({"layers": st.lists(layers, max_size=10) | json_values})
    | st.fixed_dictionaries({"reset": json_values})
    | st.fixed_dictionaries({"apply": moments})
    | st.fixed_dictionaries({"sweep": json_values | st.text(max_size=30)})
    | st.fixed_dictionaries({"lab": json_values | st.dictionaries(lab_keys, st.text(max_size=9))})
)
questions = json_values | st.fixed_dictionaries(
    {"id": json_values | st.just(1), "path": json_values, "visit": json_values | st.just("x")}
)


@settings(max_examples=10)
@given(st.lists(edits, min_size=10, max_size=30), json_values, questions)
def test_whatever_the_stage_sends_the_page_stays_usable(
    made: list[Any], other: object, question: object
) -> None:
    numbered = [one | {"id": next(NUMBERS)} if isinstance(one, dict) else one for one in made]
    at = trigger(watched(), "tell", other)
    at = trigger(at, "ask", question)
    at = trigger(at, "tell", {"sender": "a stage", "edits": numbered})
    at = trigger(at, "tell", {"edits": made})
    assert replace(experiment(at)) == experiment(at)
    at = tell_now(at, experiment(at), 12)
    assert (visit(at).step, message(at)[0]["step"]) == (12, 12)


def test_a_question_of_the_component_is_answered_in_the_next_message() -> None:
    at = watched()
    path = f"frames/{message(at)[0]['version']}?{spell(EDITED)}&from=0&count=1&every=1"
    at = trigger(at, "ask", {"id": 3, "path": path, "visit": "cafe"})
    header, sections = message(at)
    assert header["reply"] == {"id": 3, "status": 200}
    assert sections.keys() == {"reply"}
