"""How soon the stage does what it is told: a changed setting, pause, the slider of time.

All times are the page's own: from the event of the key or the click to the painting of the frame.
"""

import numpy as np
from playwright.sync_api import Browser

from benchmarks.page.report import Row
from benchmarks.page.tabs import NOTE_PAINTING, tab
from tools.playground import Playground
from tools.server import Server

# Notes the last key or click, and the first frame of another run after it.
NOTE_INPUT = """() => {
    for (const kind of ['keydown', 'click']) {
        document.addEventListener(kind, () => { window.toldAt = performance.now(); }, true);
    }
}"""

NEXT_RUN = """before => new Promise(done => {
    const look = () => window.nnviz.frame.run === before
        ? requestAnimationFrame(look)
        : done(window.paintedAt[window.paintedAt.length - 1] - window.toldAt);
    look();
})"""

LAST_PAINTED = """() => new Promise(done => setTimeout(
    () => done(window.paintedAt[window.paintedAt.length - 1] - window.toldAt), 500))"""

# Drags the slider of time over all moments, one for each picture of the display.
SCRUB = """() => new Promise(done => {
    const slider = document.querySelector('[data-testid="nnviz-time"]');
    const last = Number(slider.max), start = performance.now();
    let moment = 0;
    const next = () => {
        slider.value = moment;
        slider.dispatchEvent(new Event('input', {bubbles: true}));
        moment += 1;
        if (moment <= last) requestAnimationFrame(next);
        else done({moments: moment, seconds: (performance.now() - start) / 1000});
    };
    next();
})"""


def waits_for_a_change(playground: Playground, changes: int) -> list[float]:
    """Return the milliseconds from choosing a data set to its first frame, while it plays."""
    waits = []
    for number in range(changes):
        playground.until("s.frame.step > 20")
        before = playground.frame["run"]
        playground.sidebar.get_by_role("combobox", name="Data set").click()
        playground.page.keyboard.press("ArrowUp" if number % 2 else "ArrowDown")
        playground.page.keyboard.press("Enter")
        waits.append(float(playground.page.evaluate(NEXT_RUN, before)))
    return waits


def waits_for_pause(playground: Playground, pauses: int) -> list[float]:
    """Return the milliseconds from pressing pause to the last painted frame."""
    waits = []
    for _ in range(pauses):
        playground.play()
        playground.until("s.frame.step > arg", playground.step_shown + 20)
        playground.part("play").click()
        waits.append(max(0.0, float(playground.page.evaluate(LAST_PAINTED))))
    return waits


def measure(browser: Browser, server: Server, changes: int) -> list[Row]:
    """Return the rows on changes, pause and scrubbing."""
    with tab(browser, server.url) as (playground, _):
        playground.page.evaluate(NOTE_PAINTING)
        playground.page.evaluate(NOTE_INPUT)
        playground.play()
        shown = waits_for_a_change(playground, changes)
        playground.pause()
        paused = waits_for_pause(playground, changes // 2)
    with tab(browser, server.url) as (playground, _):
        playground.play()
        playground.until("s.frame.step >= 1000", patience=120_000)
        playground.pause()
        scrubbed = playground.page.evaluate(SCRUB)
    how = f"{changes} changes of the data set while it plays, from the key to the frame"
    return [
        Row("change to first frame, median", float(np.median(shown)), "ms", 200.0, how=how),
        Row(
            "change to first frame, late",
            float(np.percentile(shown, 95)),
            "ms",
            350.0,
            how="95th percentile of the same",
        ),
        Row(
            "pause to last painted frame",
            max(paused),
            "ms",
            50.0,
            how=f"the longest of {len(paused)}",
        ),
        Row(
            "scrubbing",
            scrubbed["moments"] / scrubbed["seconds"],
            "/s",
            30.0,
            "at least",
            f"all {scrubbed['moments']} recorded moments, one a picture of the display",
        ),
    ]
