"""Print the page's table of measurements; the exit code is 0 if all limits are met."""

import argparse
import sys
from collections.abc import Callable

from benchmarks.page import explain, first_boundary, heavy, long_play, play, race, responds, sweep
from benchmarks.page.report import HEADING, Row
from benchmarks.page.tabs import DESK, chromium
from tools.server import Server


def main() -> int:
    """Measure, printing each row as it is known."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter, for trying it out")
    parser.add_argument("--minutes", type=float, help="of the long play; 0 leaves it out")
    parser.add_argument("--only", help="one part: play, mounts, responds, first, …")
    options = parser.parse_args()
    quick = options.quick
    minutes = options.minutes if options.minutes is not None else (0 if quick else 30)

    def on_one_page(measure: Callable[..., list[Row]], amount: float) -> list[Row]:
        with Server() as server, chromium() as browser:
            return measure(browser.new_page(viewport=DESK), server, amount)

    def first(rounds: int) -> list[Row]:
        with Server() as server:
            return first_boundary.measure(server, rounds)

    parts: dict[str, Callable[[], list[Row]]] = {
        "play": lambda: on_one_page(play.measure, 1 if quick else 10),
        "mounts": lambda: on_one_page(play.measure_mounts, 2 if quick else 60),
        "responds": lambda: on_one_page(responds.measure, 2 if quick else 20),
        "first": lambda: first(0 if quick else 7),
        "explain": lambda: on_one_page(explain.measure, 6 if quick else 60),
        "race": lambda: on_one_page(race.measure, 2 if quick else 15),
        "sweep": lambda: on_one_page(sweep.measure, 4 if quick else 12),
        "heavy": lambda: on_one_page(heavy.measure, 2 if quick else 15),
    }
    if minutes:
        parts["long"] = lambda: on_one_page(long_play.measure, minutes)
    if options.only and options.only not in parts:
        parser.error(f"--only must be one of {', '.join(parts)}; got {options.only!r}")
    print(HEADING)
    rows = []
    for name, measure in parts.items():
        if options.only in (None, name):
            for row in measure():
                rows.append(row)
                print(row, flush=True)
    return int(any(row.passed is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
