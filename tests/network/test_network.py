"""The functions of a network, over random architectures, parameters and data."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.network import Network, NetworkSpec
from tests import strategies


@given(strategies.problems())
def test_unpack_gives_views_and_pack_brings_them_back(problem):
    network, theta, _, _ = problem
    layers = network.unpack(theta)
    np.testing.assert_array_equal(network.pack(layers), theta)
    assert sum(W.size + b.size for W, b in layers) == network.n_params
    for n_in, n_out, (W, b) in zip(
        network.spec.dims[:-1], network.spec.dims[1:], layers, strict=True
    ):
        assert (W.shape, b.shape) == ((n_in, n_out), (n_out,))
        W[...] = 7.0
        b[...] = 7.0
    assert (theta == 7.0).all()


@given(strategies.problems(dropout=True))
def test_prediction_is_the_forward_pass_that_training_uses(problem):
    network, theta, X, y = problem
    proba = network.predict_proba(theta, X)
    assert proba.shape == (len(X),)
    layers = network.activations(theta, X)
    assert [a.shape for a in layers] == [(len(X), n) for n in network.spec.dims[1:]]
    np.testing.assert_array_equal(layers[-1][:, 0], proba)
    loss, _ = network.loss_and_grad(theta, X, y, dropout_seed=None)
    assert loss == network.loss(theta, X, y)


@given(strategies.problems(dropout=True))
def test_inputs_are_left_alone_and_results_are_fresh(problem):
    network, theta, X, y = problem
    before = theta.copy(), X.copy(), y.copy()
    first = network.loss_and_grad(theta, X, y)[1]
    kept = first.copy()
    second = network.loss_and_grad(theta, X, y)[1]
    second += 1.0
    np.testing.assert_array_equal(first, kept)
    for array, copy in zip((theta, X, y), before, strict=True):
        np.testing.assert_array_equal(array, copy)


@given(strategies.problems(), st.integers(2, 5))
def test_evaluating_in_two_halves_is_evaluating_at_once(problem, cut):
    """A sample's prediction does not depend on its neighbours, beyond the order of sums in BLAS."""
    network, theta, X, _ = problem
    halves = np.concatenate(
        [network.predict_proba(theta, part) for part in (X[:cut], X[cut:]) if len(part)]
    )
    np.testing.assert_allclose(halves, network.predict_proba(theta, X), rtol=1e-12, atol=1e-14)


@given(strategies.problems())
def test_evaluator_agrees_with_the_network(problem):
    network, theta, X, y = problem
    evaluator = network.evaluator(X, y)
    for t in (theta, 2.0 * theta):
        ((_, hidden, logits),) = evaluator.chunks(t[np.newaxis])
        wanted = [*network.activations(t, X)[:-1], network.logits(t, X)]
        for a, b in zip([*hidden, logits], wanted, strict=True):
            np.testing.assert_allclose(a[0].T, b, rtol=1e-12, atol=1e-14)
        loss, accuracy = evaluator.loss_and_accuracy(t)
        assert loss == pytest.approx(network.loss(t, X, y), rel=1e-12)
        assert type(loss) is type(accuracy) is float
        assert accuracy == np.mean((network.predict_proba(t, X) > 0.5) == (y == 1))


def test_evaluator_casts_double_parameters_to_its_own_precision():
    network = Network(NetworkSpec.from_dims((2, 5, 1)), dtype=np.float32)
    theta = np.random.RandomState(0).randn(network.n_params)
    evaluator = network.evaluator(np.eye(2))
    for _, hidden, logits in evaluator.chunks(theta[np.newaxis]):
        assert all(a.dtype == np.float32 for a in [*hidden, logits])
    with pytest.raises(ValueError, match="y must be given"):
        evaluator.loss_and_accuracy(theta)


@given(strategies.problems(dtype=np.float32, dropout=True))
def test_single_precision_stays_single_and_close_to_double(problem):
    network, theta, X, y = problem
    double = Network(network.spec)
    assert network.predict_proba(theta, X).dtype == np.float32
    loss, grad = network.loss_and_grad(theta, X, y, l1=0.1, l2=0.1)
    assert grad.dtype == np.float32
    expected, _ = double.loss_and_grad(theta.astype(np.float64), X, y, l1=0.1, l2=0.1)
    assert loss == pytest.approx(expected, rel=1e-3, abs=1e-4)


def lane_and_alone(problem, dtype, n_lanes, seed):
    """Yield every result of every lane beside that of the same network alone."""
    network, _, X, y = problem
    network = Network(network.spec, dtype)
    random = np.random.RandomState(seed)
    thetas = random.randn(n_lanes, network.n_params).astype(dtype)
    l1, l2 = random.rand(n_lanes), random.rand(n_lanes)
    evaluator = network.evaluator(X, y)

    def results(theta, l1, l2):
        loss, grad = network.loss_and_grad(theta, X, y, l1=l1, l2=l2, step=3)
        evaluated = evaluator.loss_and_accuracy(theta)
        logits, layers = network.logits(theta, X), network.activations(theta, X)
        return [grad, logits, *layers, network.loss(theta, X, y), loss, *evaluated]

    together = results(thetas, l1, l2)
    for k, theta in enumerate(thetas):
        for a, b in zip(together, results(theta, l1[k], l2[k]), strict=True):
            yield a[k], b
    np.testing.assert_array_equal(network.pack(network.unpack(thetas)), thetas)


