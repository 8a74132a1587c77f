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
    Error,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.e2e.lone_stage import LoneServer, LoneStage
from tests.e2e.shared import REST, STILL, SharedTab
from tools.browser import find, launch, launch_profile
from tools.playground import PATIENCE, Playground
from tools.server import Server

FAILURES = Path(__file__).parent / "failures"

# A busy machine is slow, not wrong.
expect.set_options(timeout=PATIENCE)

DESK: ViewportSize = {"width": 1400, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


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
        self._ears: dict[str, Callable[[Any], None]] = {
            "pageerror": lambda error: self.faults.append(f"uncaught: {error}"),
            "console": self._on_console,
            "request": lambda request: self._on_request(request.url),
            "websocket": lambda socket: self._on_request(socket.url),
        }

    def attach(self, page: Page) -> None:
        """Begin to watch `page`."""
        self.pages.append(page)
        for event, ear in self._ears.items():
            page.on(event, ear)

    def detach(self, page: Page) -> None:
        """Watch `page` no longer, and leave it open."""
        self.pages.remove(page)
        for event, ear in self._ears.items():
            page.remove_listener(event, ear)

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
    assert not watching.faults, "\n".join(watching.faults) + f"\n--- server log\n{log}"


@pytest.fixture(scope="session")
def returning_visitor(
    chromium: tuple[Playwright, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """One profile that many tests share, with compiled scripts on the disk; no tab is shared."""
    context = launch_profile(*chromium, tmp_path_factory.mktemp("profile"), viewport=DESK)
    context.add_init_script(STILL)
    yield context
    context.close()


@pytest.fixture(scope="session")
def lone_server() -> Iterator[LoneServer]:
    running = LoneServer()
    yield running
    running.close()


@pytest.fixture(scope="session")
def lone_page(browser: Browser, lone_server: LoneServer) -> Iterator[Page]:
    """A page of a server that has the stage's modules, and no Streamlit."""
    page = browser.new_page(viewport=DESK)
    page.goto(lone_server.url)
    yield page
    page.close()


@pytest.fixture
def stage(lone_page: Page, lone_server: LoneServer) -> Iterator[LoneStage]:
    """A stage alone, whose own errors fail the test; a server that is gone is none of them."""
    faults: list[str] = []

    def hear(error: Error) -> None:
        faults.append(str(error))

    stage = LoneStage(lone_page, lone_server, visit=False)
    lone_server.forget()
    lone_page.on("pageerror", hear)
    yield stage
    lone_page.remove_listener("pageerror", hear)
    lone_page.unroute_all()
    lone_page.context.set_offline(False)
    lone_page.goto(lone_server.url)  # it plays no longer
    assert not faults


def keep(name: str, pages: list[Page], log: str) -> None:
    """Save what the pages of a failed test look like and what the server said meanwhile."""
    FAILURES.mkdir(exist_ok=True)
    pages = [page for page in pages if not page.is_closed()]
    name = "".join(letter if letter.isalnum() else "_" for letter in name)
    for number, page in enumerate(pages):
        page.screenshot(path=FAILURES / f"{name}_{number}.png")
    (FAILURES / f"{name}.log").write_text(log)
    print(f"pictures and the server's log: {FAILURES}/{name}*\n--- server log\n{log}")


@pytest.fixture(scope="session")
def main_tab(returning_visitor: BrowserContext, server: Server) -> SharedTab:
    return SharedTab(returning_visitor, server.url, DESK)


@pytest.fixture(scope="session")
def second_tab(returning_visitor: BrowserContext, server: Server) -> SharedTab:
    return SharedTab(returning_visitor, server.url, DESK)


@pytest.fixture(scope="session")
def tab_of_a_phone(browser: Browser, server: Server) -> Iterator[SharedTab]:
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    context.add_init_script(STILL)
    yield SharedTab(context, server.url, PHONE)
    context.close()


@pytest.fixture
def take_back(watch: Watch, request: pytest.FixtureRequest) -> Callable[[Playground], None]:
    """Let the page of a shared tab rest after its test; after a failure, `watch` closes the tab."""

    def take(playground: Playground) -> None:
        report = getattr(request.node, "report_call", None)
        page = playground.page
        if report and report.passed and not watch.faults and not page.is_closed():
            page.evaluate(REST)
            watch.detach(page)

    return take


@pytest.fixture
def playground(
    main_tab: SharedTab, watch: Watch, take_back: Callable[[Playground], None]
) -> Iterator[Playground]:
    """The page at the start of the opening experiment, as other tests may have left it.

    The visitor is at a desk, and has been here before.
    """
    playground = main_tab.at_start(watch.attach)
    yield playground
    take_back(playground)


@pytest.fixture
def tab(
    second_tab: SharedTab, watch: Watch, take_back: Callable[[Playground], None]
) -> Iterator[Playground]:
    """Another tab of the same visitor, in which the test opens a page."""
    playground = second_tab.lend(watch.attach)
    yield playground
    take_back(playground)


@pytest.fixture
def opened(tab: Playground) -> Playground:
    """The page as it is when it has just been opened."""
    return tab.open()


@pytest.fixture
def phone(
    tab_of_a_phone: SharedTab, watch: Watch, take_back: Callable[[Playground], None]
) -> Iterator[Playground]:
    """The page, just opened on a phone."""
    playground = tab_of_a_phone.lend(watch.attach).open()
    yield playground
    take_back(playground)
