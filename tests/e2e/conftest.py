"""A real server, a real Chromium, and pages that fail their test by themselves.

Every page watches itself: an uncaught error, an error in the console, a request to any host but
the server's own, or a traceback or warning in the server's log fails the test that had the page
open, whatever else the test looked at. What a failed page looked like is kept in `failures/`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from tools.browser import find, launch, launch_profile
from tools.playground import PATIENCE, Playground
from tools.server import Server

FAILURES = Path(__file__).parent / "failures"

# A busy machine is slow, not wrong.
expect.set_options(timeout=PATIENCE)

DESK: ViewportSize = {"width": 1400, "height": 900}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Leave the outcome of a test where its fixtures can see it when they clean up."""
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[tuple[Playwright, str]]:
    with sync_playwright() as playwright:
        path = find(playwright)
        assert path, "no Chromium starts here: `make browser` gets one"
        yield playwright, path


@pytest.fixture(scope="session")
def browser(chromium: tuple[Playwright, str]) -> Iterator[Browser]:
    running = launch(*chromium)
    yield running
    running.close()


class Watch:
    """Notes what the pages of a test must never do, and what they asked of their own server."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.faults: list[str] = []
        self.requests = 0
        self.pages: list[Page] = []
        self.contexts: list[BrowserContext] = []

    def attach(self, page: Page) -> None:
        """Begin to watch `page`."""
        self.pages.append(page)
        page.on("pageerror", lambda error: self.faults.append(f"uncaught: {error}"))
        page.on("console", self._on_console)
        page.on("request", lambda request: self._on_request(request.url))
        page.on("websocket", lambda socket: self._on_request(socket.url))

    def _on_console(self, message: ConsoleMessage) -> None:
        # Streamlit looks for its server below the page's own path first, and finds it above; and
        # the pictures of a page that was left are gone, should the browser still ask for one.
        url = message.location["url"]
        is_harmless = "404" in message.text and ("/_stcore/" in url or "/media/" in url)
        if message.type == "error" and not is_harmless:
            self.faults.append(f"console: {message.text} {url}")

    def _on_request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("data", "blob"):
            return
        if parts.netloc == self.host:
            self.requests += 1
        else:
            self.faults.append(f"foreign request: {url}")


@pytest.fixture
def watch(server: Server, request: pytest.FixtureRequest) -> Iterator[Watch]:
    log_before = server.log_size()
    watching = Watch(urlsplit(server.url).netloc)
    yield watching

    report = getattr(request.node, "report_call", None)
    log = server.log(log_before)
    for word in ("Traceback", "Warning:"):
        if word in log:
            watching.faults.append(f"the server's log has a {word}")
    if report is None or report.failed or watching.faults:
        keep(request.node.name, watching.pages, log)
    for page in watching.pages:
        page.close()
    for context in watching.contexts:
        context.close()
    assert not watching.faults, "\n".join(watching.faults) + f"\n--- server log\n{log}"


@pytest.fixture
def new_context(browser: Browser, watch: Watch) -> Callable[..., BrowserContext]:
    """Make visitors: each context is a browser profile of its own, watched in all its tabs."""

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": DESK, **options})
        context.on("page", watch.attach)
        watch.contexts.append(context)
        return context

    return make


@pytest.fixture(scope="session")
def returning_visitor(
    chromium: tuple[Playwright, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """One profile that many tests share, with compiled scripts on the disk; no tab is shared."""
    context = launch_profile(*chromium, tmp_path_factory.mktemp("profile"), viewport=DESK)
    yield context
    context.close()


def keep(name: str, pages: list[Page], log: str) -> None:
    """Save what the pages of a failed test look like and what the server said meanwhile."""
    FAILURES.mkdir(exist_ok=True)
    pages = [page for page in pages if not page.is_closed()]
    name = "".join(letter if letter.isalnum() else "_" for letter in name)
    for number, page in enumerate(pages):
        page.screenshot(path=FAILURES / f"{name}_{number}.png")
    (FAILURES / f"{name}.log").write_text(log)
    print(f"pictures and the server's log: {FAILURES}/{name}*\n--- server log\n{log}")


@pytest.fixture
def new_playground(
    new_context: Callable[..., BrowserContext], server: Server
) -> Callable[..., Playground]:
    """Open a tab for a new visitor; keyword arguments are Playwright's context options."""

    def make(**options: Any) -> Playground:
        return Playground(new_context(**options).new_page(), server.url)

    return make


@pytest.fixture
def playground(returning_visitor: BrowserContext, watch: Watch, server: Server) -> Playground:
    """The page, opened in a new tab by a visitor at a desk who has been here before."""
    page = returning_visitor.new_page()
    watch.attach(page)
    return Playground(page, server.url).open()
