"""Undo and redo in the browser: the run, its step and its picture come back."""

from playwright.sync_api import expect

from tools.playground import Playground


def travelled(playground: Playground, key: str) -> None:
    """Press the key of undo or redo; wait until the other run rests at its step."""
    before = playground.frame["run"]
    playground.page.keyboard.press(key)
    playground.until("s.frame.run !== arg && !s.playing", before)


def test_a_run_comes_back_at_the_step_at_which_it_was_left_while_it_played(
    opened: Playground,
) -> None:
    expect(opened.part("undo")).to_be_disabled()
    opened.play()
    opened.play_until_step(30)
    with opened.new_run():
        opened.part("remove-layer").click()
    left = opened.page.evaluate("() => window.nnviz.frame.step")
    opened.until("s.frame.step > arg", left)
    opened.pause()
    expect(opened.part("redo")).to_be_disabled()

    opened.part("undo").click()
    expect(opened.neurons(2)).to_have_count(2)
    opened.until("s.frame.step >= 30 && !s.playing")
    back, picture = opened.numbers, opened.picture()
    travelled(opened, "Control+Shift+Z")
    expect(opened.neurons(2)).to_have_count(0)
    travelled(opened, "Control+Z")
    opened.until("s.frame.step === arg", back["step"])
    assert opened.numbers == back
    assert opened.picture() == picture

    opened.reset()
    opened.go_to_step(2)
    travelled(opened, "Control+Z")
    opened.until("s.frame.step === arg", back["step"], why="the step before the reset")
    assert opened.numbers == back


def test_a_weight_and_a_rate_are_undone_and_typing_is_left_to_the_browser(
    playground: Playground,
) -> None:
    playground.go_to_step(5)
    before = playground.numbers
    with playground.rerun():
        playground.nudge_learning_rate()
    expect(playground.part("undo")).to_be_enabled()
    assert "changes" in playground.query

    field = playground.units_of_layer(1)
    field.fill("7")
    playground.page.keyboard.press("Control+Z")
    expect(field).to_have_value("4")
    playground.page.keyboard.press("Escape")
    playground.rest()
    assert "changes" in playground.query, "the key has undone the rate while one typed"

    playground.part("boundary").click(position={"x": 200, "y": 100})
    changed = playground.frame["run"]
    with playground.rerun():
        playground.page.keyboard.press("Control+Z")
    playground.until(f"s.frame.run !== '{changed}' && s.frame.step === 5 && !s.playing")
    assert playground.numbers == before
    assert "changes" not in playground.query
