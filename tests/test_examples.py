"""Every example in a docstring does what it shows: readers copy them."""

import doctest
import importlib
import pkgutil

import pytest

import nnviz

MODULES = [name for _, name, _ in pkgutil.walk_packages(nnviz.__path__, "nnviz.")]


@pytest.mark.parametrize("name", ["nnviz", *MODULES])
def test_examples_in_docstrings_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
