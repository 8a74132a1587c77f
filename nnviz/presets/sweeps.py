"""Ready sweeps: grids that teach, each with the question that it answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from nnviz.data import DataSpec
from nnviz.experiment import Experiment
from nnviz.presets.preset import experiment
from nnviz.training import TrainingSettings


@dataclass(frozen=True)
class Sweep:
    """A title, what to look at, what is trained, and its grid, as texts of a link by their keys.

    Every combination is trained with ``n_seeds`` seeds of the initial weights, for ``steps``.
    """

    title: str
    words: str
    experiment: Experiment
    grid: Mapping[str, tuple[str, ...]]
    n_seeds: int
    steps: int


SWEEPS: dict[str, Sweep] = {
    "rate-width": Sweep(
        "Learning rate and width",
        "Two moons and two hidden layers. How many units are enough, and which rate suits them?",
        Experiment(),
        {
            "rate": ("0.01", "0.03", "0.1", "0.3", "1", "3"),
            "width": ("1", "2", "3", "4", "6", "8", "12", "16"),
        },
        n_seeds=5,
        steps=500,
    ),
    "depth-activation": Sweep(
        "Depth and activation",
        "Layers of eight units in a ring of points. Which activations still learn six deep?",
        experiment(
            DataSpec(name="circles", noise=0.1),
            [2, 8, 1],
            "tanh",
            TrainingSettings(learning_rate=0.3),
        ),
        {
            "depth": ("1", "2", "3", "4", "6"),
            "activation": ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "sin"),
        },
        n_seeds=5,
        steps=600,
    ),
    "optimizer-rate": Sweep(
        "Optimizer and learning rate",
        "Each optimizer has its own scale of rates. How wide is the range in which it learns?",
        experiment(DataSpec(name="spirals", noise=0.0), [2, 16, 16, 1], "tanh", TrainingSettings()),
        {
            "optimizer": ("sgd", "momentum", "nesterov", "rmsprop", "adam"),
            "rate": ("0.003", "0.01", "0.03", "0.1", "0.3", "1"),
        },
        n_seeds=3,
        steps=600,
    ),
    "noise-penalty": Sweep(
        "Penalty against overfitting",
        "Few noisy points and a wide network. How much penalty helps, and does it depend on the "
        "noise?",
        experiment(
            DataSpec(n_samples=200, noise=0.4, train_ratio=0.25),
            [2, 32, 32, 1],
            "tanh",
            TrainingSettings(learning_rate=0.3),
        ),
        {"l2": ("0", "0.001", "0.003", "0.01", "0.03", "0.1"), "noise": ("0.2", "0.3", "0.4")},
        n_seeds=5,
        steps=900,
    ),
}
"""The ready sweeps by name, in the order in which they are offered."""
