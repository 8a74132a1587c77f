"""Twenty visitors play at once on one server process: frames for each, and memory for each.

Twenty painting browsers would take both processors for themselves, so the visitors are
`benchmarks.page.wire.Visitor`: the server does for them all that it does for a browser, and only
the painting is left out. They live in a process of their own, started by this module, and share the
machine with the server. Memory is the slope of the server's resident size over 1, 10 and 20
visitors who have all played equally long.
"""

import asyncio
import json
import subprocess
import sys
from statistics import median

import numpy as np
import psutil

from benchmarks.page.report import Row
from benchmarks.page.wire import Visitor
from tools.server import ROOT, Server

COUNTS = (1, 10, 20)
SETTLE_SECONDS = 3.0


async def crowd(url: str, count: int, seconds: float, pid: int) -> dict[str, object]:
    """Let `count` visitors come and play; return what each painted in `seconds`."""
    visitors = [Visitor(url) for _ in range(count)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(visitor.visit()) for visitor in visitors]
        async with asyncio.timeout(60):
            await asyncio.gather(*(visitor.opened.wait() for visitor in visitors))
        tasks += [group.create_task(visitor.play()) for visitor in visitors]
        await asyncio.sleep(SETTLE_SECONDS)
        before = [visitor.painted for visitor in visitors]
        await asyncio.sleep(seconds)
        rates = [(v.painted - b) / seconds for v, b in zip(visitors, before, strict=True)]
        resident = psutil.Process(pid).memory_info().rss
        for task in tasks:
            task.cancel()
    answers = [seconds for visitor in visitors for seconds in visitor.answers]
    return {"rates": rates, "resident": resident, "longest_answer": max(answers)}


def measure(seconds: float) -> list[Row]:
    """Return the rows on twenty visitors and on memory; each crowd has a server of its own."""
    resident, rates, longest = [], [], 0.0
    for count in COUNTS:
        with Server() as server:
            command = [sys.executable, "-m", "benchmarks.page.visitors"]
            command += [server.url, str(count), str(seconds), str(server.pid)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(f"{done.stderr}\n--- server log\n{server.log()}")
        result = json.loads(done.stdout)
        resident.append(result["resident"])
        rates, longest = result["rates"], result["longest_answer"]
    megabytes = np.polyfit(COUNTS, np.array(resident) / 1e6, 1)[0]
    return [
        Row(
            f"frames a second for each of {COUNTS[-1]} visitors",
            min(rates),
            "/s",
            15.0,
            "at least",
            f"the slowest; median {median(rates):.1f}, longest answer {longest:.2f} s, "
            f"{seconds:g} s of play",
        ),
        Row(
            "server memory a visitor",
            megabytes,
            "MB",
            10.0,
            how="slope of resident size: "
            + ", ".join(
                f"{count}: {size / 1e6:.0f} MB"
                for count, size in zip(COUNTS, resident, strict=True)
            ),
        ),
    ]


if __name__ == "__main__":
    url, count, seconds, pid = sys.argv[1:]
    print(json.dumps(asyncio.run(crowd(url, int(count), float(seconds), int(pid)))))
