"""The gallery in a browser: every picture arrives, and a preset opens by its name."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from nnviz.presets import GROUPS, PRESETS
from tests.e2e.test_accessible import AXE, RUN
from tools.playground import Playground
from tools.server import Server

PICTURES_ARE_THERE = """() => [...document.querySelectorAll('[data-testid="stMain"] img')].every(
    image => image.complete && image.naturalWidth > 0
)"""


@pytest.mark.parametrize(("scheme", "width"), [("light", 1400), ("dark", 390)])
def test_it_fits_and_can_be_read_by_everybody(
    new_context: Callable[..., BrowserContext], server: Server, scheme: str, width: int
) -> None:
    context = new_context(color_scheme=scheme, viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(f"{server.url}/gallery")
    found = page.get_by_test_id("stMain")
    pictures = found.get_by_role("img")
    expect(pictures).to_have_count(len(PRESETS), timeout=60_000)
    for heading in GROUPS:
        expect(found.get_by_role("heading", name=heading)).to_have_count(1)
    pictures.last.scroll_into_view_if_needed()
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


def test_a_preset_opens_by_its_name_in_the_playground(playground: Playground) -> None:
    playground.play()
    playground.go_to_gallery()
    button = playground.page.get_by_role("button", name="Open Dying ReLU", exact=True)
    with playground.new_run():
        button.click()
    preset = PRESETS["dying-relu"]
    expect(playground.sidebar.get_by_text(preset.sentence)).to_be_visible()
    playground.page.wait_for_url(lambda url: url.endswith("layers=8-relu+8-relu"))
    expect(playground.part("stage")).to_be_visible()
    assert playground.state["mounts"] == 1
