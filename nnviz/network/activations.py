"""The activation functions, each with its derivative, and their registry.

A record is also a plain function: `ACTIVATIONS["tanh"](z)` and `ACTIVATIONS["tanh"].derivative(z)`
return fresh arrays of z's shape. To add an activation, write f and df with names of their own,
because exported scripts show their source, and add a record.
"""

import numpy as np

from nnviz.network.activation import Activation, Elsewhere, Fused
from nnviz.network.arrays import FloatArray
from nnviz.network.normal import normal_cdf, normal_pdf

LEAK = 0.01
"""Slope of leaky ReLU below zero."""


# sigmoid ----------------------------------------------------------------------------------------


def sigmoid(z: FloatArray) -> FloatArray:
    """Return 1 / (1 + exp(-z)); exp may overflow to infinity, which gives 0."""
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_slope(z: FloatArray, a: FloatArray) -> FloatArray:
    """Return the slope a (1 - a), at most 1/4."""
    return a * (1.0 - a)


def sigmoid_into(z: FloatArray, out: FloatArray) -> FloatArray:
    """Write sigmoid(z) into `out`, which may be z itself."""
    np.negative(z, out)
    np.exp(out, out)
    np.add(out, 1.0, out)
    np.reciprocal(out, out)
    return out


def sigmoid_pull(da: FloatArray, z: FloatArray, a: FloatArray) -> None:
    """Multiply da by the slope, in place: da · a (1 - a) = da · a - da · a · a."""
    np.multiply(da, a, da)
    np.multiply(da, a, a)
    np.subtract(da, a, da)


# tanh -------------------------------------------------------------------------------------------


def tanh(z: FloatArray) -> FloatArray:
    """Return the hyperbolic tangent, from -1 to 1."""
    return np.tanh(z)


def tanh_slope(z: FloatArray, a: FloatArray) -> FloatArray:
    """Return the slope 1 - a², at most 1."""
    return 1.0 - a**2


def tanh_pull(da: FloatArray, z: FloatArray, a: FloatArray) -> None:
    """Multiply da by the slope, in place: da · (1 - a²) = da - da · a²."""
    np.square(a, a)
    np.multiply(a, da, a)
    np.subtract(da, a, da)


# relu and its relatives -------------------------------------------------------------------------


def relu(z: FloatArray) -> FloatArray:
    """Return z above zero, and 0 below."""
    return np.maximum(z, 0.0)


def relu_slope(z: FloatArray, a: FloatArray) -> FloatArray:
    """Return the slope: 1 above zero, else 0."""
    return (a > 0.0).astype(a.dtype)


def relu_into(z: FloatArray, a: FloatArray) -> None:
    """Write relu(z) into `a`; up to three times as fast as np.maximum with a number."""
    z.clip(0.0, np.inf, out=a)


def relu_pull(da: FloatArray, z: FloatArray, a: FloatArray) -> None:
    """Multiply da by the slope, in place: 1 where a > 0, else 0."""
    np.copyto(a, np.greater(a, 0.0))
    np.multiply(da, a, da)


def leaky_relu(z: FloatArray) -> FloatArray:
    """Return z above zero, and a hundredth of it below, so that no unit dies."""
    return np.where(z > 0.0, z, z * LEAK)


def leaky_relu_slope(z: FloatArray, a: FloatArray) -> FloatArray:
    """Return the slope: 1 above zero, else 0.01."""
    return np.where(z > 0.0, 1.0, LEAK).astype(z.dtype)


def elu(z: FloatArray) -> FloatArray:
    """Return z above zero, and exp(z) - 1 below, which is never below z."""
    return np.maximum(z, np.expm1(np.minimum(z, 0.0)))


def elu_slope(z: FloatArray, a: FloatArray) -> FloatArray:
    """Return the slope: 1 above zero, and exp(z) = a + 1 below."""
    return np.minimum(a, 0.0) + 1.0


# smooth relatives -------------------------------------------------------------------------------


def gelu(z: FloatArray) -> FloatArray:
    """Return z times Φ(z), the cumulative normal distribution."""
    return z * normal_cdf(z)


def gelu_slope(z: FloatArray, a: FloatArray) -> FloatArray:
    """Return the slope Φ(z) + z φ(z). Φ(z) is a / z, except at zero."""
    cdf = np.divide(a, z, out=np.full_like(z, 0.5), where=z != 0.0)
    return cdf + z * normal_pdf(z)


def silu(z: FloatArray) -> FloatArray:
    """Return z sigmoid(z), also called swish."""
    return z * sigmoid(z)


def silu_slope(z: FloatArray, a: FloatArray) -> FloatArray:
    """Return the slope s + a (1 - s), where s = sigmoid(z)."""
    s = sigmoid(z)
    return s + a * (1.0 - s)


def softplus(z: FloatArray) -> FloatArray:
    """Return log(1 + exp(z)), without overflow."""
    return np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0.0)


