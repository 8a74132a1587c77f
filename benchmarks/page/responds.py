"""Measure how soon the stage reacts to a changed setting, to pause, and to the time slider.

All times are from the page's clock: from the event of the key or click to the painted frame.
"""

import numpy as np
from playwright.sync_api import Page

from benchmarks.page.report import Row
from benchmarks.page.tabs import NOTE_PAINTING, tab
from tools.playground import Playground
from tools.server import Server

# Records the times of the last key or click, and of the first frame of another run after it.
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

# The first frame that is painted after the one at which the rate was changed.
NEXT_RATE = """before => new Promise(done => {
    const rate = document.querySelector('.nnv-rate');
    const follow = count => window.paintedAt.length > count
        ? done(window.paintedAt[count] - window.toldAt)
        : requestAnimationFrame(() => follow(count));
    const changed = () => rate.textContent !== before;
    if (changed()) follow(window.paintedAt.length);
    else new MutationObserver((_, observer) => {
        if (!changed()) return;
        observer.disconnect();
        follow(window.paintedAt.length);
    }).observe(rate, {childList: true, characterData: true, subtree: true});
})"""

NEXT_VALUE = """before => new Promise(done => {
    const look = () => window.heard[0] === before
        ? setTimeout(look)
        : done(window.heard[1] - window.toldAt);
    look();
})"""

LAST_PAINTED = """() => new Promise(done => setTimeout(
    () => done(window.paintedAt[window.paintedAt.length - 1] - window.toldAt), 500))"""

# Goes through all moments with the time slider, one per animation frame.
SCRUB = """() => new Promise(done => {
    const slider = document.querySelector('[data-testid="nnviz-time"]');
    const press = key => slider.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
    const start = performance.now();
    let moments = 1;
    const next = () => {
        if (slider.ariaValueNow === slider.ariaValueMax) {
            done({moments, seconds: (performance.now() - start) / 1000});
            return;
        }
        press('ArrowRight');
        moments += 1;
        requestAnimationFrame(next);
    };
    press('Home');
    requestAnimationFrame(next);
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


def waits_for_a_rate(playground: Playground, changes: int) -> list[float]:
    """Return the milliseconds from the slider's key to the first frame under the new rate."""
    waits = []
    for _ in range(changes):
        playground.until("s.frame.step > arg", playground.step_shown + 20)
        before = playground.page.locator(".nnv-rate").text_content()
        playground.nudge_learning_rate()
        waits.append(float(playground.page.evaluate(NEXT_RATE, before)))
    return waits


def waits_of_an_empty_page(page: Page, changes: int) -> list[float]:
    """Return the milliseconds from a slider's key to the component, on an otherwise empty page."""
    with Server("benchmarks/page/slider_app.py") as server:
        page.goto(server.url)
        page.wait_for_function("() => window.heard")
        page.evaluate(NOTE_INPUT)
        page.get_by_role("slider").focus()
        waits = []
        for _ in range(changes):
            before = page.evaluate("() => window.heard[0]")
            page.keyboard.press("ArrowRight")
            waits.append(float(page.evaluate(NEXT_VALUE, before)))
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


def measure(page: Page, server: Server, changes: int) -> list[Row]:
    """Return the rows on changes, pause and scrubbing."""
    with tab(page, server.url) as (playground, _):
        playground.open()
        playground.page.evaluate(NOTE_PAINTING)
        playground.page.evaluate(NOTE_INPUT)
        playground.play()
        shown = waits_for_a_change(playground, changes)
        rated = waits_for_a_rate(playground, changes)
        playground.pause()
        paused = waits_for_pause(playground, changes // 2)
        playground.play()
        playground.until("s.frame.step >= arg", 50 * changes, patience=120_000)
        playground.pause()
        scrubbed = playground.page.evaluate(SCRUB)
        assert scrubbed["moments"] > changes, "the run was meant to have recorded its moments"
    empty = float(np.median(waits_of_an_empty_page(page, changes)))
    return [
        _against_empty("change of the data set", shown, empty, 1.8),
        _against_empty("change of the rate", rated, empty, 1.6),
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


def _against_empty(what: str, waits: list[float], empty: float, mark: float) -> Row:
    return Row(
        f"{what} ÷ empty page",
        float(np.median(waits)) / empty,
        "×",
        mark,
        how=f"{np.median(waits):.0f} against {empty:.0f} ms, medians of {len(waits)} in play; "
        f"95 % within {np.percentile(waits, 95):.0f} ms",
    )
