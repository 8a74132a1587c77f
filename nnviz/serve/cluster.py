"""The cluster that trains sweeps in the place of this process, if the host names one.

Nothing waits for it: this process trains until a thread has connected to it, and while it is lost.
A lost cluster is tried again a minute later.
"""

import os
import time
from collections.abc import Generator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Timer
from typing import Any

from nnviz.runs.sweep import Group, Outcome, train_group
from nnviz.serve.host import DASK

PARTS_AT_ONCE = 3
"""Parts that a browser asks for at a time, so that several workers of a cluster have work. A visit
may have one more question."""
LONGEST = 30.0
"""Seconds until a part, which takes about one, is taken back from a cluster."""
_PATIENCE = 5.0  # seconds to connect
_PAUSE = 60.0  # seconds until a lost cluster is tried again


@dataclass
class Line:
    """The connection to a cluster: its client, when it was begun, and whether it is lost."""

    client: Future[Any]
    since: float
    is_lost: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the cluster can be asked."""
        return not self.is_lost and self.client.done() and self.client.exception() is None


LINES: dict[str, Line] = {}
"""By the address of the cluster."""


def parts_at_once() -> int:
    """Return how many parts of a sweep a browser should ask for at a time."""
    return PARTS_AT_ONCE if os.environ.get(DASK) else 1


def connect() -> Line | None:
    """Return the connection to the host's cluster, which may only just begin; None without one."""
    address, now = os.environ.get(DASK), time.monotonic()
    if not address:
        return None
    line = LINES.get(address)
    if line is not None and line.client.done() and not line.is_open and now > line.since + _PAUSE:
        line = None
    if line is None:
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="cluster")
        line = LINES[address] = Line(thread.submit(_client, address), now)
        thread.shutdown(wait=False)
    return line


def _client(address: str) -> Any:
    from distributed import Client  # only with the extra: nnviz[cluster]

    return Client(address, timeout=_PATIENCE)


def trained_on_cluster(group: Group) -> Generator[Future[Any], None, list[Outcome] | None]:
    """Train a group on the host's cluster; return None if there is none, or it is not there."""
    line = connect()
    if line is None or not line.is_open:
        return None
    outcomes = yield from trained_on(line.client.result().get_executor(), group)
    line.is_lost = outcomes is None
    return outcomes


def trained_on(
    executor: Executor, group: Group
) -> Generator[Future[Any], None, list[Outcome] | None]:
    """Train a group on an executor; return None if it was lost there, or takes too long."""
    future: Future[list[Outcome]] = Future()
    limit = Timer(LONGEST, lambda: future.cancel())
    limit.daemon = True
    limit.start()
    try:
        future = executor.submit(train_group, group)
        yield future
        return future.result()
    except Exception:  # cells mark their own faults: a worker or the executor was lost
        return None
    finally:  # also if nobody waits any more
        limit.cancel()
        future.cancel()
