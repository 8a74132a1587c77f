"""Activation functions: each is one record with the function and its derivative.

For reading and plotting, a record is a plain function: `ACTIVATIONS["tanh"](z)` and
`ACTIVATIONS["tanh"].derivative(z)` return fresh arrays of z's shape.

For training, the same two functions work in place on ready buffers:

- `value(z, a)` writes a = f(z) into `a`.
- `pull(da, z, a)` turns `da`, the gradient of the loss by `a`, into the gradient by `z`, by the
  chain rule: da *= f'(z). It runs when `z` and `a` are no longer needed, so it may overwrite
  them. If f'(z) can be computed from a = f(z) alone, `needs_z` is False, and `z` and `a` may be
  the same buffer.

Both must run inside `quiet()`, because exp may overflow to infinity before the final result,
which is finite and correct.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnviz.network.arrays import FloatArray
from nnviz.network.normal import normal_cdf, normal_pdf

LEAK = 0.01
"""Slope of leaky ReLU below zero."""


def quiet() -> np.errstate:
    """Suppress floating-point warnings; the caller must check for infinity and NaN."""
    return np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore")


@dataclass(frozen=True)
class Activation:
    """An activation function with its derivative.

    Attributes
    ----------
    name : key in the registry
    title : name for people
    formula : f(z) in plain text
    derivative_formula : f'(z) in plain text
    value : in place, ``value(z, a)`` writes f(z) into a
    pull : in place, ``pull(da, z, a)`` multiplies da by f'(z) and may overwrite z and a
    needs_z : whether `pull` reads z; if not, z and a may be the same buffer
    saturates : whether f becomes flat at both ends, where the gradient is nearly 0
    cut_off : whether f and its slope are exactly 0 below zero, so that a unit can die
    straight : whether f is linear, so that a layer with it cannot make a boundary curved
    """

    name: str
    title: str
    formula: str
    derivative_formula: str
    value: Callable[[FloatArray, FloatArray], object]
    pull: Callable[[FloatArray, FloatArray, FloatArray], object]
    needs_z: bool
    saturates: bool = False
    cut_off: bool = False
    straight: bool = False

    def __call__(self, z: FloatArray) -> FloatArray:
        """Return f(z), elementwise, as a fresh array of z's shape."""
        z = _as_float(z)
        a = np.empty_like(z)
        with quiet():
            self.value(z, a)
        return a

    def derivative(self, z: FloatArray) -> FloatArray:
        """Return f'(z), elementwise, as a fresh array of z's shape."""
        z = _as_float(z).copy()
        a = np.empty_like(z)
        slope = np.ones_like(z)
        with quiet():
            self.value(z, a)
            self.pull(slope, z, a)
        return slope

    @property
    def slope_at_zero(self) -> float:
        """f'(0), the steepest slope of a function that saturates."""
        return float(self.derivative(np.zeros(1))[0])


def _as_float(z: FloatArray) -> FloatArray:
    z = np.asarray(z)
    return z if np.issubdtype(z.dtype, np.floating) else z.astype(np.float64)


# sigmoid ----------------------------------------------------------------------------------------


def sigmoid(z: FloatArray, out: FloatArray) -> FloatArray:
    """Write 1 / (1 + exp(-z)) into `out` (may be z itself); exact at both ends."""
    np.negative(z, out)
    np.exp(out, out)
    np.add(out, 1.0, out)
    np.reciprocal(out, out)
    return out


def _sigmoid_pull(da: FloatArray, z: FloatArray, a: FloatArray) -> None:
    # da * a * (1 - a) = (da * a) - (da * a) * a
    np.multiply(da, a, da)
    np.multiply(da, a, a)
    np.subtract(da, a, da)


# tanh -------------------------------------------------------------------------------------------


def _tanh_pull(da: FloatArray, z: FloatArray, a: FloatArray) -> None:
    # da * (1 - a²) = da - da * a²
    np.square(a, a)
    np.multiply(a, da, a)
    np.subtract(da, a, da)


# relu and its relatives -------------------------------------------------------------------------


def _relu(z: FloatArray, a: FloatArray) -> None:
    z.clip(0.0, np.inf, out=a)  # up to three times as fast as np.maximum with a scalar


def _relu_pull(da: FloatArray, z: FloatArray, a: FloatArray) -> None:
    np.copyto(a, np.greater(a, 0.0))
    np.multiply(da, a, da)


def _leaky_relu(z: FloatArray, a: FloatArray) -> None:
    np.multiply(z, LEAK, a)
    np.maximum(z, a, out=a)


