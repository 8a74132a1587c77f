"""One function answers both carriers: the routes, and the component where no route answers."""

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

_LONGEST_VISIT = 64  # characters of a tab's token that count
_PATIENCE = 20.0  # seconds a page waits for a run of its own, which is copied in far less

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
        """Octets for a 200, JSON for all else."""
        return "application/octet-stream" if self.status == 200 else "application/json"


@dataclass(frozen=True)
class Question:
    """An address that was asked, how a cache may keep its answer, and the job that works on it."""

    caching: str
    job: Job


class House:
    """The runs of this process, the answers that are ready, and the desk where questions wait."""

    def __init__(self) -> None:
        self.pool = Pool()
        self.shelf = Shelf(quota.SHELF_BYTES)
        self.desk = Desk(self._put)

    def _put(self, key: str, body: bytes) -> None:
        if body:
            self.shelf.put(key, body)

    def ready(self, kind: str, query: str) -> Answer | None:
        """The answer to a canonical address of this version, if it is on the shelf."""
        body = self.shelf.get(f"{kind}?{query}")
        return None if body is None else Answer(200, body, _keeping(f"{query}&"))

    def ask(self, kind: str, asked_version: str, query: str, visit: str) -> Answer | Question:
        """Take a question: its answer, if there is one at once, or the job to wait for."""
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
            )
        except (Refusal, Busy) as failure:
            return refusal(failure)
        return Question(_keeping(f"{query}&") if canonical == query else NEVER, job)

    def borrow(self, experiment: Experiment) -> Run:
        """A run of one's own that starts from what the pool has found out; it stands at step 0.

        Raises ``Busy`` when it cannot be had in time.
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
    """The one house of this process."""
    return House()


def split(path: str) -> tuple[str, str, str]:
    """Kind, version and query of a path such as ``frames/<version>?<query>``."""
    place, _, query = path.partition("?")
    kind, _, asked_version = place.partition("/")
    return kind, asked_version, query


def answer(path: str, visit: str = ANYONE) -> Answer:
    """Answer a path by itself, within about ``quota.FIRST_ANSWER`` seconds."""
    kind, asked_version, query = split(path)
    if kind not in KINDS:
        return refusal(Refusal("kind", f"must be one of {', '.join(KINDS)}", clip(kind)))
    asked = house().ask(kind, asked_version, query, visit)
    if isinstance(asked, Answer):
        return asked
    asked.job.wait(quota.FIRST_ANSWER, until_done=True)
    return settled(asked)


def settled(question: Question) -> Answer:
    """What a question has come to: its whole answer, a refusal, or how far training is."""
    job = question.job
    if job.failure is not None:
        return refusal(job.failure)
    if job.done:
        return Answer(200, b"".join(job.pieces), question.caching)
    return progress(job)


def progress(job: Job) -> Answer:
    """How far the training is that has to come first."""
    return _refused(202, step=job.progress.step, goal=job.progress.goal)


def refusal(failure: Exception) -> Answer:
    """A failure in the words of the contract; what is none of a question's is raised."""
    if isinstance(failure, Busy):
        return Answer(503, b"{}", retry_after=failure.retry_after)
    if isinstance(failure, Refusal) and failure.field == ID:
        return _refused(404, field=ID, rule=failure.rule, value=failure.value)
    if isinstance(failure, Refusal):
        return _refused(400, field=failure.field, rule=failure.rule, value=failure.value)
    raise failure


def opening(experiment: Experiment) -> bytes | None:
    """The body of the experiment's ``runs/``, for a page to carry along; None if it must wait.

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
    """A run of one's own at the nearest state before ``step`` that is held.

    The caller advances it to ``step``, in slices as long as it likes.
    """
    run = house().borrow(experiment)
    run.seek(min(step, quota.SHOWN_STEP))
    return run


def _keeping(query: str) -> str:
    """How long an answer may be kept: a person's own points are nobody else's."""
    return FOR_ONE if "points=" in query or f"{ID}=" in query else FOREVER


def _refused(status: int, **words: Any) -> Answer:
    return Answer(status, json.dumps(words).encode())
