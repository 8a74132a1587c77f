"""The failure museum: networks that do not learn, each for one clear reason."""

from dataclasses import replace

from nnviz.data import DataSpec
from nnviz.presets.preset import Preset, experiment
from nnviz.training import TrainingSettings

_MOONS = DataSpec()
_WINE = DataSpec(name="wine", scaling="none")
_CIRCLES = DataSpec(name="circles", noise=0.1)

MUSEUM: dict[str, Preset] = {
    "zeros": Preset(
        "All weights zero",
        "All hidden units output 0, so all weights get a gradient of 0 and stay at zero. Only the "
        "last bias moves.",
        experiment(
            _MOONS, [2, 4, 2, 1], "tanh", TrainingSettings(learning_rate=0.3), initializer="zeros"
        ),
        steps=300,
    ),
    "equal": Preset(
        "All weights equal",
        "Units with the same weights get the same gradient and stay equal: eight units do the "
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
        "Six sigmoid layers, each of which passes on less than half of the error: almost nothing "
        "reaches the first layer, and the loss stays near 0.693.",
        experiment(_MOONS, [2, *[8] * 6, 1], "sigmoid", TrainingSettings(learning_rate=0.5)),
        steps=2000,
    ),
    "dying-relu": Preset(
        "Dying ReLU",
        "One update that is too large pushes all ReLU units of a layer below zero for every "
        "point. Their gradient is then 0, so they never recover.",
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
        "Every update overshoots: the loss jumps up and down, far above the 0.69 of guessing.",
        experiment(_CIRCLES, [2, 6, 6, 1], "tanh", TrainingSettings(learning_rate=10.0)),
        steps=100,
    ),
    "exploding": Preset(
        "Exploding weights",
        "Linear layers multiply their inputs without a limit. At rate 10 the numbers overflow "
        "within ten updates.",
        experiment(_MOONS, [2, 8, 8, 8, 1], "linear", TrainingSettings(learning_rate=10.0)),
        steps=3,
    ),
    "scales": Preset(
        "Inputs on different scales",
        "Real wines: 13 % of alcohol, but 742 mg of proline. The large numbers saturate the first "
        "layer, and the network gives the same answer for all wines: 68 %.",
        experiment(_WINE, [2, 4, 2, 1], "tanh", TrainingSettings(learning_rate=0.3)),
        steps=300,
    ),
    "scales-cured": Preset(
        "The same wines, standardized",
        "Both inputs have mean 0 and standard deviation 1, and all else is unchanged: above 90 % "
        "within twenty updates.",
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
        "Weights with standard deviation 1 saturate most tanh units of layers 2 and 3: the loss "
        "starts above 2, while guessing gives 0.69.",
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
