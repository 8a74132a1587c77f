"""The benchmark of the page still runs: for a moment, whatever it measures here."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright

from benchmarks.page import explain, heavy, play, race, responds, sweep
from benchmarks.page.report import Row
from tools.playground import SIX_LAYERS_OF_EIGHT
from tools.server import ROOT, Server

Measure = Callable[[Page, Server, Any], list[Row]]


@pytest.fixture(scope="module")
def page(returning_visitor: BrowserContext) -> Iterator[Page]:
    """The tab in which all parts measure, one after the other."""
    opened = returning_visitor.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("measure", "amount"),
    [
        (partial(play.measure, most=1), 0.3),
        (play.measure_mounts, 0.3),
        (responds.measure, 2),
        (partial(explain.measure, most=1), 2),
        (partial(race.measure, most=1), 0.3),
        (sweep.measure, 2),
        (partial(heavy.measure, query=SIX_LAYERS_OF_EIGHT), 1),
    ],
)
def test_a_part_of_the_page_benchmark_runs(
    measure: Measure, amount: float, page: Page, server: Server
) -> None:
    assert all(row.value >= 0 for row in measure(page, server, amount))


def test_the_program_runs_and_starts_browsers_of_its_own(chromium: tuple[Playwright, str]) -> None:
    known = {**os.environ, "NNVIZ_CHROMIUM": chromium[1]}  # it need not look for one each time
    command = [sys.executable, "-m", "benchmarks.page", "--quick", "--only", "first"]
    done = subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert len(done.stdout.splitlines()) > 1, done.stdout
