"""Export the trained model of a run as PyTorch, Keras and scikit-learn code with its weights.

Each script defines the model, sets the weights and prints the probabilities of a few points. The
scripts use float64, so that the probabilities agree to many digits.
"""

from collections.abc import Callable

import numpy as np

from nnviz.data import COORDINATES
from nnviz.export.pieces import axis_comments, features_function, literal
from nnviz.network import ACTIVATIONS
from nnviz.network.activation import Activation, Elsewhere
from nnviz.runs import Run


def torch_code(run: Run) -> str:
    """Write a PyTorch script: an ``nn.Sequential`` with the trained weights."""
    found = _activations(run, "PyTorch", lambda record: record.torch)
    lines, n_in = [], run.experiment.network.n_inputs
    for layer, activation in zip(run.experiment.hidden, found, strict=True):
        lines.append(f"nn.Linear({n_in}, {layer.units}),")
        lines.append(f"{activation.code},")
        if layer.dropout:
            lines.append(f"nn.Dropout({literal(layer.dropout)}),  # only while training")
        n_in = layer.units
    lines += [f"nn.Linear({n_in}, 1),", "nn.Sigmoid(),"]
    model = "".join(f"    {line}\n" for line in lines)
    return (
        f"{_docstring(run, 'PyTorch', 'torch')}\n"
        "import torch\nfrom torch import nn\n"
        f"{_definitions(found)}\n"
        "torch.set_default_dtype(torch.float64)\n\n"
        f"{_weights(run)}\n"
        f"model = nn.Sequential(\n{model})\n"
        "dense = [layer for layer in model if isinstance(layer, nn.Linear)]\n"
        "with torch.no_grad():\n"
        "    for layer, (W, b) in zip(dense, WEIGHTS):\n"
        "        layer.weight.copy_(torch.tensor(W).T)  # PyTorch keeps (n_out, n_in)\n"
        "        layer.bias.copy_(torch.tensor(b))\n"
        "model.eval()\n\n"
        f"{features_function(run.dataset, 'torch')}\n"
        "def predict_proba(points):\n"
        '    """The probability of class 1, (n,), for points (n, 2) in the units of the data."""\n'
        f"    X = {_scaled(run, 'torch.tensor(points)', 'torch.tensor')}\n"
        "    with torch.no_grad():\n"
        "        return model(X)[:, 0]\n\n\n"
        f"{_points(run)}"
    )


def keras_code(run: Run) -> str:
    """Write a Keras 3 script, for any backend: a ``Sequential`` with the trained weights."""
    found = _activations(run, "Keras", lambda record: record.keras)
    lines = [f"keras.Input(shape=({run.experiment.network.n_inputs},)),"]
    for layer, activation in zip(run.experiment.hidden, found, strict=True):
        lines.append(f"keras.layers.Dense({layer.units}, activation={activation.code}),")
        if layer.dropout:
            lines.append(f"keras.layers.Dropout({literal(layer.dropout)}),  # only while training")
    lines.append('keras.layers.Dense(1, activation="sigmoid"),')
    model = "".join(f"    {line}\n" for line in lines)
    return (
        f"{_docstring(run, 'Keras', 'keras and one of its backends')}\n"
        "import keras\nimport numpy as np\n"
        f"{_definitions(found)}\n"
        'keras.config.set_floatx("float64")\n\n'
        f"{_weights(run)}\n"
        f"model = keras.Sequential([\n{model}])\n"
        "dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]\n"
        "for layer, (W, b) in zip(dense, WEIGHTS):\n"
        "    layer.set_weights([np.array(W), np.array(b)])\n\n"
        f"{features_function(run.dataset, 'np')}\n"
        "def predict_proba(points):\n"
        '    """The probability of class 1, (n,), for points (n, 2) in the units of the data."""\n'
        f"    X = {_scaled(run, 'np.array(points)', 'np.array')}\n"
        "    return model.predict(X, verbose=0)[:, 0]\n\n\n"
        f"{_points(run)}"
    )


