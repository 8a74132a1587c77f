"""Lecture mode: nothing but the stage, in type for the back row."""

import pytest
from playwright.sync_api import expect

from tools.playground import Playground


def test_lecture_mode_hides_the_sidebar_and_brings_it_back(playground: Playground) -> None:
    playground.step()
    playground.until("s.frame.step === 1")
    stage = playground.part("stage")
    size = playground.part("epoch").evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")
    box = stage.bounding_box()

    playground.part("lecture").click()
    expect(playground.sidebar).not_to_be_in_viewport()
    large = playground.part("epoch").evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")
    assert large >= 1.3 * size
    wide = stage.bounding_box()
    assert box is not None
    assert wide is not None
    assert wide["width"] > box["width"]

    playground.page.keyboard.press("l")
    expect(playground.sidebar).to_be_in_viewport()
    state = playground.state
    assert state["mounts"] == 1
    assert state["frame"]["step"] == 1


def test_lecture_mode_plays_and_fits_the_screen(playground: Playground) -> None:
    playground.page.keyboard.press("l")
    expect(playground.sidebar).not_to_be_in_viewport()
    playground.page.keyboard.press("Space")
    playground.play_until_step(20)
    page = playground.page
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_a_screen_reader_hears_of_lecture_mode(playground: Playground) -> None:
    status = playground.part("stage").locator(".nnv-status")
    expect(status).to_contain_text("Paused at step 0")
    playground.page.keyboard.press("l")
    expect(status).to_contain_text("Lecture mode: only the stage is shown")
    playground.page.keyboard.press("l")
    expect(status).to_have_text("Lecture mode has ended.")


@pytest.mark.parametrize("lecture", [False, True])
def test_the_screen_is_blank_until_a_key_or_a_click(playground: Playground, lecture: bool) -> None:
    """While it is blank, the run waits; what ends it does nothing else."""
    page, keys = playground.page, playground.page.keyboard
    if lecture:
        keys.press("l")
    playground.part("step").focus()
    playground.page.keyboard.press("k")
    playground.until("s.playing")
    blank = page.get_by_role("dialog", name="The screen is blank")
    play = playground.part("play").bounding_box()
    assert play is not None
    for start in (".", "b"):
        keys.press(start)
        expect(blank).to_be_focused()
        assert blank.bounding_box() == {"x": 0, "y": 0, **(page.viewport_size or {})}
        playground.rest(2)
        shown = playground.step_shown
        playground.rest()
        assert playground.step_shown == shown
        if start == ".":
            keys.press(" ")
        else:
            page.mouse.click(play["x"] + 5, play["y"] + 5)
        expect(blank).to_be_hidden()
        expect(playground.part("step")).to_be_focused()
        playground.until("s.playing && s.frame.step > arg", shown)
    expect(playground.sidebar).to_be_visible(visible=not lecture)


def test_typing_does_not_blank_the_screen(playground: Playground) -> None:
    playground.units_of_layer(1).focus()
    for key in (".", "b"):
        playground.page.keyboard.press(key)
    expect(playground.page.locator("dialog[open]")).to_have_count(0)
