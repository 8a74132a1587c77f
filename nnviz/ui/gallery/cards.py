"""The gallery: every preset as a card with its picture, its lesson and a button to open it."""

from pathlib import Path

import streamlit as st

from nnviz.presets import GROUPS, Preset

THUMBNAILS = Path(__file__).parent / "thumbnails"
_CARDS_A_ROW = 3

_LEADS = {
    "Start here": "A curved boundary, a straight line, and the hardest pattern of all.",
    "The articles": "The networks of the three articles; they reproduce the printed numbers.",
    "Classics": "One lesson each: what a line, a curve, a wave, depth and a penalty can do.",
    "Failure museum": "Networks that fail, each for one clear reason. Open one and repair it.",
}

# The title in every button's name is for screen readers only; it is visible above the button.
_STYLE = """<style>
[class*="st-key-preset_open_"] button em {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
[class*="st-key-preset_card_"] img { border-radius: 6px; }
.stMainBlockContainer [data-testid="stCaptionContainer"] { opacity: .8; }
</style>"""


def thumbnail(name: str) -> Path:
    """Return the path of a preset's picture, which ``python -m tools.thumbnails`` draws."""
    return THUMBNAILS / f"{name}.png"


def _card(name: str, preset: Preset) -> bool:
    """Draw a preset; return whether it was opened."""
    with st.container(border=True, height="stretch", key=f"preset_card_{name}"):
        st.image(
            str(thumbnail(name)),
            width="stretch",
            alt=f"The points and the boundary between the classes after {preset.steps:,} updates",
        )
        with st.container(height="stretch", gap="xsmall"):
            st.markdown(f"**{preset.title}**")
            st.caption(preset.sentence)
        return st.button(f"Open *{preset.title}*", key=f"preset_open_{name}", width="stretch")


def show_gallery() -> str | None:
    """Draw all presets under their headings; return the name of the one that was opened."""
    st.html(_STYLE)
    st.title("Gallery", anchor=False)
    opened = None
    for heading, presets in GROUPS.items():
        with st.container(gap=None):
            st.subheader(heading, anchor=False)
            st.caption(_LEADS[heading])
        for number, (name, preset) in enumerate(presets.items()):
            if number % _CARDS_A_ROW == 0:
                row = st.columns(_CARDS_A_ROW)
            with row[number % _CARDS_A_ROW]:
                if _card(name, preset):
                    opened = name
    return opened
