"""Which defaults are put back, one at a time, and how each library says them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from nnviz.experiment import Experiment
from nnviz.presets import PRESETS


def _training(experiment, **changes):
    return replace(experiment, training=replace(experiment.training, **changes))


ARTICLE = PRESETS["article-plain"].experiment
BASES = {
    "article": (ARTICLE, 100),
    "adam": (
        _training(
            replace(ARTICLE, initializer="glorot_uniform", biases="zeros"),
            optimizer="adam",
            batch_size=32,
        ),
        20,
    ),
}
"""The experiments before a default is put back, and the number of epochs to train."""


@dataclass(frozen=True)
class Row:
    """A default of a library.

    Attributes
    ----------
    base, library, row, what : see `nnviz.libraries.record.Default`
    change : returns the experiment with this default, or None if the playground cannot say it
    to_all : whether the library trains the changed experiment too
    options : arguments for the library's class
    put_back : changes an instance of it before training
    own_loop : whether it draws the batches itself
    """

    base: str
    library: str
    row: str
    what: str
    change: Callable[[Experiment], Experiment] | None = None
    to_all: bool = True
    options: dict[str, Any] = field(default_factory=dict)
    put_back: Callable[[Any], object] = lambda peer: None
    own_loop: bool = False


def _weights(peer):
    peer.put([(W, b) for (W, _), (_, b) in zip(peer.drawn, peer.layers(), strict=True)])


def _biases(peer):
    peer.put([(W, b) for (W, _), (_, b) in zip(peer.layers(), peer.drawn, strict=True)])


def _all_drawn(peer):
    peer.put(peer.drawn)


def _paper_epsilon(peer):
    peer.corrects_epsilon = False


def _keras_epsilon(peer):
    peer.corrects_epsilon = False
    peer.rule.epsilon = 1e-7


def _sklearn_loop(peer):
    size = peer.task.experiment.training.batch_size or len(peer.task.X)
    peer.model.set_params(shuffle=True, batch_size=size)


def _as_keras(experiment):
    experiment = replace(
        experiment, initializer="glorot_uniform", biases="zeros", precision="float32"
    )
    return _training(experiment, batch_size=32)


def _rate(experiment):
    return _training(experiment, learning_rate=0.001)


SAME = "The same initial weights, batches and rule as in NumPy."
_RATE = "Its learning rate is 0.001 instead of 0.01."

ROWS = [
    *(Row("article", name, "", SAME) for name in ("scikit-learn", "PyTorch", "Keras")),
    Row(
        "article",
        "Keras",
        "Initializer",
        "It draws weights evenly from ±√(6 / (n_in + n_out)), instead of N(0, 0.1).",
        put_back=_weights,
    ),
    Row("article", "Keras", "Biases", "They begin at 0.", put_back=_biases),
    Row(
        "article",
        "Keras",
        "Batch of 32",
        "It makes 29 updates in an epoch, instead of one with all 900 points.",
        lambda experiment: _training(experiment, batch_size=32),
    ),
    Row(
        "article",
        "Keras",
        "float32",
        "It computes with half the digits.",
        lambda experiment: replace(experiment, precision="float32"),
        to_all=False,
        options={"precision": "float32"},
    ),
    Row(
        "article",
        "Keras",
        "Products in float32",
        "Even if float64 is asked for, this version multiplies matrices in float32 with PyTorch "
        "as its backend.",
        options={"doubles": False},
    ),
    Row(
        "article",
        "Keras",
        "Loss of probabilities",
        "It clips the probability at 1e-7 before the logarithm, instead of using the logit.",
        options={"from_logits": False},
    ),
    Row(
        "article",
        "Keras",
        "Its own loop",
        "Its fit draws the order of the points; with all points in one batch, nothing changes.",
        own_loop=True,
    ),
    Row(
        "article",
        "Keras",
        "All of these together",
        "As its documentation shows: Glorot weights, zero biases, fit with batches of 32, float32.",
        _as_keras,
        options={"precision": "float32", "from_logits": False},
        put_back=_all_drawn,
        own_loop=True,
    ),
    Row(
        "article",
        "PyTorch",
        "Initializer",
        "It draws weights evenly from ±1 / √n_in, instead of N(0, 0.1).",
        put_back=_weights,
    ),
    Row(
        "article",
        "PyTorch",
        "Biases",
        "It draws them evenly from ±1 / √n_in too.",
        put_back=_biases,
    ),
    Row("article", "PyTorch", "Learning rate", _RATE, _rate),
    Row(
        "article",
        "PyTorch",
        "float32",
        "It computes with half the digits.",
        lambda experiment: replace(experiment, precision="float32"),
        to_all=False,
        options={"precision": "float32"},
    ),
    Row(
        "article",
        "scikit-learn",
        "Initializer",
        "It draws weights and biases evenly from ±√(6 / (n_in + n_out)), instead of N(0, 0.1).",
        put_back=_all_drawn,
    ),
    Row(
        "article",
        "scikit-learn",
        "Batch of 200",
        "It makes 5 updates in an epoch, instead of one with all 900 points.",
        lambda experiment: _training(experiment, batch_size=200),
    ),
    Row("article", "scikit-learn", "Learning rate", _RATE, _rate),
    Row(
        "article",
        "scikit-learn",
        "Momentum",
        "Gradient descent has Nesterov's momentum of 0.9.",
        lambda experiment: _training(experiment, optimizer="nesterov"),
    ),
    Row(
        "article",
        "scikit-learn",
        "Optimizer",
        "It uses Adam instead of gradient descent, at the same rate.",
        lambda experiment: _training(experiment, optimizer="adam"),
        put_back=_paper_epsilon,
    ),
    Row(
        "article",
        "scikit-learn",
        "Penalty",
        "It has an L2 penalty of 0.0001, and divides it by the number of points.",
        lambda experiment: _training(experiment, l2=0.0001 / 900),
    ),
    Row(
        "article",
        "scikit-learn",
        "Its own loop",
        "It draws the order of the points; with all points in one batch, nothing changes.",
        put_back=_sklearn_loop,
        own_loop=True,
    ),
    *(Row("adam", name, "", SAME) for name in ("scikit-learn", "PyTorch", "Keras")),
    *(
        Row("adam", name, "Learning rate", _RATE, _rate)
        for name in ("scikit-learn", "PyTorch", "Keras")
    ),
    Row(
        "adam",
        "Keras",
        "Epsilon",
        "It adds 1e-7 instead of 1e-8, and before the squares are corrected for their start at 0.",
        put_back=_keras_epsilon,
    ),
    Row(
        "adam",
        "scikit-learn",
        "Place of epsilon",
        "It adds epsilon before the squares are corrected for their start at 0.",
        put_back=_paper_epsilon,
    ),
    Row("adam", "Keras", "Its own loop", "Its fit draws the order of the points.", own_loop=True),
    Row(
        "adam",
        "scikit-learn",
        "Its own loop",
        "It draws the order of the points.",
        put_back=_sklearn_loop,
        own_loop=True,
    ),
    Row(
        "adam",
        "PyTorch",
        "Its own loop",
        "A DataLoader draws the order of the points.",
        own_loop=True,
    ),
]
