"""Medians with quartiles, on a shared machine; see also `benchmarks.engine.timing`."""

import time

import numpy as np

from benchmarks.engine.timing import timed

ROUNDS = 5
_SECONDS_A_ROUND, _FEW = 0.1, 10


def quartiles(values):
    """Return lower quartile, median and upper quartile, with four digits."""
    return [float(f"{value:.4g}") for value in np.quantile(values, [0.25, 0.5, 0.75])]


def spent(run, *arguments):
    """Return the processor seconds of one call."""
    return timed(run, *arguments)[0]


def on_the_wall(run, *arguments):
    """Return the seconds of one call that uses several threads."""
    began = time.perf_counter()
    run(*arguments)
    return time.perf_counter() - began


def per_update(runs, rounds):
    """Return the quartiles of an update's seconds for each of `runs`: name to (run, clock).

    ``run(n)`` makes n updates; ``clock`` is `spent` or `on_the_wall`. All are timed in turn in each
    round, so that a slow period of the machine affects all of them.
    """
    counts, found = {}, {name: [] for name in runs}
    for name, (run, clock) in runs.items():
        run(_FEW)
        counts[name] = max(2, min(2000, round(_FEW * _SECONDS_A_ROUND / clock(run, _FEW))))
    for _ in range(rounds):
        for name, (run, clock) in runs.items():
            found[name].append(clock(run, counts[name]) / counts[name])
    return {name: quartiles(values) for name, values in found.items()}
