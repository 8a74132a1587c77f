"""The dialog that opens a saved run. The file is a stranger's: bounded, checked, then shown."""

import math
from collections.abc import Callable

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from nnviz.export import Saved, open_file
from nnviz.serve import quota
from nnviz.ui.plain import plain


@st.dialog("Open a saved run", icon=":material/folder_open:")
def show_open(on_open: Callable[[Saved], None]) -> None:
    """Ask for a file, show what it holds, and hand it to ``on_open`` when that is wanted."""
    file = st.file_uploader(
        "A saved run, as Take it home makes them",
        type="json",
        max_upload_size=math.ceil(quota.SAVED_BYTES / 2**20),
        key="nnviz_open_file",
    )
    if file is None:
        return
    try:
        saved = _read(file)
        _show_contents(saved)
        if st.button(
            "Open",
            key="nnviz_open_it",
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            help="It takes the place of the run on the page.",
        ):
            on_open(saved)
            st.rerun()
    except ValueError as refusal:
        st.warning(
            f"**This file cannot be opened.**  \n{plain(str(refusal))}",
            icon=":material/error_outline:",
        )


def _read(file: UploadedFile) -> Saved:
    """What the file holds, its size looked at before a single byte of it."""
    if file.size > quota.SAVED_BYTES:
        raise ValueError(f"the file must be at most {quota.SAVED_BYTES:,} bytes; got {file.size:,}")
    return open_file(file.getvalue(), quota.bounds())


def _show_contents(saved: Saved) -> None:
    experiment, last = saved.experiment, saved.history.last
    data = experiment.data
    points = data.n_samples if data.draws else len(data.points.rows) if data.points else None
    size = "" if points is None else f", {points:,} points"
    sizes = "-".join(str(n) for n in experiment.network.dims)
    loss = "" if last is None else f", training loss {last.loss_train:.4g}"
    with st.container(border=True, gap="xxsmall"):
        st.markdown(f"**{plain(data.title)}**{size}, layers {sizes}")
        st.caption(f"At step {saved.step:,}{loss}")
