"""The gallery in a browser: every picture arrives, and a preset opens by its name."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from nnviz.presets import GROUPS, PRESETS
from tests.e2e.test_accessible import AXE, RUN
from tools.server import Server

PICTURES_ARE_THERE = """() => [...document.querySelectorAll('[role="dialog"] img')].every(
    image => image.complete && image.naturalWidth > 0
)"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("tests/e2e/dialogs.py") as running:
        yield running


def gallery(page: Page, url: str) -> Locator:
    page.goto(url)
    page.get_by_role("button", name="Presets", exact=True).click(timeout=60_000)
    found = page.get_by_role("dialog")
    expect(found.get_by_role("img")).to_have_count(len(PRESETS), timeout=60_000)
    return found


@pytest.mark.parametrize(("scheme", "width"), [("light", 1400), ("dark", 390)])
def test_it_fits_and_can_be_read_by_everybody(
    new_context: Callable[..., BrowserContext], server: Server, scheme: str, width: int
) -> None:
    context = new_context(color_scheme=scheme, viewport={"width": width, "height": 844})
    page = context.new_page()
    found = gallery(page, server.url)
    for heading in GROUPS:
        expect(found.get_by_role("heading", name=heading)).to_have_count(1)
    found.get_by_role("img").last.scroll_into_view_if_needed()
    pictures = found.get_by_role("img")
    expect(pictures.last).to_be_visible()
    page.wait_for_function(PICTURES_ARE_THERE, timeout=20_000)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first, second = (pictures.nth(k).bounding_box() for k in (0, 1))
    assert first is not None
    assert second is not None
    beside = second["x"] > first["x"] + first["width"]
    assert beside is (width > 1000), "cards stand side by side only where there is room"
    page.evaluate(AXE + "\n;0")
    faults = page.evaluate(RUN)
    assert not faults, faults


def test_a_preset_opens_by_its_name_and_the_gallery_closes(
    new_context: Callable[..., BrowserContext], server: Server
) -> None:
    page = new_context().new_page()
    found = gallery(page, server.url)
    expect(page.get_by_text("preset: None")).to_have_count(1)
    found.get_by_role("button", name="Open Dying ReLU", exact=True).click()
    expect(found).to_be_hidden()
    expect(page.get_by_text("preset: dying-relu")).to_be_visible()
