"""Time sweeps: ``python -m benchmarks.sweep``.

Rates, widths and seeds of one hidden layer on two moons, full batch; the time is that of a clock,
and the start of the worker processes is included. Then halving against the full grid, for the ready
sweeps. Needs a quiet machine with two cores.
"""

import argparse
import multiprocessing
import os
import statistics
import time

import numpy as np

from benchmarks.engine.__main__ import machine
from benchmarks.sweep.grid_search import grid_search
from nnviz import Experiment, sweep
from nnviz.presets.sweeps import SWEEPS
from nnviz.runs.sweep import Halving, Workers, plan
from nnviz.runs.sweep.all_cells import carry_out

ROWS = {
    "widths 1 to 12": (range(1, 13), 6.0),
    "widths to 64": ((1, 2, 4, 6, 8, 12, 16, 24, 32, 40, 52, 64), 5.0),
}
"""The widths of each row, and how many times faster than scikit-learn it must be."""
RATES = np.geomspace(0.003, 1.0, 12).round(4).tolist()
SEEDS = range(5)
N_PROCESSES = 2
PER_POOL, FIRST, CANCEL, POINTS, SHARE = 1.7, 1.0, 0.3, 0.01, 0.4


def timed(function, *arguments):
    """Return the seconds of a clock that a call takes, and its result."""
    start = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - start, result


def here(grid, steps):
    """Train a grid in this process; return the seconds to the first result, and all results."""
    start = time.perf_counter()
    results = sweep(Experiment(), grid, SEEDS, steps)
    first = next(results)
    return time.perf_counter() - start, [first, *results]


def in_processes(grid, steps):
    """Train a grid in processes that are started for it, and again in the same ones.

    Return the seconds with the start, those without it, and all results.
    """
    start = time.perf_counter()
    with Workers(N_PROCESSES) as workers:
        results = list(sweep(Experiment(), grid, SEEDS, steps, workers))
        with_start = time.perf_counter() - start
        again, same = timed(lambda: list(sweep(Experiment(), grid, SEEDS, steps, workers)))
    assert same == results
    return with_start, again, results


def compare(name, activation, rates, steps, rounds, n_jobs):
    """Print a row: a sweep on one process and on two, and scikit-learn on two."""
    widths, mark = ROWS[name]
    grid = {
        "rate": [str(rate) for rate in rates],
        "layers": [f"{width}-{activation}" for width in widths],
    }
    base = plan(Experiment(), {"layers": [f"1-{activation}"]}, [1], 1).cells[0].experiment
    seconds = {"one": [], "two": [], "warm": [], "theirs": [], "first": []}
    for _ in range(rounds):
        one, (first, results) = timed(here, grid, steps)
        two, warm, same = in_processes(grid, steps)
        assert same == results, "processes must not change a bit"
        theirs, scores = timed(grid_search, base, rates, widths, SEEDS, steps, n_jobs)
        assert len(scores) == len(results)
        found = {"one": one, "two": two, "warm": warm, "theirs": theirs, "first": first}
        for key, value in found.items():
            seconds[key].append(value)
    one, two, warm, theirs, first = (statistics.median(seconds[key]) for key in seconds)
    print(
        f"{name:16}{len(results):5} trainings   scikit-learn {theirs:6.1f} s   "
        f"{N_PROCESSES} processes {two:5.2f} s   ÷ {theirs / two:5.1f} {good(theirs / two >= mark)}"
        f" (≥ {mark:g})\n{'':16}one process {one:5.2f} s   ÷ two that run {one / warm:.2f} "
        f"{good(one / warm >= PER_POOL)} (≥ {PER_POOL}), with their start {one / two:.2f}   "
        f"first cells {first:.2f} s {good(first <= FIRST)} (≤ {FIRST:g})",
        flush=True,
    )


def cancel():
    """Print how long it takes to stop processes that have hours to do, until they are gone."""
    grid = {"epochs": ["1", "off"], "layers": ["40-tanh", "40-relu"]}
    others = multiprocessing.active_children()  # scikit-learn's wait for more work
    with Workers(N_PROCESSES) as workers:
        results = sweep(Experiment(), grid, [1], 10**8, workers)
        next(results)
        workers_alive = set(multiprocessing.active_children()).difference(others)
        assert len(workers_alive) == N_PROCESSES
        start = time.perf_counter()
        results.close()
    for worker in workers_alive:
        worker.join()
    seconds = time.perf_counter() - start
    print(f"{'Cancel':16}{seconds:.3f} s {good(seconds <= CANCEL)} (≤ {CANCEL})", flush=True)


def halve(name, steps):
    """Print a row: the best combination of a ready sweep, found by halving and by the full grid."""
    ready = SWEEPS[name]
    steps = ready.steps if steps is None else steps
    made = plan(ready.experiment, ready.grid, range(ready.n_seeds), steps)
    halving = Halving()
    full, halved = (best(made, carry_out(made, halving=way)) for way in (None, halving))
    share = halving.updates(made) / (len(made) * steps)
    print(
        f"{name:18}{len(made):5} trainings   best of all {full:.1%}   by halving {halved:.1%} "
        f"{good(full - halved <= POINTS + 1e-9)}   {share:.0%} of the updates "
        f"{good(share <= SHARE)}",
        flush=True,
    )


def best(made, outcomes):
    """Return the highest median test accuracy of the combinations that were trained to the end."""
    found, n_seeds = list(outcomes), len(made.seeds)
    score = Halving(by="accuracy_test").score
    combinations = [found[start : start + n_seeds] for start in range(0, len(found), n_seeds)]
    to_the_end = max(one.step for one in found)
    return -min(score(c) for c in combinations if any(one.step == to_the_end for one in c))


def good(passed):
    """Return the sign of a mark that is met or not."""
    return "✓" if passed else "✗"


def main():
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweep")
    parser.add_argument("--rounds", type=int, default=3, help="how often each row is timed")
    parser.add_argument("--activation", default="relu", help="MLPClassifier's own is relu")
    parser.add_argument("--only", choices=["grid", "halving"], help="one of the tables")
    parser.add_argument("--quick", action="store_true", help="a moment of each, to try it out")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    name = machine().partition(", one thread")
    print(f"{name[0]}{name[2]}; {multiprocessing.cpu_count()} cores; load average {load:.1f}")
    quick = options.quick
    # Its two processes take seconds to start, which trying out need not wait.
    rates, steps, rounds, n_jobs = (
        (RATES[-2:], 5, 1, 1) if quick else (RATES, 500, options.rounds, N_PROCESSES)
    )
    if options.only != "halving":
        for name in list(ROWS)[: 1 if quick else None]:
            compare(name, options.activation, rates, steps, rounds, n_jobs)
        cancel()
    if options.only != "grid":
        for name in list(SWEEPS)[: 1 if quick else None]:
            halve(name, 9 if quick else None)


if __name__ == "__main__":
    main()
