"""The parts of an exported script that are the same for all experiments: one update, step by step.

These are functions of the script, whose source is shown there. They do the operations of the
engine in its order and its memory layouts, so that the same routines of the linear algebra library
are called; they only allocate their results anew. The names in capitals are settings that every
script defines.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from nnviz.network.arrays import FloatArray
from nnviz.network.engine.dropout import draw_mask
from nnviz.network.engine.layout import blocks

Masks = Sequence[FloatArray | float]

SIZES: Sequence[int] = ()
HIDDEN: Sequence[tuple[Callable[..., FloatArray], Callable[..., object]]] = ()
LOSS: tuple[Callable[..., FloatArray], Callable[..., FloatArray]]
LOSS = (np.negative, np.multiply)
DROPOUT: Sequence[float] = ()
DROPOUT_SEED = BATCH_SEED = 0
BATCH_SIZE = 1
DTYPE: type[np.floating] = np.float64

SETTINGS = (
    "SIZES", "HIDDEN", "LOSS", "DROPOUT", "DROPOUT_SEED", "BATCH_SEED", "BATCH_SIZE", "DTYPE",
)  # fmt: skip
"""The names above."""

ONE_THREAD = """
# One thread: for such small matrices, sharing the work costs more than the product itself, and the
# last digits would depend on the machine. This must be set before NumPy is imported.
for library in ("OPENBLAS", "OMP", "MKL", "BLIS"):
    os.environ[library + "_NUM_THREADS"] = "1"
os.environ["VECLIB_MAXIMUM_THREADS"] = "1"
"""


def with_ones(a: FloatArray) -> FloatArray:
    """Return signals (n_units, n) with a row of ones below: their product with b adds the bias."""
    A: FloatArray = np.ones((a.shape[0] + 1, a.shape[1]), a.dtype)
    A[:-1] = a
    return A


def forward(
    theta: FloatArray, X: FloatArray, masks: Masks
) -> tuple[FloatArray, list[tuple[FloatArray, FloatArray]]]:
    """Return the logits (1, n) of inputs X (n_in + 1, n), and each layer's input and z."""
    A, memory = X, []
    for k, block in enumerate(blocks(SIZES, theta)):
        # W.T x + b in one product: (n_out, n_in + 1) times (n_in + 1, n).
        # np.dot and not @: for few samples the two may add the terms in another order.
        z = np.dot(block.T, A)
        memory.append((A, z))
        if k < len(HIDDEN):
            f, _ = HIDDEN[k]
            A = with_ones(f(z) * masks[k])
    return z, memory


def mean_loss(logits: FloatArray, signs: FloatArray) -> float:
    """Return the mean loss of the margins: logits (1, n) times the signs of their classes."""
    value, _ = LOSS
    return float(value(logits * signs)[0].sum() / signs.size)


def gradient(theta: FloatArray, X: FloatArray, signs: FloatArray, masks: Masks) -> FloatArray:
    """Return the gradient of the mean loss by theta, (n_params,): backpropagation."""
    logits, memory = forward(theta, X, masks)
    _, pull_loss = LOSS
    dz = pull_loss(logits * signs, signs / signs.size, None)
    layers = blocks(SIZES, theta)
    grads: list[FloatArray] = []
    for k in reversed(range(len(layers))):
        A, _ = memory[k]
        grads.insert(0, np.dot(A, dz.T))  # (n_in + 1, n_out): dW over db
        if k > 0:
            W, (_, z), (f, pull) = layers[k][:-1], memory[k - 1], HIDDEN[k - 1]
            dz = np.dot(W, dz) * masks[k - 1]  # the gradient by the output of the layer before
            pull(dz, z, f(z))  # in place: now by its z
    return np.concatenate([grad.ravel() for grad in grads])


def draw_masks(step: int, n: int) -> list[FloatArray | float]:
    """Return the dropout masks of all hidden layers for this step; kept units are scaled up."""
    random = np.random.RandomState([DROPOUT_SEED, step])
    masks: list[FloatArray | float] = []
    for n_units, rate in zip(SIZES[1:], DROPOUT, strict=False):
        mask = draw_mask(random, (n_units, n), rate).astype(DTYPE) if rate > 0.0 else 1.0
        masks.append(mask)
    return masks


def batch(step: int, n: int) -> npt.NDArray[np.intp]:
    """Return which of n samples an update uses; each epoch uses all once, in another order."""
    epoch, position = divmod(step, -(-n // BATCH_SIZE))
    order = np.random.RandomState([BATCH_SEED, epoch]).permutation(n)
    return order[position * BATCH_SIZE : (position + 1) * BATCH_SIZE]


def without_dropout(source: str) -> str:
    """Return the source of `forward` or `gradient` without its masks."""
    for text in (" * masks[k - 1]", " * masks[k]", ", masks"):
        source = source.replace(text, "")
    return source
