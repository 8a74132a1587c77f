"""The forward and the backward pass over buffers that are allocated once.

Everything is feature-major: a layer's signals are (n_units, n_samples), with one more row of
ones at the bottom, so that a block of parameters [W; b] (see `layout`) does weights and biases in
one product. For a layer with input A (n_in + 1, n_samples):

    forward    Z = block.T @ A            (n_out, n_samples)     a = f(Z)
    backward   dblock = A @ dZ.T          (n_in + 1, n_out)      dW over db
               dA = W @ dZ                (n_in, n_samples)      dZ of the layer before = dA * f'

With lanes every array but the input has a leading axis (n_lanes, …), and one call of
`np.matmul` does all lanes. Without lanes `np.dot` does the same with less overhead. A lane's
numbers equal those of the same network alone to the last bit, because both end in the same BLAS
routine and ufuncs treat every element by itself. Only for fewer than 16 samples `np.dot` and
`np.matmul` may choose different routines; then they agree to 1e-12 (float64, relative).
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from nnviz.network.activations import ACTIVATIONS
from nnviz.network.arrays import FloatArray
from nnviz.network.checks import check_inputs, check_labels
from nnviz.network.dropout import DropoutMasks
from nnviz.network.layout import blocks
from nnviz.network.losses import LOSSES
from nnviz.network.spec import NetworkSpec


def with_ones(X: npt.ArrayLike, spec: NetworkSpec, dtype: npt.DTypeLike) -> FloatArray:
    """Return X (n_samples, n_inputs) transposed, over a row of ones: (n_inputs + 1, n_samples)."""
    X = check_inputs(X, spec.n_inputs)
    A: FloatArray = np.ones((X.shape[1] + 1, X.shape[0]), dtype)
    A[:-1] = X.T
    return A


def signs_of(y: npt.ArrayLike, n_samples: int, dtype: npt.DTypeLike) -> FloatArray:
    """Return the classes y (n_samples,) of 0 and 1 as signs -1 and +1, shape (1, n_samples)."""
    return (2.0 * check_labels(y, n_samples) - 1.0).astype(dtype)[np.newaxis]


def _signals(
    lanes: tuple[int, ...], n_units: int, n_samples: int, dtype: npt.DTypeLike
) -> FloatArray:
    """Return ones of shape (*lanes, n_units, n_samples), laid out unit by unit in memory.

    So all rows but the last are one contiguous piece, with lanes as without, on which ufuncs are
    up to three times as fast.
    """
    return np.moveaxis(np.ones((n_units, *lanes, n_samples), dtype), 0, -2)


class ForwardPass:
    """The forward pass of `n_samples` samples with parameters `theta`, on its own buffers.

    `theta` is kept, not copied: change it in place and `forward` follows.

    Attributes
    ----------
    activations : one buffer (…, n_units, n_samples) per hidden layer, filled by `forward`
    logits : (…, 1, n_samples), filled by `forward`
    """

    def __init__(self, spec: NetworkSpec, theta: FloatArray, n_samples: int) -> None:
        lanes = theta.shape[:-1]
        self._product: Callable[..., object] = np.matmul if lanes else np.dot
        self._blocks = blocks(spec, theta)
        self._blocks_T = [np.swapaxes(block, -1, -2) for block in self._blocks]
        self._inputs: list[FloatArray] = []  # of all layers but the first, (…, n_in + 1, n_samples)
        self._z: list[FloatArray] = []
        self.activations: list[FloatArray] = []
        self._masks: list[FloatArray | None] = []
        self._hidden = []
        for layer, block_T in zip(spec.layers[:-1], self._blocks_T[:-1], strict=True):
            A = _signals(lanes, layer.units + 1, n_samples, theta.dtype)
            rows = A[..., :-1, :]
            mask = self._new_mask(layer.dropout, (layer.units, n_samples), theta.dtype)
            a = rows if mask is None else np.empty_like(rows)
            activation = ACTIVATIONS[layer.activation]
            z = np.empty_like(a) if activation.needs_z else a
            self._inputs.append(A)
            self._z.append(z)
            self.activations.append(a)
            self._masks.append(mask)
            self._hidden.append((block_T, z, activation.value, a, mask, rows, A))
        self.logits = _signals(lanes, 1, n_samples, theta.dtype)

    def _new_mask(
        self, rate: float, shape: tuple[int, int], dtype: npt.DTypeLike
    ) -> FloatArray | None:
        """Return a buffer for a layer's dropout mask; predicting never drops anything out."""
        return None

    def forward(self, X: FloatArray) -> FloatArray:
        """Fill the buffers from X (n_inputs + 1, n_samples), last row ones; return `logits`."""
        product = self._product
        A = X
        for block_T, z, value, a, mask, rows, A_next in self._hidden:
            product(block_T, A, z)
            value(z, a)
            if mask is not None:
                np.multiply(a, mask, rows)
            A = A_next
        product(self._blocks_T[-1], A, self.logits)
        return self.logits


