"""Read a number that a person typed, and compare it with a right one."""

import math
import re
from dataclasses import dataclass

LONGEST = 40
"""Characters of a typed number."""
TOLERANCE = 0.01
"""A share of the right value: an answer within it is right."""

_ZERO = 0.01  # a zero is no more exact than this, however few digits it has
_MINUS = str.maketrans("−–—‒﹣－", "------")  # noqa: RUF001 all that look like a minus sign
_RAISED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_MANTISSA = r"(?P<mantissa>[+-]?(?:\d{1,25}(?:[.,]\d{0,25})?|[.,]\d{1,25}))"
_POWER = r"(?:[eE](?P<e>[+-]?\d{1,3})|[·*×⋅∙xX]10(?P<ten>(?:\^\(?[+-]?|[+-])\d{1,3}\)?))"
_FORM = re.compile(rf"{_MANTISSA}{_POWER}?", re.ASCII)
_ALONE = re.compile(r"(?P<sign>[+-]?)10\^\(?(?P<power>[+-]?\d{1,3})\)?", re.ASCII)


@dataclass(frozen=True)
class Typed:
    """A typed number, and one unit of its last digit."""

    value: float
    unit: float

    @property
    def half(self) -> float:
        """Half a unit of the last digit, with room for rounding."""
        unit = min(self.unit, _ZERO) if self.value == 0.0 else self.unit
        return 0.5 * unit * (1.0 + 1e-6)

    def is_close(self, value: float, size: float | None = None) -> bool:
        """Whether this is `value`, rounded or to one percent of `size`, by default of the value."""
        if not math.isfinite(value):
            return False
        size = abs(value) if size is None else size
        return abs(self.value - value) <= max(self.half, TOLERANCE * size)


def read_typed(text: str) -> Typed | None:
    """Read a number as people write it, or None: 0.25, −0,25, 2.5e-3, 2.5 · 10^-3, 2.5 × 10⁻³.

    >>> read_typed("−2,50 · 10⁻³")
    Typed(value=-0.0025, unit=1e-05)
    """
    if len(text) > LONGEST:
        return None
    text = "".join(text.split()).translate(_MINUS)
    text = re.sub(r"\^?([⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: "^" + m[1].translate(_RAISED), text)
    alone = _ALONE.fullmatch(text)
    if alone is not None:
        text = f"{alone['sign']}1e{alone['power']}"
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    mantissa = found["mantissa"].replace(",", ".")
    power = int(found["e"] or (found["ten"] or "0").strip("^()"))
    decimals = len(mantissa.partition(".")[2])
    value = float(f"{mantissa}e{power}")
    unit = float(f"1e{power - decimals}")
    return Typed(value, unit) if math.isfinite(value) and math.isfinite(unit) else None
