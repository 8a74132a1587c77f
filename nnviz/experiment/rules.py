"""The rules of settings: which values are allowed, and how they are written as text.

Text is not trusted: it is matched against a pattern of limited length before it is read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from nnviz.data.window import FARTHEST
from nnviz.experiment.limits import N_SAMPLES, Range

Value = Any

_LONGEST_TEXT = 40
_WHOLE = re.compile(r"-?\d{1,12}", re.ASCII)
_PAIR = re.compile(r"\d{1,6}-\d{1,6}", re.ASCII)
_REAL = re.compile(r"[-+]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})(e[-+]?\d{1,3})?", re.ASCII | re.I)


class Refusal(ValueError):
    """A refused value: the name of its field, the rule that it breaks, and the shortened value.

    >>> str(Refusal("noise", "Noise must be a number from 0 to 0.5; got '7'", "'7'"))
    "noise='7': Noise must be a number from 0 to 0.5; got '7'"
    """

    def __init__(self, field: str, rule: str, value: str) -> None:
        super().__init__(f"{field}={value}: {rule}")
        self.field, self.rule, self.value = field, rule, value


class Rule(Protocol):
    """Which values a setting may have, and how they are written as text."""

    def check(self, name: str, value: Value) -> None:
        """Raise ``ValueError`` naming the setting, the rule and the value received."""

    def parse(self, name: str, text: str) -> Value:
        """Read a value from text that is not trusted; ``ValueError`` if it is not allowed."""

    def format(self, value: Value) -> str:
        """Write the text that ``parse`` reads back to an equal value."""


def from_plain(rule: Rule, name: str, value: Value) -> Value:
    """Check a value from JSON and return it; a list becomes the tuple that a setting has."""
    value = tuple(value) if isinstance(value, list) else value
    value = rule.renamed(value) if isinstance(rule, Subset) else value
    rule.check(name, value)
    return unsigned_zero(value)


def unsigned_zero(value: Value) -> Value:
    """Return the value, but 0 for -0: they are equal, but some functions differ for them."""
    return 0.0 if isinstance(value, float) and value == 0.0 else value


def clip(text: object) -> str:
    """Return a received value, short enough for a message."""
    shown = repr(text[: _LONGEST_TEXT + 1] if isinstance(text, str) else text)
    return shown if len(shown) <= _LONGEST_TEXT else shown[:_LONGEST_TEXT] + "…"


def plain_number(value: float) -> str:
    """Write a number for a reader, with the fewest digits that are exact and no exponent.

    >>> plain_number(1e-5)
    '0.00001'
    """
    return np.format_float_positional(value, trim="-")


@dataclass(frozen=True)
class Number:
    """A real number, or with ``whole`` an integer, within a range."""

    range: Range
    whole: bool = False

    @property
    def words(self) -> str:
        """What a value must be, in words."""
        low, high = self.range.low, self.range.high
        if self.whole:
            return f"a whole number from {low:.0f} to {high:.0f}"
        return f"a number from {plain_number(low)} to {plain_number(high)}"

    def check(self, name: str, value: Value) -> None:
        """Refuse a value that is not a finite number in the range; True and False are refused."""
        wanted = int if self.whole else int | float
        if isinstance(value, bool) or not isinstance(value, wanted) or value not in self.range:
            raise ValueError(f"{name} must be {self.words}; got {clip(value)}")

    def parse(self, name: str, text: str) -> Value:
        """Read plain decimal digits, with a point and an exponent for a real number; -0 is 0."""
        pattern = _WHOLE if self.whole else _REAL
        if not pattern.fullmatch(text):
            raise ValueError(f"{name} must be {self.words}; got {clip(text)}")
        value = int(text) if self.whole else float(text)
        self.check(name, value)
        return unsigned_zero(value)

    def format(self, value: Value) -> str:
        """Write the fewest digits that read back to the same number."""
        return str(value) if self.whole else repr(float(value)).removesuffix(".0")


COORDINATE = Number(Range(-FARTHEST, FARTHEST))
"""The rule for each coordinate of a visitor's own point."""
LABEL = Number(Range(0, 1), whole=True)
"""The rule for the class of a visitor's own point."""
PLACED = Number(Range(0, N_SAMPLES.high), whole=True)
"""The rule for the number of points that were placed by hand."""


