"""The downloads that are made of a recording of the run: the replay, and the animated figure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnviz.export import replay_html
from nnviz.figures import animated_figure, palettes
from nnviz.runs import Run
from nnviz.stage.sources import sources
from nnviz.ui.dialogs.retrace import Recording
from nnviz.ui.dialogs.row import columns, file_name
from nnviz.ui.dialogs.slices import SECONDS, ask_for_the_next, press

_RECORDING = "nnviz_take_recording"
_WORDS = "Recording the run"


@dataclass(frozen=True)
class Recorded:
    """One kind of download that is made of a recording; ``word`` is its name in keys and files."""

    label: str
    sentence: str
    word: str
    make: Callable[[Run, Sequence[bytes]], str]
    icon: str


def _replay(run: Run, messages: Sequence[bytes]) -> str:
    return replay_html(run.experiment, run.dataset, messages, sources(), palettes())


def _figure(run: Run, messages: Sequence[bytes]) -> str:
    figure = animated_figure(run.experiment, run.dataset, messages)
    page: str = figure.to_html(include_plotlyjs=True, auto_play=False)
    return page


RECORDED = (
    Recorded(
        "Replay",
        "A web page that plays the run, for a talk or an e-mail. It works offline.",
        "replay",
        _replay,
        ":material/movie:",
    ),
    Recorded(
        "Plotly figure",
        "Boundary and cost curve as an animated figure with a slider: a web page of 5 MB.",
        "figure",
        _figure,
        ":material/animation:",
    ),
)


def _begin(run: Run, item: Recorded) -> None:
    st.session_state[_RECORDING] = item, Recording(run, SECONDS)


def show_recorded(run: Run) -> None:
    """Draw the buttons that start the recording, or its progress, or those that save its files.

    The file that was asked for is saved without another click; its button stays, because a browser
    may refuse that.
    """
    found: tuple[Recorded, Recording] | None = st.session_state.get(_RECORDING)
    wanted, recording = found or (None, None)
    for item in RECORDED:
        button, words = columns()
        if recording is not None and recording.done:
            _offer(button, run, item, recording.messages)
            words.caption(item.sentence)
        elif item is wanted and recording is not None:
            button.button(
                "Cancel",
                key="nnviz_take_stop_recording",
                on_click=forget_recording,
                icon=":material/close:",
                width="stretch",
            )
            bar = words.progress(recording.share, _WORDS)
        else:
            button.button(
                item.label,
                key=f"nnviz_take_record_{item.word}",
                on_click=_begin,
                args=(run, item),
                icon=item.icon,
                width="stretch",
                disabled=recording is not None,
            )
            words.caption(item.sentence)
    if wanted is None or recording is None:
        return
    if recording.done:
        press(f"nnviz_take_{wanted.word}")
        return
    recording.work()
    bar.progress(recording.share, _WORDS)
    ask_for_the_next("nnviz_take_next_moments", recording.slices)


def _offer(button: DeltaGenerator, run: Run, item: Recorded, messages: Sequence[bytes]) -> None:
    button.download_button(
        f"Save the {item.word}",
        data=lambda: item.make(run, messages),
        file_name=file_name(run, f"-{item.word}.html"),
        mime="text/html",
        key=f"nnviz_take_{item.word}",
        on_click="ignore",
        type="primary",
        icon=":material/download:",
        width="stretch",
    )


def forget_recording() -> None:
    """Drop the recording, also while it is made."""
    st.session_state.pop(_RECORDING, None)
