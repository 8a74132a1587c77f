"""Repeated evaluation of one network on one fixed set of points, without allocating."""

from typing import Any

import numpy as np
import numpy.typing as npt

from nnviz.network.activations import quiet, sigmoid
from nnviz.network.arrays import FloatArray
from nnviz.network.losses import LOSSES, mean_over_samples
from nnviz.network.passes import ForwardPass, signs_of, with_ones
from nnviz.network.spec import NetworkSpec


class Evaluator:
    """Evaluates parameters on fixed points X, in the network's precision, on private buffers.

    What the methods return is valid until the next call. `theta` may be of another precision
    than the network's and is cast; with lanes (n_lanes, n_params), every result gains a leading
    lane axis.
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
        self._X = with_ones(X, spec, dtype)
        self._signs = None if y is None else signs_of(y, self._X.shape[1], dtype)
        self._loss = LOSSES[spec.loss]
        self._prepare(())

    def _prepare(self, lanes: tuple[int, ...]) -> None:
        self._theta: FloatArray = np.empty((*lanes, self._spec.n_params), self._dtype)
        self._pass = ForwardPass(self._spec, self._theta, self._X.shape[1])
        self._proba = np.empty_like(self._pass.logits)

    def _forward(self, theta: FloatArray) -> FloatArray:
        if theta.shape != self._theta.shape:
            self._prepare(theta.shape[:-1])
        np.copyto(self._theta, theta, casting="same_kind")
        return self._pass.forward(self._X)

    def logits(self, theta: FloatArray) -> FloatArray:
        """Return the logits, (n_samples,)."""
        with quiet():
            return self._forward(theta)[..., 0, :]

    def activations(self, theta: FloatArray) -> list[FloatArray]:
        """Return every layer's activations, (n_units, n_samples) each; the last: probability."""
        hidden, _ = self.hidden_and_logits(theta)
        with quiet():
            sigmoid(self._pass.logits, self._proba)
        return [*hidden, self._proba]

    def hidden_and_logits(self, theta: FloatArray) -> tuple[list[FloatArray], FloatArray]:
        """Return hidden activations, (n_units, n_samples) each, and logits, (n_samples,)."""
        with quiet():
            logits = self._forward(theta)[..., 0, :]
        return list(self._pass.activations), logits

    def loss_and_accuracy(self, theta: FloatArray) -> tuple[Any, Any]:
        """Return the mean loss and the share of samples whose class is right, floats."""
        if self._signs is None:
            raise ValueError("y must be given to the evaluator before it can tell a loss; got None")
        with quiet():
            logits = self._forward(theta)
            loss = mean_over_samples(self._loss.value(logits * self._signs))
            right = (sigmoid(logits, self._proba) > 0.5) == (self._signs > 0.0)
        if right.ndim == 2:
            return loss, float(np.count_nonzero(right) / right.size)
        return loss, np.count_nonzero(right, axis=(-1, -2)) / right.shape[-1]
