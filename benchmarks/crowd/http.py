"""A fast HTTP client for load tests: one open connection, one request at a time."""

import asyncio
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import httptools


@dataclass
class Reply:
    """One answer: its status, its headers with lower-case names, and its body."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Connection(asyncio.Protocol):
    """Sends GET requests one after the other over one connection, and reads the answers.

    Raises ``ConnectionError`` if the connection is closed before an answer is complete.
    """

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._waiting: asyncio.Future[Reply] | None = None

    @classmethod
    async def open(cls, url: str) -> "Connection":
        """Connect to the server of a URL."""
        parts = urlsplit(url)
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(cls, parts.hostname, parts.port)
        connection._host = parts.netloc
        return connection

    async def get(self, path: str, headers: str = "") -> Reply:
        """Return the answer to a GET; ``headers`` are lines that end with CR LF."""
        if self._transport is None:
            raise ConnectionError("the connection is closed")
        self._waiting = asyncio.get_running_loop().create_future()
        self._reply, self._parser = Reply(), httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._transport.write(
            f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n{headers}\r\n".encode()
        )
        return await self._waiting

    def close(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()

    # called by asyncio --------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Store the new connection."""
        self._transport = cast(asyncio.WriteTransport, transport)  # always true for a stream

    def data_received(self, data: bytes) -> None:
        """Pass the data to the parser."""
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Raise an error in the waiting request."""
        self._transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionError("the server closed the connection"))

    # called by the parser -----------------------------------------------------------------------

    def on_header(self, name: bytes, value: bytes) -> None:
        """Store a header."""
        self._reply.headers[name.decode().lower()] = value.decode()

    def on_body(self, body: bytes) -> None:
        """Store a part of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Return the answer to the waiting request."""
        self._reply.status = self._parser.get_status_code()
        self._reply.body = b"".join(self._body)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(self._reply)
