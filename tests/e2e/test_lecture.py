"""Lecture mode: nothing but the stage, in type for the back row."""

from playwright.sync_api import expect

from tools.playground import Playground


def test_lecture_mode_hides_the_sidebar_says_so_and_brings_it_back(playground: Playground) -> None:
    playground.go_to_step(1)
    stage, status = playground.part("stage"), playground.part("stage").locator(".nnv-status")
    expect(status).to_contain_text("Paused at step 1")
    size = playground.part("epoch").evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")
    box = stage.bounding_box()

    playground.part("lecture").click()
    expect(playground.sidebar).not_to_be_in_viewport()
    expect(status).to_contain_text("Lecture mode: only the stage is shown")
    large = playground.part("epoch").evaluate("cell => parseFloat(getComputedStyle(cell).fontSize)")
    assert large >= 1.3 * size
    wide = stage.bounding_box()
    assert box is not None
    assert wide is not None
    assert wide["width"] > box["width"]

    playground.page.keyboard.press("l")
    expect(playground.sidebar).to_be_in_viewport()
    expect(status).to_have_text("Lecture mode has ended.")
    state = playground.state
    assert state["mounts"] == 1
    assert state["frame"]["step"] == 1


def test_the_screen_is_blank_until_a_key_or_a_click(playground: Playground) -> None:
    """While it is blank, the run waits; what ends it does nothing else."""
    playground.part("step").focus()
    playground.page.keyboard.press("k")
    playground.until("s.playing")
    is_blank_and_ends(playground)
    expect(playground.sidebar).to_be_visible()
    playground.page.keyboard.press("l")
    expect(playground.sidebar).not_to_be_in_viewport()
    assert playground.page.evaluate(
        "() => document.documentElement.scrollWidth <= window.innerWidth"
    ), "lecture mode fits the screen while it plays"
    is_blank_and_ends(playground)
    expect(playground.sidebar).to_be_hidden()
    playground.page.keyboard.press("l")
    expect(playground.sidebar).to_be_in_viewport()


def is_blank_and_ends(playground: Playground) -> None:
    """Blank the screen with both keys, in play; end that with a key and with a click."""
    page, keys = playground.page, playground.page.keyboard
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


def test_typing_does_not_blank_the_screen(playground: Playground) -> None:
    playground.units_of_layer(1).focus()
    for key in (".", "b"):
        playground.page.keyboard.press(key)
    expect(playground.page.locator("dialog[open]")).to_have_count(0)
