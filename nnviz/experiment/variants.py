"""Variants: an experiment with a few settings changed, as a text: ``optimizer:adam,rate:0.01``.

Each change is a setting's key in a link, a colon and the value's text. The empty text is the
experiment itself. ``layers`` are the hidden layers. Racers are one to four variants of the same
experiment, joined by semicolons. The texts are not trusted: their length is checked before they are
read, and the rules of ``settings.py`` after.
"""

from collections.abc import Mapping
from dataclasses import replace

from nnviz.experiment.bounds import Bounds
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.query import LAYERS, format_layers, parse_layers
from nnviz.experiment.rules import Refusal, Value, clip
from nnviz.experiment.settings import SETTINGS

LONGEST = 500  # characters of a variant
MOST_CHANGES = 8
MOST_RACERS = 4
LONGEST_RACE = MOST_RACERS * (LONGEST + 1) - 1
_ANY = Bounds()


def read_variant(text: str, bounds: Bounds = _ANY) -> dict[str, Value]:
    """Return the values of a variant by key, in canonical order; ``Refusal`` for other texts.

    >>> read_variant("rate:0.10,optimizer:adam")
    {'optimizer': 'adam', 'rate': 0.1}
    """
    _hold_length(text)
    words = text.split(",") if text else []
    if len(words) > MOST_CHANGES:
        raise Refusal("variant", f"must change at most {MOST_CHANGES} settings", str(len(words)))
    found: dict[str, Value] = {}
    for word in words:
        key, colon, value = word.partition(":")
        if not colon:
            raise Refusal("variant", "must be key:value pairs joined by commas", clip(word))
        if key != LAYERS and key not in SETTINGS:
            raise Refusal("variant", "must name settings by their keys in a link", clip(key))
        if key in found:
            raise Refusal(key, "must be given once in a variant", clip(value))
        try:
            found[key] = _parse(key, value, bounds)
        except ValueError as reason:
            raise Refusal(key, str(reason), clip(value)) from None
    variant = {key: found[key] for key in (*SETTINGS, LAYERS) if key in found}
    _hold_length(write_variant(variant))
    return variant


def write_variant(variant: Mapping[str, Value]) -> str:
    """Write the canonical text of the values that :func:`read_variant` returns."""
    return ",".join(f"{key}:{_format(key, value)}" for key, value in variant.items())


def apply(experiment: Experiment, text: str, bounds: Bounds = _ANY) -> Experiment:
    """Return the experiment with a variant's values; ``Refusal`` if it cannot have them.

    Later changes of a live setting that the variant sets are dropped; so are those of single
    weights, if the network has other sizes, because a number then names another weight.

    >>> apply(Experiment(), "rate:0.1").training.learning_rate
    0.1
    """
    return apply_values(experiment, read_variant(text, bounds))


def apply_values(experiment: Experiment, variant: Mapping[str, Value]) -> Experiment:
    """Return the experiment with values by key, as :func:`apply` does with their text."""
    varied = replace(experiment, changes=())
    for key, value in variant.items():
        try:
            varied = _put(varied, key, value)
        except ValueError as reason:
            raise Refusal(key, str(reason), clip(_format(key, value))) from None
    set_anew = {SETTINGS[key].path[-1] for key in variant if key != LAYERS and SETTINGS[key].live}
    fits = varied.network.dims == experiment.network.dims
    kept = (
        change
        for change in experiment.changes
        if change.field not in set_anew and (fits or change.parameter is None)
    )
    return replace(varied, changes=tuple(kept))


def read_racers(text: str, bounds: Bounds = _ANY) -> tuple[str, ...]:
    """Return the canonical texts of one to four variants; ``Refusal`` for other texts.

    >>> read_racers("rate:0.10;")
    ('rate:0.1', '')
    """
    if len(text) > LONGEST_RACE:
        raise Refusal("race", f"must be at most {LONGEST_RACE} characters", str(len(text)))
    texts = text.split(";")
    if len(texts) > MOST_RACERS:
        raise Refusal("race", f"must have at most {MOST_RACERS} racers", str(len(texts)))
    return tuple(write_variant(read_variant(one, bounds)) for one in texts)


def _hold_length(text: str) -> None:
    if len(text) > LONGEST:
        raise Refusal("variant", f"must be at most {LONGEST} characters", str(len(text)))


def _parse(key: str, text: str, bounds: Bounds) -> Value:
    if key == LAYERS:
        return parse_layers(text, bounds)
    setting = SETTINGS[key]
    return bounds.rule_of(setting).parse(setting.label, text)


def _format(key: str, value: Value) -> str:
    return format_layers(value) if key == LAYERS else SETTINGS[key].rule.format(value)


def _put(experiment: Experiment, key: str, value: Value) -> Experiment:
    if key == LAYERS:
        return experiment.with_hidden(value)
    varied = SETTINGS[key].put(experiment, value)
    return varied.scaled_like(experiment) if key == "data" else varied
