"""Opening a saved run: a good file is shown and handed over, any other is refused in words."""

import json
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnviz.data import DataSpec, Points
from nnviz.experiment import Experiment
from nnviz.export import open_file, save_file
from nnviz.network import LayerSpec
from nnviz.runs import Run
from nnviz.serve import quota
from tests.experiments import EXPLOSIVE, SMALL
from tests.hostile import TEXTS
from tests.ui.test_plain import active


def script() -> None:
    import streamlit as st

    from nnviz.export import Saved
    from nnviz.ui.dialogs.open_saved import show_open

    if "opened" not in st.session_state:

        def opened(saved: Saved) -> None:
            if st.session_state.get("refuse"):
                raise ValueError(st.session_state["refuse"])
            st.session_state["opened"] = saved

        show_open(opened)


def saved_run(steps: int = 30) -> Run:
    run = Run(SMALL)
    run.advance(steps)
    return run


RUN = saved_run()
FILE = save_file(RUN)
OWN_POINTS = Points(((0.0, 0.0, 0), (0.1, 0.0, 0), (0.2, 0.1, 0), (1.0, 1.0, 1), (1.1, 1.0, 1)))


def given_file(contents: bytes, name: str = "run.json", **state: Any) -> AppTest:
    at = AppTest.from_function(script, default_timeout=60)
    for key, value in state.items():
        at.session_state[key] = value
    at.run()
    at.file_uploader[0].upload(name, contents).run()
    assert not at.exception
    return at


def refusal(contents: bytes) -> str:
    """What is said about a file that is not opened."""
    at = given_file(contents)
    assert not at.button, "there is nothing to open"
    assert "opened" not in at.session_state
    (warning,) = at.warning
    head, _, message = warning.value.partition("  \n")
    assert head == "**This file cannot be opened.**"
    assert active(message) == []
    assert len(message) < 600, "a hostile file must not fill the page"
    return message.replace("\u2060", "").replace("\\", "")


def test_it_asks_for_one_json_file_of_bounded_size() -> None:
    at = AppTest.from_function(script).run()
    (uploader,) = at.file_uploader
    assert uploader.allowed_type == [".json"]
    assert not uploader.accept_multiple_files
    assert (uploader.proto.max_upload_size_mb - 1) * 2**20 < quota.SAVED_BYTES
    assert uploader.proto.max_upload_size_mb * 2**20 >= quota.SAVED_BYTES
    assert not at.button
    assert not at.warning


def test_what_a_file_holds_is_shown_and_nothing_is_opened_yet() -> None:
    at = given_file(FILE.encode())
    shown = " ".join(text.value for text in (*at.markdown, *at.caption))
    loss = RUN.metrics().loss_train
    for part in ("Moons", "40 points", "2-3-1", "step 30", f"{loss:.4g}"):
        assert part in shown
    assert "opened" not in at.session_state


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (DataSpec("own", points=OWN_POINTS), "**Your own points**, 5 points, layers 2-3-1"),
        (DataSpec("iris"), "**Iris**, layers 2-3-1"),
    ],
    ids=lambda value: value.name if isinstance(value, DataSpec) else "",
)
def test_data_that_no_generator_draws_is_named_and_counted_as_it_is(
    data: DataSpec, words: str
) -> None:
    at = given_file(save_file(Run(replace(SMALL, data=data))).encode())
    assert at.markdown[0].value == words


def test_open_hands_the_run_over_and_closes_the_dialog() -> None:
    at = given_file(FILE.encode())
    at.button[0].click().run()
    saved = at.session_state["opened"]
    assert saved.experiment == SMALL
    assert saved.step == 30
    assert saved.theta.tolist() == RUN.theta.tolist()
    assert not at.file_uploader, "the dialog is closed"


# the comparison ----------------------------------------------------------------------------------


def with_weights(change: Callable[[Any], None]) -> bytes:
    """The file, its weights changed in place: one {"W", "b"} a layer."""
    contents = json.loads(FILE)
    change(contents["weights"])
    return json.dumps(contents).encode()


def told(at: AppTest) -> str:
    """What is said about the comparison."""
    return " ".join(info.value for info in at.info)


@pytest.mark.parametrize("experiment", [SMALL, replace(SMALL, precision="float32")])
def test_a_run_that_comes_out_as_it_was_saved_is_opened_without_a_word(
    experiment: Experiment,
) -> None:
    run = Run(experiment)
    run.advance(30)
    at = given_file(save_file(run).encode())
    assert told(at) == ""
    assert not at.get("progress"), "a flash of progress would only disturb"
    assert at.session_state["nnviz_open_chosen"].retrace.run.step == 30, "nothing was compared"


