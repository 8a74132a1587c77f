"""A sweep on a cluster of three worker processes is the sweep of one, also if one is killed.

So are the parts that a browser asks for.
"""

import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import Executor, wait
from typing import Any

import psutil
import pytest
from distributed import Client, LocalCluster

from nnviz import sweep
from nnviz.runs.sweep import Group, Outcome, grouped, plan, train_group
from nnviz.serve import cluster as of_the_host
from nnviz.serve.answers import House
from nnviz.serve.host import DASK
from nnviz.serve.records import read_body
from tests.runs.sweep.cases import BASE, GRID, LONG, ROWS, SEEDS, STEPS, all_rows, bits, whole
from tests.serve.asking import answered

QUIET: dict[str, Any] = {"dashboard_address": ":0", "silence_logs": 50}


@pytest.fixture(autouse=True)
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The server's connection to a cluster ends with its test."""
    lines: dict[str, of_the_host.Line] = {}
    monkeypatch.setattr(of_the_host, "LINES", lines)
    yield
    for one in lines.values():
        if one.is_open:
            one.client.result().close()


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Three worker processes of Dask."""
    with LocalCluster(n_workers=3, threads_per_worker=1, **QUIET) as cluster:
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


PARTS = "batch=full&samples=100&sweep=seeds:2;steps:30;rate:0.1|10;layers:none|3-relu 2-relu"


def body(house: House, kind: str, query: str) -> bytes:
    """The body of a whole answer."""
    found = answered(house, kind, query)
    assert found.status == 200, found.body
    return found.body


def parts() -> list[bytes]:
    """The bodies of all parts of a sweep, of a server that has not seen it yet."""
    house = House()
    n = len(read_body(body(house, "sweeps", PARTS)).header["parts"])
    return [body(house, "sweep", f"{PARTS}&part={k}") for k in range(n)]


def test_a_browser_gets_equal_bytes_from_a_server_with_a_cluster(
    cluster: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = parts()
    monkeypatch.setenv(DASK, cluster.scheduler_address)
    line = of_the_host.connect()
    assert line is not None
    wait([line.client])
    with Client(cluster) as client:
        before = n_tasks(client)
        assert parts() == here
        assert n_tasks(client) == before + len(here), "the cluster has trained them"


def n_tasks(client: Client) -> int:
    """The number of groups that the workers were given."""
    names = client.run_on_scheduler(
        lambda dask_scheduler: {str(entry[0]) for entry in dask_scheduler.transition_log}
    )
    return sum(name.startswith(train_group.__name__) for name in names)


def test_a_cluster_that_does_not_answer_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    here = parts()
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes connections, and says nothing
        monkeypatch.setenv(DASK, f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        assert parts() == here
        [line] = of_the_host.LINES.values()
        assert not line.client.done(), "the answers did not wait for the cluster"
    wait([line.client])


def test_a_cluster_that_is_gone_or_takes_too_long_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then this process trains the part; a cluster without workers keeps it for ever."""
    [group] = grouped(plan(BASE, {}, [1], STEPS).cells, STEPS)
    monkeypatch.setattr(of_the_host, "LONGEST", 0.1)
    with LocalCluster(n_workers=0, processes=False, **QUIET) as empty, Client(empty) as client:
        assert trained_on(client.get_executor(), group) is None
    assert trained_on(client.get_executor(), group) is None


def trained_on(executor: Executor, group: Group) -> list[Outcome] | None:
    """What an executor makes of a group; None if the server has to train it."""
    training = of_the_host.trained_on(executor, group)
    while True:
        try:
            wait([next(training)])
        except StopIteration as end:
            found: list[Outcome] | None = end.value
            return found
