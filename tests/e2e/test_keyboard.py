"""The main job without a mouse: reach the stage with Tab, play, pause, step, reset."""

from playwright.sync_api import expect

from tools.playground import PATIENCE, Playground


def test_play_pause_step_and_reset_by_keyboard(playground: Playground) -> None:
    start = playground.numbers
    keys = playground.page.keyboard

    playground.part("play").focus()
    keys.press("Space")
    playground.until("s.playing")
    playground.play_until_step(10)
    keys.press("Space")
    playground.until("!s.playing")
    rested_at = playground.step_shown

    playground.part("step").focus()
    keys.press("Enter")
    playground.until("s.frame.step === arg", rested_at + 1)

    playground.part("reset").focus()
    keys.press("Enter")
    playground.until("s.frame.step === 0")
    playground.rest()
    assert playground.numbers == start


def test_keys_steer_the_stage_from_anywhere_on_the_page(playground: Playground) -> None:
    keys = playground.page.keyboard
    playground.page.mouse.click(5, 5)
    for space in (" ", "k"):
        keys.press(space)
        playground.until("s.playing")
        keys.press(space)
        playground.until("!s.playing")
    shown = playground.step_shown
    for number, key in enumerate(("s", "ArrowRight"), 1):
        keys.press(key)
        playground.until("s.frame.step === arg", shown + number)
    keys.press("]")
    keys.press("]")
    keys.press("[")
    assert playground.part("speed").input_value() == "1"
    keys.press("Home")
    playground.until("s.frame.step === 0")


def test_one_press_is_one_press(playground: Playground) -> None:
    """A button that hears both the key and the click it causes would play and pause at once."""
    playground.part("play").focus()
    for key in ("Space", "Enter"):
        playground.page.keyboard.press(key)
        playground.until("s.playing")
        playground.rest(10)
        assert playground.state["playing"]
        playground.page.keyboard.press(key)
        playground.until("!s.playing")
        playground.rest(10)
        assert not playground.state["playing"]


def test_space_plays_and_does_not_press_again_what_was_clicked(playground: Playground) -> None:
    page = playground.page
    playground.part("step").click()
    playground.until("s.frame.step === 1")
    page.keyboard.press("Space")
    playground.until("s.playing")
    playground.pause()

    playground.part("take-home").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="NumPy script")).to_be_visible(timeout=PATIENCE)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    page.keyboard.press("Space")
    playground.until("s.playing")
    playground.rest()
    expect(dialog).to_have_count(0)


def test_tab_reaches_every_control_of_the_stage_in_order(playground: Playground) -> None:
    playground.part("play").focus()
    reached = ["nnviz-play"]
    for _ in range(12):
        playground.page.keyboard.press("Tab")
        focused = playground.page.evaluate("() => document.activeElement.dataset.testid")
        if focused:
            reached.append(focused)
    wanted = ["nnviz-play", "nnviz-step", "nnviz-reset", "nnviz-speed"]
    assert [name for name in reached if name in wanted] == wanted


def test_the_focused_control_can_be_seen(playground: Playground) -> None:
    """Who steers by keyboard must see where they are: focus changes how the button looks."""
    play = playground.part("play")
    expect(play).to_be_visible()
    playground.part("step").focus()
    before = play.screenshot()
    playground.page.keyboard.press("Shift+Tab")
    expect(play).to_be_focused()
    assert play.screenshot() != before


def test_typing_into_a_widget_does_not_steer_the_stage(playground: Playground) -> None:
    """What is typed into a field belongs to the field."""
    keys = playground.page.keyboard
    playground.units_of_layer(1).focus()
    for key in ("Space", "s", "k", "e", "l", "ArrowRight", "PageDown"):
        keys.press(key)
    playground.rest()
    assert not playground.state["playing"]
    assert playground.step_shown == 0
    expect(playground.sidebar).to_be_in_viewport()
    with playground.new_run():  # an "e" alone is no number: left, the field holds its least
        playground.page.mouse.click(5, 5)
    keys.press("s")
    playground.until("s.frame.step === 1")
