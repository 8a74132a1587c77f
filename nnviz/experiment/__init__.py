"""The experiment: an immutable value, its settings and rules, and its forms as text."""

from nnviz.experiment.experiment import LIVE_FIELDS, Change, Experiment

__all__ = ["LIVE_FIELDS", "Change", "Experiment"]
