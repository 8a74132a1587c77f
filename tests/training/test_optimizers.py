"""Every optimizer makes the steps that its formula says, worked out here by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.training import OPTIMIZERS, make_optimizer
from nnviz.training.optimizers import Workspace, as_rate

# theta starts at 1, the gradients are 1, then 2, then -1; learning rate 0.1.
GRADS = (1.0, 2.0, -1.0)
BY_HAND = {
    # θ = 1 - 0.1, - 0.2, + 0.1
    ("sgd",): [0.9, 0.7, 0.8],
    # v = 1, 0.5 + 2 = 2.5, 1.25 - 1 = 0.25
    ("momentum", "momentum", 0.5): [0.9, 0.9 - 0.25, 0.65 - 0.025],
    # g + v / 2 = 1 + 0.5, 2 + 1.25, -1 + 0.125
    ("nesterov", "momentum", 0.5): [0.85, 0.85 - 0.325, 0.525 + 0.0875],
    # s = 0.25, 0.1875 + 1 = 1.1875, 0.890625 + 0.25 = 1.140625
    ("rmsprop", "rho", 0.75): [
        1 - 0.1 / 0.5,
        0.8 - 0.2 / 1.1875**0.5,
        0.8 - 0.2 / 1.1875**0.5 + 0.1 / 1.140625**0.5,
    ],
    # m = 0.5, 1.25, 0.125 divided by 1/2, 3/4, 7/8; s = 0.25, 1.1875, 1.140625 divided by
    # 1/4, 7/16, 37/64: with beta2 = 0.75
    ("adam", "beta1", 0.5): [
        1 - 0.1 * 1.0 / 1.0,
        0.9 - 0.1 * (5 / 3) / (19 / 7) ** 0.5,
        0.9 - 0.1 * (5 / 3) / (19 / 7) ** 0.5 - 0.1 * (1 / 7) / (73 / 37) ** 0.5,
    ],
}


@pytest.mark.parametrize("case", BY_HAND, ids=lambda case: case[0])
def test_three_steps_by_hand(case):
    name, *rest = case
    hyper = dict([rest]) if rest else {}
    if name in ("rmsprop", "adam"):
        hyper["epsilon"] = 0.0
    if name == "adam":
        hyper["beta2"] = 0.75
    optimizer = make_optimizer(name, learning_rate=0.1, **hyper)
    theta = np.array([1.0])
    state = optimizer.init(theta)
    for grad, expected in zip(GRADS, BY_HAND[case], strict=True):
        theta, state = optimizer.update(theta, np.array([grad]), state)
        assert theta[0] == pytest.approx(expected, rel=1e-14)
    assert state.step == 3


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_goes_down_a_parabola(name):
    """What is not worked by hand above is at least a descent, from either side."""
    rule = make_optimizer(name, learning_rate=0.01)
    theta = np.array([1.0, -2.0, 0.5])
    state, distance = rule.init(theta), np.abs(theta)
    for _ in range(300):
        theta, state = rule.update(theta, theta.copy(), state)
    assert (np.abs(theta) < 0.3 * distance).all()


def test_epsilon_is_added_outside_the_root():
    """With a gradient of 1e-4 and epsilon 1, inside or outside the root differ by far."""
    for name, root in (("rmsprop", 1e-5), ("adam", 1e-4)):
        optimizer = make_optimizer(name, learning_rate=1.0, epsilon=1.0 - 1e-9)
        theta, _ = optimizer.update(np.zeros(1), np.array([1e-4]), optimizer.init(np.zeros(1)))
        assert theta[0] == pytest.approx(-1e-4 / (root + 1.0), rel=1e-6)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_values_in_values_out(name, dtype):
    optimizer = make_optimizer(name, learning_rate=0.1)
    theta, grad = np.ones(4, dtype), np.arange(4, dtype=dtype)
    state = optimizer.init(theta)
    _, state = optimizer.update(theta, grad, state)
    kept = state.slots.copy()
    new_theta, new_state = optimizer.update(theta, grad, state)
    assert theta.tolist() == [1, 1, 1, 1]
    assert grad.tolist() == [0, 1, 2, 3]
    np.testing.assert_array_equal(state.slots, kept)
    assert new_theta.dtype == new_state.slots.dtype == dtype
    again, _ = optimizer.update(theta, grad, state)
    np.testing.assert_array_equal(again, new_theta)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_rule_in_place_is_the_readable_rule_to_the_last_bit(name, dtype):
    random = np.random.RandomState(0)
    rule = make_optimizer(name, learning_rate=0.037)
    theta = random.randn(200).astype(dtype)
    state = rule.init(theta)
    work = Workspace(
        theta.copy(), theta, state.slots.copy(), np.empty_like(theta), as_rate(0.037, dtype)
    )
    for step in range(20):
        grad = (random.randn(200) * 10.0 ** random.randint(-6, 3, 200)).astype(dtype)
        theta, state = rule.update(theta, grad, state)
        work.grad = grad.copy()
        rule.apply(work, step)
        np.testing.assert_array_equal(work.theta, theta)
        np.testing.assert_array_equal(work.slots, state.slots)


@given(st.sampled_from([*OPTIMIZERS]), st.integers(1, 4), st.integers(0, 1000))
def test_lanes_with_their_own_rates_equal_one_by_one(name, n_lanes, seed):
    random = np.random.RandomState(seed)
    thetas, rates = random.randn(n_lanes, 5), 0.01 + random.rand(n_lanes)
    lanes = make_optimizer(name, learning_rate=rates)
    lanes_state = lanes.init(thetas)
    alone = [make_optimizer(name, learning_rate=rate) for rate in rates]
    states = [rule.init(theta) for rule, theta in zip(alone, thetas, strict=True)]
    each = list(thetas)
    for _ in range(4):
        grads = random.randn(n_lanes, 5)
        thetas, lanes_state = lanes.update(thetas, grads, lanes_state)
        for k in range(n_lanes):
            each[k], states[k] = alone[k].update(each[k], grads[k], states[k])
    np.testing.assert_array_equal(thetas, each)


@pytest.mark.parametrize(
    ("name", "hyper", "message"),
    [
        ("sdg", {"learning_rate": 0.1}, "optimizer must be one of sgd, .* got 'sdg'"),
        ("sgd", {"learning_rate": 0.0}, "learning_rate must be above 0"),
        ("sgd", {"learning_rate": float("nan")}, "learning_rate must be above 0"),
        ("sgd", {"learning_rate": 0.1, "momentum": 0.9}, "sgd takes learning_rate; got 'momentum'"),
        ("momentum", {"learning_rate": 0.1, "momentum": 1.0}, "momentum .* below 1; got 1.0"),
        ("adam", {"learning_rate": 0.1, "beta2": -0.1}, "beta2 .* got -0.1"),
    ],
)
def test_wrong_hyperparameters_are_refused(name, hyper, message):
    with pytest.raises(ValueError, match=message):
        make_optimizer(name, **hyper)