def add_a_half(weights: Any) -> None:
    weights[0]["W"][1][0] += 0.5


def round_the_last_digit(weights: Any) -> None:
    weights[0]["W"][1][0] *= 1.0 + 4e-16


def test_a_drift_is_told_and_the_run_opens_all_the_same() -> None:
    """Otherwise a person believes to see the run that a colleague saw."""
    at = given_file(with_weights(add_a_half))
    assert "gets other weights than those in the file: they differ by up to 0.5." in told(at)
    at.button[0].click().run()
    assert at.session_state["opened"].experiment == SMALL
    assert "nnviz_open_chosen" not in at.session_state


def test_a_difference_in_the_last_digit_is_no_drift() -> None:
    assert with_weights(round_the_last_digit) != with_weights(lambda _: None)
    assert told(given_file(with_weights(round_the_last_digit))) == ""


def test_a_run_that_ends_elsewhere_is_told() -> None:
    end = Run(EXPLOSIVE)
    end.advance(500)
    contents = json.loads(save_file(end))
    at = given_file(json.dumps(contents | {"step": end.step + 7}).encode())
    assert f"ends at step {end.step}, not at {end.step + 7}." in told(at)


def test_a_long_comparison_shows_how_far_it_is_and_need_not_be_waited_for() -> None:
    layers = (LayerSpec(16, "tanh"),) * 2
    contents = json.loads(save_file(Run(replace(SMALL, data=DataSpec()).with_hidden(layers))))
    at = given_file(json.dumps(contents | {"step": 100_000}).encode())
    assert at.get("progress")
    steps = []
    for _ in range(2):
        steps.append(at.session_state["nnviz_open_chosen"].retrace.run.step)
        assert not at.run().exception
    assert 0 < steps[0] < steps[1] < 100_000
    at.button[0].click().run()
    assert at.session_state["opened"].step == 100_000


def test_what_would_take_too_long_is_not_trained_again() -> None:
    """A stranger's file must not keep this server busy."""
    at = given_file(altered(step=10_000_000))
    assert at.session_state["nnviz_open_chosen"].retrace is None
    assert "was not checked" in told(at)
    assert [button.label for button in at.button] == ["Open"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_run_that_the_page_refuses_is_told_as_text(text: str) -> None:
    at = given_file(FILE.encode(), refuse=text)
    at.button[0].click().run()
    assert not at.exception
    assert active(at.warning[0].value.partition("  \n")[2]) == []
    assert at.file_uploader, "another file can be tried"


def altered(**changes: Any) -> bytes:
    return json.dumps(json.loads(FILE) | changes).encode()


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (b"", "must be JSON; line 1, column 1"),
        (FILE[: len(FILE) // 2].encode(), "must be JSON; line 1, column"),
        (bytes(range(256)) * 4, "must be text in UTF-8; byte 129 is not"),
        (b"[" * 100_000 + b"]" * 100_000, "must not be nested deeper than 8"),
        (b"[[[[[[[[[1]]]]]]]]]", "must not be nested deeper than 8"),
        (b'{"nnviz": 1, "step": NaN}', "finite numbers only; it has NaN"),
        (b'{"nnviz": 1, "step": -Infinity}', "finite numbers only; it has -Infinity"),
        (b'{"nnviz": 1, "nnviz": 1}', "'nnviz' is there twice"),
        (b"null", "this is no saved run"),
        (b'{"a": 1}', "this is no saved run"),
        (altered(nnviz=2), "version 2, and only 1 can be opened here"),
        (
            altered(step="<b>x</b>"),
            "step must be a whole number from 0 to 10000000; got '<b>x</b>'",
        ),
        (altered(weights=[]), "weights must have 2 entries, one per layer; got 0"),
        (altered(experiment={"data": {"name": "mars"}}), "experiment.data.name"),
        (b" " * (quota.SAVED_BYTES + 1), "at most 4,000,000 bytes; got 4,000,001"),
    ],
)
def test_a_malformed_file_is_refused_with_what_and_where(contents: bytes, message: str) -> None:
    assert message in refusal(contents)


@pytest.mark.parametrize("text", TEXTS)
def test_markup_in_a_file_is_shown_as_text(text: str) -> None:
    experiment = {"data": {"name": text}}
    assert "experiment.data.name" in refusal(altered(experiment=experiment))
    assert "is unknown" in refusal(altered(**{text: 1}))


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_read() -> None:
    """Parsed JSON takes many times its size: one file must not take the server's memory."""
    contents = b"[" + b"0," * 25_000_000 + b"0]"
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=r"at most 4,000,000 bytes; got 50,000,003"):
            open_file(contents, quota.bounds())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000
