"""The dialog for the visitor's own points: a file or pasted text, three columns, a preview.

Text from strangers is shown as text, never as Markdown. A large file is read in slices of a tenth
of a second, and the dialog is drawn again between them. So the stage plays on, and *Cancel* or
closing the dialog stops the reading. The run changes only when the last button is clicked.
"""

import time
from collections.abc import Callable, Generator

import streamlit as st

from nnviz.data.points import Points
from nnviz.data.rows import MOST_BYTES
from nnviz.data.table import Table, reading
from nnviz.figures.scatter import scatter_svg

_SLICE_SECONDS = 0.1
_LONGEST_PASTE = 200_000  # characters, some thousand rows; larger tables should be uploaded
_FILE, _PASTE = "Upload a file", "Paste a table"
_EXAMPLE = "height,weight,kind\n23,4.1,cat\n25,3.8,cat\n48,21.5,dog\n61,30.2,dog"


class Desk:
    """The state of one import dialog."""

    def __init__(self) -> None:
        self.source: str | None = None
        self.steps: Generator[float | Table] | None = None
        self.share = 0.0
        self.table: Table | None = None
        self.refusal: str | None = None
        self.cancelled = False
        self.turn = 0  # the number of tables so far; each gets its own widgets
        self.opening = True

    def take(self, source: str | None, data: Callable[[], bytes]) -> None:
        """Begin to read a table, unless ``source`` is the same as before."""
        if source == self.source:
            return
        self.source = source
        self.steps = None if source is None else reading(data())
        self.table = self.refusal = None
        self.cancelled = False
        self.share = 0.0
        self.turn += 1

    def cancel(self) -> None:
        """Stop reading. The same source is not read again until another one was chosen."""
        if self.steps is not None:
            self.steps = None
            self.cancelled = True

    def work(self, seconds: float) -> None:
        """Read for ``seconds``, or until the table is complete."""
        end = time.monotonic() + seconds
        try:
            while self.steps is not None:
                step = next(self.steps)
                if isinstance(step, Table):
                    self.table, self.steps = step, None
                else:
                    self.share = step
                if time.monotonic() >= end:
                    return
        except ValueError as refusal:
            self.refusal, self.steps = str(refusal), None


def show_own_data(on_use: Callable[[Points], None]) -> None:
    """Open the dialog; ``on_use`` is called with the points when *Use these points* is clicked."""
    _dialog(Desk(), on_use)


# Closing the dialog reruns the page, which stops the reading.
@st.dialog("Your own data", width="large", on_dismiss="rerun")
def _dialog(desk: Desk, on_use: Callable[[Points], None]) -> None:
    st.caption(
        "Two features and a label with two values, one row for each point. The table is read on "
        "this server and goes nowhere else."
    )
    way = st.segmented_control(
        "Where your table is",
        [_FILE, _PASTE],
        default=_FILE,
        required=True,
        key="own_way",
        label_visibility="collapsed",
    )
    if way == _PASTE:
        _take_paste(desk)
    else:
        _take_file(desk)
    if desk.steps is not None:
        _read_on(desk)
    desk.opening = False
    if desk.table is not None:
        _show_choices(desk, desk.table, on_use)
    elif desk.cancelled:
        st.text("The reading was cancelled. Choose the file again to read it.")
    elif desk.refusal is not None:
        _show_refusal(desk.refusal)


def _take_file(desk: Desk) -> None:
    uploaded = st.file_uploader(
        "CSV file",
        type=["csv", "tsv", "txt"],
        max_upload_size=MOST_BYTES // 2**20,
        key="own_file",
        label_visibility="collapsed",
    )
    if uploaded is None:
        desk.take(None, bytes)
    else:
        desk.take(f"file {uploaded.file_id}", uploaded.getvalue)


def _take_paste(desk: Desk) -> None:
    text = st.text_area(
        "Table",
        placeholder=_EXAMPLE,
        max_chars=_LONGEST_PASTE,
        height=170,
        key="own_text",
        label_visibility="collapsed",
    )
    st.button("Read it", key="own_read")
    desk.take(f"text {text}" if text and text.strip() else None, lambda: (text or "").encode())


def _read_on(desk: Desk) -> None:
    """Read one slice; if the table is not complete then, rerun the dialog to read on.

    The progress bar is drawn before the work, because elements drawn just before a rerun may never
    be sent. The first drawing reads without a limit: a run of the whole page cannot be sliced.
    """
    place = st.empty()
    if desk.share > 0.0:
        with place.container():
            st.progress(desk.share, text="Reading the table")
            st.button("Cancel", key="own_cancel", on_click=desk.cancel)
    desk.work(float("inf") if desk.opening else _SLICE_SECONDS)
    if desk.steps is not None:
        st.rerun(scope="fragment")
    place.empty()


def _show_refusal(words: str) -> None:
    with st.container(border=True, key="own_refusal", gap="xsmall"):
        st.markdown(":material/error: **These points cannot be used**")
        st.text(words[:1].upper() + words[1:])


def _show_choices(desk: Desk, table: Table, on_use: Callable[[Points], None]) -> None:
    controls, picture = st.columns([2, 3], gap="medium")
    with controls:
        x1, x2, label = _choose_columns(desk, table)
        try:
            points, notes = table.points(x1, x2, label)
        except ValueError as refusal:
            st.text("\n".join(table.notes))
            with picture:
                _show_refusal(str(refusal))
            return
        st.text("\n".join([*table.notes, *notes]))
    with picture, st.container(horizontal_alignment="center"):
        _show_picture(points)
    if st.button("Use these points", key="own_use", type="primary"):
        try:
            on_use(points)
        except ValueError as refusal:
            _show_refusal(str(refusal))
        else:
            st.rerun()


def _choose_columns(desk: Desk, table: Table) -> list[str]:
    """Draw three lists of the columns' names, with suggested columns selected."""
    names = list(table.columns)
    labels = ("First feature", "Second feature", "Label (two values)")
    return [
        st.selectbox(
            label,
            names,
            index=names.index(suggested),
            key=f"own_column_{place}_{desk.turn}",
        )
        for place, (label, suggested) in enumerate(zip(labels, table.suggest(), strict=True))
    ]


def _show_picture(points: Points) -> None:
    x1, x2 = points.names
    st.image(
        scatter_svg(points, dark=st.context.theme.type == "dark"),
        alt=f"{len(points.rows)} points of two classes over {x1} and {x2}",
    )
