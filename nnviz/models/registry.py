"""The other models: scikit-learn's classifiers, one record each.

scikit-learn's modules are imported when a model is first made, because that takes a quarter of a
second in all. A model keeps scikit-learn's own settings, as long as it can be fitted with them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nnviz.data import Dataset
from nnviz.experiment import Experiment
from nnviz.network import ACTIVATIONS

Estimator = Any
"""A classifier of scikit-learn, which has no types."""

SEED = 0
_NEIGHBOURS = 5
_STEPS = (20, 300)
_MLP_WORK = 6e8  # parameters × points × steps: about a second


@dataclass(frozen=True)
class Model:
    """One model: its name, what it does in a sentence, and a new estimator of it.

    ``make`` gets the experiment and its data. ``notes`` says where the model cannot be like the
    network of an experiment.
    """

    name: str
    title: str
    words: str
    make: Callable[[Experiment, Dataset], Estimator]
    notes: Callable[[Experiment], tuple[str, ...]] = lambda experiment: ()


def _logistic(experiment: Experiment, data: Dataset) -> Estimator:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression()


def _neighbours(experiment: Experiment, data: Dataset) -> Estimator:
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(n_neighbors=min(_NEIGHBOURS, len(data.y_train)))


def _svm(experiment: Experiment, data: Dataset) -> Estimator:
    from sklearn.svm import SVC

    return SVC()


def _tree(experiment: Experiment, data: Dataset) -> Estimator:
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(random_state=SEED)


def _forest(experiment: Experiment, data: Dataset) -> Estimator:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(random_state=SEED)


def _boosting(experiment: Experiment, data: Dataset) -> Estimator:
    from sklearn.ensemble import GradientBoostingClassifier

    return GradientBoostingClassifier(random_state=SEED)


def _bayes(experiment: Experiment, data: Dataset) -> Estimator:
    from sklearn.naive_bayes import GaussianNB

    return GaussianNB()


def _mlp(experiment: Experiment, data: Dataset) -> Estimator:
    from sklearn.neural_network import MLPClassifier

    least, most = _STEPS
    steps = int(_MLP_WORK / (experiment.network.n_params * len(data.y_train)))
    estimator = MLPClassifier(
        hidden_layer_sizes=tuple(layer.units for layer in experiment.hidden),
        solver="lbfgs",
        max_iter=min(max(steps, least), most),
        random_state=SEED,
    )
    known = [code for code in _mlp_activations(experiment) if code]
    return estimator.set_params(activation=known[0]) if known else estimator


def _mlp_activations(experiment: Experiment) -> list[str | None]:
    """Return MLPClassifier's name for the activation of each hidden layer, None if it has none."""
    records = [ACTIVATIONS[layer.activation].sklearn for layer in experiment.hidden]
    return [record.code if record else None for record in records]


def _mlp_notes(experiment: Experiment) -> tuple[str, ...]:
    found, notes = set(_mlp_activations(experiment)), []
    if len(found) > 1 or None in found:
        notes.append(
            "MLPClassifier has one activation for all layers, and a few to choose from; the "
            "network has others."
        )
    if any(layer.dropout for layer in experiment.hidden):
        notes.append("MLPClassifier has no dropout.")
    return tuple(notes)


MODELS = {
    model.name: model
    for model in (
        Model(
            "logistic",
            "Logistic regression",
            "A weighted sum of the inputs decides: a network without hidden layers.",
            _logistic,
        ),
        Model(
            "neighbours",
            "K nearest neighbours",
            "The training points that are nearest to a place vote about its class.",
            _neighbours,
        ),
        Model(
            "svm",
            "Support vector machine, RBF",
            "Bell-shaped bumps on some training points add up; the margin between the classes is "
            "made as wide as possible.",
            _svm,
        ),
        Model(
            "tree",
            "Decision tree",
            "Questions about one input at a time cut the plane into rectangles, until each holds "
            "one class.",
            _tree,
        ),
        Model(
            "forest",
            "Random forest",
            "A hundred trees, each grown on a resample of the points, vote.",
            _forest,
        ),
        Model(
            "boosting",
            "Gradient boosting",
            "A hundred small trees are added one by one; each corrects the sum of those before it.",
            _boosting,
        ),
        Model(
            "bayes",
            "Gaussian naive Bayes",
            "Each class is a cloud with a mean and a spread for each input, taken as independent.",
            _bayes,
        ),
        Model(
            "mlp",
            "scikit-learn's MLP",
            "A network with the same layers, trained by L-BFGS on all points at once, from other "
            "initial weights.",
            _mlp,
            _mlp_notes,
        ),
    )
}
"""Every model by its name."""
