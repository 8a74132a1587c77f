"""The binary form in which frames travel to the browser.

One message is one ``bytes`` object::

    b"NNV1" | header length, uint32 | zlib of: header, UTF-8 JSON | body
    b"NNV0" | header length, uint32 | the same as it is

The header names the sections that the body holds one after the other: ``name``, ``dtype``,
``shape``, and ``diff`` when each entry along the first axis (the frames) was replaced by its
difference to the one before, modulo 256 or 65536, which compresses far better. All numbers are
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
from nnviz.frames.quantise import drawable, quantise_map, quantise_signed, quantise_weights

MAGIC = b"NNV1"
PLAIN = b"NNV0"
_PREFIX = struct.Struct("<4sI")
_METRICS = ("loss_train", "loss_test", "accuracy_train", "accuracy_test")


def temporal_difference(frames: NDArray[Any]) -> NDArray[Any]:
    """Each frame (along the first axis) minus the one before, wrapping around; the first stays."""
    raw = frames.view(f"u{frames.dtype.itemsize}")
    changed: NDArray[Any] = raw.copy()
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
    weights = [quantise_weights(frame.parameters) for frame in frames]
    sections["weight_scale"] = np.array([scale for _, scale in weights], np.float64)
    sections["weights"] = np.array([q for q, _ in weights], np.int16)
    if frames[0].gradients is not None:
        sections["gradients"] = np.array(
            [drawable(frame.gradients) for frame in frames if frame.gradients is not None],
            np.float32,
        )
    if frames[0].maps:
        maps = [[quantise_map(layer) for layer in frame.maps] for frame in frames]
        sections["map_scale"] = np.array([[scale for _, scale in m] for m in maps], np.float64)
        sections["maps"] = np.array([np.concatenate([q for q, _ in m]) for m in maps], np.int8)
    return sections


def pack(
    header: Mapping[str, Any], sections: Mapping[str, NDArray[Any]], compress: bool = True
) -> bytes:
    """One message from a JSON-able header and named arrays.

    A browser inflates in the background only, behind all that it has to do: what must be seen at
    once is better sent as it is.
    """
    listed, blobs = [], []
    for name, array in sections.items():
        difference = array.dtype.kind == "i" and array.ndim > 1
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
    body = b"".join([head, *blobs])
    prefix = _PREFIX.pack(MAGIC if compress else PLAIN, len(head))
    return prefix + (zlib.compress(body, 6) if compress else body)


def unpack(message: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Header and arrays of a message; the Python twin of the browser's reader."""
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
