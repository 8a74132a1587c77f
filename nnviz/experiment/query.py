"""Experiments as the query of a link.

A link is read key by key. A missing value, or one that breaks a rule, falls back to its default; a
note names the key, the value and the rule. Links are not trusted: the length of a value is checked
before it is read, and the rules of ``settings.py`` after.
"""

from collections.abc import Callable, Mapping
from dataclasses import astuple, replace

from nnviz.data import OWN, Points, Window
from nnviz.data.points import CLASSES, check_name
from nnviz.experiment import limits
from nnviz.experiment.bounds import Bounds, at_most
from nnviz.experiment.experiment import Change, Experiment
from nnviz.experiment.rules import COORDINATE, LABEL, PLACED, Choice, Number, Refusal, clip
from nnviz.experiment.settings import SETTINGS
from nnviz.network import ACTIVATIONS, LayerSpec

LAYERS = "layers"
_CHANGES = "changes"
_DATA = "data"
_SCALING = "scaling"
_POINTS = "points"
_WINDOW = "window"
_PLACED = "placed"
_NAMES = {"x1_name": "x1", "x2_name": "x2"}
_CLASSES = dict(zip(("class0_name", "class1_name"), CLASSES, strict=True))
_CALLED = _NAMES | _CLASSES  # the names in a link, and what they are if it has none
_LONGEST_POINT = 52  # two numbers of 24 characters, a class, and separators
_LONGEST_CHANGE = 64  # a step, a field and a number
_LONGEST_VALUE = 4000  # for all other keys

_OF_POINTS = (*_CALLED, _POINTS, _WINDOW, _PLACED)

KEYS = frozenset({*SETTINGS, *_OF_POINTS, LAYERS, _CHANGES})
"""All keys of a link that belong to an experiment."""
_NONE = "none"
_ANY = Bounds()

ACTIVATION = Choice({name: name for name in ACTIVATIONS})
"""The rule for the activation of a hidden layer."""
_DROPOUT = Number(limits.DROPOUT)
_VALUE = Number(limits.EDITED_WEIGHT)


def format_layers(hidden: tuple[LayerSpec, ...]) -> str:
    """Write hidden layers as text: ``4-tanh 2-relu-0.1``; the last number is the dropout."""
    words = []
    for layer in hidden:
        parts = [str(layer.units), layer.activation]
        if layer.dropout:
            parts.append(_DROPOUT.format(layer.dropout))
        words.append("-".join(parts))
    return " ".join(words) or _NONE


def parse_layers(text: str, bounds: Bounds = _ANY) -> tuple[LayerSpec, ...]:
    """Read the text of :func:`format_layers`; ``ValueError`` for other texts."""
    if text == _NONE:
        return ()
    words = text.split(" ")
    at_most("layers", len(words), bounds.hidden_layers)
    layers = []
    for word in words:
        units, _, rest = word.partition("-")
        activation, _, dropout = rest.partition("-")
        layers.append(
            LayerSpec(
                bounds.unit_rule.parse("units of a layer", units),
                ACTIVATION.parse("activation of a layer", activation),
                dropout=_DROPOUT.parse("dropout of a layer", dropout) if dropout else 0.0,
            )
        )
    return tuple(layers)


def format_changes(changes: tuple[Change, ...]) -> str:
    """Write changes as text: ``120-learning_rate-0.1 300-theta.4--0.5``."""
    return " ".join(f"{c.step}-{c.field}-{_VALUE.format(c.value)}" for c in changes)


def parse_changes(text: str, bounds: Bounds = _ANY) -> tuple[Change, ...]:
    """Read the text of :func:`format_changes`; ``ValueError`` for other texts."""
    words = text.split(" ") if text else []
    at_most("changes", len(words), bounds.changes)
    changes = []
    for word in words:
        step, _, rest = word.partition("-")
        field, _, value = rest.partition("-")
        at = bounds.step_rule.parse("change step", step)
        changes.append(Change(at, field, _VALUE.parse("changed value", value)))
    return tuple(changes)


def format_points(points: Points) -> str:
    """Write points as text: ``1.5_-0.2_1~0.3_0.4_0``, each with its class."""
    return "~".join(
        f"{COORDINATE.format(x1)}_{COORDINATE.format(x2)}_{label:d}"
        for x1, x2, label in points.rows
    )


def parse_points(text: str, called: Mapping[str, str] = _CALLED, bounds: Bounds = _ANY) -> Points:
    """Read the text of :func:`format_points`; ``ValueError`` for other texts.

    ``called`` holds the names of both features and both classes by their keys in a link.
    """
    words = text.split("~")
    at_most("points of a link", len(words), bounds.link_points)
    rows = []
    for number, word in enumerate(words, start=1):
        parts = word.split("_")
        if len(parts) != 3:
            raise ValueError(f"point {number} must be x1_x2_class; got {clip(word)}")
        rows.append(
            (
                COORDINATE.parse(f"point {number}: x1", parts[0]),
                COORDINATE.parse(f"point {number}: x2", parts[1]),
                LABEL.parse(f"point {number}: class", parts[2]),
            )
        )
    (x1, x2), (first, second) = ([called[key] for key in keys] for keys in (_NAMES, _CLASSES))
    return Points(tuple(rows), (x1, x2), (first, second))


