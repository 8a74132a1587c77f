"""The libraries that are compared, as far as they are installed."""

from benchmarks.installed import is_installed
from nnviz.libraries.record import LIBRARIES
from nnviz.libraries.scikit_learn import ScikitLearn


class NumPy:
    """A task in NumPy: the playground's own trainer."""

    name = "NumPy"

    def __init__(self, task):
        self.advance = task.trainer().advance


def peer_of(library):
    """Return the class that carries out a task in a library; others are not imported."""
    if library == "PyTorch":
        from benchmarks.libraries.in_pytorch import PyTorch

        return PyTorch
    if library == "Keras":
        from benchmarks.libraries.in_keras import Keras

        return Keras
    return {"NumPy": NumPy, "scikit-learn": ScikitLearn}[library]


def peers():
    """Return the classes of all installed libraries but NumPy, by the name of the library."""
    return {name: peer_of(name) for name in LIBRARIES[1:] if is_installed(name)}