def sklearn_code(run: Run) -> str:
    """Write a scikit-learn script: an ``MLPClassifier`` with the trained weights.

    A ``ValueError`` names the layer if MLPClassifier does not support its activation.
    """
    hidden = run.experiment.hidden
    library = "scikit-learn's MLPClassifier"
    found = _activations(run, library, lambda record: record.sklearn)
    for k, layer in enumerate(hidden, start=1):
        if layer.activation != hidden[0].activation:
            raise ValueError(
                f"layer {k} must have the activation of layer 1, {hidden[0].activation}, for "
                f"{library}, which has one for all; got {layer.activation}"
            )
    sizes = "".join(f"{layer.units}, " for layer in hidden).strip()
    activation = found[0].code if found else "identity"
    zeros, ones = ([value] * run.experiment.network.n_inputs for value in (0.0, 1.0))
    return (
        f"{_docstring(run, 'scikit-learn', 'scikit-learn')}\n"
        "import numpy as np\nfrom sklearn.neural_network import MLPClassifier\n\n"
        f"{_weights(run)}\n"
        f'model = MLPClassifier(hidden_layer_sizes=({sizes}), activation="{activation}")\n'
        "# One update on a point of each class creates the arrays; then the weights are replaced.\n"
        f"model.partial_fit([{zeros}, {ones}], [0, 1], classes=[0, 1])\n"
        "model.coefs_ = [np.array(W) for W, _ in WEIGHTS]\n"
        "model.intercepts_ = [np.array(b) for _, b in WEIGHTS]\n\n"
        f"{features_function(run.dataset, 'np')}\n"
        "def predict_proba(points):\n"
        '    """The probability of class 1, (n,), for points (n, 2) in the units of the data."""\n'
        f"    X = {_scaled(run, 'np.array(points)', 'np.array')}\n"
        "    return model.predict_proba(X)[:, 1]\n\n\n"
        f"{_points(run)}"
    )


MODEL_CODE: dict[str, Callable[[Run], str]] = {
    "PyTorch": torch_code,
    "Keras": keras_code,
    "scikit-learn": sklearn_code,
}
"""The functions that write model code, by the name of the library."""


def _activations(
    run: Run, library: str, name_in: Callable[[Activation], Elsewhere | None]
) -> list[Elsewhere]:
    """Return the library's activation of each hidden layer, or raise ValueError if it has none."""
    names = [name for name, record in ACTIVATIONS.items() if name_in(record)]
    found = []
    for k, layer in enumerate(run.experiment.hidden, start=1):
        there = name_in(ACTIVATIONS[layer.activation])
        if there is None:
            raise ValueError(
                f"layer {k} must be one of {', '.join(names)} for {library}; got {layer.activation}"
            )
        found.append(there)
    return found


def _definitions(activations: list[Elsewhere]) -> str:
    """Write what the activations need, each once, after two empty lines."""
    needed = dict.fromkeys(one.definition for one in activations if one.definition)
    return "".join(f"\n{definition}" for definition in needed)


def _docstring(run: Run, library: str, needs: str) -> str:
    sizes = "-".join(str(n) for n in run.experiment.network.dims)
    return (
        f'"""A {sizes} network in {library}, trained in nnviz for {run.step} updates.\n\n'
        f"Needs {needs}. Prints x1, x2 and the probability of class 1 for a few points.\n"
        '"""\n'
    )


def _weights(run: Run) -> str:
    """Write the weights as literals: one (W, b) per layer, a row of W per line."""
    lines = ["# Per layer W (n_in, n_out) and b (n_out,).", "WEIGHTS = ["]
    for W, b in run.network.unpack(run.theta):
        rows = [f"            [{', '.join(map(literal, row))}]," for row in W]
        lines += ["    (", "        [", *rows, "        ],"]
        lines += [f"        [{', '.join(map(literal, b))}],", "    ),"]
    return "\n".join([*lines, "]"]) + "\n"


def _scaled(run: Run, points: str, array: str) -> str:
    """Return the expression that turns points into the network's inputs."""
    data = run.dataset
    points = points if data.features == COORDINATES else f"features(*{points}.T)"
    if not data.offset.any() and (data.scale == 1.0).all():
        return points
    offset, scale = (", ".join(map(literal, row)) for row in (data.offset, data.scale))
    return f"({points} - {array}([{offset}])) / {array}([{scale}])"


def _points(run: Run) -> str:
    """Write the end of every script: it prints the probabilities of nine points in the window."""
    window = run.dataset.window
    inner = [np.linspace(low, high, 5)[1:-1] for low, high in window.spans]
    x1, x2 = window.rounded(np.column_stack(inner)).T
    rows = [", ".join(f"[{literal(a)}, {literal(b)}]" for a in x1) for b in x2]
    points = "".join(f"    {row},\n" for row in rows)
    return (
        f"{axis_comments(run.dataset)}"
        f"POINTS = [\n{points}]\n"
        "for (x1, x2), p in zip(POINTS, predict_proba(POINTS).tolist()):\n"
        "    print(x1, x2, p)\n"
    )
