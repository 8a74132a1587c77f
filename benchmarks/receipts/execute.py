"""Run exported scripts as at home, without access to this project.

The scripts share one interpreter, because importing their libraries takes most of the time.
"""

import os
import subprocess
import sys

import numpy as np

IN_TURN = (
    "import runpy, sys\nfor path in sys.argv[1:]:\n    print('#', path)\n    runpy.run_path(path)"
)


def executed(paths):
    """Run scripts in one isolated interpreter; return what each printed, as (n, 3) arrays."""
    # Keras reads its backend from there; the benchmark environment always has this one.
    environment = {"KERAS_BACKEND": "torch", **os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-I", "-c", IN_TURN, *paths],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    printed = {}
    for line in done.stdout.splitlines():
        if line.startswith("# "):
            rows = printed[line[2:]] = []
        else:
            rows.append([float(word) for word in line.split()])
    return {path: np.array(rows) for path, rows in printed.items()}
