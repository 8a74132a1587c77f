"""Evaluate one network with many parameter vectors at once, on a fixed set of points."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from nnviz.network.activation import quiet
from nnviz.network.activations import sigmoid_into
from nnviz.network.arrays import FloatArray
from nnviz.network.engine.passes import signs_of, with_ones
from nnviz.network.engine.shared import lane_bytes, shared_pass
from nnviz.network.losses import LOSSES, Loss
from nnviz.network.spec import NetworkSpec

MOST_LANES = 32
_FEWEST_SAMPLES = 16  # with fewer, the BLAS routine depends on the number of lanes
_CHUNK_BYTES = 2_400_000  # a larger chunk is hardly faster


def lanes_within(n_bytes: int, lane: int) -> int:
    """Return how many lanes of ``lane`` bytes fit: a power of two from 1 to MOST_LANES."""
    fitting = min(max(n_bytes // lane, 1), MOST_LANES)
    return 1 << (int(fitting).bit_length() - 1)


class Evaluator:
    """Evaluates parameters on fixed points X, in the network's precision.

    Parameters are lanes (n_lanes, n_params), of any float type. They are evaluated in chunks of
    at most `MOST_LANES`, on buffers that all evaluators of one shape share (see `shared`). A
    lane's numbers do not depend on the other lanes of the chunk, to the last bit.
    """

    def __init__(
        self,
        spec: NetworkSpec,
        dtype: npt.DTypeLike,
        X: npt.ArrayLike,
        y: npt.ArrayLike | None = None,
    ) -> None:
        self._spec = spec
        self._dtype = np.dtype(dtype)
        A = with_ones(X, spec, dtype)
        self._n_samples = A.shape[1]
        fill = max(0, _FEWEST_SAMPLES - self._n_samples)
        self._X: FloatArray = np.pad(A, ((0, 0), (0, fill)), mode="edge") if fill else A
        self._loss = LOSSES[spec.loss]
        self._signs = None if y is None else signs_of(y, self._n_samples, dtype)
        lane = lane_bytes(spec, self._dtype.itemsize, self._X.shape[1])
        self.lanes = lanes_within(_CHUNK_BYTES, lane)
        """The largest number of lanes in a chunk."""

    @property
    def nbytes(self) -> int:
        """The memory it uses, in bytes, without the shared buffers."""
        return self._X.nbytes + (0 if self._signs is None else self._signs.nbytes)

    def chunks(self, theta: FloatArray) -> Iterator[tuple[slice, list[FloatArray], FloatArray]]:
        """Run the forward pass of `theta` (n_lanes, n_params), chunk by chunk.

        Yields the slice of lanes in a chunk, the activations of every hidden layer (lanes,
        n_units, n_samples) and the logits (lanes, n_samples). They are valid until the next chunk.
        """
        start, n_samples = 0, self._n_samples
        while start < len(theta):
            n_lanes = self._next_lanes(len(theta) - start)
            chunk = slice(start, min(start + n_lanes, len(theta)))
            n_used = chunk.stop - start
            shared = shared_pass(self._spec, self._dtype.char, n_lanes, self._X.shape[1])
            with quiet():
                np.copyto(shared.theta[:n_used], theta[chunk], casting="same_kind")
                logits = shared.forward.forward(self._X)[:n_used, 0, :n_samples]
            hidden = [a[:n_used, :, :n_samples] for a in shared.forward.activations]
            yield chunk, hidden, logits
            start = chunk.stop

    def _next_lanes(self, left: int) -> int:
        """Return the size of the next chunk: a power of two, so that few of its lanes are idle."""
        n_lanes = min(self.lanes, 1 << (left - 1).bit_length())
        return n_lanes if 4 * left > 3 * n_lanes else n_lanes // 2

    def loss_and_accuracy(self, theta: FloatArray) -> tuple[Any, Any]:
        """Return the mean loss and the share of samples that are classified correctly.

        Floats for parameters (n_params,); with lanes (n_lanes, n_params) arrays (n_lanes,).
        """
        if self._signs is None:
            raise ValueError("y must be given to the evaluator to compute a loss; got None")
        lanes = np.atleast_2d(theta)
        losses: FloatArray = np.empty(len(lanes), self._dtype)
        accuracies = np.empty(len(lanes))
        for chunk, _, margins in self.chunks(lanes):
            with quiet():
                np.multiply(margins, self._signs, margins)
            losses[chunk], accuracies[chunk] = judge(self._loss, margins, self._signs)
        if theta.ndim == 1:
            return float(losses[0]), float(accuracies[0])
        return losses, accuracies


def judge(
    loss: Loss, margins: FloatArray, signs: FloatArray
) -> tuple[FloatArray, npt.NDArray[np.float64]]:
    """Return the mean loss and the accuracy of each row of margins, (n_rows,) each.

    `margins` is (n_rows, n_samples), `signs` (1, n_samples). A row with NaN gives NaN for both. A
    class is 1 where p > 0.5. Because p is rounded, the sign of a logit close to 0 does not decide
    that; p is computed only if there is such a logit.
    """
    n_samples = margins.shape[1]
    tie = _tie(margins)
    with quiet():
        means: FloatArray = loss.value(margins).sum(axis=1) / n_samples
        n_right = _count(margins > tie)
        if (n_right != _count(margins >= -tie)).any():
            p = margins * signs  # the logits
            n_right = _count((sigmoid_into(p, p) > 0.5) == (signs > 0.0))
    shares = n_right / n_samples
    unknown = np.isnan(means)
    if unknown.any():
        shares[unknown] = np.nan
    return means, shares


def class_ones(logits: FloatArray) -> npt.NDArray[np.bool_]:
    """Return where the class is 1, of the shape of ``logits``: where p > 0.5, as `judge` does."""
    tie = _tie(logits)
    ones: npt.NDArray[np.bool_] = logits > tie
    if (ones != (logits >= -tie)).any():
        with quiet():
            p = sigmoid_into(logits, np.empty_like(logits))
        ones = p > 0.5
    return ones


def _tie(logits: FloatArray) -> float:
    """Return the size below which rounding decides on which side of 0.5 the probability is."""
    return float(8 * np.finfo(logits.dtype).eps)


def _count(marked: npt.NDArray[np.bool_]) -> npt.NDArray[np.int32]:
    """Return the number of True in each row; faster than `np.count_nonzero` along an axis."""
    counts: npt.NDArray[np.int32] = marked.view(np.int8).sum(axis=1, dtype=np.int32)
    return counts
