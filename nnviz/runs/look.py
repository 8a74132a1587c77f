"""What the checks of a run measure; costly measurements are made once, and only if needed."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nnviz.data.features import COORDINATES, FEATURES
from nnviz.network import ACTIVATIONS, Activation
from nnviz.runs.run import Run
from nnviz.training.health import LayerHealth, layer_health

FEW_POINTS = 500


class Look:
    """The measurements of a run at its step."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.hidden = run.experiment.hidden
        self.activations: list[Activation] = [ACTIVATIONS[one.activation] for one in self.hidden]
        self.accuracy = run.metrics().accuracy_train
        self.loss = run.metrics().loss_train

    @cached_property
    def inputs(self) -> NDArray[np.float64]:
        """The training points as the network sees them, (n_samples, n_inputs)."""
        return self.run.dataset.inputs(self.run.dataset.X_train)

    @property
    def input_names(self) -> list[str]:
        """The name of each input; a coordinate has the name of its column in the data."""
        coordinates = dict(zip(COORDINATES, self.run.dataset.names, strict=True))
        inputs = self.run.experiment.data.inputs
        return [coordinates.get(name, FEATURES[name].title) for name in inputs]

    @cached_property
    def health(self) -> list[LayerHealth]:
        """The health of every layer, the output layer last, over a few hundred training points."""
        run, every = self.run, -(-len(self.inputs) // FEW_POINTS)
        y = run.dataset.y_train[::every]
        return layer_health(run.network, run.theta, self.inputs[::every], y)

    def now(self, field: str) -> float:
        """Return the value of a live field at this step."""
        return self.run.experiment.value_at(field, self.run.step)
