"""What is trained and how: a value, its settings and their rules, and its forms as text."""

from nnviz.experiment.experiment import LIVE_FIELDS, Change, Experiment

__all__ = ["LIVE_FIELDS", "Change", "Experiment"]
