"""The server dies and is started anew while many play: all go on at their step."""

import asyncio

from benchmarks.crowd.rows import version_of
from benchmarks.crowd.viewer import Viewer
from benchmarks.page.report import Row
from tools.server import Server

PATIENCE = 60.0


async def _play(server: Server, viewers: int, away: float) -> tuple[list[int], list[int]]:
    version = await version_of(server.url)
    crowd = [Viewer(server.url, version, f"init_seed={i % 10}") for i in range(viewers)]

    async def come(viewer: Viewer) -> None:
        await viewer.open()
        await viewer.play()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(come(viewer)) for viewer in crowd]
        while min(viewer.step for viewer in crowd) == 0:
            await asyncio.sleep(0.1)
        server.kill()
        before = [viewer.step for viewer in crowd]
        await asyncio.sleep(away)
        await asyncio.to_thread(server.start)
        async with asyncio.timeout(PATIENCE):
            while any(viewer.step <= step for viewer, step in zip(crowd, before, strict=True)):
                await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
    return before, [viewer.step for viewer in crowd]


def restarted(viewers: int, away: float) -> list[Row]:
    """The row on a server that was killed and started again."""
    with Server() as server:
        before, after = asyncio.run(_play(server, viewers, away))
    gone_on = sum(new > old for old, new in zip(before, after, strict=True))
    return [
        Row(
            "viewers who go on after a restart", gone_on, "", float(viewers), "exactly",
            f"killed, away for {away:g} s, started again; each at its own step",
        )
    ]  # fmt: skip
