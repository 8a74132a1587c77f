"""The same trainings as a sweep's, with GridSearchCV and MLPClassifier."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, PredefinedSplit
from sklearn.neural_network import MLPClassifier

from nnviz.data import make_dataset


def grid_search(experiment, rates, widths, seeds, steps, n_jobs):
    """Train every rate, width and seed on the training points, and score them on the test points.

    One hidden layer, full batch, plain gradient descent, no early stop: ``steps`` updates each.
    """
    data = make_dataset(experiment.data)
    X = np.concatenate([data.inputs(data.X_train), data.inputs(data.X_test)])
    y = np.concatenate([data.y_train, data.y_test])
    fold = np.r_[np.full(len(data.y_train), -1), np.zeros(len(data.y_test))]
    model = MLPClassifier(
        activation=experiment.hidden[0].activation,
        solver="sgd",
        alpha=0.0,
        batch_size=len(data.y_train),
        shuffle=False,
        momentum=0.0,
        nesterovs_momentum=False,
        max_iter=steps,
        tol=0.0,
        n_iter_no_change=steps + 1,
    )
    grid = {
        "learning_rate_init": rates,
        "hidden_layer_sizes": [(width,) for width in widths],
        "random_state": list(seeds),
    }
    search = GridSearchCV(model, grid, n_jobs=n_jobs, cv=PredefinedSplit(fold), refit=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # every training does all its updates
        search.fit(X, y)
    return search.cv_results_["mean_test_score"]
