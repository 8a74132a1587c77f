"""Measure whether the memory grows while the stage plays for a long time.

The page's heap (after a garbage collection) and the server's resident size are read every ten
seconds. The means of the first and of the last sixth of the time are compared.
"""

import time

import numpy as np
import psutil
from playwright.sync_api import Page

from benchmarks.page.report import Row
from benchmarks.page.tabs import tab
from tools.server import Server

EVERY_SECONDS = 10.0


def measure(page: Page, server: Server, minutes: float) -> list[Row]:
    """Return the rows on the growth of the page's heap and of the server."""
    heap, resident = [], []
    with tab(page, server.url) as (playground, _):
        playground.open()
        session = playground.page.context.new_cdp_session(playground.page)
        session.send("Performance.enable")
        playground.play()
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            playground.page.wait_for_timeout(1e3 * EVERY_SECONDS)
            session.send("HeapProfiler.collectGarbage")
            metrics = session.send("Performance.getMetrics")["metrics"]
            heap.append(next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize"))
            resident.append(psutil.Process(server.pid).memory_info().rss)
        state = playground.state
    rows = []
    for name, sizes in (("the page's heap", heap), ("the server", resident)):
        sixth = max(1, len(sizes) // 6)
        first, last = np.mean(sizes[:sixth]) / 1e6, np.mean(sizes[-sixth:]) / 1e6
        how = f"{first:.0f} to {last:.0f} MB in {minutes:g} min, step {state['frame']['step']}"
        rows.append(Row(f"growth of {name}", float(last / first), "×", 1.1, how=how))
    return rows
