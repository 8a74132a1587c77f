"""Save a run as one JSON file, and open it: the experiment, the step, the weights, the history.

Numbers are written with enough digits to read back the same values. A file is not trusted: its
size, depth, types, shapes and all numbers are checked first.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.experiment import Experiment, limits
from nnviz.experiment.bounds import Bounds
from nnviz.experiment.json import check_keys, check_list, from_json, kind, parse, to_json
from nnviz.network import Network
from nnviz.runs import Run
from nnviz.runs.past import HISTORY_ROWS
from nnviz.training import History, Metrics
from nnviz.training.history import COLUMNS

VERSION = 1
_MARK = "nnviz"
_KEYS = (_MARK, "experiment", "step", "weights", "history")
_INFINITE = "infinite"
_ROWS = ("step", *COLUMNS)
_ANY = Bounds()


@dataclass(frozen=True, eq=False)
class Saved:
    """The contents of a saved file: ``theta`` (n_params,) holds the parameters at ``step``."""

    experiment: Experiment
    step: int
    theta: NDArray[Any]
    history: History


def drift(saved: Saved, run: Run) -> str | None:
    """Say how a run that was trained again differs from the file; None if it does not.

    Parameters count as equal if half of their digits agree. Other processors and versions of NumPy
    round differently: the difference starts in the last digit and grows with every step.
    """
    if run.step != saved.step:
        return f"Trained again here, this run ends at step {run.step:,}, not at {saved.step:,}."
    with np.errstate(over="ignore"):
        largest = float(np.abs(run.theta - saved.theta).max())
    allowed = np.sqrt(np.finfo(saved.theta.dtype).eps) * np.abs(saved.theta).max()
    if largest <= allowed:
        return None
    return (
        f"Trained again here, this run gets other weights than those in the file: they differ "
        f"by up to {largest:.2g}."
    )


def save_file(run: Run) -> str:
    """Return the run as the text of one JSON file."""
    steps, values = run.history.all_rows()
    history: dict[str, list[Any]] = {"step": steps.tolist()}
    for name, column in zip(COLUMNS, values, strict=True):
        history[name] = [_written(value) for value in column.tolist()]
    contents = {
        _MARK: VERSION,
        "experiment": to_json(run.experiment),
        "step": run.step,
        "weights": layer_weights(run),
        "history": history,
    }
    return json.dumps(contents, allow_nan=False) + "\n"


def layer_weights(run: Run) -> list[dict[str, Any]]:
    """Return ``{"W": (n_in, n_out), "b": (n_out,)}`` of plain lists for each layer."""
    pairs = run.network.unpack(run.theta)
    return [{"W": W.tolist(), "b": b.tolist()} for W, b in pairs]


def open_file(contents: str | bytes, bounds: Bounds = _ANY) -> Saved:
    """Read a saved file; a ``ValueError`` says what is wrong with it, and where."""
    value = parse(contents, bounds.saved_bytes)
    if not isinstance(value, dict) or _MARK not in value:
        raise ValueError(f'this is no saved run: the file must be an object with "{_MARK}"')
    version = value[_MARK]
    if version != VERSION or isinstance(version, bool):
        raise ValueError(
            f"{_MARK}: this file has version {kind(version)}, and only {VERSION} can be opened here"
        )
    fields = check_keys(value, "the file", _KEYS)
    for key in _KEYS:
        if key not in fields:
            raise ValueError(f"the file must have {', '.join(_KEYS)}; {key} is missing")
    experiment = from_json(fields["experiment"], bounds=bounds)
    step = fields["step"]
    bounds.step_rule.check("step", step)
    theta = _theta(experiment, fields["weights"])
    return Saved(experiment, step, theta, _history(fields["history"], step, bounds))


def _written(value: float) -> float | str | None:
    """Return a number for JSON, which has no NaN (used if there is no test set) and no infinity."""
    if math.isnan(value):
        return None
    return _INFINITE if math.isinf(value) else value


def _number(value: Any, where: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise ValueError(f"{where} must be a finite number; got {kind(value)}")


def _theta(experiment: Experiment, value: Any) -> NDArray[Any]:
    network = Network(experiment.network, dtype=experiment.precision)
    theta = np.empty(network.n_params, network.dtype)
    layers = check_list(value, "weights", len(experiment.network.layers))
    if len(layers) < len(experiment.network.layers):
        raise ValueError(
            f"weights must have {len(experiment.network.layers)} entries, one per layer; "
            f"got {len(layers)}"
        )
    for i, (entry, views) in enumerate(zip(layers, network.unpack(theta), strict=True)):
        place = f"weights[{i}]"
        fields = check_keys(entry, place, ("W", "b"))
        for name, view in zip(("W", "b"), views, strict=True):
            _fill(view, fields.get(name), f"{place}.{name}")
    if not np.isfinite(theta).all():
        raise ValueError(f"weights must be finite in {experiment.precision}; at least one is not")
    return theta


def _fill(view: NDArray[Any], value: Any, where: str) -> None:
    """Copy nested lists into ``view``; they must have its shape."""
    entries = check_list(value, where, len(view))
    if len(entries) < len(view):
        raise ValueError(f"{where} must have {len(view)} entries; got {len(entries)}")
    for i, entry in enumerate(entries):
        place = f"{where}[{i}]"
        if view.ndim > 1:
            _fill(view[i], entry, place)
        else:
            with np.errstate(over="ignore"):  # the caller checks for infinity
                view[i] = _number(entry, place)


def _history(value: Any, step: int, bounds: Bounds) -> History:
    fields = check_keys(value, "history", _ROWS)
    history = History(HISTORY_ROWS)
    columns = []
    for name in _ROWS:
        if name not in fields:
            raise ValueError(f"history must have {', '.join(_ROWS)}; {name} is missing")
        column = check_list(fields[name], f"history.{name}", bounds.saved_rows)
        columns.append(column)
        if len(column) != len(columns[0]):
            raise ValueError(
                f"history.{name} must have {len(columns[0])} entries, as many as history.step; "
                f"got {len(column)}"
            )
    for i, (at, *row) in enumerate(zip(*columns, strict=True)):
        try:
            bounds.step_rule.check("step", at)
            if at > step:
                raise ValueError(f"step must be at most the file's own, {step}; got {at}")
            values = [
                read(value, f"{name}[{i}]")
                for read, value, name in zip(_READ, row, COLUMNS, strict=True)
            ]
            history.append(at, Metrics(*values))
        except ValueError as refusal:
            raise ValueError(f"history, row {i + 1}: {refusal}") from None
    return history


def _loss(value: Any, where: str) -> float:
    number = math.inf if value == _INFINITE else _number(value, where)
    if number < 0.0:
        raise ValueError(f"{where} must be at least 0; got {number:g}")
    return number


def _share(value: Any, where: str) -> float:
    number = _number(value, where)
    if number not in limits.ACCURACY:
        raise ValueError(f"{where} must be from 0 to 1; got {number:g}")
    return number


def _or_none(read: Callable[[Any, str], float]) -> Callable[[Any, str], float]:
    """Return a reader that also accepts None, which is written if there is no test set."""
    return lambda value, where: math.nan if value is None else read(value, where)


_READ = Metrics(_loss, _or_none(_loss), _share, _or_none(_share))
