"""Measure loss and accuracy over the whole training and test set, for many steps at once."""

import numpy as np
from numpy.typing import NDArray

from nnviz.data import Dataset
from nnviz.network import LOSSES, Evaluator, Network, judge
from nnviz.network.arrays import FloatArray
from nnviz.network.engine.passes import signs_of
from nnviz.training import Tape, Trainer

Values = NDArray[np.float64]


class Meter:
    """Measures the four numbers of `Metrics`, in their order.

    If every update uses the whole training set, the margins of the update are reused. The numbers
    of a step do not depend on how many steps are measured together.
    """

    def __init__(self, trainer: Trainer, network: Network, dataset: Dataset) -> None:
        self._trainer = trainer
        self._loss = LOSSES[network.spec.loss]
        self._signs = signs_of(dataset.y_train, len(dataset.y_train), network.dtype)
        self._on_train: Evaluator | None = None
        self._on_test: Evaluator | None = None
        if not trainer.sees_all:
            self._on_train = network.evaluator(dataset.inputs(dataset.X_train), dataset.y_train)
        if dataset.has_test:
            self._on_test = network.evaluator(dataset.inputs(dataset.X_test), dataset.y_test)

    @property
    def nbytes(self) -> int:
        """The memory it uses, in bytes."""
        return sum(e.nbytes for e in (self._on_train, self._on_test) if e is not None)

    def measure(self, tape: Tape) -> Values:
        """Return the values of every row of the tape, (n_rows, 4) or (n_rows, n_lanes, 4)."""
        n_rows = len(tape.steps)
        margins = None if tape.margins is None else tape.margins[:n_rows]
        return self._values(tape.theta[:n_rows], margins)

    def now(self) -> Values:
        """Return the values at the trainer's current step, (4,) or (n_lanes, 4)."""
        margins = self._trainer.forward_margins() if self._trainer.sees_all else None
        return self._values(self._trainer.theta, margins)

    def _values(self, theta: FloatArray, margins: FloatArray | None) -> Values:
        """Measure parameters (…, n_params), whose margins (…, n_samples) may be known."""
        before, theta = theta.shape[:-1], theta.reshape(-1, theta.shape[-1])
        values = np.full((len(theta), 4), np.nan)
        if self._on_train is not None:
            values[:, 0], values[:, 2] = self._on_train.loss_and_accuracy(theta)
        elif margins is not None:
            margins = margins.reshape(-1, margins.shape[-1])
            values[:, 0], values[:, 2] = judge(self._loss, margins, self._signs)
        if self._on_test is not None:
            values[:, 1], values[:, 3] = self._on_test.loss_and_accuracy(theta)
        return values.reshape(*before, 4)
