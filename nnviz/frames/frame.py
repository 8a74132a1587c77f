"""The third noun: a :class:`Frame` is what a viewer has to see of a run at one step."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz import limits
from nnviz.frames.grid import Grid
from nnviz.network import Network
from nnviz.run import Metrics, Run


@dataclass(frozen=True, eq=False)
class Frame:
    """One moment of a run.

    ``surface`` (resolution, resolution) holds the logit of class 1 over the window, float32, row 0
    at the bottom. Logits rather than probabilities: see ``nnviz.frames.quantise``.
    """

    step: int
    epoch: float
    metrics: Metrics
    surface: NDArray[np.float32]


class FrameMaker:
    """Makes frames of one run, whatever step it stands at, with buffers allocated once."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.grid = Grid.over(run.dataset.window, limits.GRID_RESOLUTION)
        network = Network(run.experiment.network, dtype=np.float32)
        self._evaluator = network.evaluator(run.dataset.inputs(self.grid.points))

    def make(self) -> Frame:
        """What is to be seen of the run now."""
        run = self._run
        logits = self._evaluator.logits(run.theta)
        side = self.grid.resolution
        return Frame(
            step=run.step,
            epoch=run.epoch,
            metrics=run.metrics(),
            surface=np.array(logits, np.float32).reshape(side, side),
        )
