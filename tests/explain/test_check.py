"""The badge says whether the gradient is right. It must accept right ones, and no wrong one."""

import json
import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from nnviz.data import DataSpec
from nnviz.experiment import Experiment
from nnviz.explain.check import MOST, TOLERANCE, chosen, gradient_check
from nnviz.explain.differences import (
    DOUBLE,
    EXTENDED,
    Differences,
    seams_of_activation,
    seams_of_loss,
)
from nnviz.explain.parameters import parameter_at
from nnviz.explain.scene import Scene
from nnviz.network import ACTIVATIONS, LOSSES, LayerSpec, NetworkSpec
from nnviz.network.textbook import Layer
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.training import TrainingSettings
from tests.experiments import SMALL, SMALL_DROPOUT
from tests.explain.draining import drain


def checked(experiment, step=0, gradient=None):
    run = Run(experiment)
    run.advance(step)
    return drain(gradient_check(Scene(run), gradient))


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_passes_from_its_first_step_on(name):
    run = Run(PRESETS[name].experiment)
    for step in (0, 300):
        run.advance(step - run.step)
        told = drain(gradient_check(Scene(run)))
        assert told["step"] == run.step
        assert told["passed"], told["sentences"]
        assert told["worst"] <= TOLERANCE
        tried = told["checked"] + told["kinks"] + told["vanished"]
        assert tried == min(tried, told["of"])
        assert tried == told["of"] or told["of"] > MOST
        # Kinks are the exception: elsewhere they would hide what is checked.
        assert told["kinks"] <= 0.1 * tried
        json.dumps(told, allow_nan=False)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_activation_and_loss_passes_with_penalties(activation, loss):
    network = NetworkSpec.from_dims([2, 4, 3, 1], activation, loss=loss)
    settings = TrainingSettings(learning_rate=0.1, l1=0.01, l2=0.03)
    told = checked(replace(SMALL, network=network, training=settings), 20)
    assert told["passed"], told["sentences"]
    assert told["checked"] >= 0.8 * told["of"]


@pytest.mark.parametrize("k", range(13))
@pytest.mark.parametrize("factor", [1.0 + 1e-5, -1.0, 0.0])
def test_a_wrong_derivative_of_any_parameter_is_named(k, factor):
    run = Run(SMALL)
    run.advance(5)
    wrong = run.gradient()
    wrong[k] *= factor
    told = drain(gradient_check(Scene(run), wrong))
    assert not told["passed"]
    assert told["ask"] == parameter_at(Scene(run), k).text
    assert told["worst"] > TOLERANCE
    assert "do not agree" in told["sentences"][0]


def test_a_gradient_without_its_penalty_is_wrong():
    run = Run(SMALL)
    weak = replace(SMALL, training=replace(SMALL.training, l2=1e-3))
    told = checked(weak, 0, run.gradient())
    assert not told["passed"]
    assert told["ask"].startswith("W.")


def test_a_step_across_a_kink_is_left_out_and_said():
    """All z are 0, where ReLU has no slope; the biases of both first layers move them."""
    network = NetworkSpec.from_dims([2, 3, 3, 1], "relu")
    told = checked(replace(SMALL, network=network, initializer="zeros"))
    assert told["kinks"] == 9 + 3  # all of layer 1; of layer 2 the biases, as its inputs are 0
    assert told["checked"] == told["of"] - told["kinks"]
    assert told["passed"]
    assert any("kink of ReLU" in words for words in told["sentences"])


def test_a_weight_of_zero_is_a_kink_of_l1_only():
    zeros = replace(SMALL, initializer="zeros")
    assert checked(zeros)["kinks"] == 0
    n_weights = 6 + 3
    with_l1 = replace(zeros, training=replace(SMALL.training, l1=0.1))
    told = checked(with_l1)
    assert told["kinks"] == n_weights
    assert any("the L1 penalty" in words for words in told["sentences"])


def test_the_check_is_in_float64_and_without_dropout():
    run = Run(replace(SMALL_DROPOUT, precision="float32"))
    run.advance(10)
    told = drain(gradient_check(Scene(run)))
    assert told["passed"]
    assert told["checked"] == told["of"]
    assert told["worst"] < 1e-3 * np.finfo(np.float32).eps * 1e4


@pytest.mark.parametrize("precision", [DOUBLE, EXTENDED], ids=["double", "extended"])
def test_differences_find_the_slopes_of_logistic_regression(precision):
    """dL/dw = (p − y) x, by hand."""
    random = np.random.RandomState(0)
    X, y = random.randn(50, 2), (random.rand(50) > 0.5).astype(float)
    W, b = random.randn(2, 1), random.randn(1)
    p = 1.0 / (1.0 + np.exp(-(X @ W + b)[:, 0]))
    differences = Differences([Layer(W, b)], X, y, "binary_cross_entropy", precision)
    found = differences.slopes(0, 0, np.arange(3))
    terms = (p - y) * np.vstack([X.T, np.ones(50)])
    np.testing.assert_allclose(found.total.astype(float), terms.sum(axis=1), rtol=1e-11)
    np.testing.assert_allclose(found.size.astype(float), np.abs(terms).sum(axis=1), rtol=1e-11)
    assert not found.kink.any()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_away_from_kinks_and_bends_the_second_derivative_is_smooth(name):
    f, z, h = ACTIVATIONS[name], np.linspace(-7.9, 7.9, 20_001), 1e-4
    far = np.ones(z.shape, bool)
    for place in seams_of_activation(name):
        far &= np.abs(z - place) > 1e-3
    jump = f.derivative(z + h) - 2 * f.derivative(z) + f.derivative(z - h)
    assert (np.abs(jump[far]) < 1e-2 * h).all()


@pytest.mark.parametrize("name", LOSSES)
def test_the_kinks_of_a_loss_are_where_its_slope_jumps(name):
    loss, m = LOSSES[name], np.linspace(-8.0, 8.0, 1601)
    one = np.ones_like(m)
    jump = np.abs(loss.derivative(m + 1e-7, one) - loss.derivative(m - 1e-7, one))
    np.testing.assert_allclose(m[jump > 1e-3], loss.kinks, atol=1e-9)
    assert set(loss.kinks) <= set(seams_of_loss(name))


def test_of_a_large_network_some_of_every_layer_are_tried():
    dims = (2, 64, 64, 64, 1)
    picked = chosen(dims, 400)
    assert np.array_equal(picked, np.unique(picked))
    assert NetworkSpec.from_dims(dims).n_params > MOST >= len(picked)
    ends = np.cumsum([(n_in + 1) * n_out for n_in, n_out in pairwise(dims)])
    per_layer = np.bincount(np.searchsorted(ends, picked, side="right"))
    assert len(per_layer) == 4
    assert per_layer.min() >= 4
    assert np.array_equal(chosen((2, 4, 1), 10**6), np.arange(17))


def test_it_pauses_often_enough():
    network = NetworkSpec(2, (*(LayerSpec(64, "relu"),) * 8, LayerSpec(1, "sigmoid")))
    data = DataSpec(n_samples=2000)
    run = Run(Experiment(data=data, network=network))
    work, longest = gradient_check(Scene(run)), 0.0
    for _ in range(200):
        began = time.thread_time()
        next(work)
        longest = max(longest, time.thread_time() - began)
    assert longest < 0.5
    assert np.isfinite(run.theta).all()
