"""What an activation function is: a record with f, its derivative df, and what is true of them.

The engine works in place, on ready buffers. It makes that form from f and df. Where another form
is much faster, the record has it as `fused`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnviz.network.arrays import FloatArray


def quiet() -> np.errstate:
    """Suppress floating-point warnings; the caller must check for infinity and NaN."""
    return np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore")


@dataclass(frozen=True)
class Fused:
    """An activation in place, on ready buffers.

    Attributes
    ----------
    value : ``value(z, a)`` writes f(z) into a
    pull : ``pull(da, z, a)`` turns da, the gradient of the loss by a, into the gradient by z: it
        multiplies da by f'(z). It may overwrite z and a, which are not needed any more
    needs_z : whether `pull` and df read z; if not, z and a may be the same buffer
    """

    value: Callable[[FloatArray, FloatArray], object]
    pull: Callable[[FloatArray, FloatArray, FloatArray], object]
    needs_z: bool


class Elsewhere(NamedTuple):
    """An activation in another library: the code that names it, and a definition it may need."""

    code: str
    definition: str = ""


@dataclass(frozen=True)
class Activation:
    """An activation function with its derivative.

    Attributes
    ----------
    name : key in the registry
    title : name for people
    formula : f(z) in plain text
    derivative_formula : f'(z) in plain text
    f : ``f(z)`` returns f(z), a fresh array
    df : ``df(z, a)`` returns f'(z), a fresh array, where a = f(z)
    fused : a faster form in place, or None
    kinks : the z where the slope jumps
    saturates : whether f becomes flat at both ends, where the gradient is nearly 0
    cut_off : whether f and its slope are exactly 0 below zero, so that a unit can die
    straight : whether f is linear, so that a layer with it cannot make a boundary curved
    nanoseconds : estimated time of f and df per number, in float64 and in float32
    torch, keras, sklearn : the same activation in other libraries; None if they do not have it
    """

    name: str
    title: str
    formula: str
    derivative_formula: str
    f: Callable[[FloatArray], FloatArray]
    df: Callable[[FloatArray, FloatArray], FloatArray]
    fused: Fused | None = None
    kinks: tuple[float, ...] = ()
    saturates: bool = False
    cut_off: bool = False
    straight: bool = False
    nanoseconds: tuple[float, float] = (2.3, 1.0)
    torch: Elsewhere | None = None
    keras: Elsewhere | None = None
    sklearn: Elsewhere | None = None

    def __call__(self, z: FloatArray) -> FloatArray:
        """Return f(z), elementwise, as a fresh array of z's shape."""
        with quiet():
            return self.f(_as_float(z))

    def derivative(self, z: FloatArray) -> FloatArray:
        """Return f'(z), elementwise, as a fresh array of z's shape."""
        z = _as_float(z)
        with quiet():
            return self.df(z, self.f(z))

    @property
    def in_place(self) -> Fused:
        """The form in place: the record's own, or one made from f and df."""
        return self.fused or Fused(value_by(self.f), pull_by(self.df), needs_z=True)

    @property
    def slope_at_zero(self) -> float:
        """f'(0), the steepest slope of a function that saturates."""
        return float(self.derivative(np.zeros(1))[0])


def _as_float(z: FloatArray) -> FloatArray:
    z = np.asarray(z)
    return z if z.dtype.kind == "f" else z.astype(np.float64)


def value_by(
    f: Callable[[FloatArray], FloatArray],
) -> Callable[[FloatArray, FloatArray], object]:
    """Return value(z, a), which writes f(z) into a."""

    def value(z: FloatArray, a: FloatArray) -> None:
        np.copyto(a, f(z))

    return value


def pull_by(
    df: Callable[[FloatArray, FloatArray], FloatArray],
) -> Callable[[FloatArray, FloatArray, FloatArray], object]:
    """Return pull(da, z, a), which multiplies da by the slope df(z, a)."""

    def pull(da: FloatArray, z: FloatArray, a: FloatArray) -> None:
        np.multiply(da, df(z, a), da)

    return pull
