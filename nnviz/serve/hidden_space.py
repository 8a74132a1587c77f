"""Answer with the space of a layer: what never changes of all layers, and frames of one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from nnviz.data import COORDINATES, FEATURES, Dataset
from nnviz.experiment.rules import Refusal
from nnviz.frames import Grid
from nnviz.frames.quantise import quantise_weights
from nnviz.runs import Run, cost
from nnviz.runs.hidden import MOST_DIMS, HiddenSpace, LayerSpace
from nnviz.serve.address import Address
from nnviz.serve.batches import batch, counts
from nnviz.serve.desk import Work
from nnviz.serve.pool import Entry, Pool
from nnviz.serve.writer import Sections, Writer

SIDE = 25
"""Grid points along a side of the plane: every second one of the picture's grid."""

_SHAPES = {1: "one axis", 2: "two axes", 3: "three axes"}
_CUTS = {1: "one value", 2: "a straight line", 3: "a plane"}


@dataclass(frozen=True)
class SpaceSource:
    """The frames of a run of the pool in the space of one layer."""

    entry: Entry
    layer: int

    @property
    def run(self) -> Run:
        """The run, at the step of its last use."""
        return self.entry.run

    @cached_property
    def space(self) -> HiddenSpace:
        """The spaces of all layers, on the grid of this answer."""
        data = self.run.dataset
        return HiddenSpace(self.entry.experiment.network, data, _grid(data).points)

    @cached_property
    def seconds_of_update(self) -> float:
        """The time of an update, estimated."""
        return cost.seconds_of_update(self.entry.experiment)

    @cached_property
    def seconds_of_frame(self) -> float:
        """The time of a frame, estimated."""
        units = self.space.layers[self.layer].units
        return cost.seconds_of_space(self.entry.experiment, units, SIDE**2)

    def make(self, steps: Sequence[int]) -> Sections:
        """Return the frames at the ``steps``: see `hidden`."""
        moments, space = self.run.collect(steps), self.space.layers[self.layer]
        bent = self.space.at(moments.theta, self.layer)
        coordinates, scale = quantise_weights(bent.coordinates)
        logits, logits_scale = quantise_weights(bent.logits[:, : SIDE**2])
        sections: Sections = {
            "step": moments.step.astype(np.float64),
            "epoch": moments.epoch,
            "coordinates_scale": scale,
            "coordinates": coordinates,
            "logits_scale": logits_scale,
            "logits": logits,
            "window": bent.window.astype(np.float32),
        }
        if not space.exact:
            sections["shares"] = bent.shares.astype(np.float32)
        if space.is_last:
            sections["corners"] = bent.corners.astype(np.float32)
            sections["n_corners"] = bent.n_corners.astype(np.float64)
            sections["agree"] = bent.agree.astype(np.float64)
        return sections


def hiddens(pool: Pool, address: Address) -> Work:
    """Answer with what never changes: the layers, and where all points are in the plane.

    ``places`` (2, n_points) are the points of the grid, row by row, then the training and the test
    points, from -1 to 1 over the window.
    """
    entry, writer = pool.entry(address.experiment), Writer()
    data, sources = entry.run.dataset, SpaceSource(entry, 0).space.layers
    header = {
        "side": SIDE,
        "n_train": len(data.X_train),
        "layers": [
            {**_told(space, data), "counts": counts(SpaceSource(entry, space.layer))}
            for space in sources
        ],
    }
    points = np.concatenate([_grid(data).points, data.X_train, data.X_test])
    low, high = np.array(data.window.spans).T
    places = (2.0 * (points - low) / (high - low) - 1.0).T
    yield writer.message(header, {"places": places.astype(np.float32)})
    yield writer.end(None)


def hidden(pool: Pool, address: Address) -> Work:
    """Answer with a batch of frames in the space of one layer.

    ``step`` and ``epoch`` are (n,). ``coordinates`` (n, dims, n_points) are those of the points of
    ``hiddens``, and ``logits`` (n, side * side) those of the grid, both quantised by
    `quantise_weights`: so finely that a drawn boundary lies on the line that separates.
    ``window`` (n, dims, 2) and, where they say anything, ``shares``, ``corners``, ``n_corners`` and
    ``agree`` are those of `nnviz.runs.hidden.Bent`.
    """
    entry, layer = pool.entry(address.experiment), address.number("layer")
    last = len(address.experiment.hidden)
    if layer > last:
        raise Refusal("layer", f"must be at most {last}, the number of hidden layers", str(layer))
    yield from batch(SpaceSource(entry, layer), address)


def _grid(data: Dataset) -> Grid:
    return Grid.over(data.window, SIDE)


def _told(space: LayerSpace, data: Dataset) -> dict[str, Any]:
    """Return the facts of a layer as plain JSON values, and what its picture shows in words."""
    names = [f"unit {i + 1}" for i in range(space.units)] if space.layer else _input_names(data)
    axes = names if space.exact else [f"component {i + 1}" for i in range(MOST_DIMS)]
    return {
        "layer": space.layer,
        "title": f"Layer {space.layer}" if space.layer else "Inputs",
        "units": space.units,
        "how": "exact" if space.exact else "components",
        "kind": f"exact: {_count(space)}" if space.exact else f"components of {_count(space)}",
        "dims": space.dims,
        "axes": axes,
        "is_last": space.is_last,
        "words": _words(space, names),
    }


def _count(space: LayerSpace) -> str:
    one = "unit" if space.layer else "input"
    return f"1 {one}" if space.units == 1 else f"{space.units} {one}s"


def _words(space: LayerSpace, names: Sequence[str]) -> list[str]:
    if space.layer:
        of = f"The activations of the {_count(space)} of hidden layer {space.layer}"
    else:
        of = f"The network's inputs {', '.join(names)}"
    if space.exact:
        words = [f"{of}, on {_SHAPES[space.dims]}: nothing is left out."]
    else:
        words = [
            f"{of} have too many axes to be drawn. The picture has their first three principal "
            "components over the training points."
        ]
    if space.is_last and space.exact:
        words.append(
            f"The output is a weighted sum of these, so its boundary is {_CUTS[space.dims]} here."
        )
    elif space.is_last:
        words.append(
            f"The output is a weighted sum of all {space.units}, so its boundary is flat. What is "
            "drawn is the slice where all other components are at their mean."
        )
    return words


def _input_names(data: Dataset) -> list[str]:
    names = {one: name for one, name in zip(COORDINATES, data.names, strict=True) if one != name}
    return [names.get(key, FEATURES[key].title) for key in data.features]
