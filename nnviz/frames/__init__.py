"""What a viewer sees of a run: the evaluation grid, frames, and their binary form."""

from nnviz.frames.frame import Frame, FrameMaker
from nnviz.frames.grid import Grid
from nnviz.frames.wire import frame_sections, pack, unpack

__all__ = ["Frame", "FrameMaker", "Grid", "frame_sections", "pack", "unpack"]
