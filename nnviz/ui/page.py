"""The common parts of all pages: title, navigation, the stage, and the address."""

import gc
from contextvars import ContextVar
from functools import cache
from pathlib import Path

import streamlit as st

from nnviz.explain import GLOSSARY
from nnviz.stage.mount import show_stage
from nnviz.ui.visit import address, edits, link, session
from nnviz.ui.visit.lab_view import PAGE
from nnviz.ui.visit.view import SWEEP_PAGE

_HERE = Path(__file__).parent
_SIDEBAR_PIXELS = 330
_in_app = ContextVar("in_app", default=False)

PLAYGROUND = "pages/playground.py"
_PAGES = {
    PLAYGROUND: "Playground",
    "pages/explain.py": "Explain",
    "pages/lab.py": PAGE,
    "pages/sweep.py": SWEEP_PAGE,
    "pages/gallery.py": "Gallery",
}
_VIEWS = {"Playground": "playground", "Explain": "explain", PAGE: "lab", SWEEP_PAGE: "sweep"}


@cache
def _spare_the_collector() -> None:
    """Exclude all imported modules from garbage collection, because they are never freed."""
    gc.collect()
    gc.freeze()


def show() -> None:
    """Show the page of the address, with the stage, which all pages share.

    On pages that do not use the stage it is hidden; it plays on when it is shown again.
    """
    _spare_the_collector()
    st.set_page_config(
        page_title="nnviz: watch a neural network learn",
        page_icon=str(_HERE / "icon.svg"),
        layout="wide",
        initial_sidebar_state=_SIDEBAR_PIXELS,
    )
    page = _navigation()
    session.begin_page(page.title)
    view = _VIEWS.get(page.title, "")
    glossary = GLOSSARY if view == "explain" else ()
    show_stage(link.visit(), edits.carry_out, session.page_is_stale, view, glossary)
    session.put_controls_off(view != "")
    if not (address.hides_controls() or session.controls_wait()):
        _show_links()
    entered = _in_app.set(True)
    try:
        page.run()
    finally:
        _in_app.reset(entered)
    link.write()


def _navigation() -> st.Page:
    pages = [st.Page(path, title=title) for path, title in _PAGES.items()]
    return st.navigation(pages, position="hidden")


def _show_links() -> None:
    """Draw links to all pages, with the experiment in their addresses."""
    with st.container(horizontal=True, gap="xxsmall", key="nnviz_pages"):
        for path, title in _PAGES.items():
            st.page_link(path, label=title, query_params=link.query())


def go_to(path: str) -> None:
    """Show another page, with the experiment in the address."""
    st.switch_page(path, query_params=link.query())


def enter_through_app() -> None:
    """Make sure that ``app.py`` runs this page; every page must call this first.

    On a server that has just started, Streamlit runs the file of a page below ``/`` alone.
    """
    if not _in_app.get():
        _navigation()
        st.rerun()
