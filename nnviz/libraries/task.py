"""One training that several libraries carry out alike: same weights, same batches, same rule."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnviz.data import make_dataset
from nnviz.experiment import Experiment
from nnviz.network import Network
from nnviz.network.arrays import FloatArray
from nnviz.training import Trainer, limit_blas_threads
from nnviz.training.batches import Batches

Layers = list[tuple[FloatArray, FloatArray]]


class Task:
    """An experiment from its first step, in one precision and without changes during training.

    A ``ValueError`` names the setting that no two libraries do alike.

    Attributes
    ----------
    experiment : what is trained
    X : (n_samples, n_inputs) the network's inputs of the training points
    y : (n_samples,) their classes, 0 and 1
    layers : one pair of initial W (n_in, n_out) and b (n_out,) per layer
    """

    def __init__(self, experiment: Experiment, precision: str = "float64") -> None:
        limit_blas_threads()
        self.experiment = replace(experiment, precision=precision, changes=())
        _check(self.experiment)
        self.data = make_dataset(experiment.data)
        self.network = Network(experiment.network, precision)
        self.theta: FloatArray = self.network.initialize(
            experiment.initializer, experiment.init_seed, biases=experiment.biases
        )
        self.layers: Layers = self.network.unpack(self.theta)
        self.X: FloatArray = self.data.inputs(self.data.X_train)
        self.y: FloatArray = self.data.y_train
        settings = experiment.training
        self._batches = Batches(
            self.X.T, self.y[np.newaxis], settings.batch_size, settings.batch_seed
        )
        self.steps_per_epoch = self._batches.steps_per_epoch

    def samples(self, step: int) -> NDArray[np.intp]:
        """Return the training points of update number ``step``, (size,)."""
        return self._batches.samples(step)

    def trainer(self) -> Trainer:
        """Return the playground's own trainer, at step 0."""
        return Trainer(self.network, self.X, self.y, self.experiment.training, self.theta)

    def judge(self, layers: Layers) -> tuple[float, float]:
        """Return loss and accuracy over the training points."""
        theta = self.network.pack(layers)
        loss, accuracy = self.network.evaluator(self.X, self.y).loss_and_accuracy(theta)
        return float(loss), float(accuracy)


def _check(experiment: Experiment) -> None:
    """Refuse what libraries do each in a way of their own."""
    settings, loss = experiment.training, experiment.network.loss
    if loss != "binary_cross_entropy":
        raise ValueError(f"the loss must be binary cross-entropy to be the same; got {loss}")
    if any(layer.dropout for layer in experiment.hidden):
        raise ValueError("dropout must be 0: each library draws random units of its own")
    if settings.schedule != "constant" or settings.warmup_steps:
        raise ValueError("the learning rate must be constant: schedules differ from one to another")
    if settings.clip_norm is not None:
        raise ValueError("the gradient must not be clipped: MLPClassifier and Keras differ there")
