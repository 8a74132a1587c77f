"""The architecture of a network as an immutable value: its layers, their sizes and its loss."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from nnviz.network.activations import ACTIVATIONS
from nnviz.network.losses import LOSSES


def _check_whole(field: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{field} must be a whole number of at least 1; got {value!r}")


def _check_name(field: str, value: object, names: Iterable[str]) -> None:
    if not isinstance(value, str) or value not in names:
        raise ValueError(f"{field} must be one of {', '.join(names)}; got {value!r}")


@dataclass(frozen=True)
class LayerSpec:
    """One fully connected layer: `units` outputs, an activation, and a share to drop out.

    Parameters
    ----------
    units : number of units, at least 1
    activation : a name in `ACTIVATIONS`
    dropout : share of this layer's outputs set to zero in every training step, 0 <= dropout < 1;
        the others are scaled by 1 / (1 - dropout), so that predictions need no scaling
    """

    units: int
    activation: str = "tanh"
    dropout: float = 0.0

    def __post_init__(self) -> None:
        _check_whole("units", self.units)
        _check_name("activation", self.activation, ACTIVATIONS)
        if (
            isinstance(self.dropout, bool)
            or not isinstance(self.dropout, int | float)
            or not 0.0 <= self.dropout < 1.0
        ):
            raise ValueError(f"dropout must be at least 0 and below 1; got {self.dropout!r}")


@dataclass(frozen=True)
class NetworkSpec:
    """A stack of layers from `n_inputs` features to one logit, and the loss it is trained on.

    The last of `layers` is the output layer: one unit, with an activation that the loss allows
    (sigmoid for all of them; hinge also takes linear), and without dropout.
    """

    n_inputs: int
    layers: tuple[LayerSpec, ...]
    loss: str = "binary_cross_entropy"

    def __post_init__(self) -> None:
        _check_whole("n_inputs", self.n_inputs)
        object.__setattr__(self, "layers", tuple(self.layers))
        if not self.layers or not all(isinstance(layer, LayerSpec) for layer in self.layers):
            raise ValueError(f"layers must hold at least one LayerSpec; got {self.layers!r}")
        _check_name("loss", self.loss, LOSSES)
        output = self.layers[-1]
        allowed = LOSSES[self.loss].output_activations
        if output.units != 1:
            raise ValueError(f"the output layer must have 1 unit; got {output.units}")
        if output.activation not in allowed:
            raise ValueError(
                f"the output activation must be {' or '.join(allowed)} for {self.loss}; "
                f"got {output.activation!r}"
            )
        if output.dropout:
            raise ValueError(f"the output layer must have dropout 0; got {output.dropout!r}")

    @classmethod
    def from_dims(
        cls,
        dims: Sequence[int],
        hidden: str = "tanh",
        output: str = "sigmoid",
        loss: str = "binary_cross_entropy",
        dropout: float = 0.0,
    ) -> "NetworkSpec":
        """Make a spec from the sizes of all layers, inputs first: ``from_dims([2, 3, 1])``."""
        sizes = tuple(dims)
        if len(sizes) < 2:
            raise ValueError(f"dims must hold the inputs and at least one layer; got {dims!r}")
        inner = tuple(LayerSpec(units, hidden, dropout) for units in sizes[1:-1])
        return cls(sizes[0], (*inner, LayerSpec(sizes[-1], output)), loss)

    @classmethod
    def from_dicts(
        cls, architecture: Sequence[Mapping[str, Any]], loss: str = "binary_cross_entropy"
    ) -> "NetworkSpec":
        """Make a spec from one ``{"input_dim", "output_dim", "activation"}`` per layer.

        Every layer's `input_dim` must be the `output_dim` of the layer before it.
        """
        layers = [dict(layer) for layer in architecture]
        if not layers:
            raise ValueError("architecture must hold at least one layer; got none")
        keys = {"input_dim", "output_dim", "activation"}
        for i, layer in enumerate(layers):
            if set(layer) != keys:
                raise ValueError(f"layer {i + 1} must have the keys {sorted(keys)}; got {layer!r}")
            _check_whole(f"input_dim of layer {i + 1}", layer["input_dim"])
        for i, (before, after) in enumerate(pairwise(layers)):
            if before["output_dim"] != after["input_dim"]:
                raise ValueError(
                    f"input_dim of layer {i + 2} must equal output_dim of layer {i + 1}, "
                    f"{before['output_dim']!r}; got {after['input_dim']!r}"
                )
        specs = tuple(LayerSpec(layer["output_dim"], layer["activation"]) for layer in layers)
        return cls(layers[0]["input_dim"], specs, loss)

    @property
    def dims(self) -> tuple[int, ...]:
        """Sizes of all layers, inputs first: (n_inputs, units, …, 1)."""
        return (self.n_inputs, *(layer.units for layer in self.layers))

    @property
    def n_params(self) -> int:
        """Number of weights and biases."""
        return sum((n_in + 1) * n_out for n_in, n_out in pairwise(self.dims))
