"""The third noun: a :class:`Frame` is what a viewer has to see of a run at one step."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz import limits
from nnviz.data import features
from nnviz.frames.grid import Grid
from nnviz.frames.quantise import quantise_feature
from nnviz.frames.shown import ShownLayer, shown_layers
from nnviz.network import Network
from nnviz.runs import Metrics, Run

FloatArray = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Frame:
    """One moment of a run.

    ``surface`` (resolution, resolution) holds the logit of class 1 over the window, row 0 at the
    bottom: logits rather than probabilities, see ``nnviz.frames.quantise``. ``maps`` has, for
    every hidden layer, the activations (n_shown, side, side) of its drawn units over the window.
    ``parameters`` (n_drawn,) are the biases and weights that are drawn, and ``gradients`` of the
    same shape the loss's gradient by them, or None when nobody asked.
    """

    step: int
    epoch: float
    metrics: Metrics
    surface: FloatArray
    maps: tuple[FloatArray, ...]
    parameters: FloatArray
    gradients: FloatArray | None


class FrameMaker:
    """Makes frames of one run, whatever step it stands at, with buffers allocated once."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.grid = Grid.over(run.dataset.window, limits.GRID_RESOLUTION)
        self.layers: list[ShownLayer] = shown_layers(run)
        self._drawn = np.concatenate([layer.parameters.ravel() for layer in self.layers])
        network = Network(run.experiment.network, dtype=np.float32)
        self._evaluator = network.evaluator(run.dataset.inputs(self.grid.points))

    def input_maps(self) -> NDArray[np.int8]:
        """Every input over the window, (n_inputs, side, side): see ``quantise_feature``."""
        every, names = limits.MAP_EVERY, self._run.dataset.features
        side = self.grid.resolution
        values = features(self.grid.points, names).T.reshape(-1, side, side)[:, ::every, ::every]
        return np.array([quantise_feature(one) for one in values])

    def make(self, gradients: bool = False) -> Frame:
        """What is to be seen of the run now."""
        run, side = self._run, self.grid.resolution
        theta = run.theta
        hidden, logits = self._evaluator.hidden_and_logits(theta)
        every = limits.MAP_EVERY
        maps = tuple(
            a[layer.shown].reshape(-1, side, side)[:, ::every, ::every]
            for layer, a in zip(self.layers[:-1], hidden, strict=True)
        )
        return Frame(
            step=run.step,
            epoch=run.epoch,
            metrics=run.metrics(),
            surface=logits.reshape(side, side).copy(),
            maps=maps,
            parameters=theta[self._drawn],
            gradients=run.gradient()[self._drawn] if gradients else None,
        )