@given(
    strategies.problems(),
    st.sampled_from([np.float64, np.float32]),
    st.integers(1, 40),
    strategies.seeds,
)
def test_what_is_evaluated_together_does_not_change_a_bit_of_it(problem, dtype, n_lanes, seed):
    """The bytes of a frame, or of a row of the history, may not tell with which it was made."""
    network, _, X, y = problem
    network = Network(network.spec, dtype)
    thetas = np.random.RandomState(seed).randn(n_lanes, network.n_params)
    evaluator = network.evaluator(X, y)
    losses, accuracies = evaluator.loss_and_accuracy(thetas)
    together = np.concatenate([logits.copy() for _, _, logits in evaluator.chunks(thetas)])
    for k, theta in enumerate(thetas):
        assert evaluator.loss_and_accuracy(theta) == (losses[k], accuracies[k])
        ((_, _, logits),) = evaluator.chunks(theta[np.newaxis])
        assert logits.tobytes() == together[k].tobytes()


def test_shared_buffers_are_bounded_and_evaluators_do_not_disturb_each_other():
    """All runs of one architecture take turns with them."""
    network = Network(NetworkSpec.from_dims((2, 5, 1)))
    random = np.random.RandomState(0)
    for n_samples in range(2, 60):
        X, y = random.randn(n_samples, 2), np.arange(n_samples) % 2
        one, other = network.evaluator(X, y), network.evaluator(-X, y)
        thetas = random.randn(9, network.n_params)
        before = one.loss_and_accuracy(thetas)[0].tolist()
        assert other.loss_and_accuracy(thetas)[0].tolist() != before
        assert one.loss_and_accuracy(thetas)[0].tolist() == before
        for theta, loss in zip(thetas, before, strict=True):
            assert loss == pytest.approx(network.loss(theta, X, y), rel=1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@given(st.integers(-60, 0), st.integers(0, 2**31))
def test_a_logit_next_to_zero_is_in_the_class_of_its_rounded_probability(dtype, power, seed):
    """Networks that have barely started say next to nothing: the number shown is what p says."""
    network = Network(NetworkSpec.from_dims((1, 1)), dtype)
    X = np.random.RandomState(seed).randint(-3, 4, (20, 1)) * 2.0**power
    y = np.random.RandomState(seed + 1).randint(0, 2, 20)
    theta = np.array([1.0, 0.0])
    _, accuracy = network.evaluator(X, y).loss_and_accuracy(theta)
    assert accuracy == np.mean((network.predict_proba(theta, X) > 0.5) == (y == 1))


def test_what_has_no_class_counts_neither_as_right_nor_as_wrong():
    """An infinite logit minus another is no number: calling it class 0 would invent an accuracy."""
    network = Network(NetworkSpec.from_dims((2, 2, 1), "linear"))
    theta = network.pack([(np.diag([1e300, -1e300]), np.zeros(2)), ([[1.0], [1.0]], [0.0])])
    X = np.full((2, 2), 1e10)
    loss, accuracy = network.evaluator(X, [0, 1]).loss_and_accuracy(theta)
    assert np.isnan(loss)
    assert np.isnan(accuracy)


lanes = (st.sampled_from([np.float64, np.float32]), st.integers(1, 6), strategies.seeds)


@given(strategies.problems(dropout=True, min_samples=16), *lanes)
def test_a_lane_equals_the_same_network_alone(problem, dtype, n_lanes, seed):
    for lane, alone in lane_and_alone(problem, dtype, n_lanes, seed):
        np.testing.assert_array_equal(lane, alone)


@given(strategies.problems(dropout=True), *lanes)
def test_with_a_handful_of_samples_a_lane_may_differ_in_the_last_bits(
    problem, dtype, n_lanes, seed
):
    tolerance = 1e-12 if dtype == np.float64 else 1e-4
    for lane, alone in lane_and_alone(problem, dtype, n_lanes, seed):
        scale = max(1.0, np.abs(alone).max())
        np.testing.assert_allclose(lane, alone, rtol=tolerance, atol=tolerance * scale)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda n, t: n.predict_proba(t[:-1], np.eye(2)), r"theta must be .* got shape \(12,\)"),
        (lambda n, t: n.predict_proba(t, np.eye(3)), r"X must be .*, 2\); got shape \(3, 3\)"),
        (lambda n, t: n.predict_proba(t, np.zeros(2)), r"X must be .*, 2\); got shape \(2,\)"),
        (lambda n, t: n.loss(t, np.eye(2), [[0], [1]]), r"y must be a vector .* got \(2, 1\)"),
        (lambda n, t: n.loss_and_grad(t, np.eye(2), [-1, 1]), "only the labels 0 and 1; got -1"),
        (lambda n, t: n.evaluator(np.eye(2), [0]), "one label per sample, 2; got 1"),
        (lambda n, t: n.pack([(np.eye(2), [0, 0])]), r"there must be 2 layers \(W, b\); got 1"),
        (
            lambda n, t: n.pack([(np.ones((3, 2)), np.zeros(3)), (np.ones((3, 1)), [0.0])]),
            r"layer 1 must have W \(2, 3\) and b \(3,\); got \(3, 2\) and \(3,\)",
        ),
    ],
)
def test_wrong_shapes_are_named(call, message):
    network = Network(NetworkSpec.from_dims((2, 3, 1)))
    with pytest.raises(ValueError, match=message):
        call(network, np.zeros(network.n_params))
