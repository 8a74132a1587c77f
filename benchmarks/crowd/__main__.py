"""Print the table of measurements with many viewers; the exit code is 0 if all limits are met."""

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from functools import partial

from benchmarks.crowd import rows
from benchmarks.crowd.hostile import hostile
from benchmarks.crowd.nginx import behind_nginx, is_installed
from benchmarks.crowd.past import going_back, late_change
from benchmarks.crowd.restart import restarted
from benchmarks.crowd.visits import visits
from benchmarks.page.report import HEADING, Row
from tools.server import Server


def parts(quick: bool, serving: rows.Serving = Server) -> dict[str, Callable[[], list[Row]]]:
    """Return what can be measured here, by name; `quick` is small and short."""
    seconds = 0.4 if quick else 20.0
    size = 30 if quick else 1  # divides the number of viewers
    found: dict[str, Callable[[], list[Row]]] = {
        "link": lambda: rows.one_link(serving, 300 // size, seconds),
        "sixty": lambda: rows.one_each(serving, 60 // size, seconds, 58.0),
        "hundred": lambda: rows.one_each(serving, 100 // size, seconds, 50.0, longest=0.5),
        "joining": lambda: rows.joining(
            serving, 100 // size, *((seconds, seconds) if quick else (60.0, 5.0))
        ),
        "heaviest": lambda: rows.beside_the_heaviest(serving, seconds),
        "back": lambda: going_back(serving, *((0.4, 2) if quick else (60.0, 8))),
        "late": lambda: late_change(serving, *((2000, 2) if quick else (50_000, 20))),
        "hostile": lambda: hostile(serving, 100 if quick else 10_000),
        "visits": lambda: visits(serving, *((4, 2) if quick else (1000, 50))),
        "restart": lambda: restarted(serving, 100 // size, *((1, 0.4) if quick else (6, 30.0))),
    }
    if is_installed():
        found["nginx"] = lambda: behind_nginx(serving, 300 // size, seconds)
    return found


def main() -> int:
    """Measure, printing each row as it is known."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crowd", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="small, short, and most of it on one server"
    )
    parser.add_argument("--only", help="one part: link, sixty, hundred, joining, heaviest, …")
    options = parser.parse_args()
    with ExitStack() as stack:
        serving: rows.Serving = Server
        if options.quick:
            serving = partial(nullcontext, stack.enter_context(Server()))
        measures = parts(options.quick, serving)
        if "nginx" not in measures:
            print("no nginx here (on Debian: apt install nginx-light): its rows are left out")
        if options.only and options.only not in measures:
            parser.error(f"--only must be one of {', '.join(measures)}; got {options.only!r}")
        return measure_all([measures[options.only]] if options.only else [*measures.values()])


def measure_all(measures: list[Callable[[], list[Row]]]) -> int:
    """Measure and print every row; return 1 if one misses its limit."""
    print(HEADING)
    found = []
    for measure in measures:
        for row in measure():
            found.append(row)
            print(row, flush=True)
    return int(any(row.passed is False for row in found))


if __name__ == "__main__":
    sys.exit(main())
