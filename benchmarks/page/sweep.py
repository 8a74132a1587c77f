"""Measure a sweep of one visitor while another one plays on the same server, and its Cancel."""

import json

from playwright.sync_api import Page

from benchmarks.page.play import cpu_seconds
from benchmarks.page.report import Row
from benchmarks.page.tabs import DESK, tab
from tools.playground import Playground
from tools.server import Server

RATES = ("0.01", "0.02", "0.03", "0.05", "0.1", "0.2", "0.3", "0.5", "1", "2", "3", "5")
LONG = "seeds:2;steps:100000;rate:0.4|0.1|0.2"
QUIET = 0.2
"""The share of a core up to which the server is at rest."""
_LOOK = 0.1  # seconds between two looks at the processor time, which counts hundredths

# The sweep whose first value of the first axis is given can be started; it is being trained.
READY = """first => document.querySelector("[data-testid=nnviz-sweep-start]:enabled")
    && document.querySelector("[data-testid=nnviz-sweep-values-1]").value.startsWith(first)"""
LEFT = (
    "() => document.querySelector('[data-testid=nnviz-sweep-left]').textContent.endsWith('left.')"
)

# Starts the sweep. Keeps a promise of the seconds until the first cell and until all are there.
START = """() => {
    const part = (name) => document.querySelector(`[data-testid=nnviz-sweep-${name}]`);
    const began = performance.now(), seconds = () => (performance.now() - began) / 1000;
    let first = null;
    window.swept = new Promise((done) => {
        const look = () => {
            if (document.querySelector(".nnv-sweep-cell[data-kind=found]")) first ??= seconds();
            if (part("left").textContent.startsWith("Done")) done([first, seconds()]);
        };
        new MutationObserver(look).observe(document.querySelector(".nnv-sweep"), {
            subtree: true, childList: true, attributes: true, attributeFilter: ["data-kind"],
        });
    });
    part("start").click();
}"""

# Painted frames, and the seconds of the page's clock.
COUNT = "() => [window.nnviz.painted, performance.now() / 1000]"


def measure(page: Page, server: Server, n: int) -> list[Row]:
    """Return the rows on a sweep of n rates × n widths × 5 seeds × 500 updates."""
    widths = "|".join(f"{k}-tanh" for k in range(1, n + 1))
    grid = f"seeds:5;steps:500;rate:{'|'.join(RATES[:n])};layers:{widths}"
    browser = page.context.browser
    assert browser is not None, "only the browser of an Android device has none"
    visitor = browser.new_page(viewport=DESK)  # a window of its own: a tab behind another rests
    try:
        with tab(page, server.url) as (playground, _):
            playground.open()
            visitor.goto(f"{server.url}/sweep?sweep={grid.replace(' ', '+')}")
            visitor.wait_for_function(READY, arg=RATES[0])
            playground.play()
            painted, began = page.evaluate(COUNT)
            visitor.evaluate(START)
            first, last = visitor.evaluate("() => window.swept")
            now_painted, ended = page.evaluate(COUNT)
        cancelled, rested = _cancel(Playground(visitor, server.url), server)
    finally:
        visitor.close()
    rate = (now_painted - painted) / (ended - began)
    whole = f"{n} rates × {n} widths × 5 seeds × 500 updates, beside a viewer who plays"
    return [
        Row("painted beside a sweep", rate, "a s", 30.0, "at least", "by a viewer who plays"),
        Row("Start to the first cell", first, "s", 1.0, how=whole),
        Row("Start to the last cell", last, "s", how=whole),
        Row("Cancel to the word Cancelled", cancelled, "s", 0.3, how="of a sweep of some minutes"),
        Row("Cancel to a server at rest", rested, "s", 0.3, how=f"below {QUIET:g} of a core"),
    ]


def _cancel(playground: Playground, server: Server) -> tuple[float, float]:
    """Return the seconds from Cancel to the word, and to the first look at a server at rest."""
    visitor = playground.page
    file = json.dumps({"experiment": "", "sweep": LONG}).encode()
    playground.part("sweep-file").set_input_files(
        {"name": "long.json", "mimeType": "application/json", "buffer": file}
    )
    visitor.wait_for_function(READY, arg="0.4")
    visitor.evaluate(START)
    visitor.wait_for_function(LEFT)
    word = visitor.evaluate("""() => {
        const part = (name) => document.querySelector(`[data-testid=nnviz-sweep-${name}]`);
        const began = performance.now();
        part("cancel").click();
        const isTold = part("left").textContent.startsWith("Cancelled");
        return isTold ? (performance.now() - began) / 1000 : Infinity;
    }""")
    seconds, cpu = 0.0, cpu_seconds(server.pid)
    while True:
        visitor.wait_for_timeout(1000 * _LOOK)
        before, cpu = cpu, cpu_seconds(server.pid)
        if cpu - before <= QUIET * _LOOK:
            return word, seconds
        seconds += _LOOK
