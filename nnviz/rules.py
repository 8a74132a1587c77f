"""What values a setting may take, and how they are written as text.

Text may come from a stranger: it is matched against a bounded pattern before it is read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from nnviz.limits import Range

Value = Any

_LONGEST_TEXT = 40
_WHOLE = re.compile(r"-?\d{1,12}", re.ASCII)
_REAL = re.compile(r"[-+]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})(e[-+]?\d{1,3})?", re.ASCII | re.I)


class Rule(Protocol):
    """What values a setting may take, and how they are written as text."""

    def check(self, name: str, value: Value) -> None:
        """Raise ``ValueError`` naming the setting, the rule and the value received."""

    def parse(self, name: str, text: str) -> Value:
        """Read a value from text a stranger may have written; ``ValueError`` when it is none."""

    def format(self, value: Value) -> str:
        """The text that ``parse`` reads back to an equal value."""


def clip(text: object) -> str:
    """A received value, short enough to be shown in a message."""
    shown = repr(text)
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
        """Read plain decimal digits, with a point and an exponent for a real number."""
        pattern = _WHOLE if self.whole else _REAL
        if not pattern.fullmatch(text):
            raise ValueError(f"{name} must be {self._words()}; got {clip(text)}")
        value = int(text) if self.whole else float(text)
        self.check(name, value)
        return value

    def format(self, value: Value) -> str:
        """As few digits as read back to the very same number."""
        return str(value) if self.whole else repr(float(value)).removesuffix(".0")


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
