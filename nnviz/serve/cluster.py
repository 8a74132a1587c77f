"""The cluster that trains sweeps in the place of this process, if the host names one."""

import os
from collections.abc import Generator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import cache
from typing import Any

from nnviz.runs.sweep import Group, Outcome, train_group
from nnviz.serve.host import DASK

PARTS_AT_ONCE = 4
"""Parts that a browser asks for at a time, so that several workers of a cluster have work."""


def parts_at_once() -> int:
    """Return how many parts of a sweep a browser should ask for at a time."""
    return PARTS_AT_ONCE if os.environ.get(DASK) else 1


@cache
def connection() -> Future[Executor] | None:
    """Return the executor of the cluster, in a future because it takes time to connect, or None."""
    address = os.environ.get(DASK)
    if not address:
        return None
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cluster")
    return thread.submit(_connect, address)


def _connect(address: str) -> Executor:
    from distributed import Client  # only with the extra: nnviz[cluster]

    executor: Executor = Client(address).get_executor()
    return executor


def trained_on(
    executor: Executor, group: Group
) -> Generator[Future[Any], None, list[Outcome] | None]:
    """Train a group on an executor; return None if it was lost there."""
    future: Future[list[Outcome]] | None = None
    try:
        future = executor.submit(train_group, group)
        yield future
        return future.result()
    except Exception:  # cells mark their own faults: a worker or the executor was lost
        return None
    finally:
        if future is not None:  # nobody waits any more
            future.cancel()
