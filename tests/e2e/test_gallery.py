"""The gallery in a browser: every picture arrives, and a click anywhere on a card opens it."""

from urllib.parse import urlsplit

from playwright.sync_api import expect

from nnviz.presets import GROUPS, PRESETS
from tests.e2e.conftest import PHONE
from tests.e2e.test_accessible import serious
from tools.playground import Playground

PICTURES_ARE_THERE = """() => [...document.querySelectorAll('[data-testid="stMain"] img')].every(
    image => image.complete && image.naturalWidth > 0
)"""

SIZE = "element => parseFloat(getComputedStyle(element).fontSize)"


def test_it_fits_and_can_be_read_by_everybody(tab: Playground) -> None:
    tab.page.goto(f"{tab.url}/gallery?section=the-articles")
    fits_and_can_be_read(tab, are_beside=True)
    tab.page.emulate_media(color_scheme="dark")
    tab.page.set_viewport_size(PHONE)
    tab.page.get_by_role("tab", name="The articles").click()
    fits_and_can_be_read(tab, are_beside=False)


def fits_and_can_be_read(playground: Playground, are_beside: bool) -> None:
    """Look at two sections, of which the first is open; cards may have room beside each other."""
    page = playground.page
    found = page.get_by_test_id("stMain")
    pictures = found.get_by_role("img")
    for heading in ("The articles", "Failure museum"):
        tab = found.get_by_role("tab", name=heading)
        if heading != "The articles":
            tab.click()
        expect(tab).to_have_attribute("aria-selected", "true", timeout=60_000)
        expect(pictures).to_have_count(len(GROUPS[heading]))
        pictures.last.scroll_into_view_if_needed()
        page.wait_for_function(PICTURES_ARE_THERE, timeout=20_000)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    title = found.get_by_role("heading", level=1).evaluate(SIZE)
    assert all(title > other.evaluate(SIZE) for other in found.locator("h2, h3, strong").all())
    first, second = (pictures.nth(k).bounding_box() for k in (0, 1))
    assert first is not None
    assert second is not None
    beside = second["x"] > first["x"] + first["width"]
    assert beside is are_beside, "cards stand side by side only where there is room"
    faults = serious(playground)
    assert not faults, faults


def test_a_card_opens_its_preset_at_its_speed_by_click_and_by_key(opened: Playground) -> None:
    """A card is one stop of Tab, and its section is open again later."""
    playground = opened
    playground.play()
    playground.go_to_gallery()
    page, preset = playground.page, PRESETS["spirals"]
    with playground.new_run():
        page.get_by_text(preset.sentence).click(force=True)
    expect(playground.sidebar.get_by_text(preset.sentence)).to_be_visible()
    expect(playground.part("stage")).to_be_visible()
    expect(playground.part("stage").locator("output").first).to_have_text(str(preset.speed))
    assert playground.query["speed"] == str(preset.speed)
    assert playground.state["mounts"] == 1
    page.keyboard.press("l")
    expect(playground.part("stage").locator(".nnv-caption")).to_have_text(preset.title)
    page.keyboard.press("l")

    playground.go_to_gallery("Failure museum")
    cards = [
        page.get_by_role("button", name=f"Open {preset.title}", exact=True)
        for preset in GROUPS["Failure museum"].values()
    ]
    cards[2].focus()
    page.keyboard.press("Tab")
    expect(cards[3]).to_be_focused()
    with playground.new_run():
        page.keyboard.press("Enter")
    assert urlsplit(page.url).query.endswith("layers=8-relu+8-relu")
    page.get_by_role("link", name="Gallery").click()
    museum = page.get_by_role("tab", name="Failure museum")
    expect(museum).to_have_attribute("aria-selected", "true")
