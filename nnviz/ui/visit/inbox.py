"""What browsers send over the page's socket, looked at before Streamlit reads it.

Streamlit parses the JSON of components before our code sees it, and raises in the middle of its own
work when that is nested thousands of times or holds a number of thousands of digits: it shows a
traceback, and what a component keeps as its state it would try to read again for ever. No browser
sends such things; from whoever does, they arrive as ``null``.
"""

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from nnviz.experiment.json import parse

LONGEST_JSON = 1_000_000
"""Characters; the longest that a stage sends is a table of points, a quarter of that."""

_JSON = ("json_value", "json_trigger_value")


class Inbox:
    """ASGI middleware that takes unreadable JSON out of what arrives by socket."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""

        async def readable() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and message.get("bytes"):
                message = {**message, "bytes": without_traps(message["bytes"])}
            return message

        await self._app(scope, readable if scope["type"] == "websocket" else receive, send)


def without_traps(data: bytes) -> bytes:
    """A message of a browser, with ``null`` in place of JSON that cannot be read."""
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return data  # Streamlit refuses it in its own words
    replaced = False
    for state in message.rerun_script.widget_states.widgets:
        kind = state.WhichOneof("value")
        if kind in _JSON and not _can_be_read(getattr(state, kind)):
            setattr(state, kind, "null")
            replaced = True
    return message.SerializeToString() if replaced else data


def _can_be_read(text: str) -> bool:
    try:
        parse(text, LONGEST_JSON)
    except ValueError:
        return False
    return True
