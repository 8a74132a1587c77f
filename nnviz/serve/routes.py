"""HTTP routes for the addresses, on the server that also serves the page."""

import asyncio
from collections.abc import Sequence

from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from nnviz.experiment.rules import Refusal, clip
from nnviz.serve import quota
from nnviz.serve.address import KINDS
from nnviz.serve.answers import Answer, Question, house, progress, refusal, settled
from nnviz.serve.desk import ANYONE, Job
from nnviz.serve.posted import digest_of, hold
from nnviz.serve.version import version

Headers = list[tuple[bytes, bytes]]


def routes(base_path: str = "") -> Sequence[BaseRoute]:
    """Return all routes, below ``base_path`` if the page is served under one."""
    base = f"/{base_path.strip('/')}" if base_path.strip("/") else ""
    refusing = asyncio.Lock()
    kinds = [
        Route(f"{base}/{kind}/{{version}}", _Frames(kind, refusing), name=kind) for kind in KINDS
    ]
    posted = Route(f"{base}/experiments/{{version}}/{{digest}}", _Experiments())
    return [*kinds, posted]


class _Frames:
    """Answers the addresses of one kind as streams. Refusals are sent one at a time."""

    def __init__(self, kind: str, refusing: asyncio.Lock) -> None:
        self._kind, self._refusing = kind, refusing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        if not _welcome(scope, headers, "GET"):
            await _send(send, Answer(403, b"{}"))
            return
        query = scope["query_string"].decode("latin-1")
        asked = house().ask(
            self._kind,
            scope["path_params"]["version"],
            query,
            headers.get(b"x-nnviz-visit", ANYONE.encode()).decode("latin-1"),
        )
        if isinstance(asked, Answer):
            if asked.status == 400:
                await self._refusing.acquire()
                asyncio.get_running_loop().call_later(quota.REFUSAL, self._refusing.release)
            await _send(send, asked)
        else:
            await _stream(send, asked, receive if KINDS[self._kind].parts else None)


async def _drop_if_left(receive: Receive, job: Job) -> None:
    """Wait until the connection is closed; then nobody needs the answer any more."""
    while (await receive())["type"] != "http.disconnect":
        pass
    house().desk.drop(job)


class _Experiments:
    """Stores an experiment that no query can hold; later addresses name it by its digest."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _welcome(scope, dict(scope["headers"]), "POST"):
            await _send(send, Answer(403, b"{}"))
            return
        asked = scope["path_params"]
        if asked["version"] != version():
            await _send(send, refusal_of_version())
            return
        try:
            experiment = hold(await _body(receive))
            if digest_of(experiment) != asked["digest"]:
                raise ValueError(f"digest must be {digest_of(experiment)}")
        except ValueError as reason:
            given = clip(asked["digest"])
            await _send(send, refusal(Refusal("experiment", str(reason), given)))
        else:
            await _send(send, Answer(201, b"{}"))


def refusal_of_version() -> Answer:
    """Return the answer to a request for another version than the current one."""
    answer = house().ask("runs", "", "", ANYONE)
    assert isinstance(answer, Answer)
    return answer


def _welcome(scope: Scope, headers: dict[bytes, bytes], method: str) -> bool:
    """Return whether the method is right, and the request does not come from another site."""
    return scope["method"] == method and headers.get(b"sec-fetch-site") != b"cross-site"


async def _body(receive: Receive) -> bytes:
    """Return the posted bytes; ``ValueError`` as soon as they are too many."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > quota.ONE_POSTED_BYTES:
            raise ValueError(f"an experiment must be at most {quota.ONE_POSTED_BYTES:,} bytes")
        if not message.get("more_body", False):
            return bytes(body)


class _Bell:
    """Wakes a coroutine after each slice of a job."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()

    def __enter__(self) -> "_Bell":
        self._job.listen(self._ring)
        return self

    def __exit__(self, *_: object) -> None:
        self._job.leave(self._ring)

    def _ring(self) -> None:
        self._loop.call_soon_threadsafe(self._event.set)

    async def heard(self) -> None:
        """Wait for the next slice."""
        await self._event.wait()
        self._event.clear()


async def _stream(send: Send, question: Question, receive: Receive | None = None) -> None:
    """Send the pieces of an answer as they are made.

    If there is none within ``quota.FIRST_ANSWER`` seconds, send the progress instead. With
    ``receive``, the work ends if the connection is closed before.
    """
    job = question.job
    with _Bell(job) as bell:
        watching = None if receive is None else asyncio.create_task(_drop_if_left(receive, job))
        try:
            async with asyncio.timeout(quota.FIRST_ANSWER):
                while not job.begun:
                    await bell.heard()
        except TimeoutError:
            if watching is not None:
                watching.cancel()  # before the answer, after which every connection may close
            await _send(send, progress(job))
            return
        if watching is not None:
            watching.cancel()
        if job.over:
            await _send(send, settled(question))
            return
        await _start(send, Answer(200, b"", question.caching))
        sent, over = 0, False
        while not over:
            over, pieces = job.over, job.pieces[sent:]
            job.check()
            sent += len(pieces)
            body = b"".join(pieces)
            await send({"type": "http.response.body", "body": body, "more_body": not over})
            if not over:
                await bell.heard()


async def _start(send: Send, answer: Answer, length: int | None = None) -> None:
    headers: Headers = [
        (b"content-type", answer.content_type.encode()),
        (b"cache-control", answer.caching.encode()),
        (b"content-encoding", b"identity"),  # already compressed, or too short for it
        (b"x-content-type-options", b"nosniff"),
    ]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    if answer.retry_after is not None:
        headers.append((b"retry-after", str(answer.retry_after).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})


async def _send(send: Send, answer: Answer) -> None:
    """Send a whole answer at once."""
    await _start(send, answer, len(answer.body))
    await send({"type": "http.response.body", "body": answer.body})
