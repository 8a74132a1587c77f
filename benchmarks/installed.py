"""Find out which of the compared libraries are installed."""

from importlib.util import find_spec

_MODULES = {"scikit-learn": "sklearn", "PyTorch": "torch", "Keras": "keras"}


def is_installed(library: str) -> bool:
    """Return whether a library can be imported; Keras also needs its backend."""
    needed = [_MODULES[library]] + ["torch"] * (library == "Keras")
    return all(find_spec(module) is not None for module in needed)
