"""What surrounds the content of every page: title, icon, spacing."""

import gc
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_HERE = Path(__file__).parent
_SIDEBAR_PIXELS = 330
_DRESSED = "nnviz_dressed"


@cache
def _spare_the_collector() -> None:
    """Once a process: what was imported stays for good, so the collector need not look at it."""
    gc.collect()
    gc.freeze()


def dress_page() -> None:
    """Set the page's title, its icon and the width of the sidebar."""
    st.session_state[_DRESSED] = True
    _spare_the_collector()
    st.set_page_config(
        page_title="nnviz: watch a neural network learn",
        page_icon=str(_HERE / "icon.svg"),
        layout="wide",
        initial_sidebar_state=_SIDEBAR_PIXELS,
    )


def navigation() -> StreamlitPage:
    """All pages, and the one that the address asks for."""
    return st.navigation([st.Page("pages/playground.py", title="Playground")], position="hidden")


def enter_through_app() -> None:
    """First thing on every page: make sure that ``app.py`` was run for this visitor.

    On a server that has just started, an address below ``/`` runs that page's file alone.
    """
    if _DRESSED not in st.session_state:
        navigation()
        st.rerun()
