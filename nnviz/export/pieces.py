"""What all exported code shares: the inputs' function, names as comments, numbers as text."""

from typing import Any

from nnviz.data import COORDINATES, FEATURES, Dataset
from nnviz.data.points import CLASSES
from nnviz.export.sources import returned_by


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
