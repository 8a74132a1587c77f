"""The body of an answer: a sequence of messages and an end record.

Each record is ``uint32 length, little-endian | message``; ``nnviz.frames.pack`` writes a message.
The end record holds the number of frames before it, the stop reason if the run ends there, and
the CRC-32 of all bytes before it. An answer without it was cut off and must not be used.
``nnviz/stage/assets/records.js`` is the other reader.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.frames import pack, unpack
from nnviz.training import StopReason

_LENGTH = struct.Struct("<I")


def record(message: bytes) -> bytes:
    """Return a message with its length before it."""
    return _LENGTH.pack(len(message)) + message


def told(reason: StopReason | None) -> dict[str, Any] | None:
    """Return a stop reason as plain JSON values."""
    if reason is None:
        return None
    return {
        "kind": reason.kind,
        "step": reason.step,
        "cause": reason.cause,
        "advice": reason.advice,
    }


def end_record(before: int, n_frames: int, stopped: StopReason | None) -> bytes:
    """Return the end record of an answer; ``before`` is the CRC-32 of all bytes before it."""
    end = {"frames": n_frames, "stopped": told(stopped), "digest": f"{before:08x}"}
    return record(pack({"end": end}, {}, compress=False))


@dataclass(frozen=True)
class Body:
    """A whole answer: its packed ``messages``, and the contents of its end record."""

    messages: list[bytes]
    frames: int
    stopped: dict[str, Any] | None

    @property
    def header(self) -> dict[str, Any]:
        """The header of the first message."""
        return unpack(self.messages[0])[0]

    def sections(self) -> dict[str, NDArray[Any]]:
        """Return the arrays of all messages, each joined along its first axis."""
        parts = [unpack(message)[1] for message in self.messages]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def read_body(body: bytes) -> Body:
    """Read an answer from its bytes; ``ValueError`` if they are cut off or damaged."""
    messages, start = [], 0
    while start + _LENGTH.size <= len(body):
        (length,) = _LENGTH.unpack_from(body, start)
        end = start + _LENGTH.size + length
        if end > len(body):
            break
        messages.append(body[start + _LENGTH.size : end])
        if end == len(body):
            return _closed(messages, zlib.crc32(body[:start]))
        start = end
    raise ValueError(f"an answer must close with an end record; got {len(body)} bytes without one")


def _closed(messages: list[bytes], crc: int) -> Body:
    """Build the answer from these messages; the last one must be the end record."""
    *messages, last = messages
    header, _ = unpack(last)
    if "end" not in header:
        raise ValueError(f"an answer must close with an end record; got {sorted(header)}")
    end = header["end"]
    if end["digest"] != f"{crc:08x}":
        raise ValueError(f"the digest must be {crc:08x}; got {end['digest']}")
    return Body(messages, end["frames"], end["stopped"])
