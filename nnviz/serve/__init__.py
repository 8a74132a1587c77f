"""Serve frames by address: read an address, compute the answer, and send it.

Uses Starlette, not Streamlit. Start reading at `address.py`, then `work.py`.
"""

from nnviz.experiment.rules import Refusal
from nnviz.serve.address import read
from nnviz.serve.answers import Answer, answer, opening, run_at
from nnviz.serve.packed import Packed
from nnviz.serve.pool import Busy
from nnviz.serve.posted import hold, spell, whole
from nnviz.serve.routes import routes
from nnviz.serve.version import version

__all__ = [
    "Answer",
    "Busy",
    "Packed",
    "Refusal",
    "answer",
    "hold",
    "opening",
    "read",
    "routes",
    "run_at",
    "spell",
    "version",
    "whole",
]
