"""Scripts of the stage are compressed once, whoever asks; all else passes unchanged."""

import asyncio
import gzip
from typing import Any

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from nnviz.serve import Packed

SCRIPT = b"const x = 1;\n" * 1000
PATH = "/component/nnviz.stage.mount.stage_1/stage.js"


class Host:
    """A server below the middleware: one script, and a count of how often it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.app = Packed(self.serve)

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        found = scope["path"].endswith(PATH.rpartition("/")[2])
        await Response(SCRIPT if found else b"none", 200 if found else 404)(scope, receive, send)

    def get(
        self, path: str = PATH, method: str = "GET", encoding: bytes = b"gzip, br"
    ) -> tuple[int, dict[bytes, bytes], bytes]:
        """Return status, headers and body."""
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request"}

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [(b"accept-encoding", encoding)]
        scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "headers": headers}
        asyncio.run(self.app(scope, receive, send))
        body = b"".join(message.get("body", b"") for message in sent[1:])
        return sent[0]["status"], dict(sent[0]["headers"]), body


def test_a_script_is_compressed_once_and_may_be_kept_for_good() -> None:
    host = Host()
    for _ in range(3):
        status, headers, body = host.get()
        assert status == 200
        assert gzip.decompress(body) == SCRIPT
        assert headers[b"content-encoding"] == b"gzip"
        assert headers[b"content-type"].startswith(b"text/javascript")
        assert b"immutable" in headers[b"cache-control"]
    assert host.asked == [PATH]


def test_a_page_under_a_path_has_the_same() -> None:
    status, headers, _ = Host().get("/lecture" + PATH)
    assert (status, headers.get(b"content-encoding")) == (200, b"gzip")


def test_what_is_missing_is_not_kept() -> None:
    host = Host()
    for _ in range(2):
        assert host.get(PATH + ".js")[0] == 404
    assert len(host.asked) == 2


def test_all_else_passes() -> None:
    host = Host()
    others: list[dict[str, Any]] = [
        {"encoding": b"identity"},
        {"method": "HEAD"},
        {"path": "/component/another.module/stage.js"},
        {"path": PATH + "/../stage.js"},
        {"path": PATH + "\n"},
    ]
    for options in others:
        _, headers, _ = host.get(**options)
        assert b"content-encoding" not in headers
    assert len(host.asked) == len(others)
