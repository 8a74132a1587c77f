"""nnviz: a neural network in plain NumPy, and a web page to watch it learn.

>>> from nnviz import Experiment, Run
>>> run = Run(Experiment())
>>> run.advance(100)
100
>>> bool(run.history.loss_train[0] > run.history.loss_train[-1])
True
"""

from nnviz.experiment import Change, Experiment
from nnviz.notebook import Run
from nnviz.runs import Result, train
from nnviz.runs.sweep import sweep
from nnviz.training import Metrics

__all__ = ["Change", "Experiment", "Metrics", "Result", "Run", "sweep", "train"]
