"""Experiments as plain JSON values, and strict reading of JSON that is not trusted.

A link is read with tolerance, see ``query.py``; a file is not. Unknown keys and values that break
a rule are refused with a message that says where they are. Missing keys have their defaults, so
that a file from before a setting existed can still be opened.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, replace
from typing import Any, NoReturn

from nnviz.data import OWN, Points, Window
from nnviz.data.points import CLASSES
from nnviz.experiment import limits
from nnviz.experiment.bounds import Bounds
from nnviz.experiment.experiment import Change, Experiment
from nnviz.experiment.rules import COORDINATE, LABEL, PLACED, Choice, Number, Rule, clip, from_plain
from nnviz.experiment.settings import SETTINGS
from nnviz.network import ACTIVATIONS, LayerSpec

DEEPEST = 8
"""The deepest nesting of lists and objects."""
_HIDDEN = ("network", "hidden")
_CHANGES = "changes"
_LAYER: dict[str, Rule] = {
    "units": Number(limits.UNITS, whole=True),
    "activation": Choice({name: name for name in ACTIVATIONS}),
    "dropout": Number(limits.DROPOUT),
}
_CHANGE = ("step", "field", "value")
_POINTS = ("data", "points")
_NAME = ("data", "name")
_WINDOW = "window"
_PLACED = "placed"
_PATHS = {setting.path: setting for setting in SETTINGS.values()}
_ANY = Bounds()


def to_json(experiment: Experiment) -> dict[str, Any]:
    """Return an experiment as JSON: all settings by path, hidden layers, own points, changes.

    >>> to_json(Experiment())["data"]["name"]
    'moons'
    """
    written: dict[str, Any] = {}
    for setting in SETTINGS.values():
        *parents, name = setting.path
        place = written
        for parent in parents:
            place = place.setdefault(parent, {})
        value = setting.get(experiment)
        place[name] = list(value) if isinstance(value, tuple) else value
    points = experiment.data.points
    if points is not None:
        parent, name = _POINTS
        written[parent][name] = written_points(points)
    parent, name = _HIDDEN
    written[parent][name] = [
        {key: getattr(layer, key) for key in _LAYER} for layer in experiment.hidden
    ]
    written[_CHANGES] = [
        {key: getattr(change, key) for key in _CHANGE} for change in experiment.changes
    ]
    if from_json(written) != experiment:
        raise ValueError("experiment must be one that settings, layers and changes describe fully")
    return written


def from_json(value: Any, where: str = "experiment", bounds: Bounds = _ANY) -> Experiment:
    """Read an experiment from JSON values; error messages name the place, ``where``."""
    found = dict(_leaves(value, (), where))
    experiment = Experiment()
    layers = found.pop(_HIDDEN, None)
    if layers is not None:
        experiment = experiment.with_hidden(_layers(layers, f"{where}.{'.'.join(_HIDDEN)}", bounds))
    changes = found.pop((_CHANGES,), [])
    own = found.pop(_POINTS, None)
    if own is not None and found.get(_NAME) != OWN:
        raise ValueError(
            f"{where}.{'.'.join(_POINTS)} must be left out unless the data name is {OWN}; "
            f"got {kind(own)}"
        )
    for path, setting in _PATHS.items():  # in this order, because the axes depend on the data
        if path not in found:
            continue
        place = ".".join((where, *path))
        try:
            value = from_plain(bounds.rule_of(setting), setting.label, found[path])
            if own is None or path != _NAME:
                experiment = setting.put(experiment, value)
        except ValueError as refusal:
            raise ValueError(f"{place}: {refusal}") from None
        if own is not None and path == _NAME:
            points = read_points(own, f"{where}.{'.'.join(_POINTS)}", bounds)
            experiment = experiment.with_points(points)
    place = f"{where}.{_CHANGES}"
    made = _changes(changes, place, bounds)
    try:
        experiment = replace(experiment, changes=made)
        bounds.hold(experiment)
    except ValueError as refusal:
        raise ValueError(f"{place}: {refusal}") from None
    return experiment


def parse(data: str | bytes, longest: int) -> Any:
    """Read JSON text of at most ``longest`` bytes; a ``ValueError`` says what is wrong.

    This is stricter than Python's own reader: NaN, repeated keys and values nested deeper than
    ``DEEPEST`` are refused.
    """
    if len(data) > longest:
        raise ValueError(f"the file must be at most {longest:,} bytes; got {len(data):,}")
    if isinstance(data, str):
        data = data.encode(errors="surrogatepass")
        if len(data) > longest:
            raise ValueError(f"the file must be at most {longest:,} bytes; got {len(data):,}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise ValueError(f"the file must be text in UTF-8; byte {fault.start + 1} is not") from None
    try:
        value = json.loads(
            text, parse_int=_whole, parse_constant=_no_number, object_pairs_hook=_unique
        )
    except json.JSONDecodeError as fault:
        raise ValueError(
            f"the file must be JSON; line {fault.lineno}, column {fault.colno}: {fault.msg}"
        ) from None
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    _check_depth(value)
    return value


_MOST_DIGITS = 400  # Python's own limit is 4,300, and its message is for programmers
_TOO_DEEP = f"the file must not be nested deeper than {DEEPEST}; it is"


def _check_depth(value: Any) -> None:
    """Refuse values that are nested too deeply, without using recursion."""
    level = [value]
    for _ in range(DEEPEST):
        if not any(isinstance(child, list | dict) for child in level):
            return
        level = [
            child
            for parent in level
            if isinstance(parent, list | dict)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
    if any(isinstance(child, list | dict) for child in level):
        raise ValueError(_TOO_DEEP)


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"the file must hold finite numbers only; it has {word}")


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(
            f"the file must hold numbers of at most {_MOST_DIGITS} digits; one has {len(digits)}"
        )
    return int(digits)


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the file must name every key once; {clip(key)} is there twice")
        found[key] = value
    return found


def check_keys(value: Any, where: str, known: Sequence[str]) -> Mapping[str, Any]:
    """Return ``value`` if it is an object without other keys than ``known``."""
    if not isinstance(value, dict):
        raise ValueError(f"{where} must be an object; got {kind(value)}")
    for key in value:
        if key not in known:
            raise ValueError(f"{where}: {clip(key)} is unknown; known are {', '.join(known)}")
    return value


def check_list(value: Any, where: str, longest: int) -> list[Any]:
    """Return ``value`` if it is a list of at most ``longest`` entries."""
    if not isinstance(value, list):
        raise ValueError(f"{where} must be a list; got {kind(value)}")
    if len(value) > longest:
        raise ValueError(f"{where} must have at most {longest} entries; got {len(value)}")
    return value


def kind(value: Any) -> str:
    """Describe a received value in a message: the kind of a container, or the value, shortened."""
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else clip(value)


def _leaves(value: Any, path: tuple[str, ...], where: str) -> Sequence[tuple[tuple[str, ...], Any]]:
    """Return the values at the known places below ``path``; unknown keys are refused."""
    places = [*_PATHS, _POINTS, _HIDDEN, (_CHANGES,)]
    if path in places:
        return [(path, value)]
    known = list(dict.fromkeys(p[len(path)] for p in places if p[: len(path)] == path))
    found: list[tuple[tuple[str, ...], Any]] = []
    for key, child in check_keys(value, where, known).items():
        found += _leaves(child, (*path, key), f"{where}.{key}")
    return found


def written_points(points: Points) -> dict[str, Any]:
    """Return a visitor's own points as plain JSON values."""
    rows = [[float(x1), float(x2), int(label)] for x1, x2, label in points.rows]
    written: dict[str, Any] = {"names": list(points.names), "classes": list(points.classes)}
    if points.window is not None:
        written[_WINDOW] = [*map(float, astuple(points.window))]
    return written | {_PLACED: points.placed, "rows": rows}


