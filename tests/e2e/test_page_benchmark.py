"""The benchmark of the page still runs: for a moment, whatever it measures here."""

import subprocess
import sys

import pytest

from tools.server import ROOT


@pytest.mark.parametrize("part", ["play", "mounts", "responds", "first", "heavy"])
def test_a_part_of_the_page_benchmark_runs(part: str) -> None:
    command = [sys.executable, "-m", "benchmarks.page", "--quick", "--only", part]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert len(done.stdout.splitlines()) > 1, done.stdout
