"""A sweep on a cluster of three worker processes is the sweep of one, also if one is killed."""

import os
import signal
from collections.abc import Iterator

import psutil
import pytest
from distributed import Client, LocalCluster

from nnviz import sweep
from tests.runs.sweep.cases import BASE, GRID, LONG, ROWS, SEEDS, STEPS, all_rows, bits, whole


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Three worker processes of Dask."""
    with LocalCluster(
        n_workers=3, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster


def test_a_cluster_gives_equal_bytes(cluster: LocalCluster) -> None:
    with Client(cluster) as client:
        found = list(sweep(BASE, GRID, SEEDS, STEPS, client.get_executor()))
    assert [bits(one) for one in found] == [bits(one) for one in whole()]


def test_a_cluster_that_loses_a_worker_completes_with_equal_bytes(cluster: LocalCluster) -> None:
    with Client(cluster) as client:
        results = sweep(BASE, ROWS, SEEDS, LONG, client.get_executor())
        found = [next(results)]
        victim = next(iter(client.run(os.getpid).values()))
        os.kill(victim, signal.SIGKILL)
        found += results
    assert found == all_rows()
    assert not psutil.pid_exists(victim)
