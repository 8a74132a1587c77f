"""What is packed here is what the browser unpacks."""

import json
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnviz.frames import pack, unpack
from nnviz.frames.quantise import LEVELS
from nnviz.frames.wire import MAGIC, temporal_difference

DTYPES = ("float64", "float32", "int8", "int16", "uint8")

sections = st.dictionaries(
    st.text(min_size=1, max_size=12),
    st.sampled_from(DTYPES).flatmap(
        lambda name: arrays(np.dtype(name), array_shapes(min_side=0, max_dims=4, max_side=5))
    ),
    max_size=5,
)
headers = st.dictionaries(
    st.text(max_size=8).filter(lambda key: key != "sections"),
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    max_size=5,
)


@given(headers, sections, st.booleans())
def test_a_message_comes_back_bit_for_bit(
    header: dict[str, object], arrays_: dict[str, np.ndarray], compress: bool
) -> None:
    """A byte out of place would shift every array that comes after it."""
    got_header, got = unpack(pack(header, arrays_, compress))
    assert got_header == header
    assert list(got) == list(arrays_)
    for name, array in arrays_.items():
        assert got[name].dtype == array.dtype
        assert got[name].shape == array.shape
        assert got[name].tobytes() == array.tobytes()


@given(headers, sections)
def test_the_same_contents_give_the_same_bytes(
    header: dict[str, object], arrays_: dict[str, np.ndarray]
) -> None:
    assert pack(header, arrays_) == pack(dict(header), {k: v.copy() for k, v in arrays_.items()})


def test_arrays_that_are_views_are_packed_as_they_look() -> None:
    grid = np.arange(24, dtype=np.int8).reshape(2, 3, 4)
    views = {"columns": grid[:, :, ::2], "turned": grid.transpose(2, 1, 0)}
    _, got = unpack(pack({}, views))
    for name, view in views.items():
        np.testing.assert_array_equal(got[name], view)


def test_the_layout_is_the_one_that_the_browser_reads() -> None:
    """Magic, length of the header, then header and body in one zlib stream, little-endian."""
    header = {"seq": 7}
    arrays_ = {"a": np.array([1.5, -2.0]), "b": np.array([[3], [5]], np.int8)}
    message = pack(header, arrays_)
    magic, length = struct.unpack_from("<4sI", message)
    assert magic == MAGIC == b"NNV1"
    body = zlib.decompress(message[8:])
    assert pack(header, arrays_, compress=False) == b"NNV0" + message[4:8] + body
    assert json.loads(body[:length]) == {
        "seq": 7,
        "sections": [
            {"name": "a", "dtype": "float64", "shape": [2], "diff": False, "top": None},
            {"name": "b", "dtype": "int8", "shape": [2, 1], "diff": True, "top": LEVELS},
        ],
    }
    assert b" " not in body[:length], "every byte of it travels"
    assert body[length:] == struct.pack("<2d", 1.5, -2.0) + bytes([3, 2])


@given(
    st.sampled_from(["int8", "int16"]).flatmap(
        lambda name: arrays(np.dtype(name), array_shapes(min_dims=2, max_dims=3, max_side=6))
    )
)
def test_differences_between_frames_add_up_to_the_frames(frames: np.ndarray) -> None:
    changed = temporal_difference(frames)
    total = np.cumsum(changed, axis=0, dtype=changed.dtype).view(frames.dtype)
    np.testing.assert_array_equal(total, frames)


def test_frames_that_hardly_change_cost_hardly_anything() -> None:
    """Otherwise twenty visitors fill a line."""
    random = np.random.RandomState(0)
    first = random.randint(-100, 100, size=(1, 49, 49)).astype(np.int8)
    still = np.repeat(first, 24, axis=0)
    assert len(pack({}, {"surface": still})) < 1.2 * len(pack({}, {"surface": first}))


def test_a_number_that_no_browser_can_read_is_refused() -> None:
    """NaN is no JSON: one in a header would lose the whole message on the other side."""
    with pytest.raises(ValueError, match="JSON"):
        pack({"learning_rate": float("nan")}, {})


def test_a_message_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="must begin with b'NNV1' or b'NNV0'; got b'GIF8'"):
        unpack(b"GIF89a\x00\x00\x00\x00")