class TrainingPass(ForwardPass):
    """Forward and backward: fills `grad`, laid out like `theta`, with the data loss' gradient.

    Attributes
    ----------
    dz : one buffer (…, n_units, n_samples) per layer, the loss' gradient by its pre-activations;
        the last one holds the margins between the forward and the backward pass
    dropout : the masks that the forward pass applies; ones until they are drawn
    """

    def __init__(
        self, spec: NetworkSpec, theta: FloatArray, grad: FloatArray, n_samples: int
    ) -> None:
        super().__init__(spec, theta, n_samples)
        self._pull_loss = LOSSES[spec.loss].pull
        grad_blocks = blocks(spec, grad)
        self.dz = [np.empty_like(a) for a in self.activations] + [np.empty_like(self.logits)]
        dz_T = [np.swapaxes(dz, -1, -2) for dz in self.dz]
        self._first = dz_T[0], grad_blocks[0]
        # W @ dz of a layer with one unit is an outer product, at which np.matmul is slow.
        outer = np.multiply if theta.ndim > 1 else np.dot
        self._backward = [
            (
                self._inputs[i - 1],
                dz_T[i],
                grad_blocks[i],
                self._product if spec.layers[i].units > 1 else outer,
                self._blocks[i][..., :-1, :],
                self.dz[i],
                self.dz[i - 1],
                self._masks[i - 1],
                ACTIVATIONS[spec.layers[i - 1].activation].pull,
                self._z[i - 1],
                self.activations[i - 1],
            )
            for i in range(len(spec.layers) - 1, 0, -1)
        ]
        self.dropout = DropoutMasks(
            [
                (mask, layer.dropout)
                for mask, layer in zip(self._masks, spec.layers[:-1], strict=True)
                if mask is not None
            ]
        )

    def _new_mask(
        self, rate: float, shape: tuple[int, int], dtype: npt.DTypeLike
    ) -> FloatArray | None:
        return np.ones(shape, dtype) if rate else None

    def margins(self, X: FloatArray, signs: FloatArray) -> FloatArray:
        """Run forward and return s · z for every sample, (…, 1, n_samples)."""
        return np.multiply(self.forward(X), signs, self.dz[-1])

    def backward(self, X: FloatArray, weights: FloatArray) -> None:
        """Fill `grad`, given the margins just computed and weights s / n_samples, (1, n_samples).

        Uses the activations up.
        """
        product = self._product
        self._pull_loss(self.dz[-1], weights)
        for A, dz_T, dblock, back, W, dz, da, mask, pull, z, a in self._backward:
            product(A, dz_T, dblock)
            back(W, dz, da)
            if mask is not None:
                np.multiply(da, mask, da)
            pull(da, z, a)
        dz_T, dblock = self._first
        product(X, dz_T, dblock)
