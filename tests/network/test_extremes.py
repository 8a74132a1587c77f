"""Nothing overflows, warns or becomes NaN where the articles' code did."""

import math

import numpy as np
import pytest

from nnviz.network import ACTIVATIONS, LOSSES, Network, NetworkSpec
from nnviz.network.losses import Loss

PRECISIONS = [np.float64, np.float32]
HUGE = np.array([-1e4, -750.0, -90.0, -37.0, -1.0, 0.0, 1.0, 17.0, 37.0, 90.0, 750.0, 1e4])


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_and_derivative_are_finite_far_out(name, dtype):
    f, z = ACTIVATIONS[name], HUGE.astype(dtype)
    for result in (f(z), f.derivative(z)):
        assert result.dtype == dtype
        assert np.isfinite(result).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_leaves_its_input_alone(name):
    z = HUGE.copy()
    ACTIVATIONS[name](z)
    ACTIVATIONS[name].derivative(z)
    np.testing.assert_array_equal(z, HUGE)


def test_relu_has_no_slope_at_zero():
    assert ACTIVATIONS["relu"].derivative(np.zeros(3)).tolist() == [0.0, 0.0, 0.0]


def test_gelu_is_the_exact_one():
    z = np.linspace(-12, 12, 4001)
    expected = [v * 0.5 * math.erfc(-v / math.sqrt(2)) for v in z]
    np.testing.assert_allclose(ACTIVATIONS["gelu"](z), expected, rtol=4e-16, atol=1e-15)


def gradient_by_margin(loss: Loss, m):
    with np.errstate(over="ignore"):
        return loss.by_margin.pull(m, np.ones_like(m), None)


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("name", LOSSES)
def test_loss_and_its_derivative_are_finite_far_out(name, dtype):
    m = HUGE.astype(dtype)
    with np.errstate(over="ignore", under="ignore"):
        values = LOSSES[name].value(m)
    slopes = gradient_by_margin(LOSSES[name], m)
    for result in (values, slopes):
        assert result.dtype == dtype
        assert np.isfinite(result).all()
    assert (np.diff(values) <= 0).all(), "a larger margin is never worse"


def test_no_function_hides_a_nan():
    """It would end the search for the layer that blew up before it began."""
    nan = np.array([np.nan])
    for activation in ACTIVATIONS.values():
        assert np.isnan(activation(nan)), activation.name
    for loss in LOSSES.values():
        assert np.isnan(loss.value(nan)), loss.name
        assert np.isnan(gradient_by_margin(loss, nan)), loss.name


def test_a_confident_mistake_costs_its_logit():
    """The clipped probabilities of other implementations end at a loss of 16 or 34."""
    network = Network(NetworkSpec.from_dims((1, 1)))
    theta = network.pack([([[1.0]], [0.0])])
    X, y = np.array([[1e4], [-1e4]]), np.array([0.0, 1.0])
    loss, grad = network.loss_and_grad(theta, X, y)
    assert loss == 1e4
    assert grad.tolist() == [1e4, 0.0]


@pytest.mark.parametrize("dtype", PRECISIONS)
def test_a_confident_right_answer_costs_nothing(dtype):
    network = Network(NetworkSpec.from_dims((1, 1)), dtype)
    theta = network.pack([([[1.0]], [0.0])])
    X, y = np.array([[1e4], [-1e4]]), np.array([1.0, 0.0])
    assert network.predict_proba(theta, X).tolist() == [1.0, 0.0]
    loss, grad = network.loss_and_grad(theta, X, y)
    assert loss == 0.0
    assert np.abs(grad).max() == 0.0


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_features_a_million_times_too_large_still_have_finite_gradients(activation, dtype):
    network = Network(NetworkSpec.from_dims((2, 8, 8, 1), activation), dtype)
    theta = network.initialize("glorot_uniform", seed=0)
    random = np.random.RandomState(0)
    X, y = 1e6 * random.randn(50, 2), np.arange(50) % 2.0
    loss, grad = network.loss_and_grad(theta, X, y)
    assert np.isfinite(loss)
    assert np.isfinite(grad).all()
    assert grad.dtype == dtype
