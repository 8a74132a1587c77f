"""A network: pure functions of one flat parameter vector `theta` and data.

Every function takes `theta` as (n_params,) or with lanes as (n_lanes, n_params), and returns
fresh arrays, with a leading lane axis if `theta` has one.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from nnviz.network.activation import quiet
from nnviz.network.activations import sigmoid_into
from nnviz.network.arrays import FloatArray
from nnviz.network.engine import layout
from nnviz.network.engine.evaluator import Evaluator
from nnviz.network.engine.passes import ForwardPass, TrainingPass, signs_of, with_ones
from nnviz.network.engine.penalty import Penalty
from nnviz.network.initializers import INITIALIZERS, initial_parameters
from nnviz.network.losses import LOSSES, mean_over_samples
from nnviz.network.spec import NetworkSpec


class Network:
    """The functions of one architecture at one precision; it does not hold the parameters.

    Parameters
    ----------
    spec : the layers, their sizes and the loss
    dtype : float64, or float32 for half the precision at about twice the speed
    """

    def __init__(self, spec: NetworkSpec, dtype: npt.DTypeLike = np.float64) -> None:
        if np.dtype(dtype) not in (np.dtype(np.float32), np.dtype(np.float64)):
            raise ValueError(f"dtype must be float32 or float64; got {dtype!r}")
        self.spec = spec
        self.dtype = np.dtype(dtype)

    @property
    def n_params(self) -> int:
        """Number of weights and biases."""
        return self.spec.n_params

    def initialize(self, name: str, seed: int, biases: str = "zeros") -> FloatArray:
        """Draw initial parameters (n_params,) from `RandomState(seed)`.

        `name` is a key of `INITIALIZERS`. For each layer, the transposed weights (n_out, n_in) are
        drawn. Then, if `biases` is "same" and not "zeros", the biases (n_out, 1) are drawn from
        the same distribution.
        """
        if name not in INITIALIZERS:
            raise ValueError(f"initializer must be one of {', '.join(INITIALIZERS)}; got {name!r}")
        if biases not in ("zeros", "same"):
            raise ValueError(f"biases must be zeros or same; got {biases!r}")
        draw = INITIALIZERS[name].draw
        theta = initial_parameters(self.spec.dims, draw, seed, biases == "same")
        return theta.astype(self.dtype)

    def pack(self, layers: Iterable[Sequence[npt.ArrayLike]]) -> FloatArray:
        """Return a fresh `theta` from one (W, b) per layer: W (n_in, n_out), b (n_out,)."""
        return layout.pack(self.spec, layers, self.dtype)

    def unpack(self, theta: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
        """Return (W, b) of every layer as views into `theta`."""
        return layout.unpack(self.spec, self._checked(theta))

    def logits(self, theta: FloatArray, X: npt.ArrayLike) -> FloatArray:
        """Return the output layer's pre-activations, (n_samples,), for X (n_samples, n_inputs)."""
        with quiet():
            return self._forward(theta, X).logits[..., 0, :]

    def predict_proba(self, theta: FloatArray, X: npt.ArrayLike) -> FloatArray:
        """Return the probability of class 1, (n_samples,), for X (n_samples, n_inputs)."""
        logits = self.logits(theta, X)
        with quiet():
            return sigmoid_into(logits, logits)

    def activations(self, theta: FloatArray, X: npt.ArrayLike) -> list[FloatArray]:
        """Return all layers' activations (n_samples, n_units); the last is the probability."""
        with quiet():
            done = self._forward(theta, X)
            proba = sigmoid_into(done.logits, done.logits)
        return [np.swapaxes(a, -1, -2) for a in (*done.activations, proba)]

    def loss(self, theta: FloatArray, X: npt.ArrayLike, y: npt.ArrayLike) -> Any:
        """Return the mean loss over X (n_samples, n_inputs) with classes y (n_samples,), 0 or 1.

        A float, or with lanes (n_lanes,).
        """
        with quiet():
            logits = self._forward(theta, X).logits
            margins = logits * signs_of(y, logits.shape[-1], self.dtype)
            return mean_over_samples(LOSSES[self.spec.loss].value(margins))

    def loss_and_grad(
        self,
        theta: FloatArray,
        X: npt.ArrayLike,
        y: npt.ArrayLike,
        l1: npt.ArrayLike = 0.0,
        l2: npt.ArrayLike = 0.0,
        step: int = 0,
        dropout_seed: int | None = 0,
    ) -> tuple[Any, FloatArray]:
        """Return the objective and its gradient by `theta`.

        The objective is the mean loss + l1 · sum(|W|) + 0.5 · l2 · sum(W²), over weights only.
        With lanes `l1` and `l2` may be (n_lanes,). Layers with dropout use the masks of
        (`dropout_seed`, `step`); None switches dropout off.

        Returns
        -------
        loss : float, or (n_lanes,)
        grad : of theta's shape
        """
        theta = self._checked(theta)
        A = with_ones(X, self.spec, self.dtype)
        signs = signs_of(y, A.shape[1], self.dtype)
        grad = np.empty_like(theta)
        passes = TrainingPass(self.spec, theta, grad, A.shape[1])
        if dropout_seed is not None:
            passes.dropout.draw(dropout_seed, step)
        penalty = Penalty(self.spec, theta, l1, l2)
        with quiet():
            margins = passes.forward_margins(A, signs)
            loss = mean_over_samples(LOSSES[self.spec.loss].value(margins)) + penalty.value()
            passes.backward(A, signs / signs.size)
            penalty.add_gradient(grad)
        return (loss if theta.ndim == 2 else float(loss)), grad

    def evaluator(self, X: npt.ArrayLike, y: npt.ArrayLike | None = None) -> Evaluator:
        """Return an `Evaluator` for repeated use on the same X (n_samples, n_inputs)."""
        return Evaluator(self.spec, self.dtype, X, y)

    def _checked(self, theta: FloatArray) -> FloatArray:
        theta = np.asarray(theta)
        if theta.ndim not in (1, 2) or theta.shape[-1] != self.n_params:
            raise ValueError(
                f"theta must be (n_params,) or (n_lanes, n_params) with n_params = "
                f"{self.n_params}; got shape {theta.shape}"
            )
        return theta if theta.dtype == self.dtype else theta.astype(self.dtype)

    def _forward(self, theta: FloatArray, X: npt.ArrayLike) -> ForwardPass:
        A = with_ones(X, self.spec, self.dtype)
        done = ForwardPass(self.spec, self._checked(theta), A.shape[1])
        done.forward(A)
        return done
