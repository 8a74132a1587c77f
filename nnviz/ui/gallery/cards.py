"""The gallery: every preset as a card with its picture and its lesson, in sections."""

from pathlib import Path

import streamlit as st

from nnviz.presets import GROUPS, Preset

THUMBNAILS = Path(__file__).parent / "thumbnails"
_CARDS_A_ROW = 3
_SECTION = "nnviz_section"

_LEADS = {
    "Start here": "A curved boundary, a straight line, and the hardest pattern of all.",
    "The articles": "The networks of the three articles; they reproduce the printed numbers.",
    "Classics": "One lesson each: what a line, a curve, a wave, depth and a penalty can do.",
    "Failure museum": "Networks that fail, each for one clear reason. Open one and repair it.",
}

# A card's button covers the whole card. The title in its name is for screen readers only; it is
# visible above the button.
_STYLE = """<style>
[class*="st-key-preset_card_"] { position: relative; }
[class*="st-key-preset_open_"], [class*="st-key-preset_open_"] * { position: static; }
[class*="st-key-preset_open_"] button::after { content: ""; position: absolute; inset: 0; }
[class*="st-key-preset_card_"]:is(:hover, :focus-within) { border-color: var(--st-primary-color); }
[class*="st-key-preset_open_"] button em {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
}
[class*="st-key-preset_card_"] img { border-radius: 6px; }
[class*="st-key-preset_card_"] [data-testid="stElementToolbar"] { display: none; }
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


def _cards(presets: dict[str, Preset]) -> str | None:
    """Draw presets in rows, those of an article below its title; return the one opened."""
    opened = article = None
    number = 0
    for name, preset in presets.items():
        if preset.article is not None and preset.article != article:
            st.markdown(f"**[{preset.article.title}]({preset.article.address})**")
            article, number = preset.article, 0
        if number % _CARDS_A_ROW == 0:
            row = st.columns(_CARDS_A_ROW)
        with row[number % _CARDS_A_ROW]:
            if _card(name, preset):
                opened = name
        number += 1
    return opened


def show_gallery(section: str) -> tuple[str | None, str]:
    """Draw the sections of presets as tabs, at first ``section``.

    Return the name of the preset that was opened, or None, and the section shown. The pictures of
    the other sections are loaded when their tabs are opened.
    """
    st.html(_STYLE)
    st.title("Gallery", anchor=False)
    named = {heading.lower().replace(" ", "-"): heading for heading in GROUPS}
    opened = None
    if _SECTION not in st.session_state and section in named:
        st.session_state[_SECTION] = named[section]
    tabs = st.tabs(list(GROUPS), on_change="rerun", key=_SECTION)
    for tab, (name, heading) in zip(tabs, named.items(), strict=True):
        if tab.open:
            section = name
            with tab:
                st.caption(_LEADS[heading])
                opened = _cards(GROUPS[heading])
    return opened, section
