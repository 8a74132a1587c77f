"""One full-batch step of gradient descent on binary cross-entropy, in every library.

Each function takes a case and returns ``run(n)``, which makes n updates; all preparation is done
before. Every library starts from the same weights and data, with its own defaults, and is used as
its documentation shows.
"""

import os
import warnings
from itertools import pairwise

os.environ.setdefault("KERAS_BACKEND", "torch")

import numpy as np

LEARNING_RATE = 0.01


def ours(case):
    """The product's own trainer."""
    from nnviz.network import Network, NetworkSpec
    from nnviz.training import Trainer, TrainingSettings

    network = Network(NetworkSpec.from_dims(case.dims, case.activation), dtype=case.dtype)
    X, y = case.data()
    settings = TrainingSettings(learning_rate=LEARNING_RATE)
    return Trainer(network, X, y, settings, network.pack(case.layers())).advance


def scikit_learn(case):
    """scikit-learn's MLPClassifier: its own fit loop, one batch an epoch, many epochs a call."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    X, y = case.data()

    def run(n):
        model = MLPClassifier(
            case.dims[1:-1],
            activation=case.activation,
            solver="sgd",
            alpha=0.0,
            batch_size=case.n_samples,
            learning_rate_init=LEARNING_RATE,
            momentum=0.0,
            nesterovs_momentum=False,
            max_iter=n,
            n_iter_no_change=10**9,
            shuffle=False,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X, y)

    return run


def pytorch(case):
    """PyTorch, eager, with torch.optim.SGD."""
    import torch

    torch.set_num_threads(1)
    dtype = getattr(torch, case.dtype)
    hidden = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}[case.activation]
    modules = []
    for W, b in case.layers():
        linear = torch.nn.Linear(*W.shape, dtype=dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T))
            linear.bias.copy_(torch.from_numpy(b))
        modules += [linear, hidden()]
    model = torch.nn.Sequential(*modules[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    loss = torch.nn.BCEWithLogitsLoss()
    X, y = case.data()
    X, y = torch.from_numpy(X), torch.from_numpy(y[:, np.newaxis])

    def run(n):
        for _ in range(n):
            optimizer.zero_grad()
            loss(model(X), y).backward()
            optimizer.step()

    return run


def keras(case):
    """Keras, train_on_batch, with its default: it compiles if the backend can."""
    import keras

    keras.backend.set_floatx(case.dtype)
    layers = [keras.layers.Dense(units, case.activation) for units in case.dims[1:-1]]
    model = keras.Sequential([*layers, keras.layers.Dense(1, "sigmoid")])
    model.compile(keras.optimizers.SGD(LEARNING_RATE), "binary_crossentropy")
    X, y = case.data()
    y = y[:, np.newaxis]
    model.train_on_batch(X, y)
    model.set_weights([array for layer in case.layers() for array in layer])

    def run(n):
        for _ in range(n):
            model.train_on_batch(X, y)

    return run


def bare_numpy(case):
    """Bare NumPy: see `bare_parameters_and_run`."""
    return bare_parameters_and_run(case)[1]


def bare_parameters_and_run(case):
    """Return the same step as bare NumPy calls on allocated buffers, without checks or options.

    Returns the flat parameters, which the steps change, and ``run(n)``.
    """
    shape, dtype, n = case.dims, case.dtype, case.n_samples
    X, y = case.data()
    signs = (2 * y - 1).reshape(1, n).astype(dtype)
    weights = signs / np.array(n, dtype)
    theta = np.concatenate([np.vstack([W, b]).ravel() for W, b in case.layers()])
    grad = np.empty_like(theta)
    rate = np.array(LEARNING_RATE, dtype)
    pairs = list(pairwise(shape))
    ends = np.cumsum([(i + 1) * o for i, o in pairs])
    parts = [slice(e - (i + 1) * o, e) for e, (i, o) in zip(ends, pairs, strict=True)]
    B = [theta[p].reshape(i + 1, o) for p, (i, o) in zip(parts, pairs, strict=True)]
    dB = [grad[p].reshape(i + 1, o) for p, (i, o) in zip(parts, pairs, strict=True)]
    A = [np.ones((i + 1, n), dtype) for i, _ in pairs]
    A[0][:-1] = X.T
    dZ = [np.empty((o, n), dtype) for _, o in pairs]
    logits = np.empty((1, n), dtype)
    tanh = case.activation == "tanh"
    a = [rows[:-1] for rows in A[1:]]
    forward = list(zip((block.T for block in B[:-1]), A, a, strict=False))
    backward = list(
        zip(A[1:], [z.T for z in dZ[1:]], dB[1:], [b[:-1] for b in B[1:]], dZ[1:], dZ, a,
            strict=False)
    )[::-1]  # fmt: skip
    last, A_last, margins, first = B[-1].T, A[-1], dZ[-1], (A[0], dZ[0].T, dB[0])

    def run(n_steps):
        with np.errstate(all="ignore"):
            for _ in range(n_steps):
                for block_T, A_in, out in forward:
                    np.dot(block_T, A_in, out)
                    if tanh:
                        np.tanh(out, out)
                    else:
                        out.clip(0.0, np.inf, out=out)
                np.dot(last, A_last, logits)
                np.multiply(logits, signs, margins)
                np.exp(margins, margins)
                np.subtract(-1.0, margins, margins)
                np.divide(weights, margins, margins)
                for A_in, dz_T, dblock, W, dz, da, out in backward:
                    np.dot(A_in, dz_T, dblock)
                    np.dot(W, dz, da)
                    if tanh:
                        np.square(out, out)
                        np.multiply(out, da, out)
                        np.subtract(da, out, da)
                    else:
                        np.copyto(out, np.greater(out, 0.0))
                        np.multiply(da, out, da)
                np.dot(*first)
                np.multiply(grad, rate, grad)
                np.subtract(theta, grad, theta)

    return theta, run


PEERS = {"scikit-learn": scikit_learn, "PyTorch": pytorch, "Keras": keras}
