"""The failure museum: networks that do not learn, each for one good reason."""

from dataclasses import replace

from nnviz.data import DataSpec
from nnviz.presets.preset import Preset, experiment
from nnviz.training import TrainingSettings

_MOONS = DataSpec()
_WINE = DataSpec(name="wine")
_CIRCLES = DataSpec(name="circles", noise=0.1)

MUSEUM: dict[str, Preset] = {
    "zeros": Preset(
        "All weights zero",
        "No unit sends anything on, so none is told what to change: the weights stay at zero for "
        "ever. Only the last bias moves.",
        experiment(
            _MOONS, [2, 4, 2, 1], "tanh", TrainingSettings(learning_rate=0.3), initializer="zeros"
        ),
        steps=300,
    ),
    "equal": Preset(
        "All weights equal",
        "Units that start the same get the same gradient and stay the same: eight units do the "
        "work of two, and the boundary stays a straight line.",
        experiment(
            _MOONS,
            [2, 4, 4, 1],
            "tanh",
            TrainingSettings(learning_rate=0.3),
            initializer="constant_0.5",
        ),
        steps=1000,
    ),
    "vanishing": Preset(
        "Vanishing gradient",
        "Six sigmoid layers, each passing on less than half of the error: next to nothing reaches "
        "the first, and the loss stays near 0.693.",
        experiment(_MOONS, [2, *[8] * 6, 1], "sigmoid", TrainingSettings(learning_rate=0.5)),
        steps=2000,
    ),
    "dying-relu": Preset(
        "Dying ReLU",
        "One stride too long pushes a whole layer of ReLU units below zero for every point. "
        "Nothing passes them any more, so nothing brings them back.",
        experiment(
            _CIRCLES,
            [2, 8, 8, 1],
            "relu",
            TrainingSettings(learning_rate=10.0),
            initializer="he_normal",
        ),
        steps=100,
    ),
    "rate-too-high": Preset(
        "A learning rate too high",
        "Every update overshoots: the loss jumps up and down, far above the 0.69 of a coin toss.",
        experiment(_CIRCLES, [2, 6, 6, 1], "tanh", TrainingSettings(learning_rate=10.0)),
        steps=100,
    ),
    "exploding": Preset(
        "Exploding weights",
        "Linear layers multiply what they are given. At rate 10 the numbers outgrow the computer "
        "within ten updates.",
        experiment(_MOONS, [2, 8, 8, 8, 1], "linear", TrainingSettings(learning_rate=10.0)),
        steps=3,
    ),
    "scales": Preset(
        "Inputs on different scales",
        "Real wines: 13 % of alcohol beside 742 mg of proline. The first layer is saturated by the "
        "large numbers, and no better answer is found than the same for all: 68 %.",
        experiment(_WINE, [2, 4, 2, 1], "tanh", TrainingSettings(learning_rate=0.3)),
        steps=300,
    ),
    "scales-cured": Preset(
        "The same wines, standardized",
        "Both inputs at zero mean and unit spread, everything else unchanged: above 90 % within "
        "twenty updates.",
        experiment(
            replace(_WINE, scaling="standardize"),
            [2, 4, 2, 1],
            "tanh",
            TrainingSettings(learning_rate=0.3),
        ),
        steps=20,
    ),
    "saturated": Preset(
        "First weights too large",
        "Weights of spread 1 put most tanh units of layers 2 and 3 on their flat ends: the loss "
        "starts above 2, where a coin toss has 0.69.",
        experiment(
            _CIRCLES,
            [2, 64, 64, 64, 1],
            "tanh",
            TrainingSettings(learning_rate=0.003),
            initializer="normal_1",
        ),
        steps=1,
    ),
}
