"""The file of a sweep: what it is, and what its cells have come to so far. One line of JSON each.

The first line must be that of the same sweep. A line that was cut when the program died is dropped.
The file is not trusted: the length of a line is limited before it is read, and every field checked.
Arrays are base64 of their bytes, the lowest first, so that what is read equals what was trained.
"""

import base64
import binascii
import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nnviz.experiment.json import check_keys, kind, parse, to_json
from nnviz.experiment.rules import Refusal, clip
from nnviz.network import Network
from nnviz.runs.past import HISTORY_ROWS
from nnviz.runs.result import Result
from nnviz.runs.sweep.cells import Cell, Failure, Outcome, Plan
from nnviz.runs.sweep.groups import Group
from nnviz.runs.sweep.halving import Halving
from nnviz.training import History, Metrics, StopReason
from nnviz.training.history import COLUMNS

VERSION = 1
_MARK = "nnviz_sweep"
_FIELDS = ("index", "steps", "step", "metrics", "history", "theta", "stopped", "failure")
_REASON = {"kind": str, "step": int, "cause": str, "advice": str, "layer": int | None}
_LONGEST_HEADER = 100_000_000
_LONGEST_WORDS = 10_000
_NOT_FINITE = {"nan": math.nan, "inf": math.inf}


class Journal:
    """An open file of a sweep. ``write`` returns when what it wrote is on the disk."""

    def __init__(
        self, path: str | os.PathLike[str], plan: Plan, halving: Halving | None = None
    ) -> None:
        self._name = clip(os.path.basename(path))
        self._cells = {cell.index: cell for cell in plan.cells}
        self._known: dict[tuple[int, int], Outcome] = {}
        self._file: BinaryIO = open(path, "a+b")  # noqa: SIM115  # open as long as the sweep
        try:
            self._begin(_header(plan, halving))
        except BaseException:
            self._file.close()
            raise

    def known(self, cell: Cell, steps: int) -> Outcome | None:
        """Return what the file says about a cell after ``steps`` updates, if it does."""
        return self._known.get((cell.index, steps))

    def write(self, group: Group, outcomes: Sequence[Outcome]) -> None:
        """Add what the cells of a group have come to."""
        lines = [
            _line({"index": cell.index, "steps": group.steps, **_written(outcome)})
            for cell, outcome in zip(group.cells, outcomes, strict=True)
        ]
        self._file.write(b"".join(lines))
        self._sync()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())

    def _begin(self, header: Mapping[str, Any]) -> None:
        """Read the file, and leave it ready to write after its last whole line."""
        self._file.seek(0)
        first = self._file.readline(_LONGEST_HEADER)
        whole = 0
        if first.endswith(b"\n"):
            self._compare(first, header)
            whole = len(first)
            longest = max(map(_longest_line, self._cells.values()), default=0)
            number = 1
            while (line := self._file.readline(longest + 1)).endswith(b"\n"):
                number += 1
                self._read(line, longest, number)
                whole += len(line)
            if len(line) > longest:
                raise Refusal("file", f"must have lines of at most {longest:,} bytes", self._name)
        elif first and not _line(header).startswith(first):
            raise Refusal("file", "must be a file of this sweep, or a new one", self._name)
        self._file.truncate(whole)
        if not whole:
            self._file.write(_line(header))
            self._sync()

    def _compare(self, first: bytes, header: Mapping[str, Any]) -> None:
        try:
            found = check_keys(parse(first, _LONGEST_HEADER), "the first line", tuple(header))
        except ValueError as fault:
            raise Refusal("file", f"must be a file of a sweep: {fault}", self._name) from None
        for key, value in header.items():
            if found.get(key) != value:
                other = f"must be a file of this sweep; its {key} differs"
                raise Refusal("file", other, self._name)

    def _read(self, line: bytes, longest: int, number: int) -> None:
        try:
            fields = check_keys(parse(line, longest), "a result", _FIELDS)
            index, steps = (_whole(fields, key) for key in ("index", "steps"))
            cell = self._cells.get(index)
            if cell is None or cell.experiment is None:
                raise ValueError(f"index must be one of a cell that is trained; got {index}")
            self._known[index, steps] = _outcome(cell, steps, fields)
        except ValueError as fault:
            raise Refusal("file", f"line {number}: {fault}", self._name) from None


def _header(plan: Plan, halving: Halving | None) -> dict[str, Any]:
    """Return what makes this sweep another one than others, as JSON values."""
    return {
        _MARK: VERSION,
        "experiment": to_json(plan.experiment),
        "grid": [[key, list(texts)] for key, texts in plan.grid],
        "seeds": list(plan.seeds),
        "steps": plan.steps,
        "sample": None if plan.sample is None else list(plan.sample),
        "halving": None if halving is None else asdict(halving),
    }


