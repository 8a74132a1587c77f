"""Time a run against its trainer, and the server's part of a frame: `python -m benchmarks.frames`.

The processor time of this process on one thread is measured, the best of a few rounds, so that
other programs do not count.
"""

import argparse
from collections.abc import Sequence

from benchmarks.frames.cases import CASES, MOST_OVER_TRAINER, MOST_OVER_UPDATE, largest
from benchmarks.frames.timing import BATCH, diagnosis_and_update, frames, run_and_trainer


def verdict(good: bool) -> str:
    """Return how a mark was met."""
    return "✓" if good else "✗"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.frames")
    parser.add_argument("--rounds", type=int, default=15, help="how often each row is timed")
    parser.add_argument("--updates", type=int, default=2000, help="how far runs are trained")
    options = parser.parse_args(arguments)

    print(f"{options.updates} updates of a run, and of its trainer alone, microseconds each")
    for case in CASES:
        run, trainer = run_and_trainer(case.experiment, options.updates, min(options.rounds, 5))
        mark = ""
        if case is CASES[0]:
            over = run / trainer <= MOST_OVER_TRAINER
            mark = f" (≤ {MOST_OVER_TRAINER}) {verdict(over)}"
        each = 1e6 / options.updates
        print(
            f"{case.name:34}{run * each:9.1f}{trainer * each:9.1f}   "
            f"run ÷ trainer {run / trainer:.2f}{mark}",
            flush=True,
        )

    print(f"\nA frame in batches of {BATCH}, one update each, milliseconds of the server")
    for case in CASES:
        best, n_bytes = frames(case.experiment, options.rounds)
        parts = ", ".join(f"{name} {1e3 * s:.3f}" for name, s in best.items() if name != "all")
        whole = 1e3 * best["all"]
        print(
            f"{case.name:34}{whole:7.3f} (≤ {case.mark}) {verdict(whole <= case.mark)}   "
            f"{parts}; {n_bytes:.0f} bytes",
            flush=True,
        )

    print("\nThe diagnosis of the largest network, 8 × 64, 2,000 points, against one update of it")
    for name, dead in (("no unit dead", False), ("all units dead", True)):
        look, update = diagnosis_and_update(largest(dead), options.rounds)
        good = verdict(look <= MOST_OVER_UPDATE * update)
        print(f"{name:34}{look / update:7.2f} × (≤ {MOST_OVER_UPDATE:g}) {good}", flush=True)


if __name__ == "__main__":
    main()
