"""First examples, and classic lessons on lines, curves, depth and noise."""

from dataclasses import replace

from nnviz.data import DataSpec
from nnviz.experiment import Experiment
from nnviz.presets.preset import Preset, experiment
from nnviz.training import TrainingSettings

_CIRCLES = DataSpec(name="circles", noise=0.1)
_XOR = DataSpec(name="xor", noise=0.1)
_FEW_AND_NOISY = DataSpec(n_samples=60, noise=0.4, train_ratio=0.5)

START_HERE: dict[str, Preset] = {
    "first": Preset(
        "First steps: two moons",
        "A small tanh network bends its boundary around two half-circles within seconds.",
        Experiment(),
        steps=400,
    ),
    "moons-line": Preset(
        "The same moons without a hidden layer",
        "The boundary can only be a straight line: part of each moon stays on the wrong side, and "
        "the accuracy stays below 90 %.",
        experiment(DataSpec(), [2, 1], "tanh", TrainingSettings(learning_rate=0.3)),
        steps=1000,
    ),
    "spirals": Preset(
        "Spirals",
        "The hardest pattern here: three tanh layers and small batches can follow both arms.",
        experiment(
            DataSpec(name="spirals", n_samples=400, noise=0.1),
            [2, 8, 8, 8, 1],
            "tanh",
            TrainingSettings(learning_rate=0.1, batch_size=10),
        ),
        steps=5000,
    ),
}

CLASSICS: dict[str, Preset] = {
    "circles-line": Preset(
        "A straight line against a ring",
        "Without a hidden layer, the boundary through the two rings is one straight line: hardly "
        "better than guessing, and it stays so.",
        experiment(_CIRCLES, [2, 1], "tanh", TrainingSettings(learning_rate=1.0)),
        steps=300,
    ),
    "circles-three": Preset(
        "Three units close a ring",
        "Each tanh unit adds one border. At least three are needed to enclose the inner ring.",
        experiment(_CIRCLES, [2, 3, 1], "tanh", TrainingSettings(learning_rate=1.0)),
        steps=1000,
    ),
    "circles-linear": Preset(
        "Depth without nonlinearity",
        "Two hidden layers of eight linear units give the same straight line as no hidden layer: "
        "a curved boundary needs a nonlinear activation.",
        experiment(_CIRCLES, [2, 8, 8, 1], "linear", TrainingSettings(learning_rate=0.1)),
        steps=1000,
    ),
    "circles-squared": Preset(
        "The same ring, seen in squares",
        "If the inputs are the squares of the coordinates, a circle becomes a straight line: no "
        "hidden layer is needed.",
        experiment(
            replace(_CIRCLES, inputs=("x1_squared", "x2_squared")),
            [2, 1],
            "tanh",
            TrainingSettings(learning_rate=1.0),
        ),
        steps=300,
    ),
    "xor-line": Preset(
        "XOR without a hidden layer",
        "Opposite corners have the same class, which no straight line can separate: the result "
        "stays close to guessing.",
        experiment(_XOR, [2, 1], "tanh", TrainingSettings(learning_rate=1.0)),
        steps=300,
    ),
    "xor-hidden": Preset(
        "XOR with a hidden layer",
        "Four tanh units solve within a hundred updates what no straight line can.",
        experiment(_XOR, [2, 4, 1], "tanh", TrainingSettings(learning_rate=1.0)),
        steps=100,
    ),
    "stripes-sine": Preset(
        "One sine unit, four stripes",
        "A single hidden unit is enough if its activation is periodic like the data.",
        experiment(
            DataSpec(name="stripes", noise=0.1),
            [2, 1, 1],
            "sin",
            TrainingSettings(learning_rate=0.3),
            initializer="normal_1",
            init_seed=1,
        ),
        steps=300,
    ),
    "overfitting": Preset(
        "Overfitting",
        "Thirty noisy points and a wide network: the train loss keeps falling, while the test "
        "loss rises after about twenty updates.",
        experiment(_FEW_AND_NOISY, [2, 32, 32, 1], "tanh", TrainingSettings(learning_rate=0.3)),
        steps=1000,
    ),
    "overfitting-l2": Preset(
        "Overfitting, held back",
        "The same points and network with an L2 penalty of 0.03: the weights stay small, the "
        "boundary stays smooth, and the test loss hardly rises.",
        experiment(
            _FEW_AND_NOISY, [2, 32, 32, 1], "tanh", TrainingSettings(learning_rate=0.3, l2=0.03)
        ),
        steps=1000,
    ),
}
