"""Check single settings; every message names the field, the rule and the received value."""

import math
from collections.abc import Iterable


def check_number(
    field: str,
    value: object,
    low: float,
    high: float = math.inf,
    *,
    whole: bool = False,
    below: bool = False,
) -> None:
    """Raise ValueError unless value is finite and low <= value <= high (with `below`: < high)."""
    kinds = int if whole else int | float
    fits = (
        not isinstance(value, bool)
        and isinstance(value, kinds)
        and math.isfinite(value)
        and low <= value <= high
        and not (below and value == high)
    )
    if not fits:
        kind = "a whole number" if whole else "a number"
        if high == math.inf:
            limits = f"of at least {low:g}"
        else:
            limits = f"from {low:g} to {'below ' if below else ''}{high:g}"
        raise ValueError(f"{field} must be {kind} {limits}; got {value!r}")


def check_name(field: str, value: object, names: Iterable[str]) -> None:
    """Raise ValueError unless `value` is one of `names`."""
    if not isinstance(value, str) or value not in names:
        raise ValueError(f"{field} must be one of {', '.join(names)}; got {value!r}")