def _line(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def _written(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Failure):
        return {"failure": outcome.words[:_LONGEST_WORDS]}
    stopped = outcome.stopped
    reason = None if stopped is None else {key: getattr(stopped, key) for key in _REASON}
    _, values = outcome.history.all_rows()
    return {
        "step": outcome.step,
        "metrics": [v if math.isfinite(v) else str(v) for v in outcome.metrics],
        "history": _text(values.T, "<f8"),
        "theta": _text(outcome.theta, f"<f{outcome.theta.itemsize}"),
        "stopped": reason,
    }


def _text(array: NDArray[Any], dtype: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype).tobytes()).decode()


def _longest_line(cell: Cell) -> int:
    """Return a length that no line of this cell exceeds, for a history of any length."""
    n_params = 0 if cell.experiment is None else cell.experiment.network.n_params
    n_rows = 64 * HISTORY_ROWS  # many more than the largest step needs
    return (8 * n_params + 8 * len(COLUMNS) * n_rows) * 4 // 3 + 20 * _LONGEST_WORDS


def _outcome(cell: Cell, steps: int, fields: Mapping[str, Any]) -> Outcome:
    assert cell.experiment is not None, "only such cells are trained"
    if "failure" in fields:
        return Failure(cell.experiment, _words(fields["failure"], "failure"), cell)
    missing = [key for key in _FIELDS[:-1] if key not in fields]
    if missing:
        raise ValueError(f"a result must have {', '.join(_FIELDS[:-1])}; {missing[0]} is missing")
    step = _whole(fields, "step")
    if not 0 <= step <= steps:
        raise ValueError(f"step must be from 0 to {steps}; got {step}")
    network = Network(cell.experiment.network, dtype=cell.experiment.precision)
    theta = _array(fields["theta"], "theta", network.dtype)
    if theta.shape != (network.n_params,) or not np.isfinite(theta).all():
        raise ValueError(f"theta must be {network.n_params} finite numbers; got {theta.size}")
    history = _history(fields["history"], step)
    stopped = _reason(fields["stopped"], step)
    return Result(cell.experiment, step, _metrics(fields["metrics"]), history, theta, stopped)


def _history(value: Any, step: int) -> History:
    values = _array(value, "history", np.dtype(np.float64))
    history = History(HISTORY_ROWS)
    due = history.due_between(0, step + 1, values.size + 1)
    n_rows, rest = divmod(values.size, len(COLUMNS))
    if rest or n_rows > len(due):
        raise ValueError(f"history must be at most {len(due)} rows of {len(COLUMNS)} numbers")
    if n_rows:
        history.extend(due[:n_rows], values.reshape(n_rows, len(COLUMNS)))
    return history


def _metrics(value: Any) -> Metrics[float]:
    if not isinstance(value, list) or len(value) != len(COLUMNS):
        raise ValueError(f"metrics must be {len(COLUMNS)} numbers; got {kind(value)}")
    found = []
    for one in value:
        number = _NOT_FINITE.get(one) if isinstance(one, str) else one
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ValueError(f"metrics must be numbers, nan or inf; got {kind(one)}")
        found.append(float(number))
    return Metrics(*found)


def _reason(value: Any, step: int) -> StopReason | None:
    if value is None:
        return None
    fields = check_keys(value, "stopped", tuple(_REASON))
    for key, wanted in _REASON.items():
        found = fields.get(key)
        if not isinstance(found, wanted) or isinstance(found, bool):
            raise ValueError(f"stopped.{key} is not what it must be; got {kind(found)}")
        if isinstance(found, str):
            _words(found, f"stopped.{key}")
    if fields["step"] != step:
        raise ValueError(f"stopped.step must be the step, {step}; got {kind(fields['step'])}")
    return StopReason(**fields)


def _words(value: Any, where: str) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_WORDS:
        raise ValueError(f"{where} must be a text of at most {_LONGEST_WORDS} characters")
    return value


def _whole(fields: Mapping[str, Any], key: str) -> int:
    value = fields.get(key)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{key} must be a whole number; got {kind(value)}")
    return value


def _array(value: Any, where: str, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Read the output of `_text`, (n,)."""
    try:
        raw = base64.b64decode(value, validate=True) if isinstance(value, str) else b"?"
        return np.frombuffer(raw, dtype.newbyteorder("<")).astype(dtype)
    except (binascii.Error, ValueError):
        raise ValueError(f"{where} must be base64 of {dtype} numbers") from None
