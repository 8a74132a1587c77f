"""Runs: training an experiment, going back to earlier steps, and diagnosing problems."""

from nnviz.runs.ensemble import Ensemble, EnsembleMoments
from nnviz.runs.moments import Moments
from nnviz.runs.past import Past
from nnviz.runs.result import Result, train
from nnviz.runs.run import Run

__all__ = ["Ensemble", "EnsembleMoments", "Moments", "Past", "Result", "Run", "train"]
