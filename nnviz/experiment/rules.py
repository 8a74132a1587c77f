"""What values a setting may take, and how they are written as text.

Text may come from a stranger: it is matched against a bounded pattern before it is read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from nnviz.data.points import FARTHEST
from nnviz.experiment.limits import Range

Value = Any

_LONGEST_TEXT = 40
_WHOLE = re.compile(r"-?\d{1,12}", re.ASCII)
_PAIR = re.compile(r"\d{1,6}-\d{1,6}", re.ASCII)
_REAL = re.compile(r"[-+]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})(e[-+]?\d{1,3})?", re.ASCII | re.I)


class Refusal(ValueError):
    """A value that was not taken: the name of its field, the rule it broke, and the value, short.

    >>> str(Refusal("noise", "Noise must be a number from 0 to 0.5; got '7'", "'7'"))
    "noise='7': Noise must be a number from 0 to 0.5; got '7'"
    """

    def __init__(self, field: str, rule: str, value: str) -> None:
        super().__init__(f"{field}={value}: {rule}")
        self.field, self.rule, self.value = field, rule, value


class Rule(Protocol):
    """What values a setting may take, and how they are written as text."""

    def check(self, name: str, value: Value) -> None:
        """Raise ``ValueError`` naming the setting, the rule and the value received."""

    def parse(self, name: str, text: str) -> Value:
        """Read a value from text a stranger may have written; ``ValueError`` when it is none."""

    def format(self, value: Value) -> str:
        """The text that ``parse`` reads back to an equal value."""


def from_plain(rule: Rule, name: str, value: Value) -> Value:
    """A checked value from JSON, which has lists where a setting has tuples."""
    value = tuple(value) if isinstance(value, list) else value
    value = rule.renamed(value) if isinstance(rule, Subset) else value
    rule.check(name, value)
    return unsigned_zero(value)


def unsigned_zero(value: Value) -> Value:
    """The value; 0 instead of -0, which equals it and yet is another number to some functions."""
    return 0.0 if isinstance(value, float) and value == 0.0 else value


def clip(text: object) -> str:
    """A received value, short enough to be shown in a message."""
    shown = repr(text[: _LONGEST_TEXT + 1] if isinstance(text, str) else text)
    return shown if len(shown) <= _LONGEST_TEXT else shown[:_LONGEST_TEXT] + "…"


@dataclass(frozen=True)
class Number:
    """A real number, or with ``whole`` an integer, within a range."""

    range: Range
    whole: bool = False

    def _words(self) -> str:
        low, high = self.range.low, self.range.high
        if self.whole:
            return f"a whole number from {low:.0f} to {high:.0f}"
        return f"a number from {low:g} to {high:g}"

    def check(self, name: str, value: Value) -> None:
        """Refuse what is no number, not finite, or out of range; True and False are no numbers."""
        wanted = int if self.whole else int | float
        if isinstance(value, bool) or not isinstance(value, wanted) or value not in self.range:
            raise ValueError(f"{name} must be {self._words()}; got {clip(value)}")

    def parse(self, name: str, text: str) -> Value:
        """Read plain decimal digits, with a point and an exponent for a real number; -0 is 0."""
        pattern = _WHOLE if self.whole else _REAL
        if not pattern.fullmatch(text):
            raise ValueError(f"{name} must be {self._words()}; got {clip(text)}")
        value = int(text) if self.whole else float(text)
        self.check(name, value)
        return unsigned_zero(value)

    def format(self, value: Value) -> str:
        """As few digits as read back to the very same number."""
        return str(value) if self.whole else repr(float(value)).removesuffix(".0")


COORDINATE = Number(Range(-FARTHEST, FARTHEST))
"""Where a person's own point may lie, along either axis."""
LABEL = Number(Range(0, 1), whole=True)
"""Which class a person's own point may be of."""


@dataclass(frozen=True)
class Choice:
    """One of a fixed set of names."""

    options: Mapping[str, str]

    def check(self, name: str, value: Value) -> None:
        """Refuse what is none of the names."""
        if not isinstance(value, str) or value not in self.options:
            raise ValueError(f"{name} must be one of {', '.join(self.options)}; got {clip(value)}")

    def parse(self, name: str, text: str) -> Value:
        """Read one of the names, letter for letter."""
        self.check(name, text)
        return text

    def format(self, value: Value) -> str:
        """The name itself."""
        return str(value)


@dataclass(frozen=True)
class Subset:
    """One or more of a fixed set of names, each once: a tuple, in a link ``x1.x2``."""

    options: Mapping[str, str]
    former: Mapping[str, str] = field(default_factory=dict)
    """What an option was called in old links and files, and is called now."""

    def _refused(self, name: str, value: object) -> ValueError:
        known = ", ".join(self.options)
        return ValueError(f"{name} must be one or more of {known}, each once; got {clip(value)}")

    def check(self, name: str, value: Value) -> None:
        """Refuse what is no tuple of known names, empty, or names one twice."""
        if not isinstance(value, tuple) or not 0 < len(value) <= len(self.options):
            raise self._refused(name, value)
        if sum(option in value for option in self.options) != len(value):
            raise self._refused(name, value)

    def renamed(self, value: Value) -> Value:
        """A tuple with former names replaced; what else it holds is left for ``check``."""
        if not isinstance(value, tuple):
            return value
        return tuple(self.former.get(one, one) if isinstance(one, str) else one for one in value)

    def parse(self, name: str, text: str) -> Value:
        """Read names with points between them, in any order."""
        if len(text) > sum(len(option) + 1 for option in self.options):
            raise self._refused(name, text)
        value = self.renamed(tuple(text.split(".")))
        self.check(name, value)
        return tuple(option for option in self.options if option in value)

    def format(self, value: Value) -> str:
        """The names with points between them."""
        return ".".join(value)


@dataclass(frozen=True)
class Pair:
    """Two different whole numbers of a range, in a link ``2-3``; or ``word``; or None.

    None is written as ``none``, which says that nothing was chosen.
    """

    range: Range
    word: str
    none: str

    def check(self, name: str, value: Value) -> None:
        """Refuse what is neither the word nor a tuple of two such numbers; None is allowed."""
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
        """Read one of the words, or two numbers with a dash between them."""
        if text == self.none:
            return None
        value = tuple(map(int, text.split("-"))) if _PAIR.fullmatch(text) else text
        self.check(name, value)
        return value

    def format(self, value: Value) -> str:
        """What ``parse`` reads."""
        if value is None:
            return self.none
        return value if isinstance(value, str) else "-".join(map(str, value))


@dataclass(frozen=True)
class Optional:
    """A rule whose value may also be absent, written as ``word``."""

    rule: Number
    word: str

    def check(self, name: str, value: Value) -> None:
        """Refuse what the rule refuses; None is always allowed."""
        if value is not None:
            self.rule.check(name, value)

    def parse(self, name: str, text: str) -> Value:
        """Read the word, or what the rule reads."""
        return None if text == self.word else self.rule.parse(name, text)

    def format(self, value: Value) -> str:
        """The word for None, else what the rule writes."""
        return self.word if value is None else self.rule.format(value)
