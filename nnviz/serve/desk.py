"""A fair queue: one thread, the trainer, works on all questions in short slices.

If several visitors ask the same question, the work is done once. The next slice goes to the visit
that got the least time lately, then to the experiment, then to the question. Work that nobody
asks about any more ends. Work that goes on in another thread gets no slice until that is done.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from nnviz.serve import quota
from nnviz.serve.pool import Busy
from nnviz.serve.recent import Budget, Recent

ANYONE = ""
"""The visit of all requests that name none."""


@dataclass(frozen=True)
class Progress:
    """The progress of the training before the first frame."""

    step: int
    goal: int


@dataclass(frozen=True)
class Charge:
    """Seconds of training, estimated: those just done, and those that must be left to go on."""

    done: float = 0.0
    needed: float = 0.0


Work = Iterator[bytes | Progress | Charge | Future[Any]]
"""Work in slices: each yields a piece of the answer, the progress of the training, what it costs,
or a future to wait for."""


class Job:
    """The work on one question, and the pieces of its answer so far."""

    def __init__(
        self, key: str, family: str, work: Work, now: float, goal: int, whole: str = ""
    ) -> None:
        self.key = key
        self.whole = whole
        self.family = family
        self.work = work
        self.asked = now
        self.seconds = 0.0
        self.visits: set[str] = set()
        self.pieces: list[bytes] = []
        self.progress = Progress(0, goal)
        self.waits_for: Future[Any] | None = None
        self.done = False
        self.failure: Exception | None = None
        self._changed = threading.Condition()
        self._listeners: set[Callable[[], None]] = set()

    @property
    def begun(self) -> bool:
        """Whether there is a result: a piece, the end, or a failure."""
        return bool(self.pieces) or self.over

    @property
    def ready(self) -> bool:
        """Whether it can go on: it does not wait for another thread."""
        return self.waits_for is None or self.waits_for.done()

    @property
    def over(self) -> bool:
        """Whether the job has ended: it is done, or has failed."""
        return self.done or self.failure is not None

    def check(self) -> None:
        """Raise the failure, if there was one."""
        if self.failure is not None:
            raise self.failure

    def wait(self, seconds: float, until_done: bool = False) -> bool:
        """Wait for the first piece, or for all of them; return whether they came in time."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self.over or (self.begun and not until_done), seconds
            )

    @property
    def is_shared(self) -> bool:
        """Whether several requests wait for it."""
        return len(self._listeners) > 1

    def listen(self, listener: Callable[[], None]) -> None:
        """Call ``listener``, in the trainer's thread, after each slice of this job."""
        self._listeners.add(listener)

    def leave(self, listener: Callable[[], None]) -> None:
        """Stop calling ``listener``."""
        self._listeners.discard(listener)

    def tell(self) -> None:
        """Wake all waiting threads, and call all listeners."""
        with self._changed:
            self._changed.notify_all()
        for listener in tuple(self._listeners):
            listener()


class Desk:
    """Takes questions and works on them in its own thread.

    ``on_done(key, answer)`` is called in that thread for every complete answer.
    """

    def __init__(
        self, on_done: Callable[[str, bytes], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._on_done = on_done
        self._clock = clock
        self._jobs: dict[str, Job] = {}
        self._changed = threading.Condition()
        self._visits, self._families = Recent(), Recent()
        self._budget = Budget()
        self._thread: threading.Thread | None = None

    def __len__(self) -> int:
        """Return the number of waiting questions."""
        return len(self._jobs)

    def ask(
        self,
        key: str,
        family: str,
        work: Callable[[], Work],
        visit: str,
        goal: int = 0,
        whole: str = "",
    ) -> Job:
        """Return the job that answers ``key``; ``work`` is called only if there is no job for it.

        ``goal`` is the step at which the answer begins, for the progress. ``whole`` is what this
        is a part of: a visit may have the parts of one whole at a time. Raises ``Busy`` if too many
        questions wait.
        """
        now = self._clock()
        with self._changed:
            job = self._jobs.get(key)
            if job is None:
                own = [other for other in self._jobs.values() if visit in other.visits]
                is_full = len(own) >= quota.WAITING_PER_VISIT or len(self._jobs) >= quota.WAITING
                if is_full or (whole and any(one.whole not in ("", whole) for one in own)):
                    raise Busy(retry_after=1)
                job = self._jobs[key] = Job(key, family, work(), now, goal, whole)
                self._changed.notify()
            job.asked = now
            job.visits.add(visit)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="trainer", daemon=True)
                self._thread.start()
        return job

    def drop(self, job: Job) -> None:
        """End the work on a job whose only visitor has left."""
        with self._changed:
            if not job.is_shared and self._jobs.get(job.key) is job:
                del self._jobs[job.key]

    def _run(self) -> None:
        while True:
            with self._changed:
                waiting = quota.LEAVE if self._jobs else None
                self._changed.wait_for(self._ready, waiting)
                job = self._next()
            if job is not None:
                self._work_on(job)

    def _ready(self) -> list[Job]:
        return [job for job in self._jobs.values() if job.ready]

    def _wake(self, _: Future[Any]) -> None:
        with self._changed:
            self._changed.notify()

    def _next(self) -> Job | None:
        """Drop the jobs that nobody asks about any more, and return the next one by fairness."""
        now = self._clock()
        for job in [*self._jobs.values()]:
            if not job.pieces and now - job.asked > quota.LEAVE:
                del self._jobs[job.key]
        for served in (self._visits, self._families):
            served.forget(now - quota.FAIR_WINDOW)
        return min(
            self._ready(),
            key=lambda job: (
                min(map(self._visits.of, job.visits), default=0.0),
                self._families.of(job.family),
                job.seconds,
            ),
            default=None,
        )

    def _work_on(self, job: Job) -> None:
        """Work on a job for one slice. Several pieces may be made before the waiters are woken."""
        began, seconds = time.perf_counter(), 0.0
        try:
            while seconds < quota.FIRST_SLICE:
                piece = next(job.work)
                seconds = time.perf_counter() - began
                if isinstance(piece, Future):
                    job.waits_for = piece
                    piece.add_done_callback(self._wake)
                    break
                if isinstance(piece, Progress):
                    job.progress = piece
                    break
                if isinstance(piece, Charge):
                    self._budget.take(self._clock(), job.visits, piece.done, piece.needed)
                    continue
                job.pieces.append(piece)
        except StopIteration:
            job.done = True
            self._on_done(job.key, b"".join(job.pieces))
        except Exception as failure:  # each waiter raises or reports it
            job.failure = failure
        now, seconds = self._clock(), time.perf_counter() - began
        job.seconds += seconds
        with self._changed:
            for visit in job.visits:
                self._visits.add(now, visit, seconds / len(job.visits))
            self._families.add(now, job.family, seconds)
            if job.over:
                self._jobs.pop(job.key, None)
        job.tell()
