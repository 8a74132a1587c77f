"""The runs whose exported code is executed: all presets, activations and special settings."""

from dataclasses import replace

from nnviz.data import BUNDLED, FEATURES, DataSpec, Points
from nnviz.experiment import Experiment
from nnviz.network import ACTIVATIONS, LayerSpec, NetworkSpec
from nnviz.presets import PRESETS

_OWN = Points(
    tuple((3.0 * x1, x2 - 5.0, int(x1 > x2)) for x1 in range(5) for x2 in range(5)),
    ('"""; raise SystemExit', "\\' # <b>"),
)
_OUTPUT = LayerSpec(1, "sigmoid")


def _with_layers(*hidden, loss="binary_cross_entropy", **fields):
    network = NetworkSpec(2, (*hidden, _OUTPUT), loss)
    return replace(Experiment(), network=network, **fields)


CASES = {
    **{f"preset {name}": preset.experiment for name, preset in PRESETS.items()},
    **{name: _with_layers(LayerSpec(5, name), LayerSpec(3, name)) for name in ACTIVATIONS},
    "no hidden layer": _with_layers(),
    "mixed, dropout": _with_layers(LayerSpec(6, "relu", 0.2), LayerSpec(4, "tanh", 0.1)),
    "dropout": _with_layers(LayerSpec(6, "relu", 0.2)),
    "hinge": _with_layers(LayerSpec(4, "tanh"), loss="hinge"),
    "standardized": _with_layers(LayerSpec(4, "tanh"), data=DataSpec(scaling="standardize")),
    **{
        f"{name}, standardized": _with_layers(
            LayerSpec(4, "tanh"), data=DataSpec(name, scaling="standardize")
        )
        for name in BUNDLED
    },
    "every input": _with_layers(LayerSpec(4, "tanh"), data=DataSpec(inputs=tuple(FEATURES))),
    "every input, standardized": _with_layers(
        LayerSpec(4, "tanh"),
        data=DataSpec("iris", axes="pca", scaling="standardize", inputs=tuple(FEATURES)),
    ),
    "one input": _with_layers(LayerSpec(4, "tanh"), data=DataSpec("circles", inputs=("r",))),
    "own points": _with_layers(
        LayerSpec(4, "tanh"), data=DataSpec("own", inputs=("x2", "angle"), points=_OWN)
    ),
    "float32": _with_layers(LayerSpec(4, "tanh"), precision="float32"),
    "large weights": _with_layers(LayerSpec(8, "tanh"), initializer="normal_1"),
}
