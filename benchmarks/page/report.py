"""One row of the table: a measured value and its limit."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """A measured value, its limit (the mark) and how it was measured; `mark=None`: no limit."""

    what: str
    value: float
    unit: str = ""
    mark: float | None = None
    rule: Literal["at least", "at most", "exactly"] = "at most"
    how: str = ""

    @property
    def passed(self) -> bool | None:
        """Whether the value meets its mark; None if there is no mark."""
        if self.mark is None:
            return None
        if self.rule == "exactly":
            return self.value == self.mark
        return self.value >= self.mark if self.rule == "at least" else self.value <= self.mark

    def __str__(self) -> str:
        sign = {"at least": "≥", "at most": "≤", "exactly": "="}[self.rule]
        mark = "" if self.mark is None else f"{sign} {self.mark:g} {self.unit}".rstrip()
        verdict = {True: "pass", False: "FAIL", None: ""}[self.passed]
        value = f"{self.value:.3g} {self.unit}".rstrip()
        return f"{self.what:<44} {value:>12}  {mark:>10}  {verdict:<4}  {self.how}".rstrip()


HEADING = f"{'what':<44} {'measured':>12}  {'mark':>10}        how"
