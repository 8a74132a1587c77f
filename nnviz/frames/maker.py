"""The third noun: a frame is all that a viewer sees of a run at one step. Many are made at once.

Frames are named arrays, with the frames along the first axis, ready to be packed. A frame is the
same, to the last bit, whichever other frames it is made with.
"""

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data import features
from nnviz.frames.grid import Grid
from nnviz.frames.quantise import (
    drawable,
    quantise_feature,
    quantise_maps,
    quantise_surfaces,
    quantise_weights,
)
from nnviz.frames.shown import ShownLayer, shown_layers
from nnviz.network import Network
from nnviz.runs import Moments, Run, picture
from nnviz.training.history import COLUMNS

Sections = dict[str, NDArray[Any]]


class FrameMaker:
    """Makes the frames of one run, at any of its steps."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.grid = Grid.over(run.dataset.window, picture.GRID_RESOLUTION)
        self.layers: list[ShownLayer] = shown_layers(run.experiment, run.dataset)
        self._drawn = np.concatenate([layer.parameters.ravel() for layer in self.layers])
        network = Network(run.experiment.network, dtype=np.float32)
        self._evaluator = network.evaluator(run.dataset.inputs(self.grid.points))

    def of(self, run: Run) -> "FrameMaker":
        """Return a maker for a run of the same data, network and initial parameters, fast."""
        here, there = self._run.experiment, run.experiment
        if here.data != there.data or not here.begins_like(there):
            raise ValueError(
                "run must have the data, the network and the first parameters of the maker's own"
            )
        other = copy(self)
        other._run = run
        return other

    @property
    def nbytes(self) -> int:
        """The memory it uses, in bytes, without the buffers shared by networks of its shape."""
        return self._evaluator.nbytes + 2 * self._drawn.nbytes

    def input_maps(self) -> NDArray[np.int8]:
        """Return every input over the window, (n_inputs, side, side): see `quantise_feature`."""
        return np.array([quantise_feature(one) for one in self._input_values()])

    def input_ranges(self) -> list[list[float]]:
        """Return the smallest and the largest value of every input's map."""
        return [[float(one.min()), float(one.max())] for one in self._input_values()]

    def _input_values(self) -> NDArray[np.float64]:
        every, side = picture.MAP_EVERY, self.grid.resolution
        values = features(self.grid.points, self._run.dataset.features)
        return values.T.reshape(-1, side, side)[:, ::every, ::every]

    def make_many(self, moments: Moments, gradients: bool = False) -> Sections:
        """Make the frames of n moments.

        ``step``, ``epoch`` and the four metrics are (n,). ``surface`` (n, side, side) holds the
        logit of class 1 over the window, row 0 at the bottom. ``maps`` (n, n_shown, small, small)
        holds the activations of the drawn hidden units, and ``weights`` (n, n_drawn) the drawn
        biases and weights. These are quantised, with a scale each: see `nnviz.frames.quantise`.
        ``gradients`` (n, n_drawn), if requested, is the gradient for the drawn parameters.
        """
        n, side = len(moments), self.grid.resolution
        surface = np.empty((n, side, side), np.int8)
        surface_scale = np.empty(n)
        shown = [len(layer.shown) for layer in self.layers[:-1]]
        small = -(-side // picture.MAP_EVERY)
        maps = np.empty((n, sum(shown), small, small), np.int8)
        map_scale = np.empty((n, len(shown)))
        ends = np.cumsum([0, *shown])
        for chunk, activations, logits in self._evaluator.chunks(moments.theta):
            plane = logits.reshape(-1, side, side)
            surface[chunk], surface_scale[chunk] = quantise_surfaces(plane)
            for i, a in enumerate(activations):
                part = slice(ends[i], ends[i + 1])
                maps[chunk, part], map_scale[chunk, i] = quantise_maps(self._small(i, a))
        weights, weight_scale = quantise_weights(moments.theta[:, self._drawn])
        sections: Sections = {
            "step": moments.step.astype(np.float64),
            "epoch": moments.epoch,
            "surface_scale": surface_scale,
            "surface": surface,
            **{name: moments.metrics[:, i] for i, name in enumerate(COLUMNS)},
            "weight_scale": weight_scale,
            "weights": weights,
        }
        if gradients:
            sections["gradients"] = self._gradients(moments)
        if shown:
            sections |= {"map_scale": map_scale, "maps": maps}
        return sections

    def _small(self, layer: int, a: NDArray[np.floating]) -> NDArray[np.floating]:
        """Select the drawn units and every third point from (n, n_units, n_points)."""
        every, side = picture.MAP_EVERY, self.grid.resolution
        plane = a.reshape(*a.shape[:2], side, side)[:, :, ::every, ::every]
        shown = self.layers[layer].shown
        return plane if len(shown) == a.shape[1] else plane[:, shown]

    def _gradients(self, moments: Moments) -> NDArray[np.float32]:
        found = [
            self._run.gradient_of(theta, step)[self._drawn]
            for theta, step in zip(moments.theta, moments.step.tolist(), strict=True)
        ]
        return drawable(np.array(found)).astype(np.float32)
