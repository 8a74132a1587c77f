"""Answer a request in the same way over HTTP and over the Streamlit component."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from nnviz.experiment import Experiment
from nnviz.experiment.rules import Refusal, clip
from nnviz.runs import Run
from nnviz.serve import quota
from nnviz.serve.address import KINDS, Address, read_address
from nnviz.serve.desk import ANYONE, Desk, Job, Progress
from nnviz.serve.pool import Busy, Pool
from nnviz.serve.posted import ID, spell
from nnviz.serve.shelf import Shelf
from nnviz.serve.version import version
from nnviz.serve.work import work

_LONGEST_VISIT = 64  # characters of a tab's token; the rest is ignored
_PATIENCE = 20.0  # seconds a page waits for its own copy of a run, usually far less

FOREVER = "public, max-age=31536000, immutable"
FOR_ONE = "private, max-age=31536000, immutable"
NEVER = "no-store"


@dataclass(frozen=True)
class Answer:
    """A whole answer: its status as in HTTP, its body, and how long a cache may keep it."""

    status: int
    body: bytes
    caching: str = NEVER
    retry_after: int | None = None

    @property
    def content_type(self) -> str:
        """The MIME type: binary for status 200, JSON for all others."""
        return "application/octet-stream" if self.status == 200 else "application/json"


@dataclass(frozen=True)
class Question:
    """A request that is being worked on: how a cache may keep its answer, and the job."""

    caching: str
    job: Job


class House:
    """The runs of this process, the cache of finished answers, and the queue of questions."""

    def __init__(self) -> None:
        self.pool = Pool()
        self.shelf = Shelf(quota.SHELF_BYTES)
        self.desk = Desk(self._put)

    def _put(self, key: str, body: bytes) -> None:
        if body:
            self.shelf.put(key, body)

    def ready(self, kind: str, query: str) -> Answer | None:
        """Return the cached answer to a canonical address of this version, or None."""
        body = self.shelf.get(f"{kind}?{query}")
        return None if body is None else Answer(200, body, _keeping(kind, query))

    def ask(self, kind: str, asked_version: str, query: str, visit: str) -> Answer | Question:
        """Return the answer if it is available at once, else a question with a job to wait for."""
        if asked_version != version():
            return _refused(404, version=version())
        answer = self.ready(kind, query)
        if answer is not None:
            return answer
        try:
            address = read_address(kind, query)
            canonical = address.query()
            if canonical != query:
                body = self.shelf.get(f"{kind}?{canonical}")
                if body is not None:
                    return Answer(200, body)
            job = self.desk.ask(
                f"{kind}?{canonical}",
                spell(address.experiment),
                lambda: work(self.pool, address),
                visit[:_LONGEST_VISIT],
                address.goal,
                address.whole,
            )
        except (Refusal, Busy) as failure:
            return refusal(failure)
        return Question(_keeping(kind, query) if canonical == query else NEVER, job)

    def borrow(self, experiment: Experiment) -> Run:
        """Return a private copy of a run, at step 0, with the past that the pool holds.

        Raises ``Busy`` if the copy takes too long.
        """
        found: list[Run] = []

        def copy() -> Iterator[bytes | Progress]:
            found.append(self.pool.entry(experiment).run.fork(experiment))
            yield Progress(0, 0)

        job = self.desk.ask(uuid.uuid4().hex, spell(experiment), copy, uuid.uuid4().hex)
        if not job.wait(_PATIENCE, until_done=True):
            raise Busy(retry_after=1)
        job.check()
        return found[0]


@cache
def house() -> House:
    """Return the one house of this process."""
    return House()


def split(path: str) -> tuple[str, str, str]:
    """Split a path such as ``frames/<version>?<query>`` into kind, version and query."""
    place, _, query = path.partition("?")
    kind, _, asked_version = place.partition("/")
    return kind, asked_version, query


def answer(path: str, visit: str = ANYONE) -> Answer:
    """Answer a path with one whole answer, within about ``quota.FIRST_ANSWER`` seconds."""
    kind, asked_version, query = split(path)
    if kind not in KINDS:
        return refusal(Refusal("kind", f"must be one of {', '.join(KINDS)}", clip(kind)))
    asked = house().ask(kind, asked_version, query, visit)
    if isinstance(asked, Answer):
        return asked
    asked.job.wait(quota.FIRST_ANSWER, until_done=True)
    return settled(asked)


def settled(question: Question) -> Answer:
    """Return the state of a question: its whole answer, a refusal, or the training progress."""
    job = question.job
    if job.failure is not None:
        return refusal(job.failure)
    if job.done:
        return Answer(200, b"".join(job.pieces), question.caching)
    return progress(job)


def progress(job: Job) -> Answer:
    """Return the progress of the training before the first frame, as status 202."""
    return _refused(202, step=job.progress.step, goal=job.progress.goal)


def refusal(failure: Exception) -> Answer:
    """Turn a ``Busy`` or a ``Refusal`` into an answer, and raise every other failure."""
    if isinstance(failure, Busy):
        return Answer(503, b"{}", retry_after=failure.retry_after)
    if isinstance(failure, Refusal) and failure.field == ID:
        return _refused(404, field=ID, rule=failure.rule, value=failure.value)
    if isinstance(failure, Refusal):
        return _refused(400, field=failure.field, rule=failure.rule, value=failure.value)
    raise failure


def opening(experiment: Experiment) -> bytes | None:
    """Return the body of the experiment's ``runs/`` for the page, or None if it is not ready.

    Raises ``ValueError`` for an experiment that cannot be trained.
    """
    query = Address("runs", experiment).query()
    asked = house().ask("runs", version(), query, uuid.uuid4().hex)
    if isinstance(asked, Answer):
        return asked.body if asked.status == 200 else None
    asked.job.wait(quota.FIRST_ANSWER, until_done=True)
    if isinstance(asked.job.failure, ValueError):
        raise asked.job.failure
    return settled(asked).body if asked.job.done else None


def run_at(experiment: Experiment, step: int) -> Run:
    """Return a private copy of a run at its nearest stored state at or before ``step``.

    The caller advances it to ``step``, in slices of any length.
    """
    run = house().borrow(experiment)
    run.seek(min(step, quota.SHOWN_STEP))
    return run


def _keeping(kind: str, query: str) -> str:
    """Return how caches may keep an answer. Answers with a visitor's own points are private."""
    if KINDS[kind].measured:
        return NEVER
    return FOR_ONE if "points=" in query or f"{ID}=" in query else FOREVER


def _refused(status: int, **words: Any) -> Answer:
    return Answer(status, json.dumps(words).encode())
