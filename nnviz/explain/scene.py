"""All numbers of a run at one step, as the textbook computes them, and those of its next update."""

from copy import copy
from functools import cached_property

import numpy as np

from nnviz.network import ACTIVATIONS, LOSSES, Activation, Loss
from nnviz.network.arrays import FloatArray
from nnviz.network.textbook import Layer, Trace, trace
from nnviz.runs import Run
from nnviz.training import OPTIMIZERS, Optimizer, Rehearsal

_MOST_POINTS = 16  # whose numbers are held


class Scene:
    """A run at its step, and one chosen point of its data. The run may train on afterwards.

    Points are counted from 0: the training points first, then the test points. Numbers of the
    diagram come from the textbook in float64, without dropout. Those of the coming update come
    from the trainer, in the run's own precision.
    """

    def __init__(self, run: Run) -> None:
        data = run.dataset
        self.experiment, self.data, self.step = run.experiment, data, run.step
        self.stopped = run.stopped
        self.n_train = len(data.y_train)
        self.X: FloatArray = np.concatenate([data.X_train, data.X_test])
        self.y: FloatArray = np.concatenate([data.y_train, data.y_test])
        self.sample = 0
        self.inputs: FloatArray = data.inputs(self.X)
        self.spec = run.experiment.network
        self.dims: tuple[int, ...] = self.spec.dims
        """Sizes of all layers, inputs first."""
        self.theta = run.theta
        names = [*(layer.activation for layer in self.spec.layers[:-1]), "linear"]
        parts = run.network.unpack(self.theta)
        self.layers = [
            Layer(np.asarray(W, np.float64), np.asarray(b, np.float64), name)
            for (W, b), name in zip(parts, names, strict=True)
        ]
        self.positions = run.network.unpack(np.arange(self.spec.n_params, dtype=np.float64))
        self.l1 = float(self.experiment.value_at("l1", self.step))
        self.l2 = float(self.experiment.value_at("l2", self.step))
        self.rehearsal: Rehearsal | None = run.rehearse()
        """The trainer's numbers of the coming update, or None if the run ends here."""
        self._traces: dict[tuple[int, bool], Trace] = {}

    def about(self, sample: int) -> "Scene":
        """Return the same scene with another chosen point; ``ValueError`` if there is none such."""
        if not 0 <= sample < len(self.y):
            raise ValueError(f"sample must be from 0 to {len(self.y) - 1}; got {sample}")
        other = copy(self)
        other.sample = sample
        return other

    # what the run is made of --------------------------------------------------------------------

    @property
    def loss(self) -> Loss:
        """The loss of the run."""
        return LOSSES[self.spec.loss]

    def activation(self, layer: int) -> Activation:
        """The activation function of a hidden layer, counted from 1."""
        return ACTIVATIONS[self.spec.layers[layer - 1].activation]

    def dropout(self, layer: int) -> float:
        """The dropout rate of a layer, counted from 1."""
        return self.spec.layers[layer - 1].dropout

    def position(self, letter: str, indices: tuple[int, ...]) -> int:
        """The index into `theta` of W at (layer, from, to), or of b at (layer, to)."""
        W, b = self.positions[indices[0] - 1]
        array = W if letter == "W" else b
        return int(array[tuple(i - 1 for i in indices[1:])])

    @property
    def nbytes(self) -> int:
        """The memory that it may come to use, in bytes, estimated from the array sizes."""
        signals = 6 * sum(self.dims) * (len(self.y) + _MOST_POINTS)
        return 8 * (signals + (2 * _MOST_POINTS + 12) * self.spec.n_params)

    # its numbers --------------------------------------------------------------------------------

    def of(self, sample: int | None, update: bool = False) -> Trace:
        """The numbers of one point, each array with one row; `update`: with its dropout mask."""
        sample = self.sample if sample is None else sample
        key = (sample, update)
        if key not in self._traces:
            masks: list[FloatArray] = []
            if update:
                row = self.row(sample)
                masks = [mask[[row]] for mask in self.masks]
            X, y = self.inputs[[sample]], self.y[[sample]]
            if len(self._traces) >= _MOST_POINTS:
                self._traces.clear()
            self._traces[key] = trace(self.layers, X, y, self.spec.loss, masks=masks)
        return self._traces[key]

    @cached_property
    def whole(self) -> Trace:
        """The numbers of all training points, with the penalties."""
        X, y = self.inputs[: self.n_train], self.y[: self.n_train]
        return trace(self.layers, X, y, self.spec.loss, self.l1, self.l2)

    @property
    def coming(self) -> Rehearsal:
        """The same; ``ValueError`` if there is none."""
        if self.rehearsal is None:
            raise ValueError(
                f"ask must be about step {self.step} itself: the run ends here, without an update"
            )
        return self.rehearsal

    @cached_property
    def masks(self) -> list[FloatArray]:
        """The dropout mask of each layer in the coming update, (batch_size, n_units)."""
        size = len(self.coming.samples)
        found = [
            np.ones((size, layer.units)) if mask is None else np.asarray(mask.T, np.float64)
            for layer, mask in zip(self.spec.layers, self.coming.masks, strict=False)
        ]
        return [*found, np.ones((size, 1))]

    @cached_property
    def batch(self) -> Trace:
        """The numbers of the coming update's points, with their masks, without penalties."""
        samples = self.coming.samples
        X, y = self.inputs[samples], self.y[samples]
        return trace(self.layers, X, y, self.spec.loss, masks=self.masks)

    def row(self, sample: int) -> int:
        """The place of a point in the coming update's batch; ``ValueError`` if it is not there."""
        rows = np.flatnonzero(self.coming.samples == sample)
        if not rows.size:
            raise ValueError(
                f"ask must name a point of the batch: update {self.step + 1} does not use "
                f"point {sample + 1}"
            )
        return int(rows[0])

    def in_batch(self, sample: int) -> bool:
        """Whether the coming update uses a point."""
        return self.rehearsal is not None and bool((self.rehearsal.samples == sample).any())

    @cached_property
    def optimizer(self) -> type[Optimizer]:
        """The class of the run's optimizer."""
        return OPTIMIZERS[self.experiment.training.optimizer]
