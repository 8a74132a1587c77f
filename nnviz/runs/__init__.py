"""Runs: an experiment being trained, the past it can go back to, and what is wrong with it."""

from nnviz.runs.moments import Moments
from nnviz.runs.past import Past
from nnviz.runs.result import Result, train
from nnviz.runs.run import Run

__all__ = ["Moments", "Past", "Result", "Run", "train"]
