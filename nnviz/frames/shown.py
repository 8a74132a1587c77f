"""Which neurons are drawn, and where their parameters stand in ``theta``.

A layer of more than ``picture.UNITS_SHOWN`` units folds to those that are most active at the
initial weights. The choice is made once a run, so that no neuron jumps while one is looking.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.network import Network
from nnviz.runs import Run, picture

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ShownLayer:
    """One layer as it is drawn.

    ``shown`` (n_shown,) lists the drawn units out of ``units``. ``parameters`` of shape
    (n_shown, 1 + n_shown_before) holds indices into ``theta``: each unit's bias, then its weights
    from the drawn units of the layer before.
    """

    units: int
    activation: str
    dropout: float
    shown: IntArray
    parameters: IntArray


def _most_active(activations: NDArray[np.floating]) -> IntArray:
    """The units, in order, whose activation (n_units, n_samples) varies most over the samples."""
    spread = activations.std(axis=1)
    chosen = np.argsort(-spread, kind="stable")[: picture.UNITS_SHOWN]
    return np.sort(chosen).astype(np.int64)


def shown_layers(run: Run) -> list[ShownLayer]:
    """What is drawn of every layer, the output's one unit last."""
    data = run.dataset
    network = Network(run.experiment.network)
    initial = network.initialize(
        run.experiment.initializer, run.experiment.init_seed, biases=run.experiment.biases
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
