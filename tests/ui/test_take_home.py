"""Taking a run home: the files are of the very run that is shown, and Cancel ends the work."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nnviz.experiment import Change, Experiment
from nnviz.export import open_file
from nnviz.frames import unpack
from nnviz.network import LayerSpec
from nnviz.runs import Run
from nnviz.serve import quota
from nnviz.ui.dialogs.recorded import RECORDED, Recorded
from nnviz.ui.dialogs.retrace import Recording, Retrace
from nnviz.ui.dialogs.row import file_name
from nnviz.ui.dialogs.take_home import GROUPS, SCRIPT, TEXTBOOK, Item
from tests.experiments import EXPLOSIVE, SMALL, network_of

ITEMS = [SCRIPT, TEXTBOOK, *(item for group in GROUPS.values() for item in group)]
FAR = 10_000_000  # nobody waits for so many updates


def script() -> None:
    import streamlit as st

    from nnviz.ui.dialogs.take_home import show_take_home

    show_take_home(*st.session_state["wanted"])


def taken(experiment: Experiment, step: int) -> AppTest:
    at = AppTest.from_function(script, default_timeout=60)
    at.session_state["wanted"] = (experiment, step)
    return usable(at.run())


def usable(at: AppTest) -> AppTest:
    assert not at.exception, at.exception[0].stack_trace
    return at


def retrace(at: AppTest) -> Retrace:
    found = at.session_state["nnviz_take_retrace"]
    assert isinstance(found, Retrace)
    return found


def downloads(at: AppTest) -> dict[str, Any]:
    """The download buttons by their labels."""
    return {button.label: button for button in at.download_button}


def keys(at: AppTest) -> list[str]:
    """The keys of the plain buttons."""
    return [str(button.key) for button in at.button]


# the offers --------------------------------------------------------------------------------------


def test_a_usual_run_is_ready_at_once_and_the_script_comes_first() -> None:
    at = taken(SMALL, 60)
    assert [button.label for button in at.download_button] == [item.label for item in ITEMS]
    types = [button.proto.type for button in at.download_button]
    assert types == ["primary", *["secondary"] * (len(ITEMS) - 1)]
    assert not at.get("progress"), "a flash of progress would only disturb"
    assert not any(button.proto.disabled for button in at.download_button)
    assert at.caption[0].value == "Moons, layers 2-3-1, after 60 updates."
    assert len(at.caption) == 1 + len(ITEMS) + len(RECORDED), "each has its sentence"


def test_a_download_is_made_when_it_is_pressed_and_leaves_the_page_alone() -> None:
    for button in taken(SMALL, 60).download_button:
        assert button.proto.deferred_file_id, "nothing is made that nobody wants"
        assert button.proto.ignore_rerun


def test_everything_is_of_the_very_run_that_is_shown() -> None:
    changed = replace(
        SMALL, changes=(Change(20, "learning_rate", 0.05), Change(30, "theta.4", 2.0))
    )
    run = retrace(taken(changed, 60)).run
    shown = Run(changed)
    shown.advance(60)
    assert run.step == 60
    np.testing.assert_array_equal(run.theta, shown.theta)
    for item in ITEMS:
        assert item.make(run) == item.make(shown)
    saved = next(item for item in ITEMS if item.label == "Saved run")
    assert open_file(saved.make(run)).theta.tolist() == shown.theta.tolist()


def test_each_file_has_a_name_of_its_own_that_tells_data_and_step() -> None:
    run = Run(SMALL)
    run.advance(12)
    names = [file_name(run, item.suffix) for item in ITEMS]
    assert names[0] == "nnviz-moons-step-12.py"
    assert len(set(names)) == len(names)
    assert all(name.startswith("nnviz-moons-step-12") for name in names)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.suffix)
def test_each_item_is_offered_under_a_type_a_system_knows(item: Item) -> None:
    kinds = {
        ".py": "text/plain",
        ".npz": "application/octet-stream",
        ".json": "application/json",
        ".csv": "text/csv",
    }
    assert item.mime == kinds[item.suffix[item.suffix.rindex(".") :]]


def test_what_scikit_learn_cannot_have_is_disabled_with_the_reason() -> None:
    at = taken(replace(SMALL, network=network_of((LayerSpec(3, "sin"),))), 5)
    refused = downloads(at)["scikit-learn"]
    assert refused.proto.disabled
    assert "layer 1 must be one of" in refused.help
    assert any("layer 1 must be one of" in caption.value for caption in at.caption)
    others = [button for label, button in downloads(at).items() if label != "scikit-learn"]
    assert not any(button.proto.disabled for button in others)


def test_a_server_without_room_says_so_and_can_be_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as busy:
        busy.setattr(quota, "WAITING", 0)
        at = taken(SMALL, 60)
    assert "no room for another run" in at.warning[0].value
    assert not at.download_button
    at.button(key="nnviz_take_again").click().run()
    assert len(usable(at).download_button) == len(ITEMS)


def test_another_step_is_another_run() -> None:
    at = taken(SMALL, 60)
    at.session_state["wanted"] = (SMALL, 61)
    usable(at.run())
    assert retrace(at).run.step == 61
    first = retrace(at)
    usable(at.run())
    assert retrace(at) is first, "what is prepared is prepared once"


# the work ----------------------------------------------------------------------------------------


def test_a_long_run_shows_progress_offers_nothing_yet_and_goes_on_slice_by_slice() -> None:
    at = taken(SMALL, FAR)
    first = retrace(at).run.step
    assert 0 < first < FAR
    assert not at.download_button
    assert keys(at) == ["nnviz_take_cancel"]
    (progress,) = at.get("progress")
    assert f"{FAR:,}" in progress.proto.text
    assert len(at.get("bidi_component")) == 1, "the browser is to ask for the next slice"
    usable(at.run())
    assert retrace(at).run.step > first


def test_cancel_ends_the_work() -> None:
    at = taken(SMALL, FAR)
    left = retrace(at)
    at.button(key="nnviz_take_cancel").click().run()
    step = left.run.step
    usable(at.run())
    assert retrace(at) is not left, "the page of this test opens the dialog anew"
    assert left.run.step == step


def test_a_run_that_diverges_on_the_way_is_offered_up_to_there() -> None:
    at = taken(EXPLOSIVE, FAR)
    stopped = Run(EXPLOSIVE)
    stopped.advance(FAR)
    assert retrace(at).run.step == stopped.step < 100
    assert len(at.download_button) == len(ITEMS)
    assert not at.get("bidi_component"), "nothing is left to do"


def test_a_run_is_the_same_in_whatever_slices_it_is_trained() -> None:
    cut = Retrace(SMALL, 50)
    while not cut.done:
        before = cut.run.step
        cut.work(0.0)
        assert cut.run.step == before + 1, "every slice makes at least one update"
    whole = Run(SMALL)
    whole.advance(50)
    np.testing.assert_array_equal(cut.run.theta, whole.theta)
    assert cut.share == 1.0


# the replay --------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", RECORDED, ids=lambda item: item.word)
def test_one_recording_is_made_when_it_is_wanted_and_then_all_files_of_it_are_offered(
    item: Recorded,
) -> None:
    at = taken(SMALL, 60)
    saves = {f"Save the {one.word}": one for one in RECORDED}
    assert not saves.keys() & downloads(at).keys()
    at.button(key=f"nnviz_take_record_{item.word}").click().run()
    for _ in range(200):
        if saves.keys() <= downloads(usable(at)).keys():
            break
        assert "nnviz_take_stop_recording" in keys(at)
        at.run()
    wanted, recording = at.session_state["nnviz_take_recording"]
    assert wanted is item
    steps = [int(s) for message in recording.messages for s in unpack(message)[1]["step"]]
    assert steps == list(range(61))
    for label, one in saves.items():
        assert downloads(at)[label].proto.type == "primary"
        page = one.make(retrace(at).run, recording.messages)
        assert "Moons, layers 2-3-1" in page
    pressed = [json.loads(part.proto.json)["key"] for part in at.get("bidi_component")]
    assert pressed == [f"nnviz_take_{item.word}"], "only the file that was asked for"


def test_a_recording_can_be_cancelled_and_begun_again() -> None:
    # Each moment costs far more to draw than to train: recording takes many slices.
    heavy = SMALL.with_hidden((LayerSpec(64, "tanh"),) * 8)
    at = taken(heavy, 600)
    while "nnviz_take_record_replay" not in keys(at):
        usable(at.run())
    at.button(key="nnviz_take_record_replay").click().run()
    _, left = usable(at).session_state["nnviz_take_recording"]
    assert not left.done
    at.button(key="nnviz_take_stop_recording").click().run()
    assert "nnviz_take_recording" not in usable(at).session_state
    made = len(left.messages)
    usable(at.run())
    assert len(left.messages) == made
    assert "nnviz_take_record_replay" in keys(at)


def test_a_recording_stops_between_any_two_updates() -> None:
    """Otherwise Cancel would wait for the next of a few hundred moments."""
    finished = Run(SMALL)
    finished.advance(600)
    recording = Recording(finished, seconds=0.0)
    recording.work()
    assert recording.messages == []
    shares = []
    while not recording.done:
        shares.append(recording.share)
        recording.work()
    assert shares == sorted(shares)
    assert recording.share == 1.0
    assert len(recording.messages) == 20