@dataclass(frozen=True)
class Choice:
    """One of a fixed set of names."""

    options: Mapping[str, str]

    def check(self, name: str, value: Value) -> None:
        """Refuse a value that is not one of the names."""
        if not isinstance(value, str) or value not in self.options:
            raise ValueError(f"{name} must be one of {', '.join(self.options)}; got {clip(value)}")

    def parse(self, name: str, text: str) -> Value:
        """Read one of the names, which must match exactly."""
        self.check(name, text)
        return text

    def format(self, value: Value) -> str:
        """Write the name itself."""
        return str(value)


@dataclass(frozen=True)
class Subset:
    """One or more of a fixed set of names, each once: a tuple, in a link ``x1.x2``."""

    options: Mapping[str, str]
    former: Mapping[str, str] = field(default_factory=dict)
    """New names of options by the names that old links and files use."""

    def _refused(self, name: str, value: object) -> ValueError:
        known = ", ".join(self.options)
        return ValueError(f"{name} must be one or more of {known}, each once; got {clip(value)}")

    def check(self, name: str, value: Value) -> None:
        """Refuse a value that is not a tuple of one or more known names, each once."""
        if not isinstance(value, tuple) or not 0 < len(value) <= len(self.options):
            raise self._refused(name, value)
        if sum(option in value for option in self.options) != len(value):
            raise self._refused(name, value)

    def renamed(self, value: Value) -> Value:
        """Replace former names in a tuple; ``check`` must refuse everything else."""
        if not isinstance(value, tuple):
            return value
        return tuple(self.former.get(one, one) if isinstance(one, str) else one for one in value)

    def parse(self, name: str, text: str) -> Value:
        """Read names separated by points, in any order."""
        if len(text) > sum(len(option) + 1 for option in self.options):
            raise self._refused(name, text)
        value = self.renamed(tuple(text.split(".")))
        self.check(name, value)
        return tuple(option for option in self.options if option in value)

    def format(self, value: Value) -> str:
        """Write the names separated by points."""
        return ".".join(value)


@dataclass(frozen=True)
class Pair:
    """Two different whole numbers of a range, in a link ``2-3``; or ``word``; or None.

    None means that nothing was chosen; its text is ``none``.
    """

    range: Range
    word: str
    none: str

    def check(self, name: str, value: Value) -> None:
        """Refuse a value that is not None, the word or a tuple of two such numbers."""
        if value is None or (isinstance(value, str) and value == self.word):
            return
        if (
            not isinstance(value, tuple)
            or len(value) != 2
            or not all(type(i) is int and i in self.range for i in value)
            or value[0] == value[1]
        ):
            low, high = self.range.low, self.range.high
            raise ValueError(
                f"{name} must be {self.word}, {self.none} or two different whole numbers from "
                f"{low:.0f} to {high:.0f}; got {clip(value)}"
            )

    def parse(self, name: str, text: str) -> Value:
        """Read one of the words, or two numbers separated by a dash."""
        if text == self.none:
            return None
        value = tuple(map(int, text.split("-"))) if _PAIR.fullmatch(text) else text
        self.check(name, value)
        return value

    def format(self, value: Value) -> str:
        """Write the text that ``parse`` reads."""
        if value is None:
            return self.none
        return value if isinstance(value, str) else "-".join(map(str, value))


@dataclass(frozen=True)
class Optional:
    """A rule whose value may also be absent, written as ``word``."""

    rule: Number
    word: str

    def check(self, name: str, value: Value) -> None:
        """Refuse a value that the rule refuses; None is always allowed."""
        if value is not None:
            self.rule.check(name, value)

    def parse(self, name: str, text: str) -> Value:
        """Read the word as None, or a value by the rule."""
        return None if text == self.word else self.rule.parse(name, text)

    def format(self, value: Value) -> str:
        """Write the word for None, or a value by the rule."""
        return self.word if value is None else self.rule.format(value)
