"""A link carries the moment: its step, speed and switches, whether it plays, and a title."""

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


def test_a_shared_moment_is_the_same_in_another_tab(
    tab: Playground, playground: Playground
) -> None:
    """It is shared while it plays, and after a change of the rate."""
    playground.part("show-wrong").check()
    playground.part("gradients").check()
    playground.part("log-scale").check()
    for _ in range(2):
        playground.page.keyboard.press("]")
    playground.play()
    playground.play_until_step(30)
    with playground.rerun():
        playground.nudge_learning_rate()
    playground.play_until_step(playground.step_shown + 30)
    pressed = playground.step_shown
    link = link_of(share(playground))

    playground.page.keyboard.press("Escape")
    playground.page.keyboard.press("k")
    playground.until("!s.playing")
    tab.page.bring_to_front()  # a browser draws a tab that is not in front once a second
    fresh = tab.open(link)
    step = int(fresh.query["step"])
    assert pressed <= step
    fresh.until("!s.playing && s.frame.step === arg", step)
    assert fresh.query["show"] == "test.mistakes.gradients.log"
    for name in ("show-test", "show-wrong", "gradients", "log-scale"):
        expect(fresh.part(name)).to_be_checked()
    expect(fresh.part("show-classes")).not_to_be_checked()
    expect(fresh.part("stage").locator("output").first).to_have_text("4")

    there = plane(fresh)

    playground.page.bring_to_front()
    playground.scrub_to(step)
    while playground.step_shown != step:  # a pixel of the curve is several steps wide
        playground.page.keyboard.press("PageUp" if playground.step_shown > step else "PageDown")
        playground.rest(2)
    playground.until("s.frame.step === arg", step)
    assert playground.numbers == fresh.numbers
    assert plane(playground) == there


def test_a_link_that_plays_keeps_its_moment_until_the_visitor_goes_on(
    tab: Playground,
) -> None:
    lecture = tab
    lecture.page.set_viewport_size({"width": 1280, "height": 720})
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


def test_share_by_keyboard_knows_the_moment_too(playground: Playground) -> None:
    keys, dialog = playground.page.keyboard, playground.page.get_by_role("dialog")
    for step, key in ((2, "Enter"), (4, "Space")):
        playground.go_to_step(step)
        playground.sidebar.get_by_role("button", name="Share", exact=True).focus()
        for pressed in ("Shift+Tab", "Tab", key):  # Space presses a button reached with Tab
            keys.press(pressed)
        expect(dialog.get_by_text(f"Open at this moment: step {step}")).to_be_visible()
        expect(dialog.get_by_role("img", name="QR code of the link")).to_be_visible()
        assert playground.step_shown == step
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_have_count(0)
