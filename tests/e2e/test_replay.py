"""A replay opened from disk, with the network off: it plays, it scrubs, it can be read."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from nnviz.export import record, replay_html
from nnviz.figures.theme import palettes
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.stage.sources import sources

MOMENTS = 500
MOST_BYTES = 8_000_000
LAST_STEP = 1000
EXPERIMENT = PRESETS["first"].experiment

# How much a colour stands out: WCAG's contrast ratio between a text and the page behind it.
CONTRAST = """element => {
  const luminance = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const text = luminance(getComputedStyle(element).color);
  const page = luminance(getComputedStyle(document.body).backgroundColor);
  return (Math.max(text, page) + 0.05) / (Math.min(text, page) + 0.05);
}"""

# A canvas on which something was drawn has more than one colour.
COLOURS = """canvas => {
  const { width, height } = canvas, copy = new OffscreenCanvas(width, height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    messages = list(record(Run(EXPERIMENT), LAST_STEP, MOMENTS))
    path = tmp_path_factory.mktemp("replay") / "replay.html"
    path.write_text(
        replay_html(EXPERIMENT, Run(EXPERIMENT).dataset, messages, sources(), palettes())
    )
    return path


@pytest.fixture(scope="module")
def opened(browser: Browser, replay: Path) -> Iterator[tuple[Page, list[str]]]:
    """The file in a browser that is offline, and its errors and requests."""
    faults: list[str] = []
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text))
    page.on("request", lambda request: faults.append(request.url))
    page.goto(replay.as_uri())
    faults.remove(replay.as_uri())
    expect(page.locator("body")).to_have_attribute("data-moments", str(MOMENTS))
    assert step_of(page) == 0
    yield page, faults
    context.close()


@pytest.fixture
def page(opened: tuple[Page, list[str]]) -> Iterator[Page]:
    """The replay at its start; any error or request fails the test."""
    page, faults = opened
    page.get_by_label("Moment", exact=True).fill("0")
    expect(page.locator("body")).to_have_attribute("data-step", "0")
    yield page
    assert not faults


def step_of(page: Page) -> int:
    return int(page.locator("body").get_attribute("data-step") or -1)


def pixels(page: Page, canvas: str) -> str:
    return str(page.locator(canvas).evaluate("canvas => canvas.toDataURL()"))


def test_five_hundred_moments_stay_small(replay: Path) -> None:
    assert replay.stat().st_size <= MOST_BYTES


def test_it_plays_to_the_end_and_again_from_the_start(page: Page) -> None:
    before = pixels(page, ".surface")
    page.get_by_label("Moments a second").select_option("60")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-step", re.compile(r"[2-9]\d|\d{3,}"))
    assert pixels(page, ".surface") != before
    page.get_by_role("button", name="Pause").click()
    paused = step_of(page)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert step_of(page) == paused, "a paused replay stands still"
    page.get_by_label("Moment", exact=True).press("End")
    expect(page.locator("body")).to_have_attribute("data-step", str(LAST_STEP))
    page.get_by_role("button", name="Play").click()
    expect(page.locator("body")).to_have_attribute("data-step", re.compile(r"\d{1,3}"))


def test_it_scrubs_and_shows_the_losses_of_the_run(page: Page) -> None:
    page.get_by_label("Moment", exact=True).fill(str(MOMENTS - 1))
    expect(page.locator("body")).to_have_attribute("data-step", str(LAST_STEP))
    run = Run(EXPERIMENT)
    run.advance(LAST_STEP)
    shown = page.get_by_test_id("replay-numbers")
    expect(shown).to_contain_text(f"{run.metrics().loss_train:#.4g}")
    expect(shown).to_contain_text("1,000")
    end = pixels(page, ".surface")
    page.get_by_label("Moment", exact=True).fill("0")
    expect(page.locator("body")).to_have_attribute("data-step", "0")
    assert pixels(page, ".surface") != end
    page.locator("body").press("ArrowRight")
    expect(page.get_by_label("Moment", exact=True)).to_have_value("1")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_in_light_and_dark(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.get_by_label("Moment", exact=True).fill(str(MOMENTS - 1))
    for words in ("h1", ".class-0", ".class-1", ".train", ".test", "dt", "dd", ".play", "select"):
        contrast = page.locator(words).first.evaluate(CONTRAST)
        assert contrast >= 4.5, f"{words} has a contrast of {contrast:.1f} on a {scheme} page"
    for canvas in (".surface", ".contour", ".points", ".curve"):
        assert page.locator(canvas).evaluate(COLOURS) > 4, f"{canvas} is empty"


def test_it_fits_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_role("button", name="Play")).to_be_visible()
