"""An activation, a loss, an initializer or an optimizer is one record in one file.

A name that the product repeats elsewhere would be a second place to edit, and a new record would
be missing there.
"""

import ast
import re
from pathlib import Path

import pytest

import nnviz
from nnviz.network import ACTIVATIONS, INITIALIZERS, LOSSES
from nnviz.training import OPTIMIZERS

ROOT = Path(nnviz.__file__).parent
REGISTRIES = {
    "network/activations.py": ACTIVATIONS,
    "network/losses.py": LOSSES,
    "network/initializers.py": INITIALIZERS,
    "training/optimizers.py": OPTIMIZERS,
}
NAMES = [(home, name) for home, registry in REGISTRIES.items() for name in registry]
DEFAULT = "the default of a new network or training"
OUTPUT = "the output layer's activation, which is part of the loss"
ADVICE = "what a remedy recommends"
MARKING = "the worksheet's form of it, in terms of p"
WORD = "another thing of the same name"
THERE = "an optimizer that MLPClassifier has too"
FREE = ("presets", "mistakes")
"""Folders that choose: networks to show, and typical mistakes, which a new record need not have."""
ALLOWED = {
    ("experiment/experiment.py", "tanh"): DEFAULT,
    ("experiment/experiment.py", "glorot_uniform"): DEFAULT,
    ("experiment/experiment.py", "zeros"): f"{WORD}: biases",
    ("experiment/settings.py", "zeros"): f"{WORD}: biases",
    ("experiment/settings.py", "momentum"): f"{WORD}: an optimizer's setting",
    ("explain/forward.py", "sigmoid"): OUTPUT,
    ("explain/forward.py", "momentum"): f"{WORD}: an optimizer's setting",
    ("explain/glossary.py", "momentum"): f"{WORD}: a term",
    ("explain/marking.py", "binary_cross_entropy"): MARKING,
    ("explain/marking.py", "mean_squared_error"): MARKING,
    ("explain/scene.py", "linear"): OUTPUT,
    ("export/textbook_script.py", "linear"): OUTPUT,
    ("export/textbook_script.py", "sigmoid"): OUTPUT,
    ("libraries/record.py", "adam"): f"{WORD}: one of two trainings",
    ("libraries/scikit_learn.py", "sgd"): THERE,
    ("libraries/scikit_learn.py", "momentum"): THERE,
    ("libraries/scikit_learn.py", "nesterov"): THERE,
    ("libraries/scikit_learn.py", "adam"): THERE,
    ("libraries/task.py", "binary_cross_entropy"): "the one loss that all libraries have",
    ("network/losses.py", "sigmoid"): OUTPUT,
    ("network/losses.py", "linear"): OUTPUT,
    ("network/network.py", "zeros"): f"{WORD}: biases",
    ("network/spec.py", "tanh"): DEFAULT,
    ("network/spec.py", "sigmoid"): OUTPUT,
    ("network/spec.py", "binary_cross_entropy"): DEFAULT,
    ("network/textbook.py", "linear"): OUTPUT,
    ("network/textbook.py", "sigmoid"): OUTPUT,
    ("network/textbook.py", "binary_cross_entropy"): DEFAULT,
    ("runs/remedy.py", "tanh"): ADVICE,
    ("runs/remedy.py", "leaky_relu"): ADVICE,
    ("runs/remedy.py", "he_normal"): ADVICE,
    ("runs/remedy.py", "glorot_uniform"): ADVICE,
    ("serve/sweep_words.py", "momentum"): f"{WORD}: an optimizer's setting",
    ("stage/assets/actions.js", "tanh"): DEFAULT,
    ("stage/assets/curves.js", "linear"): f"{WORD}: an axis",
    ("training/settings.py", "sgd"): DEFAULT,
    ("training/settings.py", "momentum"): f"{WORD}: an optimizer's setting",
}


def texts_of(path: Path) -> set[str]:
    """The texts in quotes of a module."""
    text = path.read_text()
    if path.suffix == ".js":
        return set(re.findall(r"""["'`]([\w.]+)["'`]""", text))
    nodes = ast.walk(ast.parse(text))
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


TEXTS = {
    path.relative_to(ROOT).as_posix(): texts_of(path)
    for path in sorted([*ROOT.rglob("*.py"), *ROOT.rglob("*.js")])
    if path.parent.name not in FREE
}


@pytest.mark.parametrize(("home", "name"), NAMES)
def test_no_other_file_names_it(home: str, name: str) -> None:
    assert name in TEXTS[home]
    others = {file for file, texts in TEXTS.items() if file != home and name in texts}
    assert others == {file for file, allowed in ALLOWED if allowed == name and file != home}


def test_what_is_allowed_is_still_there() -> None:
    assert [place for place in ALLOWED if place[1] not in TEXTS[place[0]]] == []
