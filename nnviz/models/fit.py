"""Fit one model to the points of an experiment, and judge it as the network is judged."""

import time
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data import Dataset
from nnviz.experiment import Experiment
from nnviz.models.registry import Estimator, Model
from nnviz.network import LOSSES

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fitted model. Without a test set, or without probabilities, scores of these are None.

    ``loss_test`` is the mean over the test points of the loss that the network has. ``seconds`` is
    the processor time of the fit alone; a second one would be faster.
    """

    estimator: Estimator
    seconds: float
    accuracy_train: float
    accuracy_test: float | None
    loss_test: float | None
    notes: tuple[str, ...]


def decision(estimator: Estimator, inputs: Floats) -> Floats:
    """Return a value (n,) for inputs (n, n_inputs) of a fitted model: above 0 is class 1.

    It is the logit, if the model has probabilities or computes them from logits.
    """
    with np.errstate(all="ignore"):
        if hasattr(estimator, "decision_function"):
            return np.asarray(estimator.decision_function(inputs), np.float64)
        p = estimator.predict_proba(inputs)
        return np.asarray(np.log(p[:, 1]) - np.log(p[:, 0]), np.float64)


def changed(estimator: Estimator) -> dict[str, Any]:
    """Return the settings of an estimator that are not scikit-learn's own."""
    own = type(estimator)().get_params()
    return {key: value for key, value in estimator.get_params().items() if value != own[key]}


def settings_of(estimator: Estimator) -> str:
    """Say in words which settings of an estimator are not scikit-learn's own."""
    found = ", ".join(f"{key} = {value}" for key, value in changed(estimator).items())
    except_for = f", except {found}" if found else ""
    return f"{type(estimator).__name__} with scikit-learn's own settings{except_for}."


def fit(model: Model, experiment: Experiment, data: Dataset) -> Fitted:
    """Fit a model to the training points, with the inputs that the network gets.

    Raises ``ValueError`` if scikit-learn cannot fit it to them.
    """
    from sklearn.exceptions import ConvergenceWarning

    estimator = model.make(experiment, data)
    train, test = data.inputs(data.X_train), data.inputs(data.X_test)
    notes = [*model.notes(experiment)]
    with warnings.catch_warnings(record=True) as heard, np.errstate(all="ignore"):
        warnings.simplefilter("always")
        began = time.thread_time()
        estimator.fit(train, data.y_train)
        seconds = time.thread_time() - began
        accuracy_train = float(estimator.score(train, data.y_train))
        accuracy_test = float(estimator.score(test, data.y_test)) if data.has_test else None
    if any(issubclass(one.category, ConvergenceWarning) for one in heard):
        notes.append("The fit was stopped before its loss had settled.")
    loss = None
    if not hasattr(estimator, "predict_proba"):
        notes.append(
            "It has no probabilities: the colours show its decision values, 1 at the margin, and "
            "its loss cannot be compared."
        )
    elif data.has_test:
        margins = decision(estimator, test) * np.where(data.y_test > 0.5, 1.0, -1.0)
        n_lost = int(np.isneginf(margins).sum())
        if n_lost:
            notes.append(
                f"It is certain of the wrong class for {n_lost} of {len(margins)} test points, so "
                "its loss has no finite value."
            )
        else:
            loss = float(np.mean(LOSSES[experiment.network.loss].value(margins)))
    return Fitted(estimator, seconds, accuracy_train, accuracy_test, loss, tuple(notes))
