"""Frames, the pictures of a run at one step: the evaluation grid, and their binary form."""

from nnviz.frames.grid import Grid
from nnviz.frames.maker import FrameMaker
from nnviz.frames.wire import pack, unpack

__all__ = ["FrameMaker", "Grid", "pack", "unpack"]
