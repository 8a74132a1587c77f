"""More detail than a frame has: the surface on a finer grid, or one unit on the frame's grid."""

import numpy as np
from numpy.typing import NDArray

from nnviz.frames.grid import Grid
from nnviz.frames.quantise import quantise_maps, quantise_surfaces
from nnviz.network import Network
from nnviz.runs import Run, picture


def fine_surface(run: Run, side: int) -> tuple[NDArray[np.int8], float]:
    """Return the logits over the window, (side, side), and their scale by `quantise_surfaces`."""
    network, points = _plane(run, side)
    levels, scales = quantise_surfaces(network.logits(run.theta, points).reshape(1, side, side))
    return levels[0], float(scales[0])


def unit_map(run: Run, layer: int, unit: int) -> tuple[NDArray[np.int8], float]:
    """Return the activations of a unit over the window and their scale, by `quantise_maps`.

    ``layer`` counts the hidden layers and ``unit`` the layer's units, both from 0.
    """
    network, points = _plane(run, picture.GRID_RESOLUTION)
    activations = network.activations(run.theta, points)[layer][:, unit]
    levels, scales = quantise_maps(activations.reshape(1, 1, picture.GRID_RESOLUTION, -1))
    return levels[0, 0], float(scales[0])


def _plane(run: Run, side: int) -> tuple[Network, NDArray[np.float64]]:
    """Return the network in float32, and its inputs at the grid points (side * side, n_inputs)."""
    network = Network(run.experiment.network, dtype=np.float32)
    points = Grid.over(run.dataset.window, side).points
    return network, run.dataset.inputs(points)
