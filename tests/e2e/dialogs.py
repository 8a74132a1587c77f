"""The dialogs alone, on a page of their own: a button for each, and what they have done."""

from dataclasses import replace

import streamlit as st

from nnviz.data import DataSpec
from nnviz.experiment import Experiment
from nnviz.export import Saved
from nnviz.network import LayerSpec
from nnviz.ui.dialogs.open_saved import show_open
from nnviz.ui.dialogs.share import show_share
from nnviz.ui.dialogs.take_home import show_take_home
from nnviz.ui.plain import plain
from nnviz.ui.visit.view import View
from tests.hostile import TEXTS

SLOW = replace(Experiment(), data=DataSpec(n_samples=2000)).with_hidden(
    (LayerSpec(64, "tanh"),) * 8
)
LINK = "http://localhost:8501/?data=spirals&rate=0.1"


def opened(saved: Saved) -> None:
    st.session_state["opened"] = saved.step


if st.button("Take home"):
    show_take_home(Experiment(), 60)
if st.button("Take a slow one home"):
    show_take_home(SLOW, 1_000_000)
if st.button("Open"):
    show_open(opened)
if st.button("Share"):
    show_share(LINK, View(step=120))

work = st.session_state.get("nnviz_take_retrace")
st.text(f"at work: {'nothing' if work is None else work.run.step}")
st.text(f"opened: step {st.session_state.get('opened')}")
with st.expander("Messages"):
    for number, text in enumerate(TEXTS):
        with st.container(key=f"message_{number}"):
            st.warning(plain(text))
            st.caption(plain(text))
            st.checkbox(plain(text), key=f"box_{number}")
