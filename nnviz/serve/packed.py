"""Serve the stage's scripts: they are compressed once, and browsers keep them for ever."""

import asyncio
import gzip
import re

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The files of our components. Their addresses change with their contents.
_SCRIPT = re.compile(r"/component/nnviz\.[\w.]+/[\w.]+\.js\Z")
_HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "content-encoding": "gzip",
    "vary": "accept-encoding",
    "x-content-type-options": "nosniff",
}


class Packed:
    """ASGI middleware around ``app``, which serves the files of components.

    Streamlit compresses such a file again for every visitor. For Plotly that takes a quarter of a
    second, in which no viewer gets a frame.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[str, bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b"")
            and (found := _SCRIPT.search(scope["path"]))
        ):
            await self._app(scope, receive, send)
            return
        name = found[0]
        if name not in self._kept:
            answer = await self._ask(scope, receive)
            if answer[0]["status"] != 200:
                for message in answer:
                    await send(message)
                return
            body = b"".join(message["body"] for message in answer[1:])
            self._kept[name] = await asyncio.to_thread(gzip.compress, body, 6, mtime=0)
        response = Response(self._kept[name], headers=_HEADERS, media_type="text/javascript")
        await response(scope, receive, send)

    async def _ask(self, scope: Scope, receive: Receive) -> list[Message]:
        """Return the server's own answer, not compressed."""
        headers = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        answer: list[Message] = []

        async def note(message: Message) -> None:
            answer.append(message)

        await self._app({**scope, "headers": headers}, receive, note)
        return answer
