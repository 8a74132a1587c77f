"""The same training in Keras, with PyTorch as its backend."""

import math

import keras
import numpy as np
import torch
from keras.src.backend.common.dtypes import BIT64_TO_BIT32_DTYPE

from benchmarks.libraries.exported import exported_model


class Keras:
    """A task in Keras, on one thread; a ``ValueError`` says what cannot be the same there.

    ``drawn`` are the initial parameters that it draws itself, from ``seed``. ``from_logits`` is
    whether the loss is computed from logits or, as by default, from clipped probabilities.
    ``corrects_epsilon`` is whether Adam's is placed as in the paper. ``doubles`` is whether it
    multiplies matrices of float64 in float64: with the backends PyTorch and JAX it computes them
    in float32, unless its private table of types says otherwise.
    """

    name = "Keras"

    def __init__(self, task, seed=0, precision="float64", from_logits=True, doubles=True):
        torch.set_num_threads(1)
        BIT64_TO_BIT32_DTYPE["float64"] = "float64" if doubles else "float32"
        keras.utils.set_random_seed(seed)
        self.task, self.step, self.corrects_epsilon = task, 0, True
        settings = task.experiment.training
        self.model = exported_model(task, self.name, precision)  # before all else: sets the floats
        self.rule = self._rule(settings)
        self.dense = [one for one in self.model.layers if isinstance(one, keras.layers.Dense)]
        if from_logits:
            self.dense[-1].activation = keras.activations.linear
        for layer in self.dense if settings.l1 or settings.l2 else ():
            # Its L2 penalty is not halved.
            layer.kernel.regularizer = keras.regularizers.L1L2(settings.l1, 0.5 * settings.l2)
        self.model.compile(self.rule, keras.losses.BinaryCrossentropy(from_logits=from_logits))
        self.drawn = [
            (
                np.asarray(one.kernel_initializer(one.kernel.shape), np.float64),
                np.asarray(one.bias_initializer(one.bias.shape), np.float64),
            )
            for one in self.dense
        ]
        self.X, self.y = task.X.astype(precision), task.y[:, np.newaxis].astype(precision)

    def _rule(self, settings):
        rate = settings.learning_rate
        match settings.optimizer:
            case "sgd":
                return keras.optimizers.SGD(rate)
            case "momentum" | "nesterov" as name:
                return keras.optimizers.SGD(rate, settings.momentum, name == "nesterov")
            case "rmsprop":
                raise ValueError(
                    "the optimizer must not be RMSprop: Keras adds epsilon inside the square root"
                )
            case "adam":
                return keras.optimizers.Adam(rate, settings.beta1, settings.beta2, settings.epsilon)

    def put(self, layers):
        """Replace the parameters: W (n_in, n_out) and b (n_out,) of each layer."""
        for layer, pair in zip(self.dense, layers, strict=True):
            layer.set_weights(pair)

    def layers(self):
        """Return W (n_in, n_out) and b (n_out,) of each layer, copied."""
        return [
            tuple(part.astype(np.float64) for part in layer.get_weights()) for layer in self.dense
        ]

    def advance(self, n_updates):
        """Make updates with the batches of the task, one ``train_on_batch`` each."""
        settings = self.task.experiment.training
        for _ in range(n_updates):
            samples = self.task.samples(self.step)
            self.step += 1
            if settings.optimizer == "adam" and self.corrects_epsilon:
                # Its Adam adds epsilon before the squares are corrected for their start at 0.
                corrected = math.sqrt(1.0 - settings.beta2**self.step)
                self.rule.epsilon = settings.epsilon * corrected
            self.model.train_on_batch(self.X[samples], self.y[samples])

    def advance_epochs(self, n_epochs):
        """Train with its own loop, ``fit``, which draws the order of the samples."""
        size = self.task.experiment.training.batch_size or len(self.X)
        self.model.fit(self.X, self.y, batch_size=size, epochs=n_epochs, verbose=0)
