"""Lecture mode: nothing but the stage, in type for the back row."""

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
