"""Open the playground in a Chromium and read its clock, its counters and its traffic."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    Page,
    Playwright,
    Request,
    ViewportSize,
    WebSocket,
    sync_playwright,
)

from tools.browser import find, launch
from tools.playground import Playground

DESK: ViewportSize = {"width": 1400, "height": 900}

# Animation frames per second while the page rests, with which the stage is compared.
IDLE_RATE = """seconds => new Promise(done => {
    const start = performance.now();
    let ticks = 0;
    const tick = now => {
        ticks += 1;
        if (now - start < 1000 * seconds) requestAnimationFrame(tick);
        else done(1000 * ticks / (now - start));
    };
    requestAnimationFrame(tick);
})"""

# Records the time of each painted frame with a setter that replaces the stage's counter.
NOTE_PAINTING = """() => {
    let painted = window.nnviz.painted;
    window.paintedAt = [];
    Object.defineProperty(window.nnviz, 'painted', {
        get: () => painted,
        set: value => { painted = value; window.paintedAt.push(performance.now()); },
    });
}"""

# Painted frames, and seconds by the page's clock, while only the stage runs in the page.
PAINTED = """seconds => new Promise(done => {
    const start = performance.now(), {painted, stalls} = window.nnviz;
    const first = window.paintedAt?.length ?? 0;
    setTimeout(() => {
        const at = (window.paintedAt ?? []).slice(first);
        done({
            seconds: (performance.now() - start) / 1000,
            painted: window.nnviz.painted - painted,
            stalls: window.nnviz.stalls - stalls,
            intervals: at.slice(1).map((time, i) => time - at[i]),
        });
    }, 1000 * seconds);
})"""


@dataclass
class Traffic:
    """The bytes that one tab received from its server, and its requests to other hosts."""

    host: str
    received: int = 0
    foreign: list[str] = field(default_factory=list)

    def on_frame(self, event: dict[str, Any]) -> None:
        """Count a websocket message: binary ones arrive here as base64."""
        response = event["response"]
        payload = response["payloadData"]
        binary = response["opcode"] == 2
        self.received += len(base64.b64decode(payload)) if binary else len(payload)

    def on_data(self, event: dict[str, Any]) -> None:
        """Count a part of an HTTP answer."""
        self.received += int(event["dataLength"])

    def on_request(self, url: str) -> None:
        """Record a request to another host."""
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.foreign.append(url)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser of the tests."""
    with sync_playwright() as playwright:
        browser = launch(playwright, path_of_chromium(playwright))
        yield browser
        browser.close()


def path_of_chromium(playwright: Playwright) -> str:
    """Return the path of a Chromium that starts here."""
    path = find(playwright)
    if not path:
        raise SystemExit("no Chromium starts here: `make browser` gets one")
    return path


@contextmanager
def tab(page: Page, url: str) -> Iterator[tuple[Playground, Traffic]]:
    """Lend a tab in which to open the page; it is empty afterwards."""
    traffic = Traffic(urlsplit(url).netloc)

    def on_request(request: Request | WebSocket) -> None:
        traffic.on_request(request.url)

    page.on("request", on_request)
    page.on("websocket", on_request)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.webSocketFrameReceived", traffic.on_frame)
    session.on("Network.dataReceived", traffic.on_data)
    try:
        yield Playground(page, url), traffic
    finally:  # a page that plays on would disturb what is measured next
        session.detach()
        page.remove_listener("request", on_request)
        page.remove_listener("websocket", on_request)
        page.goto("about:blank")
