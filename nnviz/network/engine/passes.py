"""The forward and the backward pass on buffers that are allocated once.

All arrays are feature-major: a layer's signals are (n_units, n_samples), with a row of ones at the
bottom. So one product with a block of parameters [W; b] (see `layout`) includes weights and
biases. For a layer with input A (n_in + 1, n_samples):

    forward    Z = block.T @ A            (n_out, n_samples)     a = f(Z)
    backward   dblock = A @ dZ.T          (n_in + 1, n_out)      dW over db
               dA = W @ dZ                (n_in, n_samples)      dZ of the layer before = dA * f'

With lanes, every array except the input has a leading axis (n_lanes, …), and one call of
`np.matmul` computes all lanes. Without lanes, `np.dot` does the same with less overhead. A lane's
numbers equal those of the same network alone to the last bit, because both use the same BLAS
routine and ufuncs work elementwise. Only with fewer than 16 samples may `np.dot` and `np.matmul`
choose different routines; then they agree to 1e-12 (float64, relative).
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from nnviz.network.activations import ACTIVATIONS
from nnviz.network.arrays import FloatArray
from nnviz.network.checks import check_inputs, check_labels
from nnviz.network.engine.dropout import DropoutMasks
from nnviz.network.engine.layout import blocks
from nnviz.network.losses import LOSSES
from nnviz.network.spec import LayerSpec, NetworkSpec


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


class _Layer:
    """One layer at work: its parameters as views, its signals as buffers.

    Shapes are without lanes, which come first in all but `mask`.

    Attributes
    ----------
    block_T : (n_out, n_in + 1) view of W over b, transposed
    W : (n_in, n_out) view
    z, a : (n_out, n_samples) pre-activations and activations; the same buffer unless pull needs z
    mask : (n_out, n_samples) the dropout mask, or None
    kept : (n_out, n_samples) the activations after dropout; `a` itself without it
    A : (n_out + 1, n_samples) `kept` above a row of ones, the next layer's input
    value, pull : the activation and its derivative, in place
    df : the derivative, ``df(z, a)``
    dblock : (n_in + 1, n_out) view of the gradient by W over b
    dz, dz_T : (n_out, n_samples) the gradient by z, and its transposed view
    back : multiplies W and dz
    """

    __slots__ = (
        "A", "W", "a", "back", "block_T", "dblock", "df", "dz", "dz_T", "kept", "mask", "pull",
        "value", "z",
    )  # fmt: skip

    def __init__(
        self, spec: LayerSpec, block: FloatArray, n_samples: int, dropout: bool = False
    ) -> None:
        activation = ACTIVATIONS[spec.activation]
        in_place = activation.in_place
        self.df, self.value, self.pull = activation.df, in_place.value, in_place.pull
        self.block_T = np.swapaxes(block, -1, -2)
        self.W = block[..., :-1, :]
        self.A = _signals(block.shape[:-2], spec.units + 1, n_samples, block.dtype)
        self.kept = self.A[..., :-1, :]
        self.mask = np.ones((spec.units, n_samples), block.dtype) if dropout else None
        self.a = self.kept if self.mask is None else np.empty_like(self.kept)
        self.z = np.empty_like(self.a) if in_place.needs_z else self.a

    def add_gradient(self, dblock: FloatArray) -> None:
        """Allocate buffers for the backward pass, which writes the gradient into `dblock`."""
        self.dblock = dblock
        self.dz = np.empty_like(self.z)
        self.dz_T = np.swapaxes(self.dz, -1, -2)
        self.back: Callable[..., object] = np.dot
        if dblock.ndim > 2:
            # For a single unit this is an outer product, for which np.matmul is slow.
            self.back = np.multiply if dblock.shape[-1] == 1 else np.matmul


class ForwardPass:
    """The forward pass of `n_samples` samples with parameters `theta`, on its own buffers.

    `theta` is not copied: `forward` uses its current values.

    Attributes
    ----------
    activations : one buffer (…, n_units, n_samples) per hidden layer, filled by `forward`
    logits : (…, 1, n_samples), filled by `forward`
    """

    def __init__(
        self, spec: NetworkSpec, theta: FloatArray, n_samples: int, dropout: bool = False
    ) -> None:
        *self._hidden, self._output = (
            _Layer(layer, block, n_samples, dropout=dropout and layer.dropout > 0.0)
            for layer, block in zip(spec.layers, blocks(spec.dims, theta), strict=True)
        )
        self._product: Callable[..., object] = np.matmul if theta.ndim > 1 else np.dot
        self.activations = [layer.a for layer in self._hidden]
        self.logits = self._output.z

    def forward(self, X: FloatArray) -> FloatArray:
        """Fill the buffers from X (n_inputs + 1, n_samples), last row ones; return `logits`."""
        product = self._product
        A = X
        for layer in self._hidden:
            product(layer.block_T, A, layer.z)
            layer.value(layer.z, layer.a)
            if layer.mask is not None:
                np.multiply(layer.a, layer.mask, layer.kept)
            A = layer.A
        product(self._output.block_T, A, self.logits)
        return self.logits

    def slopes(self) -> Iterator[FloatArray]:
        """Yield f'(z) of each hidden layer, (…, n_units, n_samples), after the forward pass."""
        for layer in self._hidden:
            yield layer.df(layer.z, layer.a)


class TrainingPass(ForwardPass):
    """Forward and backward pass: writes the loss's gradient to `grad`, with the layout of `theta`.

    Attributes
    ----------
    dz : one buffer (…, n_units, n_samples) per layer, the loss's gradient by its pre-activations;
        the last one holds the margins between the forward and the backward pass
    dropout : the masks that the forward pass applies; all ones before the first draw
    """

    def __init__(
        self, spec: NetworkSpec, theta: FloatArray, grad: FloatArray, n_samples: int
    ) -> None:
        super().__init__(spec, theta, n_samples, dropout=True)
        layers = [*self._hidden, self._output]
        for layer, dblock in zip(layers, blocks(spec.dims, grad), strict=True):
            layer.add_gradient(dblock)
        self._first = layers[0]
        self._backward = [(after, before) for before, after in pairwise(layers)][::-1]
        self._pull_loss = LOSSES[spec.loss].by_margin.pull
        self.dz = [layer.dz for layer in layers]
        self.dropout = DropoutMasks(
            [
                (layer.mask, layer_spec.dropout)
                for layer, layer_spec in zip(layers, spec.layers, strict=True)
                if layer.mask is not None
            ]
        )

    @property
    def masks(self) -> list[FloatArray | None]:
        """Copies of the dropout masks of the hidden layers, (n_units, n_samples), or None."""
        return [None if layer.mask is None else layer.mask.copy() for layer in self._hidden]

    def forward_margins(self, X: FloatArray, signs: FloatArray) -> FloatArray:
        """Run forward and return s · z for every sample, (…, 1, n_samples)."""
        return np.multiply(self.forward(X), signs, self.dz[-1])

    def backward(self, X: FloatArray, shares: FloatArray) -> None:
        """Fill `grad`, given the margins just computed and shares s / n_samples, (1, n_samples).

        Overwrites the activations.
        """
        product = self._product
        dz = self.dz[-1]
        self._pull_loss(dz, shares, dz)
        for layer, before in self._backward:
            product(before.A, layer.dz_T, layer.dblock)
            da = before.dz
            layer.back(layer.W, layer.dz, da)
            if before.mask is not None:
                np.multiply(da, before.mask, da)
            before.pull(da, before.z, before.a)
        product(X, self._first.dz_T, self._first.dblock)
