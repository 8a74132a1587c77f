"""Measure how soon a number of the page Explain answers, and how smoothly the page plays."""

import numpy as np
from playwright.sync_api import Page

from benchmarks.page.play import play
from benchmarks.page.report import Row
from benchmarks.page.tabs import tab
from tools.playground import SIX_LAYERS_OF_EIGHT
from tools.server import Server

PAGE = "/explain"
NETS = (
    ("default net", PAGE),
    ("six tanh layers of eight", PAGE + SIX_LAYERS_OF_EIGHT.removeprefix("/")),
)

# Clicks on numbers of the diagram by lot; returns the milliseconds from each click to its answer.
WAITS = """async ({ clicks, pause }) => {
    const answer = document.querySelector('[data-testid="nnviz-answer"]'), waits = [];
    const wait = ms => new Promise(done => setTimeout(done, ms));
    for (let turn = 0; turn < clicks; turn++) {
        const numbers = [...document.querySelectorAll('.nnv-one-sample button[data-ask]')]
            .filter(one => one.checkVisibility() && one.dataset.ask !== answer.dataset.ask);
        const number = numbers[Math.floor(Math.random() * numbers.length)];
        const { ask } = number.dataset;
        const start = performance.now();
        number.click();
        await new Promise(done => {
            const observer = new MutationObserver(() => {
                if (answer.dataset.ask !== ask) return;
                observer.disconnect();
                done();
            });
            observer.observe(answer, { attributes: true });
        });
        waits.push(performance.now() - start);
        await wait(pause * (0.5 + Math.random()));
    }
    return waits;
}"""


def measure(page: Page, server: Server, clicks: float, most: int = len(NETS)) -> list[Row]:
    """Return the rows on answers, at rest and in play, and on playing with the page open.

    Only the first ``most`` networks are measured.
    """
    rows = []
    for name, query in NETS[:most]:
        with tab(page, server.url) as (playground, _):
            playground.open(query)
            playground.page.locator(".nnv-one-sample button[data-ask]").first.wait_for()
            for state in ("at rest", "in play"):
                if state == "in play":
                    playground.play()
                waits = playground.page.evaluate(WAITS, {"clicks": int(clicks), "pause": 300})
                how = f"{len(waits)} numbers by lot, from the click to the answer on the page"
                for words, share, mark in (("median", 50, 100.0), ("95th percentile", 95, 200.0)):
                    value = float(np.percentile(waits, share))
                    what = f"answer {state}, {name}, {words}"
                    rows.append(Row(what, value, "ms", mark, how=how))
    played = play(page, server, PAGE, clicks / 6)
    ratio = played.painted_rate / played.idle_rate
    how = f"{played.painted_rate:.1f} of {played.idle_rate:.1f} a second"
    return [*rows, Row("painted ÷ idle rate, page Explain", ratio, "×", 0.9, "at least", how)]
