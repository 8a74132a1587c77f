"""A link carries the moment: its step, speed and switches, whether it plays, and a title."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tools.playground import Playground


def share(playground: Playground) -> Locator:
    """Press *Share*, with the moment in the link; return the dialog."""
    playground.sidebar.get_by_role("button", name="Share", exact=True).click()
    dialog = playground.page.get_by_role("dialog")
    dialog.get_by_text("Open at this moment").click()
    expect(dialog.get_by_test_id("stCode")).to_contain_text("step=")
    return dialog


def link_of(dialog: Locator) -> str:
    text = dialog.get_by_test_id("stCode").locator("code").text_content() or ""
    return text[text.index("/?") :]


def plane(playground: Playground) -> bytes:
    """The plane as it looks on the screen, without a pointer on it."""
    playground.page.mouse.move(0, 0)
    playground.rest()
    return playground.part("boundary").locator(".nnv-plane-box").screenshot()


def test_a_shared_moment_is_the_same_in_a_fresh_browser(
    playground: Playground, new_playground: Callable[..., Playground]
) -> None:
    """It is shared while it plays, and after a change of the rate."""
    playground.part("show-wrong").check()
    playground.part("gradients").check()
    playground.part("log-scale").check()
    for _ in range(2):
        playground.page.keyboard.press("]")
    playground.play()
    playground.play_until_step(60)
    with playground.rerun():
        playground.nudge_learning_rate()
    playground.play_until_step(200)
    pressed = playground.step_shown
    link = link_of(share(playground))

    playground.page.keyboard.press("Escape")
    fresh = new_playground().open(link)
    step = int(fresh.query["step"])
    assert pressed <= step
    fresh.until("!s.playing && s.frame.step === arg", step)
    assert fresh.query["show"] == "test.mistakes.gradients.log"
    for name in ("show-test", "show-wrong", "gradients", "log-scale"):
        expect(fresh.part(name)).to_be_checked()
    expect(fresh.part("show-classes")).not_to_be_checked()
    expect(fresh.part("stage").locator("output").first).to_have_text("4")

    playground.page.keyboard.press("k")
    playground.until("!s.playing")
    playground.scrub_to(step)
    while playground.step_shown != step:  # a pixel of the curve is several steps wide
        playground.page.keyboard.press("PageUp" if playground.step_shown > step else "PageDown")
        playground.rest(2)
    playground.until("s.frame.step === arg", step)
    assert playground.numbers == fresh.numbers
    assert plane(playground) == plane(fresh)


def test_a_link_that_plays_keeps_its_moment_until_the_visitor_goes_on(
    new_playground: Callable[..., Playground],
) -> None:
    lecture = new_playground(viewport={"width": 1280, "height": 720})
    lecture.open("/?step=120&play=1&speed=8&lecture=1&title=%3Cb%3EWhy+depth%3F%3C%2Fb%3E")
    lecture.until("s.playing && s.frame.step > 120")
    caption = lecture.part("stage").locator(".nnv-caption")
    expect(caption).to_have_text("<b>Why depth?</b>")
    expect(caption).to_be_in_viewport(ratio=1)
    step = lecture.pause()
    lecture.page.wait_for_url(lambda url: "step=" not in url and "play=" not in url)
    assert (lecture.query["speed"], lecture.query["lecture"]) == ("8", "1")

    lecture.page.reload()
    lecture.until("s.frame.step === arg", step)
    lecture.rest()
    assert not lecture.state["playing"]
    assert lecture.step_shown == step
    lecture.page.keyboard.press("l")
    expect(caption).to_be_hidden()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_share_by_keyboard_knows_the_moment_too(playground: Playground, key: str) -> None:
    playground.go_to_step(2)
    playground.sidebar.get_by_role("button", name="Share", exact=True).focus()
    for pressed in ("Shift+Tab", "Tab", key):  # Space presses a button that was reached with Tab
        playground.page.keyboard.press(pressed)
    dialog = playground.page.get_by_role("dialog")
    expect(dialog.get_by_text("Open at this moment: step 2")).to_be_visible()
    expect(dialog.get_by_role("img", name="QR code of the link")).to_be_visible()
    assert playground.step_shown == 2
