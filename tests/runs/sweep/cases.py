"""Sweeps that several tests carry out, and what they must come to."""

from functools import cache

from nnviz import Experiment, Result, sweep, train
from nnviz.runs.sweep import Cell, Failure, Outcome
from tests.experiments import SMALL

GRID = {"rate": ["0.03", "10"], "layers": ["2-tanh", "3-relu 2-relu"], "batch": ["full", "7"]}
"""Lanes and separate runs; no lane has the same neighbours in every part of it."""
SEEDS = [5, 1, 9]
STEPS = 30
BASE: Experiment = SMALL

ROWS = {"layers": [f"{n}-tanh" for n in range(8, 0, -1)], "rate": ["0.03", "0.3"]}
"""Eight groups of lanes, the largest first: so they are trained in the order of the results."""

LONG = 1500
"""Steps after which the first of these groups is done long before the last."""


@cache
def all_rows() -> list[Outcome]:
    """What these groups come to."""
    return list(sweep(BASE, ROWS, SEEDS, LONG))


@cache
def whole() -> list[Outcome]:
    """What the grid comes to."""
    return list(sweep(BASE, GRID, SEEDS, STEPS))


ELSEWHERE = "data=xor&samples=40&train=1&layers=3-tanh"
"""Data for which a new process need not import scikit-learn."""

ENDLESS = {"epochs": ["1", "off"], "layers": ["40-tanh", "40-relu"]}
ENDLESS_STEPS = 10**8
"""A first cell that is soon done, and others that take hours."""

BROKEN = {"data": ["moons", "wine"], "axes": ["default", "0-12", "0-99"]}
"""The wines have only 13 columns; generated points have none to choose from."""


def expected(cell: Cell, steps: int) -> Outcome:
    """What a cell must come to: what `train` makes of its experiment."""
    if cell.experiment is None:
        return Failure(None, cell.words, cell)
    return train(cell.experiment, steps)


def bits(result: Outcome) -> tuple[bytes, ...]:
    """The bytes of all arrays of a result."""
    assert isinstance(result, Result)
    return (result.theta.tobytes(), *(array.tobytes() for array in result.history.all_rows()))
