"""What surrounds the content of every page: title, icon, spacing."""

import gc
from functools import cache
from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_SIDEBAR_PIXELS = 330


@cache
def _spare_the_collector() -> None:
    """Once a process: what was imported stays for good, so the collector need not look at it."""
    gc.collect()
    gc.freeze()


def dress_page() -> None:
    """Set the page's title and icon, and make room for the stage."""
    _spare_the_collector()
    st.set_page_config(
        page_title="nnviz: watch a neural network learn",
        page_icon=str(_HERE / "icon.svg"),
        layout="wide",
        initial_sidebar_state=_SIDEBAR_PIXELS,
    )
    st.html(_HERE / "page.css")
