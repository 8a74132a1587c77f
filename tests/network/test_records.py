"""A record says the same in each of its forms: as the books write it, in place, and by the margin.

The engine trains with one form, and readers see another.
"""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.network import ACTIVATIONS, LOSSES, LayerSpec, Network, NetworkSpec

DTYPES = [np.float32, np.float64]
Z = np.random.RandomState(0).standard_normal(4000) * 3.0


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_form_in_place_has_the_bits_of_f_and_the_slope_df(name, dtype):
    record = ACTIVATIONS[name]
    z = Z.astype(dtype)
    a = np.empty_like(z) if record.in_place.needs_z else z.copy()
    record.in_place.value(z if record.in_place.needs_z else a, a)
    np.testing.assert_array_equal(a, record(z))
    da = np.random.RandomState(1).standard_normal(z.shape).astype(dtype)
    expected = da * record.derivative(z)
    record.in_place.pull(da, z if record.in_place.needs_z else a, a)
    assert da.dtype == dtype
    np.testing.assert_allclose(da, expected, rtol=0, atol=16 * np.finfo(dtype).eps)


@pytest.mark.parametrize("name", [name for name, record in ACTIVATIONS.items() if record.fused])
def test_an_activation_without_a_form_in_place_trains_alike(name, monkeypatch):
    network = Network(
        NetworkSpec(2, (LayerSpec(4, name), LayerSpec(3, name), LayerSpec(1, "sigmoid")))
    )
    theta = network.initialize("normal_1", seed=1)
    X = np.random.RandomState(2).standard_normal((20, 2))
    y = np.arange(20) % 2
    loss, grad = network.loss_and_grad(theta, X, y)
    monkeypatch.setitem(ACTIVATIONS, name, replace(ACTIVATIONS[name], fused=None))
    plain_loss, plain = network.loss_and_grad(theta, X, y)
    assert loss == pytest.approx(plain_loss, rel=1e-14)
    np.testing.assert_allclose(grad, plain, rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_jumps_at_the_kinks_and_nowhere_else(name):
    record = ACTIVATIONS[name]
    h = 1e-9
    z = np.unique(np.concatenate([np.linspace(-8.0, 8.0, 1601), record.kinks]))
    jump = np.abs(record.derivative(z + h) - record.derivative(z - h))
    assert set(z[jump > 1e-3]) == set(record.kinks)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("label", [0.0, 1.0])
@pytest.mark.parametrize("name", LOSSES)
def test_the_form_by_the_margin_is_the_loss_and_its_slope(name, label, dtype):
    record = LOSSES[name]
    z = Z.astype(dtype)
    sign = dtype(2.0 * label - 1.0)
    value, slope = record.by_margin.value(sign * z), record.by_margin.pull(sign * z, sign, None)
    assert value.dtype == slope.dtype == dtype
    close = {"rtol": 0, "atol": 20 * np.finfo(dtype).eps}
    np.testing.assert_allclose(value, record(z, dtype(label)), **close)
    np.testing.assert_allclose(slope, record.derivative(z, dtype(label)), **close)


@pytest.mark.parametrize("name", [name for name, record in LOSSES.items() if record.fused])
def test_a_loss_without_a_form_by_the_margin_trains_alike(name, monkeypatch):
    network = Network(NetworkSpec.from_dims((2, 4, 1), loss=name))
    theta = network.initialize("normal_1", seed=1)
    X = np.random.RandomState(2).standard_normal((20, 2))
    y = np.arange(20) % 2
    loss, grad = network.loss_and_grad(theta, X, y)
    monkeypatch.setitem(LOSSES, name, replace(LOSSES[name], fused=None))
    plain_loss, plain = network.loss_and_grad(theta, X, y)
    assert loss == pytest.approx(plain_loss, rel=1e-14)
    np.testing.assert_allclose(grad, plain, rtol=0, atol=1e-14)
