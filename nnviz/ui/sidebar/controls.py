"""The sidebar: data, layers and training settings."""

from dataclasses import fields
from typing import Literal

import streamlit as st

from nnviz.experiment.settings import ROUND_RATES, SETTINGS
from nnviz.serve import quota
from nnviz.training import OPTIMIZERS
from nnviz.ui.dialogs.open_saved import show_open
from nnviz.ui.dialogs.share import show_share
from nnviz.ui.plain import plain
from nnviz.ui.sidebar.data import show_data
from nnviz.ui.sidebar.layers import show_layers
from nnviz.ui.sidebar.widgets import choice, number, pick, section, type_in
from nnviz.ui.visit import address, link, session

_BATCHES = (1, 2, 5, 10, 20, 30, 50, 100, 200, None)
_PENALTIES = (0.0, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1)
_OPEN_HELP = "Continue a run that was saved as a file."
_SHARE_HELP = "The link to this experiment or this moment, to copy or as a QR code."


def show_trouble() -> None:
    """Show the last refusal, if it has not been shown yet."""
    trouble = session.trouble()
    if trouble:
        st.warning(plain(trouble))


def _show_trouble_here() -> None:
    """Show the last refusal in the sidebar, unless the address hides the sidebar."""
    if not address.hides_sidebar():
        show_trouble()


def show_doors() -> None:
    """Draw the buttons that open a dialog: open a saved run, share the link of this one."""
    saved, share = st.columns(2, gap="small")
    if saved.button("Open", key="open", width="stretch", help=_OPEN_HELP):
        show_open(session.open_saved)
    with share:
        offer_share("stretch")


def offer_share(width: Literal["stretch", "content"] = "content") -> None:
    """Draw the button that shares the link of this page.

    Before that, the stage tells the moment shown. The browser may send both in one message, which
    reruns the fragment of the stage only: there, a callback is called and a button is not.
    """
    st.button("Share", key="share", width=width, help=_SHARE_HELP, on_click=session.ask_to_share)
    if session.shares():
        show_share(address.whole(link.query()), link.moment())


def show_preset() -> None:
    """Show the title of the link, and title and lesson of the preset, if the experiment is one."""
    if link.title():
        st.caption(plain(link.title()))
    shown = session.preset_shown()
    if shown is not None:
        st.caption(f"**{shown.title}.** {shown.sentence}")


def show_training() -> None:
    """Draw the settings for updates, regularization, stopping and initial weights."""
    st.subheader("Training", anchor=False)
    slider, field = st.columns([5, 4], gap="small", vertical_alignment="bottom")
    with slider:
        pick("rate", ROUND_RATES)
    with field:
        type_in("rate", "Exact rate")
    pick("batch", [n for n in _BATCHES if n is None or n <= quota.BATCH_SIZE])
    choice("optimizer")
    with st.container():
        for one in fields(OPTIMIZERS[session.experiment().training.optimizer]):
            if one.name in SETTINGS:
                number(one.name)
    section("Regularization", "penalties", _penalties)
    section("Loss, schedule and clipping", "loss", _loss)
    section("When to stop", "stopping", _stopping)
    section("Initial weights and seeds", "start", _start)


def _penalties() -> None:
    pick("l1", _PENALTIES)
    pick("l2", _PENALTIES)


def _loss() -> None:
    choice("loss")
    choice("schedule")
    if session.experiment().training.schedule != "constant":
        number("decay_steps")
        number("decay_rate")
    number("warmup")
    number("clip")


def _stopping() -> None:
    for name in ("epochs", "target_loss", "target_accuracy", "patience"):
        number(name)


def _start() -> None:
    for name in ("init", "biases", "precision"):
        choice(name)
    for name in ("data_seed", "split_seed", "init_seed", "batch_seed", "dropout_seed"):
        number(name)


def show_all() -> None:
    """Draw the whole sidebar.

    Every part has its own container, so that its widgets do not change their positions. Streamlit
    would lose the value of a widget that changes its position while a person uses it.
    """
    for part in (
        _show_trouble_here,
        show_doors,
        show_preset,
        show_data,
        show_layers,
        show_training,
    ):
        with st.container():
            part()
