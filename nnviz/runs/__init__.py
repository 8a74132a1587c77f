"""Runs: an experiment being trained, the past it can go back to, and what is wrong with it."""

from nnviz.runs.run import Metrics, Run

__all__ = ["Metrics", "Run"]
