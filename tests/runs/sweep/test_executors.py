"""A sweep is the same on every executor, survives lost workers, and leaves none behind."""

import multiprocessing
import os
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial

import psutil
import pytest

from nnviz import sweep
from nnviz.runs.sweep import Workers
from tests.runs.sweep.cases import (
    BASE,
    ELSEWHERE,
    ENDLESS,
    ENDLESS_STEPS,
    GRID,
    LONG,
    ROWS,
    SEEDS,
    STEPS,
    all_rows,
    bits,
    whole,
)


@pytest.mark.parametrize(
    "executor",
    [partial(Workers, 1), partial(Workers, 2), partial(Workers, 4), partial(ThreadPoolExecutor, 2)],
    ids=["one process", "two", "four", "threads"],
)
def test_every_executor_gives_equal_bytes(executor: partial[Executor]) -> None:
    with executor() as workers:
        found = list(sweep(BASE, GRID, SEEDS, STEPS, workers))
    assert [bits(one) for one in found] == [bits(one) for one in whole()]


def test_a_pool_that_loses_a_worker_starts_anew() -> None:
    """The worker ends while it computes: one that is killed while it answers stops any pool."""
    with Workers(2) as workers:
        workers.submit(os.getpid).result()
        before = multiprocessing.active_children()
        workers.submit(os._exit, 1)
        found = list(sweep(BASE, ROWS, SEEDS, LONG, workers))
        after = multiprocessing.active_children()
    assert found == all_rows()
    assert before
    assert not {child.pid for child in before} & {child.pid for child in after}


def test_groups_of_an_executor_that_stays_broken_are_trained_here() -> None:
    with multiprocessing_pool() as pool:
        # A pool that breaks while it starts its second process waits for this one for ever.
        with pytest.raises(BrokenExecutor):
            pool.submit(os._exit, 1).result()
        assert list(sweep(BASE, ROWS, SEEDS, LONG, pool)) == all_rows()


def multiprocessing_pool() -> Executor:
    """The standard library's own pool, which cannot start anew."""
    return ProcessPoolExecutor(2, multiprocessing.get_context("forkserver"))


A_MOMENT = 5.0
"""Seconds, on a machine that runs other tests too; the benchmark measures it on a quiet one."""


def test_cancelling_takes_a_moment_and_leaves_no_worker() -> None:
    with Workers(2) as workers:
        results = sweep(BASE, ENDLESS, [1], ENDLESS_STEPS, workers)
        next(results)
        assert len(multiprocessing.active_children()) == 2
        start = time.perf_counter()
        results.close()  # type: ignore[attr-defined]  # it is a generator
    while multiprocessing.active_children():
        assert time.perf_counter() - start <= A_MOMENT


ORPHANS = f"""
import multiprocessing, sys
from nnviz import sweep
from nnviz.runs.sweep import Workers
from nnviz.shell.link import read_link
if __name__ == "__main__":
    with Workers(2) as workers:
        base = read_link({ELSEWHERE!r})
        results = sweep(base, {ENDLESS!r}, [1], {ENDLESS_STEPS}, workers)
        next(results)
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
