"""A visitor without a screen: speaks Streamlit's protocol and pulls frames like the stage.

It opens the page's websocket, lets the script run, and then asks for frames exactly as the stage's
queue does, with the same batch and low-water mark, and takes one frame a tick of a 60 Hz display.
It does not paint, does not unpack the frames' bodies, and does not send the values of the other
widgets along with each pull, as a browser does.
"""

import asyncio
import json
import re
import struct
import time
import zlib
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tools.server import ROOT

DISPLAY_RATE = 60.0

QUEUE = (ROOT / "nnviz" / "stage" / "assets" / "queue.js").read_text()


def number_of_the_stage(name: str) -> int:
    """Return a constant of the stage's queue, so that both ask in the same way."""
    found = re.search(rf"const {name} = (\d+);", QUEUE)
    assert found, f"queue.js has no {name}"
    return int(found[1])


BATCH = number_of_the_stage("BATCH")
LOW_WATER = number_of_the_stage("LOW_WATER")


def read(message: bytes) -> tuple[dict[str, Any], list[int]]:
    """Return the header of a message of the stage, and the steps of its frames.

    The frames' steps are the body's first section, so no more of it is unpacked.
    """
    body = zlib.decompressobj()
    header = json.loads(body.decompress(message[8:], int.from_bytes(message[4:8], "little")))
    first = header["sections"][0] if header["sections"] else {}
    if first.get("name") != "step":
        return header, []
    count = first["shape"][0]
    steps = body.decompress(body.unconsumed_tail, 8 * count)
    return header, [int(step) for step in struct.unpack(f"<{count}d", steps)]


@dataclass
class Visitor:
    """One visitor who plays: counts the frames a screen would have painted."""

    url: str
    query: str = ""
    painted: int = 0
    stalls: int = 0
    received: int = 0
    answers: list[float] = field(default_factory=list)
    playing: bool = False
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def visit(self) -> None:
        """Open the page, and read what the server says until the task is cancelled."""
        address = self.url.replace("http", "ws", 1) + "/_stcore/stream"
        async with connect(
            address, subprotocols=[Subprotocol("streamlit")], origin=Origin(self.url), max_size=None
        ) as socket:
            self._socket: ClientConnection = socket
            self._component = ""
            self._fragment = ""
            self._run = ""
            self._revision = 0
            self._seen = 0
            self._shown = 0
            self._queue: list[int] = []
            self._waiting: tuple[int, float] | None = None
            self._pulls = 0
            rerun = BackMsg()
            rerun.rerun_script.query_string = self.query
            await socket.send(rerun.SerializeToString())
            async for data in socket:
                assert isinstance(data, bytes)
                self.received += len(data)
                self._take(data)

    def _take(self, data: bytes) -> None:
        message = ForwardMsg.FromString(data)
        if message.WhichOneof("type") != "delta":
            return
        element = message.delta.new_element
        if element.WhichOneof("type") != "bidi_component":
            return
        self._component = element.bidi_component.id
        self._fragment = message.delta.fragment_id or self._fragment
        header, steps = read(element.bidi_component.bytes)
        if header["run"] == self._run and header["seq"] <= self._seen:
            return
        self._seen = header["seq"]
        if header.get("opening"):
            self._run, self._revision = header["run"], header["revision"]
            self._shown, self._queue, self._waiting = steps[0], [], None
            self.opened.set()
        elif self._waiting and header.get("answers") == self._waiting[0]:
            self.answers.append(time.monotonic() - self._waiting[1])
            self._waiting = None
            assert steps == sorted({*steps, *self._queue} - {*self._queue}), "a frame came twice"
            self._queue += steps

    async def play(self) -> None:
        """Paint one frame a tick, as long as there are any, until the task is cancelled."""
        await self.opened.wait()
        loop = asyncio.get_running_loop()
        tick = loop.time()
        while True:
            if self._queue:
                self._shown = self._queue.pop(0)
                self.painted += 1
            else:
                self.stalls += 1
            await self._replenish()
            tick = max(tick + 1 / DISPLAY_RATE, loop.time() - 1 / DISPLAY_RATE)
            await asyncio.sleep(tick - loop.time())

    async def _replenish(self) -> None:
        if self._waiting or len(self._queue) >= LOW_WATER:
            return
        self._pulls += 1
        pull = {
            "id": self._pulls,
            "run": self._run,
            "revision": self._revision,
            "shown": self._shown,
            "start": self._queue[-1] if self._queue else self._shown,
            "per_frame": 1,
            "frames": BATCH,
            "fresh": False,
            "gradients": False,
            "again": False,
        }
        self._waiting = (self._pulls, time.monotonic())
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.fragment_id = self._fragment
        widgets = message.rerun_script.widget_states.widgets
        widgets.add(id=self._component, json_value="{}")
        state = widgets.add()
        state.id = f"$$STREAMLIT_INTERNAL_KEY_{self._component}__events"
        state.json_trigger_value = json.dumps([{"event": "need", "value": pull}])
        await self._socket.send(message.SerializeToString())
