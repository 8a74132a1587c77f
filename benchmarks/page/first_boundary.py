"""Measure a new visitor's waiting time for the first boundary, against an empty Streamlit page.

Each page is opened in a new browser, with an empty profile and an empty cache, on a server that
has served the page before. Both times are from navigation to the first animation frame with the
content, by the page's clock. The two pages are opened in turn, and medians are compared.
"""

from statistics import median

from benchmarks.page.report import Row
from benchmarks.page.tabs import DESK, chromium
from tools.server import Server

BOUNDARY = "window.nnviz && window.nnviz.painted > 0"
EMPTY_PAGE = "document.body && document.body.innerText.includes('An empty page.')"

# Runs before the page's own scripts: records the first animation frame with the content.
NOTE_WHEN = """(() => {
    const look = now => {
        if (CONDITION) window.thereAt = now;
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()"""


def milliseconds_until(url: str, condition: str) -> float:
    """Return the time from navigation to `condition`, in a browser that has never seen `url`."""
    with chromium() as browser:
        page = browser.new_context(viewport=DESK).new_page()
        page.add_init_script(NOTE_WHEN.replace("CONDITION", condition))
        page.goto(url, wait_until="commit")
        page.wait_for_function("() => window.thereAt", timeout=60_000)
        return float(page.evaluate("() => window.thereAt"))


def measure(server: Server, rounds: int) -> list[Row]:
    """Return the row on the first boundary; without ``rounds``, on servers that are still cold."""
    boundary, empty = [], []
    with Server("benchmarks/page/empty_app.py") as empty_server:
        for _ in range(1 + rounds):
            boundary.append(milliseconds_until(server.url, BOUNDARY))
            empty.append(milliseconds_until(empty_server.url, EMPTY_PAGE))
    if rounds:
        del boundary[0], empty[0]
    return [
        Row(
            "first boundary ÷ empty Streamlit page",
            median(boundary) / median(empty),
            "×",
            1.2,
            how=f"{median(boundary):.0f} against {median(empty):.0f} ms, "
            f"medians of {len(empty)}, cold browsers, {'warm' if rounds else 'cold'} servers",
        )
    ]
