"""The list of keys: it opens and closes by mouse and keyboard, and hides nothing that is needed."""

from playwright.sync_api import expect

from tests.e2e.conftest import DESK, PHONE
from tools.playground import Playground


def test_the_list_of_keys_opens_and_closes(playground: Playground) -> None:
    for size in (DESK, PHONE):
        playground.page.set_viewport_size(size)
        opens_and_closes(playground)


def opens_and_closes(playground: Playground) -> None:
    """Walk through all ways to open and close the list."""
    page, button = playground.page, playground.part("help")
    listed = page.get_by_role("group", name="Keys", exact=True)
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(listed).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")

    button.click()
    button.click()  # which the list must not cover
    expect(listed).to_be_hidden()
    expect(button).to_be_focused()

    button.click()
    listed.get_by_text("one epoch").click()
    expect(listed).to_be_visible()
    playground.part("loss-curve").get_by_role("heading").click()
    expect(listed).to_be_hidden()

    playground.part("speed").focus()
    page.keyboard.press("?")
    expect(listed).to_be_focused()
    shown = playground.step_shown
    page.keyboard.press("PageDown")
    playground.until("s.frame.step === arg", shown + 1)
    page.keyboard.press("?")
    expect(listed).to_be_hidden()
    expect(playground.part("speed")).to_be_focused()
