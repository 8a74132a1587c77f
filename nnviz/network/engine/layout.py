"""The positions of all weights and biases in `theta`, one flat vector of all parameters.

The layers follow each other, each as one block of shape (n_in + 1, n_out): the weights W on top
and the biases b as the last row. A layer's input has a row of ones at the bottom (see `passes`).
So one matrix product includes weights and biases, forward and backward, and both are plain views.

All functions take `theta` as (n_params,) or, with lanes, as (n_lanes, n_params).
"""

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from nnviz.network.arrays import FloatArray
from nnviz.network.spec import NetworkSpec


def blocks(sizes: Sequence[int], theta: FloatArray) -> list[FloatArray]:
    """Return a view (…, n_in + 1, n_out) of `theta` for every layer: W over b.

    `sizes` are those of all layers, the inputs first.
    """
    views, start = [], 0
    for n_in, n_out in itertools.pairwise(sizes):
        stop = start + (n_in + 1) * n_out
        views.append(theta[..., start:stop].reshape(*theta.shape[:-1], n_in + 1, n_out))
        start = stop
    return views


def unpack(spec: NetworkSpec, theta: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """Return (W, b) views of every layer: W (…, n_in, n_out) and b (…, n_out)."""
    return [(block[..., :-1, :], block[..., -1, :]) for block in blocks(spec.dims, theta)]


def pack(
    spec: NetworkSpec, layers: Iterable[Sequence[npt.ArrayLike]], dtype: npt.DTypeLike
) -> FloatArray:
    """Return a fresh `theta` from one (W, b) per layer; the inverse of `unpack`."""
    pairs = [(np.asarray(W), np.asarray(b)) for W, b in layers]
    if len(pairs) != len(spec.layers):
        raise ValueError(f"there must be {len(spec.layers)} layers (W, b); got {len(pairs)}")
    lanes = pairs[0][0].shape[:-2]
    theta: FloatArray = np.empty((*lanes, spec.n_params), dtype)
    for i, ((W, b), (W_view, b_view)) in enumerate(
        zip(pairs, unpack(spec, theta), strict=True), start=1
    ):
        if W.shape != W_view.shape or b.shape != b_view.shape:
            raise ValueError(
                f"layer {i} must have W {W_view.shape} and b {b_view.shape}; "
                f"got {W.shape} and {b.shape}"
            )
        W_view[...] = W
        b_view[...] = b
    return theta


def weight_mask(spec: NetworkSpec, dtype: npt.DTypeLike) -> FloatArray:
    """Return (n_params,): 1 for each weight, 0 for each bias, to which L1 and L2 do not apply."""
    mask: FloatArray = np.ones(spec.n_params, dtype)
    for _, b in unpack(spec, mask):
        b[...] = 0.0
    return mask
