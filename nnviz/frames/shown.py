"""Choose the neurons that are drawn, and find their parameters in ``theta``.

Of a layer with more than ``picture.UNITS_SHOWN`` units, only those that are most active at the
initial weights are drawn. The choice is made once per run, so that neurons keep their places.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.data import Dataset
from nnviz.experiment import Experiment
from nnviz.network import Network
from nnviz.runs import picture

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ShownLayer:
    """The drawn part of one layer.

    ``shown`` (n_shown,) lists the indices of the drawn units. ``parameters`` of shape
    (n_shown, 1 + n_shown_before) holds indices into ``theta``: each unit's bias, then its weights
    from the drawn units of the layer before.
    """

    units: int
    activation: str
    dropout: float
    shown: IntArray
    parameters: IntArray


def _most_active(activations: NDArray[np.floating]) -> IntArray:
    """Return the units whose activation (n_units, n_samples) varies most, in rising order."""
    spread = activations.std(axis=1)
    chosen = np.argsort(-spread, kind="stable")[: picture.UNITS_SHOWN]
    return np.sort(chosen).astype(np.int64)


def shown_layers(experiment: Experiment, data: Dataset) -> list[ShownLayer]:
    """Return the drawn part of every layer; the output layer, with one unit, is the last."""
    network = Network(experiment.network)
    initial = network.initialize(
        experiment.initializer, experiment.init_seed, biases=experiment.biases
    )
    activations = network.activations(initial, data.inputs(data.X_train))
    positions = network.unpack(np.arange(network.n_params, dtype=np.float64))
    before: IntArray = np.arange(network.spec.n_inputs)
    layers = []
    for spec, a, (W, b) in zip(network.spec.layers, activations, positions, strict=True):
        shown = _most_active(a.T)
        parameters = np.column_stack([b[shown], W[np.ix_(before, shown)].T]).astype(np.int64)
        layers.append(ShownLayer(spec.units, spec.activation, spec.dropout, shown, parameters))
        before = shown
    return layers
