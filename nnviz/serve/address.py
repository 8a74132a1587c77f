"""Addresses: write a request as the text of a URL, and read it back.

An address is kind + version + experiment + range. Only this module writes its canonical spelling.
A query in another spelling gets the same bytes, but caches are told not to keep them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast
from urllib.parse import parse_qsl, quote_plus

from nnviz.experiment import Change, Experiment, limits
from nnviz.experiment.bounds import Bounds
from nnviz.experiment.limits import Range
from nnviz.experiment.query import format_changes, parse_changes, read_query
from nnviz.experiment.rules import Choice, Number, Refusal, clip
from nnviz.experiment.variants import read_racers, read_variant, write_variant
from nnviz.explain import read_ask
from nnviz.models import MODELS
from nnviz.runs.ensemble import SEEDS, VARIES
from nnviz.runs.landscape import PLANES
from nnviz.serve import posted, quota
from nnviz.serve.posted import ID, spell
from nnviz.serve.sweep_text import read_sweep, write_sweep

LONGEST = 12_000  # characters of a query; escaping can triple the 4,000 of an experiment
_MOST_KEYS = 64
_FINEST_GRID = 193
_LANDSCAPE = Range(11, 121)
_LAST_BLOCK = 1_000
_LONGEST_ANSWERS = 2_000
CLOCKS = Choice({"updates": "Updates", "epochs": "Epochs"})
"""What the clock of a race may count."""


def _step(key: str, text: str) -> int:
    value: int = quota.bounds().step_rule.parse(key, text)
    return value


def _count(key: str, text: str) -> int:
    value: int = Number(Range(1, quota.BATCH), whole=True).parse(key, text)
    return value


def _every(key: str, text: str) -> int:
    value: int = Number(Range(1, quota.FASTEST), whole=True).parse(key, text)
    if value & (value - 1):
        raise ValueError(f"{key} must be a power of two; got {clip(text)}")
    return value


def _block(key: str, text: str) -> int:
    value: int = Number(Range(0, _LAST_BLOCK), whole=True).parse(key, text)
    return value


def _grid(key: str, text: str) -> int:
    value: int = Number(Range(2, _FINEST_GRID), whole=True).parse(key, text)
    return value


def _yes(key: str, text: str) -> int:
    if text != "1":
        raise ValueError(f"{key} must be 1 or left out; got {clip(text)}")
    return 1


def _plane(key: str, text: str) -> str:
    if text not in PLANES:
        raise ValueError(f"{key} must be one of {', '.join(PLANES)}; got {clip(text)}")
    return text


def _side(key: str, text: str) -> int:
    value: int = Number(_LANDSCAPE, whole=True).parse(key, text)
    return value


def _sample(key: str, text: str) -> int:
    value: int = Number(Range(0, limits.N_SAMPLES.high), whole=True).parse(key, text)
    return value


def _model(key: str, text: str) -> str:
    if text not in MODELS:
        raise ValueError(f"{key} must be one of {', '.join(MODELS)}; got {clip(text)}")
    return text


def _ask(key: str, text: str) -> str:
    return read_ask(text).text


def _answers(key: str, text: str) -> str:
    if len(text) > _LONGEST_ANSWERS:
        raise ValueError(f"{key} must be at most {_LONGEST_ANSWERS} characters; got {len(text)}")
    return text


def _layer(key: str, text: str) -> int:
    value: int = Number(Range(0, limits.HIDDEN_LAYERS.high), whole=True).parse(key, text)
    return value


def _unit(key: str, text: str) -> tuple[int, int]:
    layer, dot, index = text.partition(".")
    if not dot:
        raise ValueError(f"{key} must be a layer and a unit, such as 1.0; got {clip(text)}")
    number = Number(Range(0, limits.UNITS.high), whole=True)
    return number.parse(key, layer), number.parse(key, index)


def _clock(key: str, text: str) -> str:
    value: str = CLOCKS.parse(key, text)
    return value


def _seeds(key: str, text: str) -> int:
    names = {str(n): n for n in SEEDS}
    if text not in names:
        raise ValueError(f"{key} must be one of {', '.join(names)}; got {clip(text)}")
    return names[text]


def _vary(key: str, text: str) -> str:
    if text not in VARIES:
        raise ValueError(f"{key} must be one of {', '.join(VARIES)}; got {clip(text)}")
    return text


def _against(key: str, text: str) -> str:
    return write_variant(read_variant(text, quota.bounds()))


def _sweep(_: str, text: str) -> str:
    return write_sweep(read_sweep(text, quota.bounds())) if text else ""


def _training(key: str, text: str) -> int:
    value: int = Number(Range(0, quota.SWEEP_TRAININGS), whole=True).parse(key, text)
    return value


_READERS: dict[str, Callable[[str, str], object]] = {
    "from": _step,
    "count": _count,
    "every": _every,
    "gradients": _yes,
    "then": lambda key, text: parse_changes(text, quota.bounds()),
    "block": _block,
    "at": _step,
    "unit": _unit,
    "layer": _layer,
    "grid": _grid,
    "sample": _sample,
    "ask": _ask,
    "answers": _answers,
    "race": lambda _, text: ";".join(read_racers(text, quota.bounds())),
    "clock": _clock,
    "seeds": _seeds,
    "vary": _vary,
    "against": _against,
    "plane": _plane,
    "side": _side,
    "model": _model,
    "sweep": _sweep,
    "cell": _training,
    "part": _training,
}


@dataclass(frozen=True)
class Kind:
    """A kind of request: its required keys and its optional keys, in canonical order.

    If times are ``measured`` for its answer, its bytes do not follow from the address alone. Of the
    kinds with ``parts``, a visit may have the parts of one whole at a time, and the work ends when
    the visitor leaves.
    """

    name: str
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    measured: bool = False
    parts: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, in canonical order."""
        return self.must + self.may


