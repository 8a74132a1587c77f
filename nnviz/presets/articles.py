"""The networks of the three articles, with the numbers that they print."""

from dataclasses import replace

from nnviz.data import DataSpec
from nnviz.presets.preset import Article, Preset, experiment
from nnviz.training import TrainingSettings

_PLAIN_NUMPY = Article(
    "Let’s code a Neural Network in plain NumPy",
    "https://towardsdatascience.com/lets-code-a-neural-network-in-plain-numpy-ae7e74410795",
)
_SIGMOID = Article(
    "How to build a Neural Network from scratch",
    "https://www.freecodecamp.org/news/building-a-neural-network-from-scratch",
)
_TWO_LAYERS = Article(
    "Neural Network from Scratch in Python",
    "https://github.com/jinudaniel/machine-learning-examples/blob/master/"
    "neural_network_from_scratch.ipynb",
)

_ALL_TRAIN = DataSpec(name="moons", n_samples=200, noise=0.2, train_ratio=1.0, seed=0)
_ARTICLE_0_DATA = DataSpec(
    name="moons", n_samples=1000, noise=0.2, train_ratio=0.9, seed=100, split_seed=42
)
_ARTICLE_0 = experiment(
    _ARTICLE_0_DATA,
    [2, 25, 50, 50, 25, 1],
    "relu",
    TrainingSettings(learning_rate=0.01),
    initializer="normal_0.1",
    init_seed=2,
    biases="same",
)
_ARTICLE_2 = experiment(
    _ALL_TRAIN,
    [2, 1, 1],
    "tanh",
    TrainingSettings(learning_rate=0.01),
    initializer="normal_0.01",
    init_seed=2,
)

ARTICLES: dict[str, Preset] = {
    "article-plain": Preset(
        "Let's code a neural network in plain NumPy",
        "Four ReLU layers, full batch, rate 0.01: 95 % on the test set takes 6,715 updates.",
        _ARTICLE_0,
        steps=6715,
        article=_PLAIN_NUMPY,
    ),
    "article-sigmoid": Preset(
        "Sigmoid network, one hidden layer",
        "Sigmoid units everywhere, at rate 1.0: it starts slowly, then separates the moons.",
        experiment(
            _ALL_TRAIN,
            [2, 4, 1],
            "sigmoid",
            TrainingSettings(learning_rate=1.0),
            initializer="normal_0.01",
        ),
        steps=10_000,
        article=_SIGMOID,
    ),
    "article-sigmoid-deep": Preset(
        "Sigmoid network, two hidden layers: stuck",
        "The same network with one more layer, at rate 0.1: the cost stays at 0.693147. "
        "Hardly any weight moves.",
        experiment(
            _ALL_TRAIN,
            [2, 4, 4, 1],
            "sigmoid",
            TrainingSettings(learning_rate=0.1),
            initializer="normal_0.01",
        ),
        steps=2000,
        article=_SIGMOID,
    ),
    "article-two-layer": Preset(
        "Two-layer network: one hidden unit",
        "One tanh unit can only draw a straight line: the accuracy ends at 85 %.",
        _ARTICLE_2,
        steps=10_000,
        article=_TWO_LAYERS,
    ),
    "article-two-layer-printed": Preset(
        "Two-layer network, at the rate the article prints",
        "Rate 0.1 instead of 0.01. The costs printed in the article belong to 0.01.",
        replace(_ARTICLE_2, training=TrainingSettings(learning_rate=0.1)),
        steps=10_000,
        article=_TWO_LAYERS,
    ),
}
