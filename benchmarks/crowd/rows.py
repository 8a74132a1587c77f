"""The rows of the table: each has its own server, many viewers, and the slowest viewer's rate."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import psutil

from benchmarks.crowd.http import Connection
from benchmarks.crowd.viewer import Viewer
from benchmarks.page.report import Row
from nnviz.serve import quota
from tools.server import Server

T = TypeVar("T")
Serving = Callable[[], AbstractContextManager[Server]]
"""Makes the server of a row: a new one, or one that several rows share."""

HEAVIEST = "samples=2000&layers=" + "+".join(["64-tanh"] * 8)
GATHERING = 5.0  # seconds in which the viewers of a row arrive, at most as long as they play


@dataclass(frozen=True)
class Crowd:
    """The measurements of many viewers in some seconds of play, and the cost for the server."""

    rates: list[float]
    replies: list[float]
    cores: float

    @property
    def slowest(self) -> float:
        """The frames per second of the slowest viewer."""
        return min(self.rates)

    @property
    def how(self) -> str:
        """The other figures in words."""
        return (
            f"median {np.median(self.rates):.1f}/s; replies: median "
            f"{1e3 * np.median(self.replies):.0f} ms, 95 % within "
            f"{1e3 * np.percentile(self.replies, 95):.0f} ms; {self.cores:.2f} of a core"
        )


async def version_of(url: str) -> str:
    """Ask the server for the version of its addresses."""
    connection = await Connection.open(url)
    reply = await connection.get("/runs/unknown")
    connection.close()
    version = json.loads(reply.body)["version"]
    assert isinstance(version, str)
    return version


def cpu_seconds(pid: int) -> float:
    """Return the processor time of the server."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


async def watch(
    server: Server, experiments: Sequence[str], seconds: float, gathering: float | None = None
) -> Crowd:
    """Let one viewer per experiment play for ``seconds``."""
    version = await version_of(server.url)
    gathering = min(GATHERING, seconds) if gathering is None else gathering
    viewers = [Viewer(server.url, version, text) for text in experiments]

    async def come(viewer: Viewer, after: float) -> None:
        await asyncio.sleep(after)
        await viewer.open()
        await viewer.play()

    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(come(viewer, gathering * i / len(viewers)))
            for i, viewer in enumerate(viewers)
        ]
        await asyncio.sleep(gathering)
        async with asyncio.timeout(30):
            while not all(viewer.frames for viewer in viewers):
                await asyncio.sleep(0.05)
        before = [viewer.watched for viewer in viewers]
        cpu, began = cpu_seconds(server.pid), time.monotonic()
        await asyncio.sleep(seconds)
        took = time.monotonic() - began
        rates = [(v.watched - b) / took for v, b in zip(viewers, before, strict=True)]
        cores = (cpu_seconds(server.pid) - cpu) / took
        for task in tasks:
            task.cancel()
    return Crowd(rates, [reply for viewer in viewers for reply in viewer.replies], cores)


def on_a_server(serving: Serving, play: Callable[[Server], Coroutine[None, None, T]]) -> T:
    """Run a measurement against a server."""
    with serving() as server:
        return asyncio.run(play(server))


def one_link(serving: Serving, viewers: int, seconds: float) -> list[Row]:
    """Let all viewers watch the same link."""
    crowd = on_a_server(serving, lambda server: watch(server, [""] * viewers, seconds))
    return [
        Row(
            f"{viewers} viewers on one link: slowest",
            crowd.slowest,
            "/s",
            58.0,
            "at least",
            crowd.how,
        ),
        Row(f"{viewers} viewers on one link: server", crowd.cores, "cores", 0.4),
    ]


def one_each(
    serving: Serving, viewers: int, seconds: float, mark: float, longest: float | None = None
) -> list[Row]:
    """Let each viewer watch another experiment."""
    texts = [f"init_seed={100 + i}" for i in range(viewers)]
    crowd = on_a_server(serving, lambda server: watch(server, texts, seconds))
    rows = [
        Row(
            f"{viewers} viewers, each another: slowest",
            crowd.slowest,
            "/s",
            mark,
            "at least",
            crowd.how,
        )
    ]
    if longest is not None:
        late = float(np.percentile(crowd.replies, 95))
        rows.append(Row(f"{viewers} viewers, each another: 95 % of replies", late, "s", longest))
    return rows


def joining(serving: Serving, viewers: int, seconds: float, after: float) -> list[Row]:
    """Let viewers join one link one after the other, and play for ``after`` seconds."""
    crowd = on_a_server(
        serving, lambda server: watch(server, [""] * viewers, after, gathering=seconds)
    )
    return [
        Row(
            f"{viewers} viewers join one link over {seconds:g} s: slowest",
            crowd.slowest, "/s", 55.0, "at least", crowd.how,
        ),
        Row(f"{viewers} viewers join one link: server", crowd.cores, "cores", 0.5),
    ]  # fmt: skip


def beside_the_heaviest(serving: Serving, seconds: float) -> list[Row]:
    """Let one ordinary viewer play while five others train the largest network at top speed."""

    async def play(server: Server) -> Crowd:
        version = await version_of(server.url)
        heavy = [
            Viewer(server.url, version, f"{HEAVIEST}&init_seed={i}", every=quota.FASTEST)
            for i in range(5)
        ]

        async def train(viewer: Viewer) -> None:
            await viewer.open()
            await viewer.play()

        tasks = [asyncio.create_task(train(viewer)) for viewer in heavy]
        await asyncio.sleep(min(2.0, seconds))
        crowd = await watch(server, [""], seconds, gathering=0.0)
        for task in tasks:
            task.cancel()
        return crowd

    crowd = on_a_server(serving, play)
    return [
        Row(
            "an ordinary viewer beside five heaviest",
            crowd.slowest,
            "/s",
            55.0,
            "at least",
            crowd.how,
        )
    ]
