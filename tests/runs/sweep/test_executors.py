"""A sweep is the same on every executor, survives lost workers, and leaves none behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial

import psutil
import pytest
from distributed import Client, LocalCluster

from nnviz import sweep
from nnviz.runs.sweep import Outcome, Workers
from tests.runs.sweep.cases import BASE, GRID, ROWS, SEEDS, STEPS, bits

WHOLE = [bits(one) for one in sweep(BASE, GRID, SEEDS, STEPS)]
LONG = 400
ALL_ROWS = list(sweep(BASE, ROWS, SEEDS, LONG))


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Three worker processes of Dask."""
    with LocalCluster(
        n_workers=3, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster


@pytest.mark.parametrize(
    "executor",
    [partial(Workers, 1), partial(Workers, 2), partial(Workers, 4), partial(ThreadPoolExecutor, 2)],
    ids=["one process", "two", "four", "threads"],
)
def test_every_executor_gives_equal_bytes(executor: partial[Executor]) -> None:
    with executor() as workers:
        found = list(sweep(BASE, GRID, SEEDS, STEPS, workers))
    assert [bits(one) for one in found] == WHOLE


def test_a_cluster_gives_equal_bytes(cluster: LocalCluster) -> None:
    with Client(cluster) as client:
        found = list(sweep(BASE, GRID, SEEDS, STEPS, client.get_executor()))
    assert [bits(one) for one in found] == WHOLE


def test_a_cluster_that_loses_a_worker_completes_with_equal_bytes(cluster: LocalCluster) -> None:
    with Client(cluster) as client:
        results = sweep(BASE, ROWS, SEEDS, LONG, client.get_executor())
        found = [next(results)]
        victim = next(iter(client.run(os.getpid).values()))
        os.kill(victim, signal.SIGKILL)
        found += results
    assert found == ALL_ROWS
    assert not psutil.pid_exists(victim)


def test_a_pool_that_loses_a_worker_starts_anew() -> None:
    with Workers(2) as workers:
        results = sweep(BASE, ROWS, SEEDS, LONG, workers)
        found = [next(results)]
        first, *_ = before = multiprocessing.active_children()
        first.kill()
        found += results
        after = multiprocessing.active_children()
    assert found == ALL_ROWS
    assert len(before) == 2
    assert not {child.pid for child in before} & {child.pid for child in after}


def test_groups_of_an_executor_that_stays_broken_are_trained_here() -> None:
    with multiprocessing_pool() as pool:
        results = sweep(BASE, ROWS, SEEDS, LONG, pool)
        found: list[Outcome] = [next(results)]
        for child in multiprocessing.active_children():
            child.kill()
        found += results
    assert found == ALL_ROWS


def multiprocessing_pool() -> Executor:
    """The standard library's own pool, which cannot start anew."""
    from concurrent.futures import ProcessPoolExecutor

    return ProcessPoolExecutor(2, multiprocessing.get_context("spawn"))


def test_cancelling_takes_a_moment_and_leaves_no_worker() -> None:
    """Each group would take hours."""
    with Workers(2) as workers:
        grid = {"layers": [f"{n}-tanh" for n in (1, 40, 50, 60)]}
        results = sweep(BASE, grid, [1], 10**8, workers)
        ready = workers.submit(os.getpid)  # waits behind the groups
        while len(multiprocessing.active_children()) < 2 or ready.running():
            pass
        start = time.perf_counter()
        results.close()  # type: ignore[attr-defined]  # it is a generator
    while multiprocessing.active_children():
        assert time.perf_counter() - start <= 0.3


ORPHANS = """
import multiprocessing, sys
from nnviz import sweep
from nnviz.runs.sweep import Workers
from tests.runs.sweep.cases import *
if __name__ == "__main__":
    with Workers(2) as workers:
        grid = {"layers": ["1-tanh", "60-tanh", "60-relu"], "epochs": ["1", "off"]}
        next(sweep(BASE, grid, [1], 10**8, workers))
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
        sys.stdin.read()
"""


def test_workers_end_with_a_parent_that_was_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        children = [psutil.Process(int(pid)) for pid in process.stdout.readline().split()]
        assert len(children) == 2
        process.kill()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
