"""A pool of processes for sweeps, that starts quickly and leaves no process behind."""

import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Workers(Executor):
    """An executor of ``n`` processes. When its block ends, they end too, at once.

    They also end if this process is killed. What was not finished then is lost. If a worker is
    lost, all start anew with the next piece of work.
    """

    def __init__(self, n: int) -> None:
        # A fork of this process could copy a lock that another thread holds, and wait for ever.
        has_server = "forkserver" in multiprocessing.get_all_start_methods()
        self._context = multiprocessing.get_context("forkserver" if has_server else "spawn")
        if has_server:
            self._context.set_forkserver_preload([__package__])  # imported once, for all workers
        self._n = n
        self._start()

    def _start(self) -> None:
        self._here, self._there = socket.socketpair()
        self._pool = ProcessPoolExecutor(self._n, self._context, _begin, (self._there,))

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Give the workers a piece of work."""
        try:
            return self._pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            self.shutdown()
            self._start()
            return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:
        """End all workers at once, whatever they do."""
        # First its thread is told of the end: then it does not take it for an accident.
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._there.close()
        self._here.shutdown(socket.SHUT_WR)
        if wait:
            self._here.recv(1)  # returns when the last worker is gone, because none sends anything
        self._here.close()


def _begin(parent: socket.socket) -> None:
    """Prepare a worker: Ctrl-C is for its parent, which ends it by closing its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: socket.socket) -> None:
    parent.recv(1)  # returns when the other end is closed, because nothing is ever sent
    os._exit(0)
