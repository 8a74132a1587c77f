"""Experiments as text: the query of a link, and JSON.

A link is read key by key: what is missing, unknown or against the rules falls back to its default
and leaves a note that names the key, the value and the rule. Nothing that a link says is trusted:
values are bounded in length before they are read, and by the rules of ``nnviz.settings`` after.
"""

from collections.abc import Mapping
from dataclasses import replace

from nnviz import limits
from nnviz.experiment import Change, Experiment
from nnviz.network import ACTIVATIONS, LayerSpec
from nnviz.rules import Choice, Number, clip
from nnviz.settings import SETTINGS

_LAYERS = "layers"
_CHANGES = "changes"
_LONGEST_VALUE = 4000

KEYS = frozenset({*SETTINGS, _LAYERS, _CHANGES})
"""All keys of a link that belong to an experiment."""
_NONE = "none"

_UNITS = Number(limits.UNITS, whole=True)
_ACTIVATION = Choice({name: name for name in ACTIVATIONS})
_DROPOUT = Number(limits.DROPOUT)
_STEP = Number(limits.SHOWN_STEP, whole=True)
_VALUE = Number(limits.EDITED_WEIGHT)


def format_layers(hidden: tuple[LayerSpec, ...]) -> str:
    """Hidden layers as text: ``4-tanh 2-relu-0.1``, the last number being dropout."""
    words = []
    for layer in hidden:
        parts = [str(layer.units), layer.activation]
        if layer.dropout:
            parts.append(_DROPOUT.format(layer.dropout))
        words.append("-".join(parts))
    return " ".join(words) or _NONE


def parse_layers(text: str) -> tuple[LayerSpec, ...]:
    """The inverse of :func:`format_layers`; ``ValueError`` when it is none."""
    if text == _NONE:
        return ()
    words = text.split(" ")
    if len(words) > limits.HIDDEN_LAYERS.high:
        raise ValueError(f"layers must be at most {limits.HIDDEN_LAYERS.high:g}; got {len(words)}")
    layers = []
    for word in words:
        units, _, rest = word.partition("-")
        activation, _, dropout = rest.partition("-")
        layers.append(
            LayerSpec(
                _UNITS.parse("units of a layer", units),
                _ACTIVATION.parse("activation of a layer", activation),
                dropout=_DROPOUT.parse("dropout of a layer", dropout) if dropout else 0.0,
            )
        )
    return tuple(layers)


def format_changes(changes: tuple[Change, ...]) -> str:
    """Changes as text: ``120-learning_rate-0.1 300-theta.4--0.5``."""
    return " ".join(f"{c.step}-{c.field}-{_VALUE.format(c.value)}" for c in changes)


def parse_changes(text: str) -> tuple[Change, ...]:
    """The inverse of :func:`format_changes`; ``ValueError`` when it is none."""
    words = text.split(" ") if text else []
    if len(words) > limits.CHANGES:
        raise ValueError(f"changes must be at most {limits.CHANGES}; got {len(words)}")
    changes = []
    for word in words:
        step, _, rest = word.partition("-")
        field, _, value = rest.partition("-")
        changes.append(
            Change(_STEP.parse("change step", step), field, _VALUE.parse("changed value", value))
        )
    return tuple(changes)


def to_query(experiment: Experiment) -> dict[str, str]:
    """The query that reads back to an equal experiment; what has its default is left out.

    >>> to_query(Experiment())
    {}
    """
    default = Experiment()
    query = {
        setting.key: setting.rule.format(setting.get(experiment))
        for setting in SETTINGS.values()
        if setting.get(experiment) != setting.get(default)
    }
    if experiment.hidden != default.hidden:
        query[_LAYERS] = format_layers(experiment.hidden)
    if experiment.changes:
        query[_CHANGES] = format_changes(experiment.changes)
    return query


def from_query(query: Mapping[str, str]) -> tuple[Experiment, list[str]]:
    """The experiment that a link describes, and a note for every value that was not taken.

    Keys that are not settings are left alone: they may belong to the page.
    """
    experiment, notes = Experiment(), []
    for key in (*SETTINGS, _LAYERS, _CHANGES):
        text = query.get(key)
        if text is None:
            continue
        try:
            if len(text) > _LONGEST_VALUE:
                raise ValueError(
                    f"{key} must be at most {_LONGEST_VALUE} characters; got {len(text)}"
                )
            if key == _LAYERS:
                experiment = experiment.with_hidden(parse_layers(text))
            elif key == _CHANGES:
                experiment = replace(experiment, changes=parse_changes(text))
            else:
                setting = SETTINGS[key]
                experiment = setting.put(experiment, setting.rule.parse(setting.label, text))
        except ValueError as refusal:
            notes.append(f"{key}={clip(text)}: {refusal}")
    return experiment, notes
