"""Every benchmark still runs: for a moment, on little, whatever it measures here."""

import subprocess
import sys

import pytest

from tools.server import ROOT

QUICK = [
    ("engine", ["--quick"]),
    ("frames", ["--rounds", "1", "--updates", "50"]),
    ("receipts", ["--quick"]),
    ("landscape", ["--rounds", "1", "--side", "5", "--updates", "16"]),
    ("libraries", ["--quick"]),
    ("crowd", ["--quick"]),
    ("sweep", ["--quick"]),
]


@pytest.mark.parametrize(("name", "options"), QUICK)
def test_a_benchmark_runs_from_start_to_end(name, options):
    command = [sys.executable, "-m", f"benchmarks.{name}", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert len(done.stdout.splitlines()) > 1, done.stdout


def test_no_benchmark_is_forgotten():
    programs = {path.parent.name for path in (ROOT / "benchmarks").glob("*/__main__.py")}
    assert programs == {
        *(name for name, _ in QUICK),
        "page",
    }  # the page's is tried by the browser tests
