"""Measure how smoothly a race plays, and whether its racers stay in step."""

from playwright.sync_api import Page

from benchmarks.page.report import Row
from benchmarks.page.tabs import IDLE_RATE, NOTE_PAINTING, PAINTED, tab
from tools.server import Server

# Limits: painted ÷ idle rate.
RACES = (
    ("two default nets", "/lab?race=rate:0.3;rate:0.1", 0.95),
    ("four default nets", "/lab?race=rate:0.3;rate:0.1;rate:0.03;rate:0.01", 0.8),
)
ALL_SHOWN = "() => window.nnviz?.steps?.length && document.querySelector('.nnv-racer[data-step]')"

# Notes the most updates between the first and the last racer in any picture that the page shows.
NOTE_STEPS = """() => {
    window.apart = 0;
    const look = () => {
        const { steps } = window.nnviz;
        window.apart = Math.max(window.apart, Math.max(...steps) - Math.min(...steps));
        requestAnimationFrame(look);
    };
    look();
}"""


def measure(page: Page, server: Server, seconds: float, most: int = len(RACES)) -> list[Row]:
    """Return the rows on the rate and on the distance of the racers, in ``seconds`` of play.

    Only the first ``most`` races are measured.
    """
    rows = []
    for name, query, smooth in RACES[:most]:
        with tab(page, server.url) as (playground, _):
            page.goto(server.url + query)
            page.wait_for_function(ALL_SHOWN)
            idle_rate = page.evaluate(IDLE_RATE, min(seconds, 3))
            page.evaluate(NOTE_PAINTING)
            page.evaluate(NOTE_STEPS)
            playground.play()
            seen = page.evaluate(PAINTED, seconds)
            apart = page.evaluate("() => window.apart")
        rate = seen["painted"] / seen["seconds"]
        how = f"{rate:.1f} of {idle_rate:.1f} a second for {seconds:g} s, {seen['stalls']} stalls"
        rows += [
            Row(
                f"painted ÷ idle rate, race of {name}",
                rate / idle_rate,
                "×",
                smooth,
                "at least",
                how,
            ),
            Row(f"frames between racers, race of {name}", apart, "frames", 1, how="in any picture"),
        ]
    return rows
