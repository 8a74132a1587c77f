"""Time going back in a long run of the largest network, and a change late in a long run."""

import asyncio
import time

import numpy as np

from benchmarks.crowd.http import Connection
from benchmarks.crowd.rows import HEAVIEST, Serving, on_a_server, version_of
from benchmarks.crowd.viewer import Viewer
from benchmarks.page.report import Row
from nnviz.serve import quota
from tools.server import Server

ADAM = f"optimizer=adam&batch=1&{HEAVIEST}"


async def _arrive(connection: Connection, path: str) -> tuple[float, float]:
    """Request a frame until it comes; return the seconds, and those of the longest single reply."""
    began, longest = time.monotonic(), 0.0
    while True:
        asked = time.monotonic()
        reply = await connection.get(path, "X-Nnviz-Visit: back\r\n")
        longest = max(longest, time.monotonic() - asked)
        if reply.status == 200:
            return time.monotonic() - began, longest
        if reply.status != 202:
            raise RuntimeError(f"{reply.status} for {path}: {reply.body[:200]!r}")


def going_back(serving: Serving, seconds: float, places: int) -> list[Row]:
    """Play the largest network at top speed, then go back to so many random steps."""

    async def play(server: Server) -> tuple[list[tuple[float, float]], int]:
        version = await version_of(server.url)
        viewer = Viewer(server.url, version, ADAM, every=quota.FASTEST)
        await viewer.open()
        task = asyncio.create_task(viewer.play())
        await asyncio.sleep(seconds)
        task.cancel()
        connection = await Connection.open(server.url)
        went = []
        for place in np.random.RandomState(0).rand(places):
            step = int(place * viewer.step)
            path = f"/frames/{version}?{viewer.text}&from={step}&count=1&every=1"
            went.append(await _arrive(connection, path))
        return went, viewer.step

    went, step = on_a_server(serving, play)
    arrival, reply = (max(times) for times in zip(*went, strict=True))
    how = f"{len(went)} places of {step} steps, {seconds:g} s of play"
    return [
        Row("going back, heaviest: longest reply", 1e3 * reply, "ms", 150.0, how=how),
        Row("going back, heaviest: arrival ÷ play", arrival / seconds, "×", 1 / 20),
    ]  # fmt: skip


def late_change(serving: Serving, late: int, changes: int) -> list[Row]:
    """Time a change at a late step against one at step 100, from request to first frame."""

    async def play(server: Server) -> list[list[float]]:
        version = await version_of(server.url)
        connection = await Connection.open(server.url)
        waits = []
        for step in (100, late):
            base = f"/frames/{version}?from={step}&count=1&every=1"
            await _arrive(connection, base)
            found = []
            for number in range(changes):
                rate = 0.05 + 0.001 * number
                then = f"&then={step}-learning_rate-{rate:.3f}"
                found.append((await _arrive(connection, base + then))[0])
            waits.append(found)
        return waits

    first, last = (float(np.median(waits)) for waits in on_a_server(serving, play))
    how = f"medians of {changes}: {1e3 * last:.1f} and {1e3 * first:.1f} ms"
    return [Row(f"change at step {late:,} ÷ at step 100", last / first, "×", 1.2, how=how)]
