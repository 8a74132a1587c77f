"""Execute the exported PyTorch, Keras and scikit-learn code: ``python -m benchmarks.receipts``.

Libraries that are not installed are left out; `make bench-receipts` installs all of them.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.installed import is_installed
from benchmarks.receipts.cases import CASES
from benchmarks.receipts.execute import executed
from nnviz.export import MODEL_CODE
from nnviz.runs import Run

N_UPDATES = 300
MARK = 1e-5
LARGEST_WEIGHT = 1e3  # Keras predicts in float32, in which larger weights may overflow


def trained(cases):
    """Return every case's run after some training."""
    runs = {}
    for name, experiment in cases.items():
        runs[name] = Run(experiment)
        runs[name].advance(N_UPDATES)
        while np.abs(runs[name].theta).max() > LARGEST_WEIGHT:
            runs[name].rewind(runs[name].step // 2)
    return runs


def main():
    """Print one line per library and case; return 1 if a probability is off."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.receipts")
    parser.add_argument("--quick", action="store_true", help="three cases, to try it out")
    options = parser.parse_args()
    cases = dict(list(CASES.items())[: 3 if options.quick else None])
    runs, missed = trained(cases), 0
    print(f"after up to {N_UPDATES} updates: largest difference of a probability, mark {MARK:g}")
    with tempfile.TemporaryDirectory() as folder:
        for library, code in MODEL_CODE.items():
            if not is_installed(library):
                print(f"{library:13} is not installed")
                continue
            paths = {}
            for number, (name, run) in enumerate(runs.items()):
                try:
                    text = code(run)
                except ValueError as refusal:
                    print(f"{library:13} {name:34} refused: {refusal}")
                    continue
                path = Path(folder) / f"{library}-{number}.py"
                path.write_text(text)
                paths[name] = str(path)
            printed = executed(list(paths.values()))
            for name, path in paths.items():
                rows = printed[path]
                off = np.abs(rows[:, 2] - runs[name].predict_proba(rows[:, :2])).max()
                ok = off <= MARK
                missed += not ok
                print(f"{library:13} {name:34} {off:8.1e}  {'ok' if ok else 'MISSED'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
