"""Time landscapes of both kinds: `python -m benchmarks.landscape`.

The time is that of this process on one thread, the best of a few rounds, so that other programs
do not count. It includes both losses of each point of the path.
"""

import argparse
import time
from collections.abc import Sequence
from itertools import pairwise

from benchmarks.frames.cases import CASES
from nnviz.experiment import Experiment
from nnviz.runs import Moments, Run, cost
from nnviz.runs.landscape import PLANES, landscape, path_steps

MARKS = {CASES[0].name: 0.1, CASES[2].name: 2.5}
"""The most seconds of a landscape, for the networks that are timed."""


def path_of(experiment: Experiment, end: int) -> tuple[Run, Moments]:
    """Train the path of a landscape."""
    run = Run(experiment)
    return run, run.collect(path_steps(end, run.network.n_params))


def seconds(run: Run, moments: Moments, kind: str, side: int, rounds: int) -> tuple[float, float]:
    """Return the best time of a landscape, and the longest time between two of its pauses then."""
    found = []
    for _ in range(rounds):
        marks = [time.process_time()]
        work = landscape(run.experiment, run.dataset, moments.step, moments.theta, kind, side)
        for _ in work:
            marks.append(time.process_time())
        marks.append(time.process_time())
        slices = [after - before for before, after in pairwise(marks)]
        found.append((marks[-1] - marks[0], max(slices)))
    return min(found)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.landscape")
    parser.add_argument("--rounds", type=int, default=5, help="how often each row is timed")
    parser.add_argument("--side", type=int, default=61, help="places along a side")
    parser.add_argument("--updates", type=int, default=1024, help="how far the path goes")
    options = parser.parse_args(arguments)

    print(f"A landscape of {options.side} × {options.side} places, a path of {options.updates}")
    for case in CASES:
        if case.name not in MARKS:
            continue
        run, moments = path_of(case.experiment, options.updates)
        mark, n_points = MARKS[case.name], options.side**2 + 2 * len(moments)
        for kind in PLANES:
            best, pause = seconds(run, moments, kind, options.side, options.rounds)
            estimate = n_points * cost.seconds_of_loss(case.experiment)
            good = "✓" if best <= mark else "✗"
            print(
                f"{case.name:34}{kind:8}{best:7.3f} s (≤ {mark}) {good}   "
                f"longest slice {1e3 * pause:.0f} ms, estimated {estimate:.3f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
