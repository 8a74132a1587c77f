"""The dialog that offers a run for download: script, model code, numbers, file, replay, figure."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from nnviz.experiment import Experiment
from nnviz.export import (
    history_csv,
    keras_code,
    numpy_script,
    save_file,
    sklearn_code,
    textbook_script,
    torch_code,
    weights_json,
    weights_npz,
)
from nnviz.runs import Run
from nnviz.serve import Busy
from nnviz.ui.dialogs.recorded import forget_recording, show_recorded
from nnviz.ui.dialogs.retrace import Retrace
from nnviz.ui.dialogs.row import columns, file_name
from nnviz.ui.dialogs.slices import SECONDS, ask_for_the_next
from nnviz.ui.plain import plain

_RETRACE = "nnviz_take_retrace"
_REFUSALS = "nnviz_take_refusals"
_AT_ONCE = 0.3  # seconds of work before a progress bar is shown

Contents = str | bytes


@dataclass(frozen=True)
class Item:
    """One kind of download: its name, its use, the end of its file name, and its contents."""

    label: str
    sentence: str
    suffix: str
    make: Callable[[Run], Contents]
    mime: str = "text/plain"
    icon: str = ":material/download:"


SCRIPT = Item(
    "NumPy script",
    "One file that needs only NumPy, trains the same run and prints the same losses.",
    ".py",
    numpy_script,
)
TEXTBOOK = Item(
    "Textbook script",
    "The same network as the books write it, to read: forward, backward, update, one array each.",
    "-textbook.py",
    textbook_script,
)
CODE = (
    Item("PyTorch", "A torch module with these weights in place.", "-pytorch.py", torch_code),
    Item("Keras", "A Keras model with these weights in place.", "-keras.py", keras_code),
    Item(
        "scikit-learn", "An MLPClassifier with these weights in place.", "-sklearn.py", sklearn_code
    ),
)
GROUPS = {
    "The trained model as code": CODE,
    "Its numbers": (
        Item(
            "Weights, NumPy",
            "The arrays W1, b1, W2, … for numpy.load.",
            "-weights.npz",
            weights_npz,
            "application/octet-stream",
        ),
        Item(
            "Weights, JSON",
            "The same arrays, for any other language.",
            "-weights.json",
            weights_json,
            "application/json",
        ),
        Item(
            "Loss curve, CSV",
            "Loss and accuracy by step, for a spreadsheet.",
            "-history.csv",
            history_csv,
            "text/csv",
        ),
    ),
    "The whole run": (
        Item(
            "Saved run",
            "Opens here again at this step, with all current settings.",
            "-run.json",
            save_file,
            "application/json",
        ),
    ),
}


def _forget() -> None:
    for key in (_RETRACE, _REFUSALS):
        st.session_state.pop(key, None)
    forget_recording()


def _retrace(experiment: Experiment, step: int) -> Retrace:
    """Return the session's retrace of this run and step, and drop that of another one."""
    found = st.session_state.get(_RETRACE)
    if not isinstance(found, Retrace) or (found.experiment, found.step) != (experiment, step):
        _forget()
        found = st.session_state[_RETRACE] = Retrace(experiment, step)
    return found


@st.dialog("Take it home", width="medium", icon=":material/download:", on_dismiss=_forget)
def show_take_home(experiment: Experiment, step: int) -> None:
    """Train a private copy of the run to ``step``, then offer all downloads."""
    try:
        retrace = _retrace(experiment, step)
    except Busy:
        st.warning("The server has no room for another run at the moment.")
        st.button("Try again", key="nnviz_take_again", icon=":material/refresh:")
        return
    if retrace.slices == 0:
        retrace.work(_AT_ONCE)
    if retrace.done:
        _show_offers(retrace.run)
        return
    bar = st.progress(retrace.share, _at_work(retrace))
    if st.button("Cancel", key="nnviz_take_cancel", icon=":material/close:"):
        _forget()
        st.rerun()
    retrace.work(SECONDS)
    bar.progress(retrace.share, _at_work(retrace))
    ask_for_the_next("nnviz_take_next", retrace.slices)


def _at_work(retrace: Retrace) -> str:
    return (
        f"Training the same run again, to step {retrace.step:,}: now at step {retrace.run.step:,}"
    )


def _show_offers(run: Run) -> None:
    sizes = "-".join(str(n) for n in run.experiment.network.dims)
    data = plain(run.experiment.data.title)
    st.caption(f"{data}, layers {sizes}, after {run.step:,} updates.")
    with st.container(border=True):
        _row(SCRIPT, run, primary=True)
        _row(TEXTBOOK, run)
    for title, items in GROUPS.items():
        st.markdown(f"**{title}**")
        for item in items:
            _row(item, run)
    show_recorded(run)


def _row(item: Item, run: Run, primary: bool = False) -> None:
    """Draw a download button, and its use or the reason why it is not available."""
    refusal = _refusals(run).get(item.label)
    button, words = columns()
    button.download_button(
        item.label,
        data=lambda: item.make(run),
        file_name=file_name(run, item.suffix),
        mime=item.mime,
        key=f"nnviz_take{item.suffix}",
        on_click="ignore",
        type="primary" if primary else "secondary",
        icon=item.icon,
        width="stretch",
        disabled=refusal is not None,
        help=None if refusal is None else plain(refusal),
    )
    words.caption(item.sentence if refusal is None else f"Not for this run: {plain(refusal)}")


def _refusals(run: Run) -> dict[str, str]:
    """Return the code that this run does not allow, with the reasons; each is tried once."""
    if _REFUSALS not in st.session_state:
        refused = {}
        for item in (SCRIPT, *CODE):
            try:
                item.make(run)
            except ValueError as reason:
                refused[item.label] = str(reason)
        st.session_state[_REFUSALS] = refused
    found: dict[str, str] = st.session_state[_REFUSALS]
    return found
