"""Time 32 seeds of the default experiment as an ensemble against 32 runs, one after another."""

from nnviz.experiment import Experiment
from nnviz.runs import Ensemble, Run
from nnviz.runs.ensemble import members

N_SEEDS, UPDATES = 32, 2000


def together(n_updates):
    """Train an ensemble, with its histories."""
    Ensemble(Experiment(), N_SEEDS).advance(n_updates)


def apart(n_updates):
    """Train the same networks as runs."""
    for experiment in members(Experiment(), N_SEEDS, "weights"):
        Run(experiment).advance(n_updates)
