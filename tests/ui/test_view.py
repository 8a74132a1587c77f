"""The view of a link: what it says is read by rules, and what the stage needs is told to it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.experiment import Change, Experiment
from nnviz.frames import unpack
from nnviz.presets import PRESETS
from nnviz.serve import quota
from nnviz.stage.sources import sources
from nnviz.ui.visit.view import KEYS, LONGEST_TITLE, View, read
from nnviz.ui.visit.visit import Visit
from tests.hostile import TEXTS
from tests.ui.page import (
    arrived,
    first_page,
    message,
    now,
    tell,
    tell_now,
    visit,
    watched,
)

SWITCHES = ["test", "mistakes", "classes", "gradients", "accuracy", "log"]
LINK = {"step": "120", "speed": "8", "show": "test.log", "play": "1", "title": "Why depth?"}

views = st.builds(
    View,
    step=st.none() | st.integers(1, quota.SHOWN_STEP),
    speed=st.none() | st.integers(0, quota.FASTEST.bit_length() - 1).map(lambda k: 2**k),
    show=st.none()
    | st.sets(st.sampled_from(SWITCHES)).map(
        lambda on: tuple(name for name in SWITCHES if name in on)
    ),
    play=st.booleans(),
    title=st.text(st.characters(categories=["L", "N"]), max_size=LONGEST_TITLE),
    ask=st.sampled_from(["", "p", "dW.2.3.1", "s17-z.1.3~8"]),
    sample=st.none() | st.integers(0, 1000),
)


def test_the_stage_has_a_switch_for_each_name_of_a_link() -> None:
    (switches,) = re.findall(r"this\.switches = \{(.*?)\}", sources()["transport.js"])
    assert [pair.split(":")[0].strip() for pair in switches.split(",")] == SWITCHES


@given(views)
def test_a_view_survives_its_link_with_what_a_new_page_has(view: View) -> None:
    found, notes = read(view.to_query())
    assert notes == []
    assert (found.step, found.play, found.title) == (view.step, view.play, view.title)
    assert (found.ask, found.sample) == (view.ask, view.sample)
    assert (found.speed or 1) == (view.speed or 1)
    assert (found.show or ("test",)) == (view.show or ("test",)) or view.show == found.show


@given(st.dictionaries(st.sampled_from(sorted(KEYS)), st.text() | st.sampled_from(TEXTS)))
def test_whatever_a_link_says_the_view_is_allowed(query: dict[str, str]) -> None:
    view, notes = read(query)
    assert read(view.to_query())[1] == []
    assert all(any(note.startswith(f"{key}=") for key in query) for note in notes)


@pytest.mark.parametrize(
    ("key", "text", "rule"),
    [
        ("step", "-1", "step must be a whole number from 0"),
        ("step", "1" * 5000, "step must be a whole number from 0"),
        ("step", str(quota.SHOWN_STEP + 1), "step must be a whole number from 0"),
        ("speed", "3", "speed must be one of 1, 2, 4"),
        ("speed", str(2 * quota.FASTEST), "speed must be one of 1, 2, 4"),
        ("show", "test.test", "show must be one or more of test, mistakes"),
        ("show", "", "show must be one or more of test, mistakes"),
        ("play", "yes", "play must be one of 0, 1"),
        ("title", "x" * (LONGEST_TITLE + 1), f"title must be at most {LONGEST_TITLE}"),
        ("title", "two\nlines", "title must be at most"),
        ("ask", "<b>", "ask must name a number of the page Explain"),
        ("ask", "W" * 100, "ask must name a number of the page Explain"),
        ("sample", "-1", "sample must be a whole number from 0"),
        ("sample", "1.5", "sample must be a whole number from 0"),
    ],
)
def test_a_wrong_value_falls_back_and_is_named(key: str, text: str, rule: str) -> None:
    view, notes = read({**LINK, key: text})
    assert getattr(view, key) == getattr(View(), key)
    (note,) = notes
    assert note.startswith(f"{key}=")
    assert rule in note
    at = arrived(**{key: text})
    assert rule in at.warning[0].value.replace("\u2060", "").replace("\\", "")
    assert key not in at.query_params


def test_a_link_opens_its_run_at_its_moment_and_the_stage_knows_the_rest() -> None:
    at = first_page(rate="0.1", **LINK)
    header, sections = message(at)
    assert (header["run"], header["step"]) == (1, 120)
    assert header["view"] == {"speed": "8", "show": "test.log", "play": True}
    assert header["caption"] == "Why depth?"
    assert "opening" in sections
    assert "Why depth?" in [caption.value for caption in at.run().caption]


def test_a_link_to_an_answer_tells_the_stage_which_until_the_visitor_goes_on() -> None:
    at = first_page(ask="dW.2.3.1", sample="17")
    view = message(at)[0]["view"]
    assert (view["ask"], view["sample"]) == ("dW.2.3.1", "17")
    tell_now(at, Experiment(), 1)
    assert not {"ask", "sample"} & dict(at.query_params).keys()


def test_a_link_without_a_view_leaves_speed_and_switches() -> None:
    header, _ = message(first_page())
    assert header["view"] == {"speed": None, "show": None, "play": False}
    assert header["step"] == 0


def test_the_moment_stays_in_the_address_until_the_visitor_goes_on() -> None:
    at = first_page(**LINK)
    tell_now(at, Experiment(), 120)
    assert dict(at.query_params) == LINK
    tell_now(at, Experiment(), 121)
    later = {key: text for key, text in LINK.items() if key not in ("step", "play")}
    assert dict(at.query_params) == later
    tell_now(at, Experiment(), 120)
    assert dict(at.query_params) == later, "it does not come back"


def test_another_experiment_is_not_at_the_moment_of_the_link() -> None:
    at = tell_now(first_page(**LINK), Experiment(), 120)
    tell(at, {"layers": []})
    assert message(at)[0]["step"] == 0
    assert not {"step", "play"} & dict(at.query_params).keys()
    assert message(at)[0]["view"] == {"speed": None, "show": None, "play": False}


def test_the_session_knows_the_moment_that_it_can_share() -> None:
    at = watched()
    seen = {"speed": "16", "show": "none"}
    at = tell(at, {"now": {**now(Experiment(), 70), "view": seen}})
    at.button(key="share").click().run()
    assert "step 70" in at.checkbox(key="nnviz_share_moment").label
    assert at.session_state["nnviz"].seen == View(speed=16, show=())


@pytest.mark.parametrize("text", ["3", "1" * 5000, "none"])
def test_a_speed_that_no_stage_has_is_refused(text: str) -> None:
    seen = {"speed": text, "show": "test"}
    at = tell(watched(), {"now": {**now(Experiment(), 70), "view": seen}})
    assert "speed must be one of" in at.warning[0].value
    assert visit(at).step == 0


def test_only_the_opening_of_a_run_has_a_view() -> None:
    opened = Visit(Experiment())
    opened.open(PRESETS["spirals"].experiment, 7, View(speed=8))
    header, _ = unpack(opened.message())
    assert (header["step"], header["view"]["speed"]) == (7, "8")
    opened.open_anew()
    header, _ = unpack(opened.message())
    assert (header["step"], header["view"]["speed"]) == (7, None)


@pytest.mark.parametrize(
    ("query", "before", "after"),
    [({}, PRESETS["first"].title, ""), ({"title": "Mine"}, "Mine", "Mine")],
    ids=["preset", "link"],
)
def test_the_title_of_a_link_outlives_a_change_and_that_of_a_preset_does_not(
    query: dict[str, str], before: str, after: str
) -> None:
    at = first_page(**query)
    assert message(at)[0]["caption"] == before
    changed = Experiment().with_change(Change(6, "learning_rate", 0.1))
    assert message(tell_now(at, changed, 6))[0]["caption"] == after