def _leaky_relu_pull(da: FloatArray, z: FloatArray, a: FloatArray) -> None:
    np.copyto(a, np.greater(z, 0.0))
    np.maximum(a, LEAK, out=a)
    np.multiply(da, a, da)


def _elu(z: FloatArray, a: FloatArray) -> None:
    # exp(z) - 1 is never below z, so the maximum selects the right branch.
    np.minimum(z, 0.0, out=a)
    np.expm1(a, a)
    np.maximum(z, a, out=a)


def _elu_pull(da: FloatArray, z: FloatArray, a: FloatArray) -> None:
    np.minimum(a, 0.0, out=a)
    np.add(a, 1.0, a)
    np.multiply(da, a, da)


# smooth relatives -------------------------------------------------------------------------------


def _gelu(z: FloatArray, a: FloatArray) -> None:
    np.multiply(z, normal_cdf(z), a)


def _gelu_pull(da: FloatArray, z: FloatArray, a: FloatArray) -> None:
    # Φ(z) is a / z, except at zero.
    cdf = np.divide(a, z, out=np.full_like(z, 0.5), where=z != 0.0)
    da *= cdf + z * normal_pdf(z)


def _silu(z: FloatArray, a: FloatArray) -> None:
    sigmoid(z, a)
    np.multiply(z, a, a)


def _silu_pull(da: FloatArray, z: FloatArray, a: FloatArray) -> None:
    s = sigmoid(z, z)
    da *= s + a * (1.0 - s)


def softplus(z: FloatArray, out: FloatArray) -> FloatArray:
    """Write log(1 + exp(z)) into `out` (not z itself), without overflow."""
    np.absolute(z, out)
    np.negative(out, out)
    np.exp(out, out)
    np.log1p(out, out)
    np.add(out, np.maximum(z, 0.0), out)
    return out


def _softplus_pull(da: FloatArray, z: FloatArray, a: FloatArray) -> None:
    np.multiply(da, sigmoid(z, z), da)


# sine and the identity --------------------------------------------------------------------------


def _sin_pull(da: FloatArray, z: FloatArray, a: FloatArray) -> None:
    np.cos(z, z)
    np.multiply(da, z, da)


def _linear(z: FloatArray, a: FloatArray) -> None:
    if a is not z:
        np.copyto(a, z)


def _linear_pull(da: FloatArray, z: FloatArray, a: FloatArray) -> None:
    """Leave da alone: the slope is 1."""


ACTIVATIONS: dict[str, Activation] = {
    record.name: record
    for record in (
        Activation(
            "sigmoid",
            "Sigmoid",
            "1 / (1 + exp(-z))",
            "a (1 - a)",
            sigmoid,
            _sigmoid_pull,
            needs_z=False,
            saturates=True,
        ),
        Activation(
            "tanh",
            "Hyperbolic tangent",
            "tanh(z)",
            "1 - a²",
            np.tanh,
            _tanh_pull,
            needs_z=False,
            saturates=True,
        ),
        Activation(
            "relu",
            "ReLU",
            "max(0, z)",
            "1 if z > 0 else 0",
            _relu,
            _relu_pull,
            needs_z=False,
            cut_off=True,
        ),
        Activation(
            "leaky_relu",
            "Leaky ReLU",
            f"max({LEAK} z, z)",
            f"1 if z > 0 else {LEAK}",
            _leaky_relu,
            _leaky_relu_pull,
            needs_z=True,
        ),
        Activation(
            "elu",
            "ELU",
            "z if z > 0 else exp(z) - 1",
            "1 if z > 0 else exp(z)",
            _elu,
            _elu_pull,
            needs_z=True,
        ),
        Activation(
            "gelu",
            "GELU",
            "z Φ(z), Φ the normal distribution",
            "Φ(z) + z φ(z)",
            _gelu,
            _gelu_pull,
            needs_z=True,
        ),
        Activation(
            "silu",
            "SiLU (Swish)",
            "z sigmoid(z)",
            "s + a (1 - s), s = sigmoid(z)",
            _silu,
            _silu_pull,
            needs_z=True,
        ),
        Activation(
            "softplus",
            "Softplus",
            "log(1 + exp(z))",
            "sigmoid(z)",
            softplus,
            _softplus_pull,
            needs_z=True,
        ),
        Activation(
            "sin",
            "Sine",
            "sin(z)",
            "cos(z)",
            np.sin,
            _sin_pull,
            needs_z=True,
        ),
        Activation(
            "linear",
            "Linear",
            "z",
            "1",
            _linear,
            _linear_pull,
            needs_z=False,
            straight=True,
        ),
    )
}
"""Every activation function by name."""
