"""Print the engine's table: ``python -m benchmarks.engine [words that a row must contain]``.

Libraries that are not installed are left out; `make bench-engine` installs all of them.
"""

import argparse
import os
import platform
import statistics

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from benchmarks.engine import lanes, memory, seeds, steppers, target
from benchmarks.engine.cases import CASES
from benchmarks.engine.timing import ROUNDS, medians, timed
from benchmarks.installed import is_installed
from nnviz.training import limit_blas_threads

MOST_OVER_BARE = 1.25
MARK_TARGET, MARK_LANES, MARK_SEEDS = 30.0, 1.5, 2.2
MEMORY_STEPS = 2000


def verdict(ok):
    """Return the word that ends a row."""
    return "ok" if ok else "MISSED"


def machine():
    """Return one line that names processor and versions."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            model = next(line.split(":")[1].strip() for line in file if "model name" in line)
    except (OSError, StopIteration):
        pass
    versions = [f"Python {platform.python_version()}", f"NumPy {np.__version__}"]
    for library, module in (("scikit-learn", "sklearn"), ("PyTorch", "torch"), ("Keras", "keras")):
        if is_installed(library):
            versions.append(f"{library} {__import__(module).__version__}")
    return f"{model}, one thread; {', '.join(versions)}"


def step_table(cases, rounds):
    """Time one full-batch training step of every case in every library."""
    peers = {name: make for name, make in steppers.PEERS.items() if is_installed(name)}
    names = "".join(f"{name:>13}" for name in ("ours", "bare", *peers))
    print("One full-batch training step, microseconds (medians of interleaved rounds)")
    print(f"{'':58}{names}  {'fastest peer ÷ ours':<24}{'ours ÷ bare NumPy':<22}in NumPy")
    for case in cases:
        makers = {"ours": steppers.ours, "bare": steppers.bare_numpy, **peers}
        seconds = medians({name: make(case) for name, make in makers.items()}, rounds)
        fastest = min(seconds[name] for name in peers)
        gain, over = fastest / seconds["ours"], seconds["ours"] / seconds["bare"]
        numbers = "".join(f"{value * 1e6:13.1f}" for value in seconds.values())
        gain_cell = f"{gain:5.2f} (≥ {case.mark}) {verdict(gain >= case.mark)}"
        over_cell = f"{over:5.2f} (≤ {MOST_OVER_BARE}) {verdict(over <= MOST_OVER_BARE)}"
        share = min(1.0, 1.0 / over)
        print(f"{case.label:58}{numbers}  {gain_cell:<24}{over_cell:<22}{share:7.0%}", flush=True)


def target_table():
    """Time the training to 95 % test accuracy, ours and Keras's in turn, with a few seeds."""
    print("\nTo 95 % test accuracy on article 0's data, batches of 32, Glorot, rate 0.01")
    for dtype in ("float32", "float64"):
        seconds = {"ours": [], "Keras": []}
        epochs = {"ours": [], "Keras": []}
        for seed in target.SEEDS:
            for name, train in (("ours", target.ours), ("Keras", target.keras)):
                spent, taken = timed(train, dtype, seed)
                seconds[name].append(spent)
                epochs[name].append(taken)
        mine, theirs = (statistics.median(seconds[name]) for name in ("ours", "Keras"))
        print(
            f"{dtype}: ours {mine:.3f} s ({epochs['ours']} epochs), Keras {theirs:.2f} s "
            f"({epochs['Keras']} epochs): Keras ÷ ours {theirs / mine:.0f} (≥ {MARK_TARGET:.0f}) "
            f"{verdict(theirs / mine >= MARK_TARGET)}",
            flush=True,
        )


def lanes_table(rounds):
    """Time 16 lanes in one call against 16 calls."""
    print(f"\n{lanes.N_LANES} lanes of {list(lanes.DIMS)}, {lanes.N_SAMPLES} samples, microseconds")
    for dtype in ("float32", "float64"):
        for activation in ("tanh", "relu"):
            one_call, sixteen = lanes.together_and_apart(activation, dtype)
            bound = lanes.elementwise(activation, dtype)
            s = medians({"one": one_call, "sixteen": sixteen, "elementwise": bound}, rounds)
            gain = s["sixteen"] / s["one"]
            print(
                f"{activation}, {dtype}: one call {s['one'] * 1e6:.0f}, sixteen "
                f"{s['sixteen'] * 1e6:.0f}: {gain:.2f} × faster (≥ {MARK_LANES}) "
                f"{verdict(gain >= MARK_LANES)}; the activation and its derivative alone, which "
                f"lanes cannot save: {s['elementwise'] * 1e6:.0f}",
                flush=True,
            )


def seeds_row(rounds, n_updates):
    """Time an ensemble against its runs."""
    spent = {run: [] for run in (seeds.together, seeds.apart)}
    for _ in range(rounds):
        for run, seconds in spent.items():
            seconds.append(timed(run, n_updates)[0])
    together, apart = (statistics.median(seconds) for seconds in spent.values())
    print(
        f"\n{seeds.N_SEEDS} seeds of the default experiment, {n_updates} updates with histories: "
        f"as lanes {together:.2f} s, as runs {apart:.2f} s: {apart / together:.2f} × faster "
        f"(≥ {MARK_SEEDS}) {verdict(apart / together >= MARK_SEEDS)}",
        flush=True,
    )


def memory_row():
    """Show that memory does not grow."""
    grown = memory.growth(MEMORY_STEPS)
    print(f"\nMemory kept by {MEMORY_STEPS} more steps: {grown} bytes {verdict(grown < 1000)}")


def main():
    """Print every table, or only the step rows that contain all words of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine")
    parser.add_argument("words", nargs="*", help="what the label of a row must contain")
    parser.add_argument("--quick", action="store_true", help="one row, one round, to try it out")
    options = parser.parse_args()
    limit_blas_threads()
    print(machine())
    rounds = 1 if options.quick else ROUNDS
    cases = [case for case in CASES if all(word in case.label for word in options.words)]
    step_table(cases[:1] if options.quick else cases, rounds)
    if options.words:
        return
    lanes_table(rounds)
    seeds_row(1 if options.quick else 3, 50 if options.quick else seeds.UPDATES)
    memory_row()
    if is_installed("Keras") and not options.quick:
        target_table()


if __name__ == "__main__":
    main()
