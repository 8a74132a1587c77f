"""Combinations of settings to test: fewer than all, with every pair of values among them."""

from collections.abc import Iterable
from itertools import combinations, product
from typing import Any


def covering(*settings: Iterable[Any]) -> list[tuple[Any, ...]]:
    """Return combinations in which any two values of two settings occur together."""
    every = list(product(*settings))
    rest = set().union(*map(_pairs, every))
    found = []
    for least in range(len(_pairs(every[0])), 0, -1):  # first those that bring many new pairs
        for combination in every:
            if len(new := _pairs(combination) & rest) >= least:
                found.append(combination)
                rest -= new
    return found


def _pairs(combination: tuple[Any, ...]) -> set[Any]:
    return set(combinations(enumerate(combination), 2))
