"""The gallery: every preset has a card with a picture, and opens with one press."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from nnviz.presets import GROUPS, PRESETS
from nnviz.ui.gallery.cards import THUMBNAILS, thumbnail
from tools.thumbnails import picture


def page() -> None:
    import streamlit as st

    from nnviz.ui.gallery.cards import show_gallery

    st.session_state["opened"], st.session_state["shown"] = show_gallery(
        st.session_state["section"]
    )


def gallery(section: str = "") -> AppTest:
    at = AppTest.from_function(page, default_timeout=60)
    at.session_state["section"] = section
    at.run()
    assert not at.exception
    assert at.session_state["opened"] is None
    return at


SECTIONS = {heading.lower().replace(" ", "-"): heading for heading in GROUPS}


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_has_its_presets_with_title_sentence_and_picture(section: str) -> None:
    at = gallery(section)
    presets = GROUPS[SECTIONS[section]].values()
    assert at.session_state["shown"] == section
    assert [tab.label for tab in at.tabs] == list(GROUPS)
    titles = [each.value for each in at.markdown if each.value.startswith("**")]
    assert [title for title in titles if "](" not in title] == [f"**{p.title}**" for p in presets]
    words = [each.value for each in at.caption]
    assert all(preset.sentence in words for preset in presets)
    assert len(at.get("image")) == len(presets), "the pictures of other sections are not loaded"


@pytest.mark.parametrize("section", ["", "no-section", "[" * 5000])
def test_without_a_known_section_the_first_one_is_open(section: str) -> None:
    assert gallery(section).session_state["shown"] == next(iter(SECTIONS))


def test_every_picture_and_button_can_be_told_from_the_others_by_ear() -> None:
    at = gallery("failure-museum")
    labels = [each.label for each in at.button if each.key]
    museum = GROUPS["Failure museum"].values()
    assert labels == [f"Open *{preset.title}*" for preset in museum]
    for image in at.get("image"):
        assert image.proto.imgs[0].alt.startswith("The points and the boundary")


def test_the_presets_of_an_article_stand_below_its_link() -> None:
    at = gallery("the-articles")
    shown = [each.value for each in at.markdown if each.value.startswith("**")]
    wanted, last = [], None
    for preset in GROUPS["The articles"].values():
        assert preset.article is not None
        if preset.article != last:
            last = preset.article
            wanted.append(f"**[{last.title}]({last.address})**")
        wanted.append(f"**{preset.title}**")
    assert shown == wanted
    assert sum("https://" in text for text in wanted) == 3


@pytest.mark.parametrize(("section", "name"), [("", "first"), ("failure-museum", "dying-relu")])
def test_opening_a_preset_tells_which_once(section: str, name: str) -> None:
    at = gallery(section)
    at.button(key=f"preset_open_{name}").click().run()
    assert not at.exception
    assert at.session_state["opened"] == name
    at.run()
    assert at.session_state["opened"] is None, "a later rerun opens nothing"


def test_titles_and_sentences_are_plain_text() -> None:
    """They are set as Markdown: none of its signs may be in them."""
    for preset in PRESETS.values():
        assert not set("*_`[]<>$:#~") & set(preset.title.replace(": ", " "))
        assert not set("*_`[]<>$#~") & set(preset.sentence)


def test_there_is_one_picture_for_every_preset_and_none_for_no_preset() -> None:
    assert {path.stem for path in THUMBNAILS.glob("*")} == set(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_a_picture_is_small_and_shows_both_classes(name: str) -> None:
    path = thumbnail(name)
    assert path.stat().st_size <= 12_000
    with Image.open(path) as image:
        assert image.format == "PNG"
        assert image.width == 1.5 * image.height
        found = {colour for _, colour in image.convert("RGB").getcolors(4096)}
    assert {(194, 84, 10), (22, 104, 184)} <= found, "the colours of both classes' points"


def pixels(picture: bytes) -> np.ndarray:
    with Image.open(BytesIO(picture)) as image:
        return np.asarray(image.convert("RGB"), float)


@pytest.mark.parametrize("name", ["first", "xor-hidden"])
def test_a_picture_shows_the_run_at_its_own_step(name: str) -> None:
    """Drawn anew, it looks like the file: nobody forgot to draw it after a change of the preset.

    Not byte for byte: another machine's last digits move a line by a hair.
    """
    preset = PRESETS[name]
    kept = pixels(thumbnail(name).read_bytes())
    again = f"draw it again: python -m tools.thumbnails {name}"
    assert np.abs(pixels(picture(preset)) - kept).mean() < 1.0, again
    sooner = pixels(picture(replace(preset, steps=preset.steps // 2)))
    assert np.abs(sooner - kept).mean() > 1.0, "half the steps must show"
