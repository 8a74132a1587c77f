"""The benchmark of the page still runs: for a moment, whatever it measures here."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Browser, Playwright

from benchmarks.page import explain, heavy, play, race, responds
from benchmarks.page.report import Row
from tools.playground import SIX_LAYERS_OF_EIGHT
from tools.server import ROOT, Server

Measure = Callable[[Browser, Server, float], list[Row]]


@pytest.mark.parametrize(
    ("measure", "amount"),
    [
        (partial(play.measure, most=1), 0.5),
        (play.measure_mounts, 1),
        (responds.measure, 2),
        (explain.measure, 3),
        (race.measure, 1),
        (partial(heavy.measure, query=SIX_LAYERS_OF_EIGHT), 1),
    ],
)
def test_a_part_of_the_page_benchmark_runs(
    measure: Measure, amount: float, browser: Browser, server: Server
) -> None:
    assert all(row.value >= 0 for row in measure(browser, server, amount))


def test_the_program_runs_and_starts_browsers_of_its_own(chromium: tuple[Playwright, str]) -> None:
    known = {**os.environ, "NNVIZ_CHROMIUM": chromium[1]}  # it need not look for one each time
    command = [sys.executable, "-m", "benchmarks.page", "--quick", "--only", "first"]
    done = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert len(done.stdout.splitlines()) > 1, done.stdout
