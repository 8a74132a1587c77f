"""The derivation of all formulas, as a dialog: the text of `docs/mathematics.md`."""

import re

import streamlit as st

from nnviz.ui.place import HOME

_TEXT = HOME / "docs" / "mathematics.md"
_TITLE = "The mathematics, derived"
_LINK = re.compile(r"\[([^]]*)\]\(\.\.[^)]*\)")


def offer_mathematics() -> None:
    """Draw the button that opens the dialog."""
    if st.button(_TITLE, key="mathematics"):
        _show()


@st.dialog(_TITLE, width="large")
def _show() -> None:
    """Show the text without its title, and without links to files, which a page cannot open."""
    _, _, text = _TEXT.read_text(encoding="utf-8").partition("\n")
    st.markdown(_LINK.sub(r"\1", text))
