"""Measure how long a widget change takes while the largest network trains at top speed.

The time is from the key that moves the learning rate until the server has run the page with the
new rate. The slider's own delay of 200 ms before it reports is included.
"""

import time
from statistics import median

from playwright.sync_api import Page

from benchmarks.page.report import Row
from benchmarks.page.tabs import tab
from tools.playground import HEAVIEST
from tools.server import Server


def measure(page: Page, server: Server, changes: int, query: str = HEAVIEST) -> list[Row]:
    """Return the row on the longest wait for a change; ``query`` is the link to the network."""
    waits = []
    with tab(page, server.url) as (playground, _):
        playground.open(query)
        playground.set_speed_to_fastest()
        playground.play()
        for _ in range(changes):
            playground.until("s.frame.step > arg", playground.step_shown)
            pressed = time.perf_counter()
            with playground.rerun():
                playground.nudge_learning_rate()
            waits.append(time.perf_counter() - pressed)
        state = playground.state
    return [
        Row(
            "longest wait for a change, 8 × 64 units",
            max(waits),
            "s",
            1.0,
            how=f"median {median(waits):.2f} s of {changes} changes at top speed, 2,000 samples, "
            f"step {state['frame']['step']} reached",
        )
    ]
