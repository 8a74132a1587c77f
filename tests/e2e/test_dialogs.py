"""The dialogs in a browser: downloads open again, Cancel is heard, text stays text."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from nnviz.experiment import Experiment
from nnviz.export import open_file
from nnviz.runs import Run
from tests.e2e.conftest import DESK, Watch
from tests.e2e.shared import SharedTab
from tests.hostile import TEXTS
from tools.playground import Playground
from tools.server import Server

# What Streamlit would make of markup.
MADE_OF_MARKUP = "a, em, strong, del, code, pre, img, h1, h2, ul, ol, hr, table, blockquote, .katex"
WORDS = "[data-testid=stMarkdownContainer], [data-testid=stCaptionContainer]"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server("tests/e2e/dialogs.py") as running:
        yield running


@pytest.fixture(scope="module")
def shared(returning_visitor: BrowserContext, server: Server) -> SharedTab:
    return SharedTab(returning_visitor, server.url, DESK)


@pytest.fixture
def page(
    shared: SharedTab, watch: Watch, take_back: Callable[[Playground], None]
) -> Iterator[Page]:
    """The page with a button for each dialog; no dialog is open."""
    playground = shared.lend(watch.attach)
    page = playground.page
    if not page.url.startswith(playground.url) or page.get_by_role("dialog").count():
        page.goto(playground.url)
        expect(page.get_by_text("opened: step")).to_be_visible(timeout=60_000)
    yield page
    take_back(playground)


def dialog(page: Page, button: str) -> Locator:
    page.get_by_role("button", name=button, exact=True).click()
    found = page.get_by_role("dialog")
    expect(found).to_be_visible()
    return found


def download(page: Page, found: Locator, name: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        found.get_by_role("button", name=name, exact=True).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_one_click_gives_the_script_and_another_the_saved_run_which_opens_again(
    page: Page, tmp_path: Path
) -> None:
    expect(page.get_by_text("opened: step None")).to_be_visible()
    take = dialog(page, "Take home")
    script = download(page, take, "NumPy script", tmp_path)
    assert script.name == "nnviz-moons-step-60.py"
    assert "import numpy as np" in script.read_text()
    saved = download(page, take, "Saved run", tmp_path)
    shown = Run(Experiment())
    shown.advance(60)
    assert open_file(saved.read_bytes()).theta.tolist() == shown.theta.tolist()
    expect(take).to_be_visible()
    take.get_by_role("button", name="Close").click()
    expect(take).to_be_hidden()
    expect(page.get_by_text("at work: nothing")).to_be_visible()

    asks = dialog(page, "Open")
    asks.locator("input[type=file]").set_input_files(saved)
    expect(asks.get_by_text("layers 2-4-2-1")).to_be_visible()
    expect(page.get_by_text("opened: step None")).to_be_visible()
    asks.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_text("opened: step 60")).to_be_visible()
    expect(asks).to_be_hidden()


def test_a_replay_is_recorded_and_saved_by_one_click(page: Page, tmp_path: Path) -> None:
    take = dialog(page, "Take home")
    replay = download(page, take, "Replay", tmp_path)
    expect(take.get_by_role("button", name="Save the replay")).to_be_visible()
    assert replay.name == "nnviz-moons-step-60-replay.html"
    assert replay.read_text().startswith("<!doctype html>")


def test_long_work_goes_on_by_itself_and_ends_when_nobody_wants_it(page: Page) -> None:
    for way in ("Cancel", "Close"):
        take = dialog(page, "Take a slow one home")
        bar = take.get_by_text("Training the same run again")
        expect(bar).to_be_visible()
        first = bar.inner_text()
        expect(bar).not_to_have_text(first)
        take.get_by_role("button", name=way, exact=True).click()
        expect(take).to_be_hidden()
        expect(page.get_by_text("at work: nothing")).to_be_visible()


def test_a_file_that_is_none_is_refused_with_its_markup_as_text(page: Page, tmp_path: Path) -> None:
    hostile = tmp_path / "hostile.json"
    hostile.write_text('{"nnviz": "<img src=x onerror=alert(1)> [a](b) $x$"}')
    asks = dialog(page, "Open")
    asks.locator("input[type=file]").set_input_files(hostile)
    alert = asks.get_by_role("alert")
    expect(alert).to_contain_text("<img src=x onerror=alert(1)> [a](b) $x$")
    expect(alert.locator("img, a, .katex")).to_have_count(0)


def test_a_link_is_shared_in_the_view_that_is_wanted(page: Page) -> None:
    share = dialog(page, "Share")
    expect(share.get_by_role("img", name="QR code of the link")).to_be_visible()
    share.get_by_text("Open in lecture mode").click()
    expect(share.get_by_test_id("stCode")).to_contain_text("&rate=0.1&lecture=1")


def test_foreign_text_looks_in_every_message_as_it_was_written(page: Page) -> None:
    page.get_by_text("Messages").click()
    for number, text in enumerate(TEXTS):
        messages = page.locator(f".st-key-message_{number}").locator(WORDS)
        expect(messages).to_have_count(3)
        for shown in messages.all():
            expect(shown).to_be_visible()
            assert shown.inner_text().replace("\u2060", "").split() == text.split()
            expect(shown.locator(MADE_OF_MARKUP)).to_have_count(0)
