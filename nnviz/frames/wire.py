"""The binary format in which frames are sent to the browser.

One message is one ``bytes`` object::

    b"NNV1" | header length, uint32 | zlib of: header, UTF-8 JSON | body
    b"NNV0" | header length, uint32 | the same, not compressed

The header lists the sections of the body in their order: ``name``, ``dtype``, ``shape`` and
``diff``. If ``diff`` is true, each frame (along the first axis) was replaced by its difference to
the frame before, modulo 256 or 65536, which compresses far better. For quantised numbers, ``top``
is the level that represents the scale, see ``nnviz.frames.quantise``. All numbers are
little-endian. ``nnviz/stage/assets/unpack.js`` is the reader.
"""

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.frames.quantise import TOPS

MAGIC = b"NNV1"
PLAIN = b"NNV0"
_PREFIX = struct.Struct("<4sI")
_NAMES = {np.dtype(n): n for n in ("int8", "uint8", "int16", "int64", "float32", "float64")}
_LEVEL = 1  # zlib's: a fifth of the time of level 6, for a third more bytes


def temporal_difference(frames: NDArray[Any]) -> NDArray[Any]:
    """Return each frame (along the first axis) minus the one before, modulo; the first stays."""
    raw = frames.view(f"u{frames.dtype.itemsize}")
    changed: NDArray[Any] = raw.copy()
    changed[1:] -= raw[:-1]
    return changed


def pack(
    header: Mapping[str, Any], sections: Mapping[str, NDArray[Any]], compress: bool = True
) -> bytes:
    """Pack a header of JSON values and named arrays into one message.

    A browser decompresses in the background, after its other work. A message that must be shown at
    once is better sent uncompressed.
    """
    listed, blobs = [], []
    for name, array in sections.items():
        kind = _NAMES[array.dtype]
        difference = array.dtype.kind == "i" and array.ndim > 1
        numbers = temporal_difference(array) if difference else array
        listed.append(
            {
                "name": name,
                "dtype": kind,
                "shape": list(array.shape),
                "diff": difference,
                "top": TOPS.get(kind),
            }
        )
        blobs.append(np.ascontiguousarray(numbers).tobytes())
    contents = {**header, "sections": listed}
    head = json.dumps(contents, allow_nan=False, separators=(",", ":")).encode()
    body = b"".join([head, *blobs])
    prefix = _PREFIX.pack(MAGIC if compress else PLAIN, len(head))
    return prefix + (zlib.compress(body, _LEVEL) if compress else body)


def unpack(message: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the header and the arrays of a message, as the browser's reader does."""
    magic, length = _PREFIX.unpack_from(message)
    if magic not in (MAGIC, PLAIN):
        raise ValueError(f"message must begin with {MAGIC!r} or {PLAIN!r}; got {magic!r}")
    rest = message[_PREFIX.size :]
    body = zlib.decompress(rest) if magic == MAGIC else rest
    header = json.loads(body[:length])
    sections, offset = {}, length
    for section in header.pop("sections"):
        dtype = np.dtype(section["dtype"])
        count = int(np.prod(section["shape"]))
        array = np.frombuffer(body, dtype, count, offset).reshape(section["shape"])
        if section["diff"]:
            unsigned = np.dtype(f"u{dtype.itemsize}")
            array = np.add.accumulate(array.view(unsigned), axis=0, dtype=unsigned).view(dtype)
        sections[section["name"]] = array
        offset += count * dtype.itemsize
    return header, sections
