"""Where to start, and the classic lessons: what a line, a bend, depth and noise do."""

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
        "All it can draw is a straight line: some of each moon stays on the wrong side, and the "
        "accuracy below 90 %.",
        experiment(DataSpec(), [2, 1], "tanh", TrainingSettings(learning_rate=0.3)),
        steps=1000,
    ),
    "spirals": Preset(
        "Spirals",
        "The hardest pattern here: three tanh layers and small batches wind themselves in.",
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
        "Without a hidden layer there is only one line to lay through two rings: hardly better "
        "than guessing, and it stays so.",
        experiment(_CIRCLES, [2, 1], "tanh", TrainingSettings(learning_rate=1.0)),
        steps=300,
    ),
    "circles-three": Preset(
        "Three units close a ring",
        "Each tanh unit adds one border, and three are the fewest that can go all the way round.",
        experiment(_CIRCLES, [2, 3, 1], "tanh", TrainingSettings(learning_rate=1.0)),
        steps=1000,
    ),
    "circles-linear": Preset(
        "Depth without a bend",
        "Two hidden layers of eight linear units come to the same straight line as none: it is "
        "the bend in the activation that counts.",
        experiment(_CIRCLES, [2, 8, 8, 1], "linear", TrainingSettings(learning_rate=0.1)),
        steps=1000,
    ),
    "circles-squared": Preset(
        "The same ring, seen in squares",
        "Fed with the squares of its coordinates, a ring is a straight line: no hidden layer is "
        "needed.",
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
        "Opposite corners belong together, and no straight line can say so: it stays close to "
        "guessing.",
        experiment(_XOR, [2, 1], "tanh", TrainingSettings(learning_rate=1.0)),
        steps=300,
    ),
    "xor-hidden": Preset(
        "XOR with a hidden layer",
        "Four tanh units solve within a hundred updates what no line can.",
        experiment(_XOR, [2, 4, 1], "tanh", TrainingSettings(learning_rate=1.0)),
        steps=100,
    ),
    "stripes-sine": Preset(
        "One sine unit, four stripes",
        "A single hidden unit is enough when its activation waves as the data does.",
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
        "Thirty noisy points and a wide network: the train loss falls and falls, while the test "
        "loss turns after some twenty updates and climbs.",
        experiment(_FEW_AND_NOISY, [2, 32, 32, 1], "tanh", TrainingSettings(learning_rate=0.3)),
        steps=1000,
    ),
    "overfitting-l2": Preset(
        "Overfitting, held back",
        "The same points and network with an L2 penalty of 0.03: the weights stay small, the "
        "boundary smooth, and the test loss stays where it was.",
        experiment(
            _FEW_AND_NOISY, [2, 32, 32, 1], "tanh", TrainingSettings(learning_rate=0.3, l2=0.03)
        ),
        steps=1000,
    ),
}
