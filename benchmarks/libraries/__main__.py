"""Record the comparison with other libraries: ``python -m benchmarks.libraries``.

Writes `nnviz/libraries/record.json`. Without PyTorch and Keras, nothing is written;
`make bench-libraries` installs both. With names of parts, only these are measured again, and the
others are taken from the present record.
"""

import argparse
import datetime
import json
import os
import platform
from importlib.metadata import version

from benchmarks.engine.__main__ import machine
from benchmarks.installed import is_installed
from benchmarks.libraries.article import article
from benchmarks.libraries.defaults import defaults
from benchmarks.libraries.lockstep import lockstep
from benchmarks.libraries.peers import peers
from benchmarks.libraries.rows import BASES
from benchmarks.libraries.start import starts
from benchmarks.libraries.timing import ROUNDS
from benchmarks.libraries.widths import WIDTHS, widths
from nnviz.libraries.record import PATH, write_record
from nnviz.presets import PRESETS

STEPS = 100


def parts(quick):
    """Return the functions that measure each part of the record."""
    rounds = 1 if quick else ROUNDS
    presets = list(PRESETS)[: 2 if quick else None]
    bases = {name: (base, 1 if quick else epochs) for name, (base, epochs) in BASES.items()}
    found = {
        "lockstep": lambda: lockstep(presets, STEPS),
        "defaults": lambda: defaults(rounds, bases),
        "starts": lambda: starts(["NumPy", *peers()], rounds),
    }
    if is_installed("PyTorch"):
        found["widths"] = lambda: widths(rounds, WIDTHS[: 2 if quick else None])
    if is_installed("Keras") and not quick:
        found["article"] = lambda: article(rounds)
    return found


def surroundings(load):
    """Return where and when; ``load`` is the least and the most load average so far."""
    names = {"NumPy": "numpy", "scikit-learn": "scikit-learn", "PyTorch": "torch", "Keras": "keras"}
    return {
        "machine": machine().partition(", one thread")[0],
        "date": datetime.date.today().isoformat(),
        "cores": os.cpu_count(),
        "load": load,
        "versions": {"Python": platform.python_version()}
        | {name: version(package) for name, package in names.items()},
    }


def main():
    """Measure, print every row, and write the record."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.libraries")
    parser.add_argument("parts", nargs="*", help="the parts to measure; none means all")
    parser.add_argument("--quick", action="store_true", help="a moment of each, to try it out")
    options = parser.parse_args()
    loads, found = [os.getloadavg()[0]], {}
    for name, measure in parts(options.quick).items():
        if not options.parts or name in options.parts:
            found[name] = []
            for row in measure():
                print(name, json.dumps(row), flush=True)
                found[name].append(row)
                loads.append(os.getloadavg()[0])
    if options.quick:
        return
    if not (is_installed("PyTorch") and is_installed("Keras")):
        print("PyTorch and Keras are not both installed, so nothing is recorded")
        return
    before = json.loads(PATH.read_text()) if options.parts else {}
    PATH.write_text(
        write_record(before | {"recorded": surroundings([min(loads), max(loads)])} | found)
    )
    print(f"recorded in {PATH}")


if __name__ == "__main__":
    main()