def format_window(window: Window) -> str:
    """Write a window as text: ``-1_1.5_0_2``, both ends of x1 and then of x2."""
    return "_".join(map(COORDINATE.format, astuple(window)))


def parse_window(text: str) -> Window:
    """Read the text of :func:`format_window`; ``ValueError`` for other texts."""
    parts = text.split("_")
    if len(parts) != 4:
        raise ValueError(f"window must be x1_x1_x2_x2, the ends of both axes; got {clip(text)}")
    return Window(*(COORDINATE.parse("an end of the window", part) for part in parts))


def link_holds(experiment: Experiment, bounds: Bounds = _ANY) -> bool:
    """Return whether a link can hold it: at most ``bounds.link_points`` own points."""
    points = experiment.data.points
    return points is None or len(points.rows) <= bounds.link_points


def to_query(experiment: Experiment, bounds: Bounds = _ANY) -> dict[str, str]:
    """Write the query that reads back to an equal experiment; default values are left out.

    The default scaling is the one that suits the data.

    If there are too many own points, see :func:`link_holds`, it says only that the data are own.

    >>> to_query(Experiment())
    {}
    """
    default = Experiment()
    unsaid = {key: setting.get(default) for key, setting in SETTINGS.items()}
    unsaid[_SCALING] = replace(experiment.data, scaling=None).scaling
    query = {
        key: setting.rule.format(setting.get(experiment))
        for key, setting in SETTINGS.items()
        if setting.get(experiment) != unsaid[key]
    }
    points = experiment.data.points
    if points is not None and link_holds(experiment, bounds):
        query[_POINTS] = format_points(points)
        if points.window is not None:
            query[_WINDOW] = format_window(points.window)
        if points.placed:
            query[_PLACED] = PLACED.format(points.placed)
        names = zip(_CALLED, (*points.names, *points.classes), strict=True)
        query |= {key: name for key, name in names if name != _CALLED[key]}
    if experiment.hidden != default.hidden:
        query[LAYERS] = format_layers(experiment.hidden)
    if experiment.changes:
        query[_CHANGES] = format_changes(experiment.changes)
    return query


def from_query(
    query: Mapping[str, str], own: Points | None = None, bounds: Bounds = _ANY
) -> tuple[Experiment, list[str]]:
    """Read the experiment of a link; return it with a note for every value that cannot be used.

    ``own`` are the visitor's own points, if they were too many for the link. Unknown keys are
    ignored: they may belong to the page.
    """
    notes: list[str] = []
    experiment = _read(query, own, bounds, lambda refusal: notes.append(str(refusal)))
    return experiment, notes


def read_query(query: Mapping[str, str], bounds: Bounds = _ANY) -> Experiment:
    """Read the experiment of a query; raise ``Refusal`` for the first value that cannot be used.

    Unlike :func:`from_query`, it also refuses unknown keys.
    """

    def refuse(refusal: Refusal) -> None:
        raise refusal

    for key, text in query.items():
        if key not in KEYS:
            refuse(Refusal(clip(key), "is no key of an experiment", clip(text)))
    return _read(query, None, bounds, refuse)


def _read(
    query: Mapping[str, str],
    own: Points | None,
    bounds: Bounds,
    on_refusal: Callable[[Refusal], None],
) -> Experiment:
    """Read value by value; for one that breaks its rule, call ``on_refusal`` instead."""
    experiment = Experiment()
    longest = {
        _POINTS: _LONGEST_POINT * bounds.link_points,
        _CHANGES: _LONGEST_CHANGE * bounds.changes,
    }
    called = dict(_CALLED)
    for key in (*_OF_POINTS, *SETTINGS, LAYERS, _CHANGES):
        text = query.get(key)
        if text is None:
            continue
        try:
            most = max(longest.get(key, 0), _LONGEST_VALUE)
            if len(text) > most:
                raise ValueError(f"{key} must be at most {most} characters; got {len(text)}")
            if key in _OF_POINTS and query.get(_DATA) != OWN:
                raise ValueError(f"{key} must be left out unless {_DATA} is {OWN}")
            if key in called:
                check_name(text, "class" if key in _CLASSES else "feature")
                called[key] = text
            elif key == _POINTS:
                points = parse_points(text, called, bounds)
                experiment = experiment.with_points(points)
            elif key in (_WINDOW, _PLACED):
                if experiment.data.points is None:
                    raise ValueError(f"{key} must be left out unless there are {_POINTS}")
                points = (
                    replace(experiment.data.points, window=parse_window(text))
                    if key == _WINDOW
                    else replace(experiment.data.points, placed=PLACED.parse(key, text))
                )
                experiment = experiment.with_points(points)
            elif key == _DATA and text == OWN:
                if _POINTS not in query and own is None:
                    raise ValueError(
                        f"a link holds at most {bounds.link_points} points; these were too many "
                        "for the link, so they are only in the saved file"
                    )
                if _POINTS not in query and own is not None:
                    experiment = experiment.with_points(own)
            elif key == LAYERS:
                experiment = experiment.with_hidden(parse_layers(text, bounds))
            elif key == _CHANGES:
                experiment = replace(experiment, changes=parse_changes(text, bounds))
            else:
                setting = SETTINGS[key]
                experiment = setting.put(
                    experiment, bounds.rule_of(setting).parse(setting.label, text)
                )
        except ValueError as refusal:
            on_refusal(Refusal(key, str(refusal), clip(text)))
    return experiment
