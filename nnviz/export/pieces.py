"""What all exported code shares: the inputs' function, names as comments, numbers as text."""

import re
from typing import Any

import numpy as np

from nnviz.data import COORDINATES, FEATURES, Dataset
from nnviz.data.points import CLASSES
from nnviz.export.sources import returned_by
from nnviz.runs import Run


def features_function(data: Dataset, library: str) -> str:
    """Write the function that computes the network's inputs, if they are not the coordinates.

    `library` is np or torch, whose functions have the same names.
    """
    if data.features == COORDINATES:
        return ""
    expressions = [returned_by(FEATURES[name].of) for name in data.features]
    columns = "".join(f"        {one.replace('np.', f'{library}.')},\n" for one in expressions)
    return f'''
def features(x1, x2):
    """Return the network's inputs (n, {len(expressions)}) for coordinates (n,) each."""
    return {library}.column_stack([
{columns}    ])

'''


def axis_comments(data: Dataset) -> str:
    """Write the names of coordinates and classes as comments, quoted: they are not trusted."""
    pairs = ((COORDINATES, data.names), (CLASSES, data.classes))
    return "".join(
        f"# {one} is {name!r}\n"
        for plain, names in pairs
        if names != plain
        for one, name in zip(plain, names, strict=True)
    )


def literal(value: Any) -> str:
    """Write a number with the digits that are needed to read the same number back."""
    return repr(float(value))


def points_of(run: Run) -> tuple[str, str]:
    """Write the training points and classes, and the expression of the network's inputs."""
    data = run.dataset
    rows = [f"[{literal(x1)}, {literal(x2)}]" for x1, x2 in data.X_train]
    lines = [", ".join(rows[i : i + 2]) for i in range(0, len(rows), 2)]
    points = "".join(f"    {line},\n" for line in lines)
    labels = "".join(str(int(y)) for y in data.y_train)
    chunks = "".join(f'    "{labels[i : i + 80]}"\n' for i in range(0, len(labels), 80))
    plain = data.features == COORDINATES
    # NumPy may round a sine differently in another memory layout.
    inputs = "POINTS" if plain else "features(*np.ascontiguousarray(POINTS.T))"
    text = (
        f"# The training points, (n, 2), and the class of each.\n{axis_comments(data)}"
        f"POINTS = np.array([\n{points}])\n"
        f"CLASSES = np.array(list(\n{chunks}), float)\n"
    )
    if run.experiment.data.scaling != "none":
        text += (
            f"# {'Both' if plain else 'All'} inputs get mean 0 and standard deviation 1 over "
            "the training points.\n"
            f"MEAN = {row(data.offset)}\nSPREAD = {row(data.scale)}\n"
        )
        inputs = f"(({inputs} - MEAN) / SPREAD)"
    return text, inputs


def row(values: Any) -> str:
    """Write numbers as a NumPy array."""
    return "np.array([" + ", ".join(literal(v) for v in np.ravel(values)) + "])"


def spaced(blocks: list[str]) -> str:
    """Join the blocks: two empty lines around functions and classes, one between other blocks."""
    text, before = "", False
    for block in blocks:
        content = block.strip("\n")
        if not content:
            continue
        function = re.search("^(def|class) ", content, re.MULTILINE) is not None
        if text:
            text += "\n\n\n" if function or before else "\n\n"
        text += content
        before = function
    return text + "\n"
