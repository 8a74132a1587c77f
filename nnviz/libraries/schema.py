"""Read plain JSON values as records: every field has a rule, and a refusal names the field.

A record is a dataclass whose fields are ``Annotated`` with their rules.
"""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar, get_type_hints

T = TypeVar("T")
Rule = Callable[[str, Any], Any]
"""``rule(name, value)`` returns the value as the record holds it, or raises ``ValueError``."""


def refuse(name: str, rule: str, value: object) -> ValueError:
    """Return the refusal of a value."""
    return ValueError(f"{name} must be {rule}; got {value!r:.60}")


def number(low: float, high: float, whole: bool = False) -> Rule:
    """Allow numbers from ``low`` to ``high``."""

    def read(name: str, value: Any) -> float:
        kinds = int if whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
            raise refuse(name, f"a {'whole ' * whole}number from {low:g} to {high:g}", value)
        return value if whole else float(value)

    return read


def text(longest: int, least: int = 1) -> Rule:
    """Allow text with this number of characters."""

    def read(name: str, value: Any) -> str:
        if not isinstance(value, str) or not least <= len(value) <= longest:
            raise refuse(name, f"text of {least} to {longest} characters", value)
        return value

    return read


def one_of(*names: str) -> Rule:
    """Allow these texts."""

    def read(name: str, value: Any) -> str:
        if value not in names:
            raise refuse(name, f"one of {', '.join(names)}", value)
        return str(value)

    return read


def maybe(rule: Rule) -> Rule:
    """Allow nothing instead."""
    return lambda name, value: None if value is None else rule(name, value)


def quartiles(low: float, high: float) -> Rule:
    """Allow a lower quartile, a median and an upper quartile."""
    each = number(low, high)

    def read(name: str, value: Any) -> tuple[float, float, float]:
        if not isinstance(value, list) or len(value) != 3 or value != sorted(value):
            raise refuse(name, "lower quartile, median and upper quartile", value)
        first, median, third = (each(name, one) for one in value)
        return first, median, third

    return read


def many(rule: Rule, most: int, least: int = 1) -> Rule:
    """Allow a list of ``least`` to ``most`` values."""

    def read(name: str, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise refuse(name, f"a list of {least} to {most} values", value)
        return tuple(rule(f"{name}[{k}]", one) for k, one in enumerate(value))

    return read


def named(rule: Rule, most: int) -> Rule:
    """Allow an object with at most so many names."""

    def read(name: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or not 1 <= len(value) <= most:
            raise refuse(name, f"an object with 1 to {most} names", value)
        return {key: rule(f"{name}.{key}", one) for key, one in value.items()}

    return read


def record(cls: type[T]) -> Callable[[str, Any], T]:
    """Allow an object with exactly the fields of a dataclass, each by its rule."""
    hints = get_type_hints(cls, include_extras=True)
    rules: dict[str, Rule] = {name: hint.__metadata__[0] for name, hint in hints.items()}

    def read(name: str, value: Any) -> T:
        if not isinstance(value, dict) or value.keys() != rules.keys():
            raise refuse(name, f"an object of {', '.join(rules)}", value)
        return cls(**{key: rules[key](f"{name}.{key}", value[key]) for key in rules})

    return read


def finite(name: str) -> NoReturn:
    """Refuse the numbers that JSON does not have."""
    raise ValueError(f"a number must be finite; got {name}")