KINDS = {
    kind.name: kind
    for kind in (
        Kind("runs"),
        Kind("frames", ("from", "count", "every"), ("gradients", "then")),
        Kind("curve", ("block",), ("at",)),
        Kind("moment", ("at",), ("unit", "grid")),
        Kind("trace", ("at", "sample")),
        Kind("why", ("at", "sample", "ask")),
        Kind("along", ("at", "ask")),
        Kind("check", ("at",)),
        Kind("layers", ("at",)),
        Kind("sheet", ("at", "sample")),
        Kind("mark", ("at", "sample", "answers")),
        Kind("race", ("race",), ("clock",)),
        Kind("ensembles", ("seeds", "vary")),
        Kind("ensemble", ("seeds", "vary", "from", "count", "every")),
        Kind("spread", ("seeds", "vary", "block"), ("at",)),
        Kind("lines", ("seeds", "vary", "at")),
        Kind("versus", ("seeds", "vary", "against", "at")),
        Kind("hiddens"),
        Kind("hidden", ("layer", "from", "count", "every")),
        Kind("landscape", ("at", "plane", "side")),
        Kind("metrics", ("at",)),
        Kind("models"),
        Kind("model", ("model",), measured=True),
        Kind("libraries", measured=True),
        Kind("sweeps", ("sweep",), ("cell",)),
        Kind("sweep", ("sweep", "part"), parts=True),
    )
}
"""Every kind of address by its name."""


@dataclass(frozen=True)
class Address:
    """One request; ``asked`` holds the values of the kind's keys that were given."""

    kind: str
    experiment: Experiment
    asked: Mapping[str, object] = field(default_factory=dict)

    def number(self, key: str) -> int:
        """Return the whole number given for ``key``."""
        return cast(int, self.asked[key])

    def text(self, key: str) -> str:
        """Return the text given for ``key``, or none."""
        return str(self.asked.get(key, ""))

    @property
    def then(self) -> tuple[Change, ...]:
        """The changes to apply first."""
        return cast(tuple[Change, ...], self.asked.get("then", ()))

    @property
    def unit(self) -> tuple[int, int]:
        """The layer and the unit that were requested."""
        layer, unit = cast(tuple[int, int], self.asked["unit"])
        return layer, unit

    @property
    def goal(self) -> int:
        """The step that the run has to reach first."""
        return max((self.number(key) for key in ("from", "at") if key in self.asked), default=0)

    @property
    def whole(self) -> str:
        """What this is a part of, or an empty text."""
        if not KINDS[self.kind].parts:
            return ""
        return Address(self.kind, self.experiment, {**self.asked, "part": 0}).query()

    def query(self) -> str:
        """Return the canonical query: the experiment's text, then the keys of the kind."""
        parts = [spell(self.experiment)] if spell(self.experiment) else []
        for key in KINDS[self.kind].keys:
            if key in self.asked:
                parts.append(f"{key}={quote_plus(_written(self.asked[key]))}")
        return "&".join(parts)


def _written(value: object) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], Change):
        return format_changes(value)
    if isinstance(value, tuple):
        return ".".join(str(part) for part in value)
    return str(value)


def read_address(kind: str, query: str) -> Address:
    """Read a query of this kind; a ``Refusal`` says what is wrong with it."""
    if len(query) > LONGEST:
        raise Refusal("address", f"must be at most {LONGEST} characters", f"{len(query)}")
    try:
        pairs = parse_qsl(
            query,
            keep_blank_values=True,
            strict_parsing=bool(query),
            errors="strict",
            max_num_fields=_MOST_KEYS,
        )
    except ValueError as reason:
        raise Refusal(
            "address", f"must be key=value pairs joined by &: {reason}", clip(query)
        ) from None
    given = dict(pairs)
    for key in given:
        if sum(key == other for other, _ in pairs) > 1:
            raise Refusal(clip(key), "must be given once", clip(given[key]))
    known = KINDS[kind]
    for key in known.must:
        if key not in given:
            raise Refusal(key, f"must be given for {kind}", "nothing")
    asked = {}
    for key in known.keys:
        if key in given:
            text = given.pop(key)
            try:
                asked[key] = _READERS[key](key, text)
            except Refusal:
                raise
            except ValueError as reason:
                raise Refusal(key, str(reason), clip(text)) from None
    return Address(kind, _experiment(given), asked)


def _experiment(query: Mapping[str, str]) -> Experiment:
    """Read the experiment from the remaining keys; a ``Refusal`` says what is wrong."""
    if ID not in query:
        return _from_pairs(tuple(query.items()), quota.bounds())
    if len(query) > 1:
        raise Refusal(ID, "must stand alone: it names a whole experiment", clip(query[ID]))
    return posted.held(query[ID])


@lru_cache(maxsize=512)
def _from_pairs(pairs: tuple[tuple[str, str], ...], bounds: Bounds) -> Experiment:
    return read_query(dict(pairs), bounds)


def read(text: str) -> Experiment:
    """Read the experiment from a text that :func:`spell` wrote; ``Refusal`` for other texts."""
    return read_address("runs", text).experiment
