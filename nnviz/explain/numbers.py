"""Write numbers for people, so that what is shown can be calculated again from what is shown."""

import math
from decimal import Decimal

DIGITS = 4
"""Significant digits of a result."""
MOST_DIGITS = 17
"""With so many digits every float64 is itself."""

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def rounded(value: float, digits: int = DIGITS) -> float:
    """Return the number that `shown` writes for `value`."""
    return float(f"{value:.{digits - 1}e}") if math.isfinite(value) else value


def shown(value: float, digits: int = DIGITS) -> str:
    """Return a number with so many significant digits; very small and large ones as powers of ten.

    >>> shown(-0.123456), shown(3.0), shown(2.5e-7)
    ('−0.1235', '3', '2.5 × 10⁻⁷')
    """
    value = float(value)
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    number = Decimal(f"{value:.{digits - 1}e}")
    if number == 0:
        return "0"
    exponent = number.adjusted()
    plain = -3 <= exponent < 6
    text = f"{number if plain else number.scaleb(-exponent):f}"
    if float(number) == value and "." in text:
        text = text.rstrip("0").rstrip(".")
    if not plain:
        text += f" × 10{str(exponent).translate(_SUPERSCRIPTS)}"
    return text.replace("-", "−")
