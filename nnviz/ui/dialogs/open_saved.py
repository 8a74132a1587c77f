"""The dialog that opens a saved run. The file is not trusted: its size and contents are checked.

A saved run is opened by training it again from step 0. While a person reads the contents of the
file, this dialog does so too, in slices, and reports results that differ from the file.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from nnviz.export import Saved, drift, open_file
from nnviz.runs import cost
from nnviz.serve import Busy, quota
from nnviz.ui.dialogs.retrace import Retrace
from nnviz.ui.dialogs.slices import SECONDS, ask_for_the_next
from nnviz.ui.plain import plain

_CHOSEN = "nnviz_open_chosen"
_AT_ONCE = 0.3  # seconds of work before a progress bar is shown


@dataclass(frozen=True)
class _Chosen:
    """A file that was read; ``retrace`` is None if training it again would take too long."""

    file_id: str
    saved: Saved
    retrace: Retrace | None


def _forget() -> None:
    st.session_state.pop(_CHOSEN, None)


@st.dialog("Open a saved run", icon=":material/folder_open:", on_dismiss=_forget)
def show_open(on_open: Callable[[Saved], None]) -> None:
    """Ask for a file, show its contents, and call ``on_open`` with it when *Open* is clicked."""
    file = st.file_uploader(
        "A saved run, downloaded with Take it home",
        type="json",
        max_upload_size=math.ceil(quota.SAVED_BYTES / 2**20),
        key="nnviz_open_file",
    )
    if file is None:
        _forget()
        return
    try:
        chosen = _chosen(file)
        _show_contents(chosen.saved)
        comparison = st.container()
        if st.button(
            "Open",
            key="nnviz_open_it",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            help="It replaces the run on the page.",
        ):
            on_open(chosen.saved)
            _forget()
            st.rerun()
        with comparison:
            if chosen.retrace is not None:
                _compare(chosen.saved, chosen.retrace)
            else:
                st.info(
                    "Agreement with the file was not checked: training the run again would take "
                    "this server too long.",
                    icon=":material/hourglass_disabled:",
                )
    except ValueError as refusal:
        st.warning(
            f"**This file cannot be opened.**  \n{plain(str(refusal))}",
            icon=":material/error_outline:",
        )


def _chosen(file: UploadedFile) -> _Chosen:
    """Read the file once; its size is checked before its contents are read."""
    found = st.session_state.get(_CHOSEN)
    if isinstance(found, _Chosen) and found.file_id == file.file_id:
        return found
    _forget()
    if file.size > quota.SAVED_BYTES:
        raise ValueError(f"the file must be at most {quota.SAVED_BYTES:,} bytes; got {file.size:,}")
    saved = open_file(file.getvalue(), quota.bounds())
    found = st.session_state[_CHOSEN] = _Chosen(file.file_id, saved, _retrace(saved))
    return found


def _retrace(saved: Saved) -> Retrace | None:
    if saved.step * cost.seconds_of_update(saved.experiment) > quota.TRAINING_AHEAD:
        return None
    try:
        return Retrace(saved.experiment, saved.step)
    except Busy:
        return None


def _compare(saved: Saved, retrace: Retrace) -> None:
    """Train for one slice; show the progress, or at the end the differences from the file."""
    words = "Training it again, to compare"
    if retrace.slices == 0:
        retrace.work(_AT_ONCE)
    if not retrace.done:
        bar = st.progress(retrace.share, words)
        retrace.work(SECONDS)
        bar.progress(retrace.share, words)
        ask_for_the_next("nnviz_open_next", retrace.slices)
    elif found := drift(saved, retrace.run):
        st.info(
            f"{found} Another processor or version of NumPy rounds differently. "
            "The run opens with the values trained here.",
            icon=":material/difference:",
        )


def _show_contents(saved: Saved) -> None:
    experiment, last = saved.experiment, saved.history.last
    data = experiment.data
    points = data.n_samples if data.draws else len(data.points.rows) if data.points else None
    size = "" if points is None else f", {points:,} points"
    sizes = "-".join(str(n) for n in experiment.network.dims)
    loss = "" if last is None else f", training loss {last.metrics.loss_train:.4g}"
    with st.container(border=True, gap="xxsmall"):
        st.markdown(f"**{plain(data.title)}**{size}, layers {sizes}")
        st.caption(f"At step {saved.step:,}{loss}")
