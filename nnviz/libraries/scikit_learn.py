"""The same training in scikit-learn's MLPClassifier."""

import math

import numpy as np
from numpy.random import RandomState
from sklearn.neural_network import MLPClassifier

from nnviz.libraries.task import Layers, Task
from nnviz.network import ACTIVATIONS
from nnviz.network.activation import quiet

_HARDLY = 1e-12  # a learning rate at which the first update changes nothing
_SOLVERS = {"sgd": "sgd", "momentum": "sgd", "nesterov": "sgd", "adam": "adam"}
"""MLPClassifier's name for each optimizer that it has."""


class ScikitLearn:
    """A task in MLPClassifier; a ``ValueError`` says what cannot be the same there.

    ``model`` may get other settings before training. ``drawn`` are the initial parameters that it
    draws itself, from ``seed``; ``corrects_epsilon`` is whether Adam's is placed as in the paper.
    """

    name = "scikit-learn"

    def __init__(self, task: Task, seed: int = 0) -> None:
        self.task, self.step, self.corrects_epsilon = task, 0, True
        settings = task.experiment.training
        if settings.optimizer not in _SOLVERS:
            raise ValueError(
                f"the optimizer must be one that MLPClassifier has; got {settings.optimizer}"
            )
        if settings.l1:
            raise ValueError("the L1 penalty must be 0: MLPClassifier has an L2 penalty only")
        self.model = MLPClassifier(
            [layer.units for layer in task.experiment.hidden],
            activation=_activation(task),
            solver=_SOLVERS[settings.optimizer],
            alpha=0.0,
            learning_rate_init=_HARDLY,
            momentum=0.0 if settings.optimizer == "sgd" else settings.momentum,
            nesterovs_momentum=settings.optimizer == "nesterov",
            beta_1=settings.beta1,
            beta_2=settings.beta2,
            shuffle=False,
            batch_size=2,
            random_state=RandomState(seed),
        )
        # The arrays are made by the first update.
        self.model.partial_fit(np.zeros((2, task.X.shape[1])), [0, 1], classes=[0, 1])
        del self.model._optimizer
        self.model.set_params(learning_rate_init=settings.learning_rate)
        self.drawn = self.layers()
        self.put(task.layers)

    def put(self, layers: Layers) -> None:
        """Replace the parameters: W (n_in, n_out) and b (n_out,) of each layer."""
        self.model.coefs_ = [W.copy() for W, _ in layers]
        self.model.intercepts_ = [b.copy() for _, b in layers]

    def layers(self) -> Layers:
        """Return W (n_in, n_out) and b (n_out,) of each layer."""
        return list(zip(self.model.coefs_, self.model.intercepts_, strict=True))

    def advance(self, n_updates: int) -> None:
        """Make updates with the batches of the task, one ``partial_fit`` each."""
        model, settings = self.model, self.task.experiment.training
        for _ in range(n_updates):
            samples = self.task.samples(self.step)
            self.step += 1
            # The penalty is divided by the samples of the batch.
            model.set_params(batch_size=samples.size, alpha=settings.l2 * samples.size)
            optimizer = getattr(model, "_optimizer", model)
            # Its Adam adds epsilon before the squares are corrected for their start at 0.
            late = math.sqrt(1.0 - settings.beta2**self.step) if self.corrects_epsilon else 1.0
            optimizer.epsilon = settings.epsilon * late
            with quiet():  # it checks for infinity itself
                model.partial_fit(self.task.X[samples], self.task.y[samples])

    def advance_epochs(self, n_epochs: int) -> None:
        """Train with its own loop: batches as ``model`` says, in an order that it draws."""
        for _ in range(n_epochs):
            self.model.partial_fit(self.task.X, self.task.y)


def _activation(task: Task) -> str:
    """Return the name of the hidden layers' activation; MLPClassifier has one for all."""
    names = {layer.activation for layer in task.experiment.hidden}
    if len(names) > 1:
        raise ValueError(
            f"all layers must have one activation in MLPClassifier; got {', '.join(sorted(names))}"
        )
    for name in names:
        there = ACTIVATIONS[name].sklearn
        if there is None:
            raise ValueError(f"the activation must be one that MLPClassifier has; got {name}")
        return there.code
    return "identity"
