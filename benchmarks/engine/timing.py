"""Fair timing on a shared machine."""

import statistics
import time

ROUNDS = 7
SECONDS_A_ROUND = 0.05


def medians(runs, rounds):
    """Return the median seconds per update of each of `runs`, name to ``run(n_updates)``.

    In every round, each is timed once for about SECONDS_A_ROUND, so that a slow period of the
    machine affects all of them. The processor time of this process is measured, so that other
    programs do not count. All run on one thread.
    """
    counts = {}
    for name, run in runs.items():
        run(5)
        counts[name] = max(5, round(SECONDS_A_ROUND / timed(run, 10)[0] * 10))
    spent = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            spent[name].append(timed(run, counts[name])[0] / counts[name])
    return {name: statistics.median(seconds) for name, seconds in spent.items()}


def timed(run, *arguments):
    """Return the processor seconds of one call, and its result."""
    start = time.process_time()
    result = run(*arguments)
    return time.process_time() - start, result
