"""The quantities before the first layer: coordinates, class, features, scaling, inputs."""

import numpy as np

from nnviz.data import COORDINATES
from nnviz.data.features import FEATURES
from nnviz.explain.ask import Ask
from nnviz.explain.expression import Number, Ref, Written
from nnviz.explain.quantity import Made, Many, Quantity, SymbolOf, add
from nnviz.explain.refs import fixed, same_point, scalar
from nnviz.explain.scene import Scene
from nnviz.network.arrays import FloatArray


def _coordinate(scene: Scene, ask: Ask) -> Number:
    sample = scene.sample if ask.sample is None else ask.sample
    return float(scene.X[sample, ask.indices[0] - 1])


def _class(scene: Scene, ask: Ask) -> Number:
    return float(scene.y[scene.sample if ask.sample is None else ask.sample])


def _feature(scene: Scene, ask: Ask) -> Made:
    name = scene.data.features[ask.indices[0] - 1]
    x1, x2 = same_point(ask, "x", 1), same_point(ask, "x", 2)
    if name in COORDINATES:
        return (x1, x2)[COORDINATES.index(name)]
    record = FEATURES[name]
    return Written(record.formula, scalar(record.of), {"x1": x1, "x2": x2})


def _input(scene: Scene, ask: Ask) -> Made:
    (j,) = ask.indices
    feature = same_point(ask, "feature", j)
    if scene.experiment.data.scaling == "none":
        return feature
    return (feature - fixed("offset", j)) / fixed("scale", j)


def _features_of(scene: Scene, j: int) -> FloatArray:
    data, train = scene.data, scene.inputs[: scene.n_train, j - 1]
    return np.asarray(train * data.scale[j - 1] + data.offset[j - 1])


def _offset(scene: Scene, ask: Ask) -> Made:
    (j,) = ask.indices
    return Many(
        _features_of(scene, j),
        lambda t: Ref(Ask("feature", (j,), sample=t).text),
        then=lambda total: total / fixed("count"),
    )


def _scale(scene: Scene, ask: Ask) -> Made:
    (j,) = ask.indices
    data = scene.data
    if data.scale[j - 1] == 1.0:
        return None
    return Many(
        np.square(_features_of(scene, j) - data.offset[j - 1]),
        lambda t: (Ref(Ask("feature", (j,), sample=t).text) - fixed("offset", j)) ** 2,
        then=lambda total: (total / fixed("count")).sqrt(),
    )


add(
    Quantity(
        "x",
        "coordinate",
        "Coordinate {unit} of the point",
        "Where the point lies; it is given by the data.",
        SymbolOf("x", layered=False),
        value=_coordinate,
        each=True,
    ),
    Quantity(
        "y",
        "",
        "Class of the point",
        "The right answer: 0 for the first class and 1 for the second. It is given by the data.",
        SymbolOf("y", layered=False),
        value=_class,
        each=True,
    ),
    Quantity(
        "feature",
        "input",
        "Feature {unit}",
        "A function of the point's coordinates, before any scaling.",
        SymbolOf("f", layered=False),
        _feature,
        each=True,
    ),
    Quantity(
        "offset",
        "input",
        "Mean of feature {unit}",
        "The mean over the training points, which standardizing subtracts.",
        SymbolOf("mean", layered=False),
        _offset,
        value=lambda scene, ask: float(scene.data.offset[ask.indices[0] - 1]),
    ),
    Quantity(
        "scale",
        "input",
        "Spread of feature {unit}",
        "The standard deviation over the training points, by which standardizing divides; 1 for "
        "a feature that hardly varies.",
        SymbolOf("spread", layered=False),
        _scale,
        value=lambda scene, ask: float(scene.data.scale[ask.indices[0] - 1]),
    ),
    Quantity(
        "input",
        "input",
        "Input {unit}",
        "What the network gets: a row of X holds the inputs of one point.",
        SymbolOf("x", layered=False),
        _input,
        value=lambda scene, ask: float(
            scene.inputs[scene.sample if ask.sample is None else ask.sample, ask.indices[0] - 1]
        ),
        each=True,
    ),
    Quantity(
        "count",
        "",
        "Number of points",
        "How many points the mean is taken over: all training points, or those of the batch.",
        SymbolOf("n", layered=False),
        value=lambda scene, ask: len(scene.coming.samples) if ask.update else scene.n_train,
        twice=True,
    ),
)