def softplus_slope(z: FloatArray, a: FloatArray) -> FloatArray:
    """Return the slope sigmoid(z)."""
    return sigmoid(z)


# sine and the identity --------------------------------------------------------------------------


def sin(z: FloatArray) -> FloatArray:
    """Return the sine."""
    return np.sin(z)


def sin_slope(z: FloatArray, a: FloatArray) -> FloatArray:
    """Return the slope cos(z)."""
    return np.cos(z)


def linear(z: FloatArray) -> FloatArray:
    """Return z itself, as a copy."""
    return z.copy()


def linear_slope(z: FloatArray, a: FloatArray) -> FloatArray:
    """Return the slope 1."""
    return np.ones_like(z)


_TORCH_SIN = '''
class Sin(nn.Module):
    """The sine as a layer, which PyTorch does not have."""

    def forward(self, z):
        return torch.sin(z)
'''

_KERAS_LEAKY_RELU = f'''
def leaky_relu(z):
    """Leaky ReLU with a slope of {LEAK} below zero; the default slope of Keras is another one."""
    return keras.activations.leaky_relu(z, negative_slope={LEAK})
'''

ACTIVATIONS: dict[str, Activation] = {
    record.name: record
    for record in (
        Activation(
            "sigmoid",
            "Sigmoid",
            "1 / (1 + exp(-z))",
            "a (1 - a)",
            sigmoid,
            sigmoid_slope,
            Fused(sigmoid_into, sigmoid_pull, needs_z=False),
            saturates=True,
            torch=Elsewhere("nn.Sigmoid()"),
            keras=Elsewhere('"sigmoid"'),
            sklearn=Elsewhere("logistic"),
        ),
        Activation(
            "tanh",
            "Hyperbolic tangent",
            "tanh(z)",
            "1 - a²",
            tanh,
            tanh_slope,
            Fused(np.tanh, tanh_pull, needs_z=False),
            saturates=True,
            torch=Elsewhere("nn.Tanh()"),
            keras=Elsewhere('"tanh"'),
            sklearn=Elsewhere("tanh"),
        ),
        Activation(
            "relu",
            "ReLU",
            "max(0, z)",
            "1 if z > 0 else 0",
            relu,
            relu_slope,
            Fused(relu_into, relu_pull, needs_z=False),
            kinks=(0.0,),
            cut_off=True,
            torch=Elsewhere("nn.ReLU()"),
            keras=Elsewhere('"relu"'),
            sklearn=Elsewhere("relu"),
        ),
        Activation(
            "leaky_relu",
            "Leaky ReLU",
            f"max({LEAK} z, z)",
            f"1 if z > 0 else {LEAK}",
            leaky_relu,
            leaky_relu_slope,
            kinks=(0.0,),
            torch=Elsewhere(f"nn.LeakyReLU({LEAK})"),
            keras=Elsewhere("leaky_relu", _KERAS_LEAKY_RELU),
        ),
        Activation(
            "elu",
            "ELU",
            "z if z > 0 else exp(z) - 1",
            "1 if z > 0 else exp(z)",
            elu,
            elu_slope,
            torch=Elsewhere("nn.ELU()"),
            keras=Elsewhere('"elu"'),
        ),
        Activation(
            "gelu",
            "GELU",
            "z Φ(z)",
            "Φ(z) + z φ(z)",
            gelu,
            gelu_slope,
            nanoseconds=(16.0, 10.0),
            torch=Elsewhere("nn.GELU()"),
            keras=Elsewhere('"gelu"'),
        ),
        Activation(
            "silu",
            "SiLU (Swish)",
            "z sigmoid(z)",
            "sigmoid(z) + a (1 - sigmoid(z))",
            silu,
            silu_slope,
            nanoseconds=(4.7, 2.3),
            torch=Elsewhere("nn.SiLU()"),
            keras=Elsewhere('"silu"'),
        ),
        Activation(
            "softplus",
            "Softplus",
            "log(1 + exp(z))",
            "sigmoid(z)",
            softplus,
            softplus_slope,
            nanoseconds=(5.2, 2.6),
            torch=Elsewhere("nn.Softplus()"),
            keras=Elsewhere('"softplus"'),
        ),
        Activation(
            "sin",
            "Sine",
            "sin(z)",
            "cos(z)",
            sin,
            sin_slope,
            nanoseconds=(17.0, 1.5),
            torch=Elsewhere("Sin()", _TORCH_SIN),
            keras=Elsewhere("keras.ops.sin"),
        ),
        Activation(
            "linear",
            "Linear",
            "z",
            "1",
            linear,
            linear_slope,
            straight=True,
            torch=Elsewhere("nn.Identity()"),
            keras=Elsewhere('"linear"'),
            sklearn=Elsewhere("identity"),
        ),
    )
}
"""Every activation function by name."""
