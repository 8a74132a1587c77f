"""Formulas as trees: one tree is written with symbols, written with numbers, and calculated.

The leaves of a tree are quantities, by their asks (see `ask`). A tree is made with Python's
operators, so that a rule of the registries that only calculates, such as an optimizer's, also
returns its own formula when it is called with trees instead of arrays.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Number = Any
"""A Python float, or a NumPy scalar of the run's precision."""

Value = Callable[["Leaf"], Number]


@dataclass(frozen=True)
class Leaf:
    """A quantity in a formula, by its ask."""

    ask: str


class Expression:
    """A formula; see `calculate` and `pieces`."""

    strength = 9
    """How tightly it binds: 1 a sum, 2 a product, 3 a power, 9 needs no parentheses."""

    def calculate(self, value: Value) -> Number:
        """Return the result, given the value of each leaf."""
        raise NotImplementedError

    def pieces(self) -> Iterator["str | Leaf"]:
        """Yield the formula from left to right: texts, and leaves to be written by the caller."""
        raise NotImplementedError

    def leaves(self) -> list[Leaf]:
        """Return the different leaves, in the order of the formula."""
        return list(dict.fromkeys(piece for piece in self.pieces() if isinstance(piece, Leaf)))

    def __add__(self, other: object) -> "Expression":
        return Operation("+", self, tree(other))

    def __radd__(self, other: object) -> "Expression":
        return Operation("+", tree(other), self)

    def __sub__(self, other: object) -> "Expression":
        return Operation("−", self, tree(other))

    def __rsub__(self, other: object) -> "Expression":
        return Operation("−", tree(other), self)

    def __mul__(self, other: object) -> "Expression":
        return Operation("·", self, tree(other))

    def __rmul__(self, other: object) -> "Expression":
        return Operation("·", tree(other), self)

    def __truediv__(self, other: object) -> "Expression":
        return Operation("/", self, tree(other))

    def __pow__(self, other: object) -> "Expression":
        return Operation("^", self, tree(other))

    def sqrt(self) -> "Expression":
        """Return the square root; `np.sqrt` calls it."""
        return Function("√", np.sqrt, self)


def tree(value: object) -> Expression:
    """Return a tree as it is, and a number as a constant."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, int | float):
        return Constant(value)
    raise TypeError(f"a formula must be made of trees and numbers; got {value!r}")


@dataclass(frozen=True)
class Constant(Expression):
    """A number that belongs to the formula itself, such as 1 or 2."""

    number: float

    def calculate(self, value: Value) -> Number:
        """Return the number."""
        return self.number

    def pieces(self) -> Iterator[str | Leaf]:
        """Yield its digits."""
        yield f"{self.number:g}".replace("-", "−")


@dataclass(frozen=True)
class Ref(Expression):
    """A quantity."""

    ask: str

    def calculate(self, value: Value) -> Number:
        """Return the value of the quantity."""
        return value(Leaf(self.ask))

    def pieces(self) -> Iterator[str | Leaf]:
        """Yield the leaf."""
        yield Leaf(self.ask)


_STRENGTH = {"+": 1, "−": 1, "·": 2, "/": 2, "^": 3}


@dataclass(frozen=True)
class Operation(Expression):
    """Two formulas and a sign between them."""

    sign: str
    left: Expression
    right: Expression

    @property
    def strength(self) -> int:  # type: ignore[override]  # a constant in all other classes
        """The strength of the sign."""
        return _STRENGTH[self.sign]

    def calculate(self, value: Value) -> Number:
        """Return the result, rounded as NumPy rounds arrays."""
        a, b = self.left.calculate(value), self.right.calculate(value)
        match self.sign:
            case "+":
                return a + b
            case "−":
                return a - b
            case "·":
                return a * b
            case "/":
                return np.divide(a, b) if b == 0 else a / b
        return a * a if b == 2 else a**b

    def pieces(self) -> Iterator[str | Leaf]:
        """Yield both sides, in parentheses where they bind less than the sign."""
        yield from _wrapped(self.left, self.left.strength < self.strength)
        if self.sign == "^" and self.right == Constant(2):
            yield "²"
            return
        yield "^" if self.sign == "^" else f" {self.sign} "
        weaker = self.sign in "−/" and self.right.strength == self.strength
        yield from _wrapped(self.right, weaker or self.right.strength < self.strength)


def _wrapped(part: Expression, needed: bool) -> Iterator[str | Leaf]:
    if needed:
        yield "("
    yield from part.pieces()
    if needed:
        yield ")"


@dataclass(frozen=True)
class Function(Expression):
    """A named function of one or more formulas."""

    name: str
    function: Callable[..., Number]
    arguments: tuple[Expression, ...]

    def __init__(self, name: str, function: Callable[..., Number], *arguments: Expression) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "function", function)
        object.__setattr__(self, "arguments", arguments)

    def calculate(self, value: Value) -> Number:
        """Return the function's result."""
        return self.function(*(argument.calculate(value) for argument in self.arguments))

    def pieces(self) -> Iterator[str | Leaf]:
        """Yield the name and the arguments in parentheses."""
        yield f"{self.name}("
        for k, argument in enumerate(self.arguments):
            if k:
                yield ", "
            yield from argument.pieces()
        yield ")"


_TOKEN = re.compile(r"[A-Za-zα-ωΑ-Ω_][A-Za-zα-ωΑ-Ω_0-9]*|[\d.]+|\s+|.")
_WORDS = {"if", "else"}


@dataclass(frozen=True)
class Written(Expression):
    """A formula as its record writes it, such as ``"a (1 - a)"``, with the function that it says.

    `names` says which quantity each letter is. The function gets their values in that order.
    """

    text: str
    function: Callable[..., Number]
    names: Mapping[str, Expression]
    strength = 1

    def calculate(self, value: Value) -> Number:
        """Return the function's result."""
        with np.errstate(all="ignore"):
            return self.function(*(part.calculate(value) for part in self.names.values()))

    def pieces(self) -> Iterator[str | Leaf]:
        """Yield the text, with a point where the record only leaves a space between factors."""
        before, space = "", False
        for token in _TOKEN.findall(self.text):
            if token.isspace():
                space = True
                continue
            factor = token in self.names or token[0].isalnum() or token == "("
            after_factor = before and (before in self.names or before[0].isdigit() or before == ")")
            if space and factor and after_factor and not {token, before} & _WORDS:
                yield " · "
            elif space:
                yield " "
            if token in self.names:
                yield from self.names[token].pieces()
            else:
                yield token.replace("-", "−")
            before, space = token, False


@dataclass(frozen=True)
class Total(Expression):
    """A sum of few terms, the rest of them as one term; or their mean, if `count` is given."""

    terms: Sequence[Expression]
    count: Expression | None = None

    @property
    def strength(self) -> int:  # type: ignore[override]  # a constant in all other classes
        """A mean is a quotient, a sum is a sum; of one term it is the term."""
        return 2 if self.count is not None else 1 if len(self.terms) > 1 else self.terms[0].strength

    def calculate(self, value: Value) -> Number:
        """Return the sum or the mean."""
        total = self.terms[0].calculate(value)
        for term in self.terms[1:]:
            total = total + term.calculate(value)
        return total if self.count is None else total / self.count.calculate(value)

    def pieces(self) -> Iterator[str | Leaf]:
        """Yield the terms with plus signs between them."""
        if self.count is not None:
            yield "("
        for k, term in enumerate(self.terms):
            if k:
                yield " + "
            yield from _wrapped(term, term.strength < 1)
        if self.count is not None:
            yield ") / "
            yield from self.count.pieces()
