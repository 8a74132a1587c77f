"""Sweeps: many trainings that differ in a few settings, in this process or in any executor."""

from nnviz.runs.sweep.all_cells import carry_out, sweep
from nnviz.runs.sweep.axes import SHAPES
from nnviz.runs.sweep.cells import SEED, Cell, Failure, Outcome, Plan, axes_of, plan
from nnviz.runs.sweep.groups import Group, grouped
from nnviz.runs.sweep.halving import Halving
from nnviz.runs.sweep.pool import Workers
from nnviz.runs.sweep.train_group import Training, train_group

__all__ = [
    "SEED",
    "SHAPES",
    "Cell",
    "Failure",
    "Group",
    "Halving",
    "Outcome",
    "Plan",
    "Training",
    "Workers",
    "axes_of",
    "carry_out",
    "grouped",
    "plan",
    "sweep",
    "train_group",
]
