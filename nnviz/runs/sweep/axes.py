"""The axes of a sweep that shape all hidden layers: their number, units and activation.

All other axes are settings by their keys in a link, and ``layers``. The texts are not trusted.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from nnviz.experiment import Experiment
from nnviz.experiment.bounds import Bounds
from nnviz.experiment.query import ACTIVATION, LAYERS
from nnviz.experiment.rules import Refusal, Rule, Value, clip
from nnviz.experiment.variants import apply_values, read_variant
from nnviz.network import LayerSpec

Hidden = tuple[LayerSpec, ...]


@dataclass(frozen=True)
class Shape:
    """One of these axes: its words, the rule of its values, and what a value does to the layers."""

    label: str
    help: str
    rule: Callable[[Bounds], Rule]
    put: Callable[[Hidden, Value], Hidden]

    def canonical(self, text: str, bounds: Bounds) -> str:
        """Return a value's text as it is written; ``ValueError`` if it is not allowed."""
        rule = self.rule(bounds)
        return rule.format(rule.parse(self.label, text))


def _with_depth(hidden: Hidden, n: int) -> Hidden:
    """Return the first ``n`` layers; new ones are copies of the last."""
    last = hidden[-1:] or Experiment().hidden[:1]
    return (hidden + last * n)[:n]


def _with_width(hidden: Hidden, n: int) -> Hidden:
    return tuple(replace(layer, units=n) for layer in hidden)


def _with_activation(hidden: Hidden, name: str) -> Hidden:
    return tuple(replace(layer, activation=name) for layer in hidden)


SHAPES: dict[str, Shape] = {
    "depth": Shape(
        "Depth",
        "The number of hidden layers. A new layer is a copy of the last one.",
        lambda bounds: bounds.depth_rule,
        _with_depth,
    ),
    "width": Shape(
        "Width",
        "The number of units of every hidden layer.",
        lambda bounds: bounds.unit_rule,
        _with_width,
    ),
    "activation": Shape(
        "Activation",
        "The activation of every hidden layer.",
        lambda _: ACTIVATION,
        _with_activation,
    ),
}
"""By their keys, in the order in which they are applied."""


def hold_together(keys: Mapping[str, object]) -> None:
    """Raise ``Refusal`` if ``layers`` and one of these axes are given: both set the layers."""
    for key in SHAPES:
        if key in keys and LAYERS in keys:
            raise Refusal(key, f"must not be an axis together with {LAYERS}", clip(keys[key]))


def vary(experiment: Experiment, texts: Mapping[str, str], bounds: Bounds) -> Experiment:
    """Return the experiment with these values; ``Refusal`` if they do not fit together.

    >>> vary(Experiment(), {"width": "8", "depth": "3"}, Bounds()).network.dims
    (2, 8, 8, 8, 1)
    """
    others = ",".join(f"{key}:{text}" for key, text in texts.items() if key not in SHAPES)
    values = read_variant(others, bounds)
    hidden = experiment.hidden
    for key, shape in SHAPES.items():
        if key in texts:
            hidden = shape.put(hidden, shape.rule(bounds).parse(shape.label, texts[key]))
            values[LAYERS] = hidden
            if not hidden and key != "depth":
                raise Refusal(key, "must be left out without hidden layers", clip(texts[key]))
    return apply_values(experiment, values)