def read_points(value: Any, where: str, bounds: Bounds = _ANY) -> Points:
    """Read the output of :func:`written_points`; a ``ValueError`` says what is wrong ``where``."""
    fields = check_keys(value, where, ("names", "classes", "rows", _WINDOW, _PLACED))
    names, classes = (
        _two_texts(fields.get(key, usual), f"{where}.{key}")
        for key, usual in (("names", ["x1", "x2"]), ("classes", [*CLASSES]))
    )
    ends, window = fields.get(_WINDOW), None
    if ends is not None:
        for i, end in enumerate(_of_length(ends, f"{where}.{_WINDOW}", 4)):
            COORDINATE.check(f"{where}.{_WINDOW}[{i}]", end)
        window = Window(*ends)
    placed = fields.get(_PLACED, 0)
    PLACED.check(f"{where}.{_PLACED}", placed)
    rows = []
    for i, row in enumerate(check_list(fields.get("rows"), f"{where}.rows", bounds.samples)):
        place = f"{where}.rows[{i}]"
        x1, x2, label = _of_length(row, place, 3)
        COORDINATE.check(f"{place}[0]", x1)
        COORDINATE.check(f"{place}[1]", x2)
        LABEL.check(f"{place}[2]", label)
        rows.append((x1, x2, label))
    try:
        return Points(tuple(rows), names, classes, window, placed)
    except ValueError as refusal:
        raise ValueError(f"{where}: {refusal}") from None


def _two_texts(value: Any, where: str) -> tuple[str, str]:
    first, second = _of_length(value, where, 2)
    if not isinstance(first, str) or not isinstance(second, str):
        raise ValueError(f"{where} must be two texts; got {clip([first, second])}")
    return first, second


def _of_length(value: Any, where: str, length: int) -> list[Any]:
    """Return ``value`` if it is a list of exactly ``length`` entries."""
    entries = check_list(value, where, length)
    if len(entries) < length:
        raise ValueError(f"{where} must have {length} entries; got {len(entries)}")
    return entries


def _layers(value: Any, where: str, bounds: Bounds) -> tuple[LayerSpec, ...]:
    layers, rules = [], {**_LAYER, "units": bounds.unit_rule}
    for i, entry in enumerate(check_list(value, where, bounds.hidden_layers)):
        place = f"{where}[{i}]"
        fields = check_keys(entry, place, tuple(_LAYER))
        if "units" not in fields:
            raise ValueError(f"{place} must say how many units it has")
        for key, received in fields.items():
            try:
                rules[key].check(f"{key} of a layer", received)
            except ValueError as refusal:
                raise ValueError(f"{place}.{key}: {refusal}") from None
        layers.append(LayerSpec(**fields))
    return tuple(layers)


def _changes(value: Any, where: str, bounds: Bounds) -> tuple[Change, ...]:
    changes = []
    for i, entry in enumerate(check_list(value, where, bounds.changes)):
        place = f"{where}[{i}]"
        fields = check_keys(entry, place, _CHANGE)
        missing = [key for key in _CHANGE if key not in fields]
        if missing:
            raise ValueError(f"{place} must have {', '.join(_CHANGE)}; {missing[0]} is missing")
        if not isinstance(fields["field"], str):
            raise ValueError(f"{place}.field must be text; got {kind(fields['field'])}")
        try:
            changes.append(Change(**fields))
        except ValueError as refusal:
            raise ValueError(f"{place}: {refusal}") from None
    return tuple(changes)
