"""A viewer without a screen, which requests frames as the stage does, for sixty per second.

The times on a screen are computed, not waited for: a frame is shown a sixtieth of a second after
the one before it, or when it arrives, if that is later.
"""

import asyncio
import time
import uuid
from dataclasses import dataclass, field

from benchmarks.crowd.http import Connection
from nnviz.serve.records import read_body

RATE = 60.0
AHEAD = 24  # frames kept ready
MOST_PATIENCE = 2.0  # seconds between two tries, while the server is away or busy


@dataclass
class Viewer:
    """One tab that plays the experiment of a link, with one update per frame."""

    url: str
    version: str
    text: str = ""
    every: int = 1
    replies: list[float] = field(default_factory=list)
    frames: int = 0
    refused: int = 0
    lost: int = 0
    broken: int = 0
    step: int = 0

    def __post_init__(self) -> None:
        self._headers = f"X-Nnviz-Visit: {uuid.uuid4().hex}\r\n"
        self._connection: Connection | None = None
        self._end = 0.0

    async def open(self) -> None:
        """Request the constant part of the run, and the number of frames per batch."""
        body = await self._ask("runs", "")
        self._count = read_body(body).header["counts"][self.every.bit_length() - 1]

    async def play(self) -> None:
        """Take frames until cancelled."""
        self._end = time.monotonic()
        while True:
            batch = self._count * self.every
            asked = f"from={self.step}&count={self._count}&every={self.every}"
            try:
                n_frames = read_body(await self._ask("frames", asked)).frames
            except ValueError:
                self.broken += 1
                continue
            self.frames += n_frames
            self._end = max(self._end, time.monotonic()) + n_frames / RATE
            self.step += batch
            await asyncio.sleep(max(0.0, self._end - AHEAD / RATE - time.monotonic()))

    @property
    def watched(self) -> float:
        """The number of frames shown so far: those received minus those still waiting."""
        return self.frames - max(0.0, self._end - time.monotonic()) * RATE

    def leave(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()

    async def _ask(self, kind: str, asked: str) -> bytes:
        parts = [part for part in (self.text, asked) if part]
        path = f"/{kind}/{self.version}?{'&'.join(parts)}"
        began = time.monotonic()
        while True:
            try:
                if self._connection is None:
                    self._connection = await Connection.open(self.url)
                reply = await self._connection.get(path, self._headers)
            except OSError:
                self.lost += 1
                self._connection = None
                await asyncio.sleep(MOST_PATIENCE / 4)
                continue
            if reply.status == 200:
                self.replies.append(time.monotonic() - began)
                return reply.body
            if reply.status >= 502 and "retry-after" not in reply.headers:  # from a proxy
                self.lost += 1
                await asyncio.sleep(MOST_PATIENCE / 4)
            elif reply.status == 503:
                self.refused += 1
                await asyncio.sleep(min(float(reply.headers["retry-after"]), MOST_PATIENCE))
            elif reply.status != 202:
                raise RuntimeError(f"{reply.status} for {path}: {reply.body[:200]!r}")
