"""Export the fit of another model as a script: the same points, split, inputs and estimator."""

from typing import Any

from sklearn.model_selection import train_test_split

from nnviz.data import COORDINATES, GENERATORS, Dataset
from nnviz.experiment import Experiment
from nnviz.export.pieces import axis_comments, features_function, literal, row, spaced
from nnviz.export.sources import Sources, imported
from nnviz.models import changed


def fit_script(experiment: Experiment, data: Dataset, estimator: Any, title: str) -> str:
    """Write a script that fits a new estimator like this one, and prints its accuracy.

    Generated points are made again by the source of their generator; others are in the script.
    """
    sources = Sources()
    points = _generated(experiment, data, sources) if experiment.data.draws else _listed(data)
    imports = {*sources.imports, "import numpy as np", imported(type(estimator))}
    if experiment.data.draws and data.has_test:
        imports.add(imported(train_test_split))
    blocks = [
        f'"""{title} on the points of an nnviz experiment.\n\n'
        "Needs scikit-learn. Prints the share of the points that are classified correctly.\n"
        '"""',
        "\n".join(sorted(imports, key=lambda line: (line.startswith("from"), line))),
        "\n".join(sources.constants),
        *sources.blocks,
        points,
        _inputs(data),
        _fit(estimator, data),
    ]
    return spaced(blocks)


def _generated(experiment: Experiment, data: Dataset, sources: Sources) -> str:
    spec = experiment.data
    make = GENERATORS[spec.name].make
    sources.add(make)
    made = f"{make.__name__}({spec.n_samples}, {literal(spec.noise)}, {spec.seed})"
    if not data.has_test:
        return f"X_train, y_train = {made}"
    return (
        f"X, y = {made}\n"
        "X_train, X_test, y_train, y_test = train_test_split("
        f"X, y, test_size={len(data.y_test)}, random_state={spec.split_seed})"
    )


def _listed(data: Dataset) -> str:
    parts = [("train", data.X_train, data.y_train)]
    if data.has_test:
        parts.append(("test", data.X_test, data.y_test))
    texts = ["# The points, two coordinates and the class of each.\n", axis_comments(data)]
    for name, X, y in parts:
        rows = [
            f"    [{literal(x1)}, {literal(x2)}, {label:g}],\n"
            for (x1, x2), label in zip(X, y, strict=True)
        ]
        texts.append(f"{name.upper()} = np.array([\n{''.join(rows)}])\n")
        texts.append(f"X_{name}, y_{name} = {name.upper()}[:, :2], {name.upper()}[:, 2]\n")
    return "".join(texts)


def _inputs(data: Dataset) -> str:
    """Write the function `inputs`, with the features and the scaling that the network has."""
    points = "X" if data.features == COORDINATES else "features(*np.ascontiguousarray(X.T))"
    scaled = f"({points} - {row(data.offset)}) / {row(data.scale)}"
    plain = not data.offset.any() and (data.scale == 1.0).all()
    return (
        f"{features_function(data, 'np')}\n"
        "def inputs(X):\n"
        '    """Return what the model gets for points (n, 2)."""\n'
        f"    return {points if plain else scaled}\n"
    )


def _fit(estimator: Any, data: Dataset) -> str:
    settings = ", ".join(f"{key}={value!r}" for key, value in changed(estimator).items())
    lines = [
        f"model = {type(estimator).__name__}({settings})",
        "model.fit(inputs(X_train), y_train)",
        'print("training points:", model.score(inputs(X_train), y_train))',
    ]
    if data.has_test:
        lines.append('print("test points:", model.score(inputs(X_test), y_test))')
    return "\n".join(lines)
