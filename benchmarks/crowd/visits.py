"""Measure the memory after many visits, one after the other: opened, played for a second, left."""

import asyncio
import gc

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

from benchmarks.crowd.rows import Serving
from benchmarks.crowd.viewer import Viewer
from benchmarks.page.report import Row
from nnviz.frames import unpack
from nnviz.serve import quota
from tools.server import Server

AT_ONCE = 10
BOUNDS = quota.SHELF_BYTES + quota.PAST_BYTES + quota.LIVE_BYTES + quota.POSTED_BYTES


async def visit(url: str, query: str, seconds: float) -> None:
    """Open the page as a browser does, play its experiment for some seconds, and leave."""
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    async with connect(
        address, subprotocols=[Subprotocol("streamlit")], origin=Origin(url), max_size=None
    ) as socket:
        rerun = BackMsg()
        rerun.rerun_script.query_string = query
        await socket.send(rerun.SerializeToString())
        async for data in socket:
            assert isinstance(data, bytes)
            message = ForwardMsg.FromString(data)
            if message.WhichOneof("type") != "delta":
                continue
            element = message.delta.new_element
            if element.WhichOneof("type") == "bidi_component" and element.bidi_component.bytes:
                header, _ = unpack(element.bidi_component.bytes)
                break
        viewer = Viewer(url, header["version"], header["experiment"])
        await viewer.open()
        play = asyncio.create_task(viewer.play())
        await asyncio.sleep(seconds)
        play.cancel()
        viewer.leave()


async def _visits(server: Server, count: int, early: int) -> tuple[int, int]:
    numbers = iter(range(count))
    process, sizes = psutil.Process(server.pid), {}
    done = 0

    async def come() -> None:
        nonlocal done
        for number in numbers:
            await visit(server.url, f"init_seed={number}", 1.0)
            done += 1
            if done in (early, count):
                sizes[done] = process.memory_info().rss

    await asyncio.gather(*(come() for _ in range(AT_ONCE)))
    return sizes[early], sizes[count]


def visits(serving: Serving, count: int, early: int) -> list[Row]:
    """Return the row on the memory that is kept for visitors who have left."""
    gc.collect()
    with serving() as server:
        before, after = asyncio.run(_visits(server, count, early))
    beyond = max(0, after - BOUNDS)
    return [
        Row(
            f"memory after {count} visits, beyond the caches", beyond / before, "×", 1.1,
            how=f"{before / 1e6:.0f} MB after {early}, {after / 1e6:.0f} MB after {count}; the "
            f"caches may hold {BOUNDS / 1e6:.0f} MB",
        )
    ]  # fmt: skip
