"""The libraries that are compared, as far as they are installed."""

from benchmarks.installed import is_installed
from nnviz.libraries.scikit_learn import ScikitLearn


class NumPy:
    """A task in NumPy: the playground's own trainer."""

    name = "NumPy"

    def __init__(self, task):
        self.advance = task.trainer().advance


def peers():
    """Return the classes that carry out a task, by the name of the library."""
    found = [ScikitLearn]
    if is_installed("PyTorch"):
        from benchmarks.libraries.in_pytorch import PyTorch

        found.append(PyTorch)
    if is_installed("Keras"):
        from benchmarks.libraries.in_keras import Keras

        found.append(Keras)
    return {peer.name: peer for peer in found}
