"""What was recorded about the libraries: its fields, their bounds, and the file that holds it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from nnviz.libraries.schema import (
    finite,
    many,
    maybe,
    named,
    number,
    one_of,
    quartiles,
    record,
    text,
)

PATH = Path(__file__).with_name("record.json")
LIBRARIES = ("NumPy", "scikit-learn", "PyTorch", "Keras")
BASES = ("article", "adam")
MARK = 1e-9
"""The largest difference of a parameter at which two libraries count as equal."""

Quartiles = tuple[float, float, float]
_LIBRARY, _PEER = one_of(*LIBRARIES), one_of(*LIBRARIES[1:])
_SECONDS, _LOSS, _SHARE = quartiles(0.0, 3_600.0), quartiles(0.0, 1e9), quartiles(0.0, 1.0)
_STEP, _TITLE, _SENTENCE = number(0, 10_000_000, whole=True), text(80), text(400)


@dataclass(frozen=True)
class Recorded:
    """Where and when; ``load`` is the least and the most load average of the machine meanwhile."""

    machine: Annotated[str, text(200)]
    date: Annotated[str, text(10, least=10)]
    cores: Annotated[int, number(1, 4_096, whole=True)]
    load: Annotated[tuple[float, float], many(number(0.0, 1e4), most=2, least=2)]
    versions: Annotated[dict[str, str], named(text(40), most=10)]


@dataclass(frozen=True)
class Locked:
    """A preset in a library after the same updates: the largest difference of a parameter.

    ``largest`` and ``weight``, the largest parameter, are None if the library cannot do it.
    """

    preset: Annotated[str, text(40)]
    library: Annotated[str, _PEER]
    steps: Annotated[int, _STEP]
    largest: Annotated[float | None, maybe(number(0.0, 1e300))]
    weight: Annotated[float | None, maybe(number(0.0, 1e300))]
    reason: Annotated[str, text(400, least=0)]


@dataclass(frozen=True)
class Twin:
    """The playground's own run with the same settings, in the address's spelling."""

    experiment: Annotated[str, text(4_000, least=0)]
    step: Annotated[int, _STEP]
    loss: Annotated[float, number(0.0, 1e9)]
    accuracy: Annotated[float, number(0.0, 1.0)]
    seconds: Annotated[Quartiles, _SECONDS]


@dataclass(frozen=True)
class Default:
    """A library's training after one of its defaults is put back; loss over the training points.

    ``row`` is empty for the training before: the same settings as in NumPy.
    """

    base: Annotated[str, one_of(*BASES)]
    library: Annotated[str, _PEER]
    row: Annotated[str, text(80, least=0)]
    what: Annotated[str, _SENTENCE]
    epochs: Annotated[int, _STEP]
    loss: Annotated[Quartiles, _LOSS]
    accuracy: Annotated[Quartiles, _SHARE]
    seconds: Annotated[Quartiles, _SECONDS]
    numpy: Annotated[Twin | None, maybe(record(Twin))]


@dataclass(frozen=True)
class Start:
    """What a library needs in a new process before it trains: import, first update; then one."""

    library: Annotated[str, _LIBRARY]
    imports: Annotated[Quartiles, _SECONDS]
    first: Annotated[Quartiles, _SECONDS]
    warm: Annotated[Quartiles, _SECONDS]


@dataclass(frozen=True)
class Trained:
    """The article's network trained to the same test accuracy, with one of two settings.

    If fewer updates are ``timed`` than are needed, ``seconds`` are in proportion.
    """

    library: Annotated[str, _LIBRARY]
    settings: Annotated[str, one_of("article", "keras")]
    updates: Annotated[int, _STEP]
    timed: Annotated[int, _STEP]
    epochs: Annotated[Quartiles, quartiles(0, 1_000_000)]
    seconds: Annotated[Quartiles, _SECONDS]


@dataclass(frozen=True)
class Width:
    """The time of one update at a width of the hidden layer; None is the article's network.

    ``threads`` is PyTorch's on as many threads as it likes, or None if the machine was busy.
    """

    width: Annotated[int | None, maybe(number(1, 65_536, whole=True))]
    numpy: Annotated[Quartiles, _SECONDS]
    pytorch: Annotated[Quartiles, _SECONDS]
    threads: Annotated[Quartiles | None, maybe(_SECONDS)]


@dataclass(frozen=True)
class Series:
    """Times of an update over the width, for one kind of network.

    PyTorch is faster from ``overtakes`` on at all measured widths; None if it is at none. The same
    holds for PyTorch on several threads and ``overtakes_on_threads``.
    """

    title: Annotated[str, _TITLE]
    n_samples: Annotated[int, number(1, 1_000_000, whole=True)]
    precision: Annotated[str, one_of("float32", "float64")]
    rows: Annotated[tuple[Width, ...], many(record(Width), most=40)]
    overtakes: Annotated[int | None, maybe(number(1, 65_536, whole=True))]
    overtakes_on_threads: Annotated[int | None, maybe(number(1, 65_536, whole=True))]


@dataclass(frozen=True)
class Record:
    """All that was recorded."""

    recorded: Annotated[Recorded, record(Recorded)]
    lockstep: Annotated[tuple[Locked, ...], many(record(Locked), most=400)]
    defaults: Annotated[tuple[Default, ...], many(record(Default), most=100)]
    starts: Annotated[tuple[Start, ...], many(record(Start), most=4)]
    article: Annotated[tuple[Trained, ...], many(record(Trained), most=4)]
    widths: Annotated[tuple[Series, ...], many(record(Series), most=10)]


def overtakes(rows: Sequence[Mapping[str, Any]], peer: str) -> int | None:
    """Return the width from which on a column of `Width` rows is faster than NumPy's, or None."""
    found = None
    for row in sorted((row for row in rows if row["width"]), key=lambda row: -row["width"]):
        if row[peer] is None or row[peer][1] >= row["numpy"][1]:
            break
        found = row["width"]
    return found


def read_record(written: str) -> Record:
    """Read a record from JSON; a ``ValueError`` names the field that breaks its rule."""
    found = record(Record)("record", json.loads(written, parse_constant=finite))
    for k, series in enumerate(found.widths):
        rows = [asdict(row) for row in series.rows]
        for name, peer in (("overtakes", "pytorch"), ("overtakes_on_threads", "threads")):
            told, true = getattr(series, name), overtakes(rows, peer)
            if told != true:
                raise ValueError(
                    f"record.widths[{k}].{name} must be {true}, as its rows say; got {told}"
                )
    for k, row in enumerate(found.lockstep):
        if (row.largest is None or row.largest > MARK) and not row.reason:
            raise ValueError(f"record.lockstep[{k}].reason must be given: {row.largest} differs")
    return found


def write_record(parts: dict[str, Any]) -> str:
    """Return a record as JSON, with a line for every row, or raise ``ValueError``."""
    lines = []
    for name, value in parts.items():
        rows = [json.dumps(one) for one in value] if isinstance(value, list) else None
        body = json.dumps(value) if rows is None else "[\n" + ",\n".join(rows) + "\n]"
        lines.append(f'"{name}": {body}')
    written = "{\n" + ",\n".join(lines) + "\n}\n"
    read_record(written)
    return written


@cache
def recorded() -> Record:
    """Return the record that comes with the package."""
    return read_record(PATH.read_text())


def as_json(found: Record) -> dict[str, Any]:
    """Return a record as plain JSON values."""
    return asdict(found)
