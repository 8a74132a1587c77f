"""Send addresses that a stage would never send, while an ordinary viewer plays."""

import asyncio
from collections import Counter
from urllib.parse import quote

import numpy as np
import psutil

from benchmarks.crowd.http import Connection
from benchmarks.crowd.rows import Serving, version_of
from benchmarks.crowd.viewer import Viewer
from benchmarks.page.report import Row
from nnviz.experiment.settings import SETTINGS
from tools.server import Server

SECONDS_OF_A_REQUEST = 5.0
KEYS = [*SETTINGS, "layers", "changes", "points", "id", "from", "count", "every", "then", "at", "x"]
VALUES = [
    "", "0", "-0", "1", "-1", "3", "64", "1e999", "nan", "inf", "9" * 300, "0.1", "sgd", "own",
    "64-tanh " * 8, "1-relu", "0_0_0~1_1_1~0_1_0~1_0_1", "5-learning_rate-0.1", "5-theta.0-1e308",
    "\x00", "%", "é", "<script>", "a" * 5000, "../../etc/passwd", "0" * 32,
]  # fmt: skip
ANSWERS = (200, 202, 400, 404, 503)


def addresses(count: int, version: str) -> list[str]:
    """Return addresses of all kinds, most of them wrong in some way."""
    random = np.random.RandomState(0)
    found = []
    for _ in range(count):
        kind = ("runs", "frames", "curve", "moment")[random.randint(4)]
        parts = [
            f"{KEYS[random.randint(len(KEYS))]}={quote(VALUES[random.randint(len(VALUES))])}"
            for _ in range(random.randint(4))
        ]
        if random.rand() < 0.7:
            parts += [f"from={random.randint(10**6)}", "count=1", f"every={2 ** random.randint(9)}"]
        asked = "0" * 16 if random.rand() < 0.02 else version
        random.shuffle(parts)
        found.append(f"/{kind}/{asked}?{'&'.join(parts)}")
    return found


async def _storm(server: Server, count: int) -> tuple[float, Counter[int]]:
    version = await version_of(server.url)
    viewer = Viewer(server.url, version)
    await viewer.open()
    play = asyncio.create_task(viewer.play())
    loop = asyncio.get_running_loop()
    answered: Counter[int] = Counter()
    before, began = viewer.watched, loop.time()

    async def attack(paths: list[str]) -> None:
        connection = await Connection.open(server.url)
        for path in paths:
            async with asyncio.timeout(SECONDS_OF_A_REQUEST):
                reply = await connection.get(path, "X-Nnviz-Visit: hostile\r\n")
            answered[reply.status] += 1

    paths = addresses(count, version)
    await asyncio.gather(*(attack(paths[i::10]) for i in range(10)))
    rate = (viewer.watched - before) / (loop.time() - began)
    play.cancel()
    return rate, answered


def hostile(serving: Serving, count: int) -> list[Row]:
    """Return the rows on hostile addresses."""
    with serving() as server:
        resident = psutil.Process(server.pid).memory_info().rss
        rate, answered = asyncio.run(_storm(server, count))
        grown = (psutil.Process(server.pid).memory_info().rss - resident) / 1e6
        said = server.log()
    other = sum(times for status, times in answered.items() if status not in ANSWERS)
    return [
        Row(
            f"answers to {count} hostile addresses of another kind", other, "", 0.0, "exactly",
            ", ".join(f"{times} × {status}" for status, times in sorted(answered.items())),
        ),
        Row("errors in the server's log meanwhile", said.count("Traceback"), "", 0.0, "exactly"),
        Row("an ordinary viewer meanwhile", rate, "/s", 55.0, "at least"),
        Row("server memory grown meanwhile", grown, "MB", 342.0, how="the bounds of its caches"),
    ]  # fmt: skip
