"""The binary form in which frames travel to the browser.

One message is one ``bytes`` object::

    b"NNV1" | header length, uint32 | header, UTF-8 JSON | body, zlib

The header names the sections that the body holds one after the other: ``name``, ``dtype``,
``shape``, and ``diff`` when each entry along the first axis (the frames) was replaced by its
difference to the one before, modulo 256, which compresses far better. All numbers are
little-endian. ``nnviz/stage/assets/unpack.js`` is the reader.
"""

import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.frames.frame import Frame
from nnviz.frames.quantise import quantise_signed

MAGIC = b"NNV1"
_PREFIX = struct.Struct("<4sI")
_METRICS = ("loss_train", "loss_test", "accuracy_train", "accuracy_test")


def temporal_difference(frames: NDArray[Any]) -> NDArray[np.uint8]:
    """Each frame minus the one before, modulo 256; the first one stays. (n_frames, …) bytes."""
    raw = frames.view(np.uint8)
    changed = raw.copy()
    changed[1:] -= raw[:-1]
    return changed


def frame_sections(frames: Sequence[Frame]) -> dict[str, NDArray[Any]]:
    """The arrays that hold ``frames``, each with the frames along its first axis."""
    surfaces = [quantise_signed(frame.surface) for frame in frames]
    sections: dict[str, NDArray[Any]] = {
        "step": np.array([frame.step for frame in frames], np.float64),
        "epoch": np.array([frame.epoch for frame in frames], np.float64),
        "surface_scale": np.array([scale for _, scale in surfaces], np.float64),
        "surface": np.array([q for q, _ in surfaces], np.int8),
    }
    for name in _METRICS:
        column = [getattr(frame.metrics, name) for frame in frames]
        sections[name] = np.array(column, np.float64)
    return sections


def pack(header: Mapping[str, Any], sections: Mapping[str, NDArray[Any]]) -> bytes:
    """One message from a JSON-able header and named arrays."""
    listed, blobs = [], []
    for name, array in sections.items():
        difference = array.dtype.itemsize == 1 and array.ndim > 1
        contents = temporal_difference(array) if difference else array
        listed.append(
            {
                "name": name,
                "dtype": array.dtype.name,
                "shape": list(array.shape),
                "diff": difference,
            }
        )
        blobs.append(np.ascontiguousarray(contents).tobytes())
    head = json.dumps({**header, "sections": listed}, allow_nan=False).encode()
    return _PREFIX.pack(MAGIC, len(head)) + head + zlib.compress(b"".join(blobs), 6)


def unpack(message: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Header and arrays of a message; the Python twin of the browser's reader."""
    magic, length = _PREFIX.unpack_from(message)
    if magic != MAGIC:
        raise ValueError(f"message must begin with {MAGIC!r}; got {magic!r}")
    header = json.loads(message[_PREFIX.size : _PREFIX.size + length])
    body = zlib.decompress(message[_PREFIX.size + length :])
    sections, offset = {}, 0
    for section in header.pop("sections"):
        dtype = np.dtype(section["dtype"])
        count = int(np.prod(section["shape"]))
        array = np.frombuffer(body, dtype, count, offset).reshape(section["shape"])
        if section["diff"]:
            array = np.add.accumulate(array.view(np.uint8), axis=0, dtype=np.uint8).view(dtype)
        sections[section["name"]] = array
        offset += count * dtype.itemsize
    return header, sections
