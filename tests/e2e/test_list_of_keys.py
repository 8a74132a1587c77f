"""The list of keys: it opens and closes by mouse and keyboard, and hides nothing that is needed."""

import pytest
from playwright.sync_api import expect

from tools.playground import Playground


@pytest.mark.parametrize("width", [1400, 390])
def test_the_list_of_keys_opens_and_closes(tab: Playground, width: int) -> None:
    tab.page.set_viewport_size({"width": width, "height": 844})
    playground = tab.open()
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
    page.keyboard.press("PageDown")
    playground.until("s.frame.step === 1")
    page.keyboard.press("?")
    expect(listed).to_be_hidden()
    expect(playground.part("speed")).to_be_focused()


def test_a_touch_screen_has_no_list_of_keys(phone: Playground) -> None:
    expect(phone.part("lecture")).to_be_visible()
    expect(phone.part("help")).to_be_hidden()
