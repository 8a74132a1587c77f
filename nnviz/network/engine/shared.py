"""Buffers for forward passes with lanes, shared by all networks of one shape.

A pass needs memory for every signal of every lane, far more than the parameters of a run. Its
results are used at once, so all runs of one architecture can use the same buffers in turn. Each
thread has its own buffers.
"""

import threading
from collections import OrderedDict

import numpy as np

from nnviz.network.arrays import FloatArray
from nnviz.network.engine.passes import ForwardPass
from nnviz.network.spec import NetworkSpec

SHARED_BYTES = 32_000_000
"""The memory limit of one thread, without the pass in use."""

_Key = tuple[NetworkSpec, str, int, int]


class SharedPass:
    """A forward pass with lanes.

    Attributes
    ----------
    theta : (n_lanes, n_params), to be filled by the caller
    forward : the pass that uses `theta`
    nbytes : the memory of both, in bytes
    """

    def __init__(self, spec: NetworkSpec, dtype: str, n_lanes: int, n_samples: int) -> None:
        self.theta: FloatArray = np.zeros((n_lanes, spec.n_params), dtype)
        self.forward = ForwardPass(spec, self.theta, n_samples)
        self.nbytes = n_lanes * lane_bytes(spec, np.dtype(dtype).itemsize, n_samples)


class _Shelf(threading.local):
    """The passes of one thread, the least recently used first."""

    def __init__(self) -> None:
        self.passes: OrderedDict[_Key, SharedPass] = OrderedDict()


_shelf = _Shelf()


def lane_bytes(spec: NetworkSpec, itemsize: int, n_samples: int) -> int:
    """Return the bytes of one lane of a pass: its parameters and all its signals."""
    signals = sum(layer.units + 1 for layer in spec.layers) + 1
    return itemsize * (signals * n_samples + spec.n_params)


def shared_pass(spec: NetworkSpec, dtype: str, n_lanes: int, n_samples: int) -> SharedPass:
    """Return this thread's pass of that shape; its contents are valid until the next call."""
    key = (spec, dtype, n_lanes, n_samples)
    passes = _shelf.passes
    found = passes.pop(key, None)
    if found is None:
        found = SharedPass(spec, dtype, n_lanes, n_samples)
        room = SHARED_BYTES
        for other, kept in reversed(list(passes.items())):
            room -= kept.nbytes
            if room < found.nbytes:
                del passes[other]
    passes[key] = found
    return found
