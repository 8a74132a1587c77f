"""Check the messages of browsers before Streamlit reads them.

Streamlit parses the JSON of components before our code sees it. It fails if the JSON is nested
thousands of times or has a number with thousands of digits: it shows a traceback, and tries to
read the state of the component again and again. No browser sends such JSON; here it is replaced
by ``null``.
"""

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from nnviz.experiment.json import parse

LONGEST_JSON = 1_000_000
"""Characters; the longest JSON that a stage sends, a table of points, has a quarter of that."""

_JSON = ("json_value", "json_trigger_value")


class Inbox:
    """ASGI middleware that removes unreadable JSON from the messages of WebSockets."""

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
    """Return a browser's message with ``null`` in place of JSON that cannot be read."""
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return data  # Streamlit refuses it itself
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
