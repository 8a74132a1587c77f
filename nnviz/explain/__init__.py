"""Explain every number of a run: what it is called, its formula, and the numbers it is made of.

Start reading at `quantity.py`, then `forward.py`. Nothing here trains: the numbers are those of
`nnviz.network.textbook`, and for an update those of the trainer.
"""

from nnviz.explain import backward, forward, inputs, step
from nnviz.explain.answer import answer, value_of
from nnviz.explain.ask import Ask, read_ask
from nnviz.explain.glossary import GLOSSARY
from nnviz.explain.overview import overview
from nnviz.explain.quantity import QUANTITIES
from nnviz.explain.scene import Scene

__all__ = [
    "GLOSSARY",
    "QUANTITIES",
    "Ask",
    "Scene",
    "answer",
    "backward",
    "forward",
    "inputs",
    "overview",
    "read_ask",
    "step",
    "value_of",
]
