"""First parameters: the articles' own draws, the promised spread, the same from the same seed."""

import math
import re

import numpy as np
import pytest

from nnviz.network import INITIALIZERS, Network, NetworkSpec

SPEC = NetworkSpec.from_dims((2, 40, 60, 1), "tanh")


def test_article_order_of_draws():
    """randn(n_out, n_in) layer by layer; with biases "same", each W is followed by its b."""
    random = np.random.RandomState(2)
    W1, b1 = random.randn(3, 2) * 0.1, random.randn(3, 1) * 0.1
    W2, b2 = random.randn(1, 3) * 0.1, random.randn(1, 1) * 0.1
    network = Network(NetworkSpec.from_dims((2, 3, 1)))
    theta = network.initialize("normal_0.1", seed=2, biases="same")
    np.testing.assert_array_equal(theta, network.pack([(W1.T, b1[:, 0]), (W2.T, b2[:, 0])]))


@pytest.mark.parametrize("name", INITIALIZERS)
def test_a_seed_always_draws_the_same_and_another_seed_does_not(name):
    network = Network(SPEC)
    theta = network.initialize(name, seed=5)
    np.testing.assert_array_equal(theta, network.initialize(name, seed=5))
    assert all(not b.any() for _, b in network.unpack(theta))
    if any(W.std() for W, _ in network.unpack(theta)):
        assert (theta != network.initialize(name, seed=6)).any()


@pytest.mark.parametrize(
    ("name", "deviation"),
    [
        ("zeros", 0.0),
        ("constant_0.5", 0.0),
        ("normal_0.01", 0.01),
        ("normal_0.1", 0.1),
        ("normal_1", 1.0),
        ("uniform_0.5", 0.5 / 3**0.5),
        ("glorot_uniform", (2 / (40 + 60)) ** 0.5),
        ("glorot_normal", (2 / (40 + 60)) ** 0.5),
        ("he_normal", (2 / 40) ** 0.5),
        ("he_uniform", (2 / 40) ** 0.5),
        ("lecun_normal", (1 / 40) ** 0.5),
    ],
)
def test_spread_follows_the_formula(name, deviation):
    network = Network(SPEC)
    W = network.unpack(network.initialize(name, seed=1))[1][0]  # 2,400 weights
    assert W.std() == pytest.approx(deviation, rel=0.05, abs=1e-12)
    assert W.mean() == pytest.approx(0.5 if name == "constant_0.5" else 0.0, abs=0.05)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_the_formula_that_is_shown_is_the_spread_that_is_drawn(name):
    """N(0, σ) has the deviation σ, U(±r) the deviation r / √3, and a number none."""
    kind, inner = re.fullmatch(r"(N\(0, |U\(±)?(.*?)\)?", INITIALIZERS[name].formula).groups()
    inner = f"{inner})" if inner.count("(") > inner.count(")") else inner
    known = {"sqrt": math.sqrt, "n_in": 40, "n_out": 60}
    number = eval(inner, known)  # noqa: S307 (our own formula)
    deviation = {"N(0, ": number, "U(±": number / 3**0.5, None: 0.0}[kind]
    W = Network(SPEC).unpack(Network(SPEC).initialize(name, seed=1))[1][0]
    assert W.std() == pytest.approx(deviation, rel=0.05, abs=1e-12)
    assert W.mean() == pytest.approx(0.0 if kind else number, abs=0.05)


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match=r"initializer must be one of .* got 'xavier'"):
        Network(SPEC).initialize("xavier", seed=0)
    with pytest.raises(ValueError, match="biases must be zeros or same; got 'ones'"):
        Network(SPEC).initialize("zeros", seed=0, biases="ones")
