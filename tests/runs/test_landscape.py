"""The landscape is the true loss on a true plane, and it tells where it is wrong."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data import DataSpec
from nnviz.experiment import Change, Experiment
from nnviz.network import LayerSpec, Network, NetworkSpec
from nnviz.network.textbook import Layer, trace
from nnviz.runs import Run
from nnviz.runs.landscape import PLANES, landscape, path_steps, window
from nnviz.runs.planes import path_plane, random_plane
from tests.experiments import EXPLOSIVE, SMALL, SMALL_BATCHES, SMALL_DROPOUT, can_start, experiments

UNTRAINED = replace(SMALL, initializer="zeros").with_hidden((LayerSpec(3, "relu"),))
HOSTILE = {
    "no hidden layer": SMALL.with_hidden(()),
    "mini-batches": SMALL_BATCHES,
    "one sample a batch": replace(
        SMALL, training=replace(SMALL.training, batch_size=1, optimizer="adam")
    ),
    "dropout": SMALL_DROPOUT,
    "float32": replace(SMALL, precision="float32"),
    "changes": replace(SMALL, changes=(Change(3, "theta.1", 9.0), Change(9, "learning_rate", 1.0))),
    "parameters that overflow": EXPLOSIVE,
    "weights of 0": UNTRAINED,
    "penalties": replace(SMALL, training=replace(SMALL.training, l1=0.1, l2=0.1)),
    "few points": replace(SMALL, data=DataSpec(n_samples=20, train_ratio=0.2)),
}


def drawn(experiment, end=24, kind="path", side=5, every=1):
    """Return a run and its landscape up to a step, or to the end of the run."""
    run = Run(experiment)
    moments = run.collect([*range(0, end, every), end])
    steps = landscape(experiment, run.dataset, moments.step, moments.theta, kind, side)
    while True:
        try:
            assert 0.0 <= next(steps) <= 1.0
        except StopIteration as done:
            return run, moments, done.value


def slow_loss(run, theta):
    """The cost of the textbook's network, without penalties and dropout, in float64."""
    spec, data = run.experiment.network, run.dataset
    layers = [
        Layer(W, b, "linear" if layer is spec.layers[-1] else layer.activation)
        for (W, b), layer in zip(Network(spec).unpack(theta), spec.layers, strict=True)
    ]
    return trace(layers, data.inputs(data.X_train), data.y_train, spec.loss).cost


def differences(ours, other):
    """The largest difference, relative to the other where that is large; both may be infinite."""
    same = (ours == other) | (np.isnan(ours) & np.isnan(other))
    with np.errstate(invalid="ignore", over="ignore"):
        far = np.abs(ours - other) / np.maximum(1.0, np.abs(other))
    return float(np.where(same, 0.0, far).max())


@pytest.mark.parametrize("kind", PLANES)
@pytest.mark.parametrize("name", HOSTILE)
def test_every_place_has_the_loss_of_its_parameters(name, kind):
    run, moments, found = drawn(HOSTILE[name], kind=kind)
    network, data = Network(run.experiment.network), run.dataset
    X, y = data.inputs(data.X_train), data.y_train
    first, second = found.plane.directions
    with np.errstate(all="ignore"):
        for row, up in enumerate(np.linspace(found.low[1], found.high[1], 5)):
            for column, across in enumerate(np.linspace(found.low[0], found.high[0], 5)):
                theta = found.plane.origin + across * first + up * second
                loss = np.array(network.loss(theta, X, y))
                assert differences(found.loss[row, column], loss) < 1e-10
    true = np.array([network.loss(theta.astype(float), X, y) for theta in moments.theta])
    assert differences(found.true_loss, true) < 1e-10


@pytest.mark.parametrize("name", [name for name in HOSTILE if "overflow" not in name])
def test_the_picture_and_its_errors_are_those_of_a_slow_calculation(name):
    """Principal directions by `svd`, projections and losses one by one with the textbook."""
    run, moments, found = drawn(HOSTILE[name])
    theta = moments.theta.astype(np.float64)
    end, n = theta[-1], len(theta)
    _, sizes, axes = np.linalg.svd(theta - theta.mean(axis=0), full_matrices=False)
    total = sum(size**2 for size in sizes)
    if total == 0.0:
        assert found.explained is None
        return
    shares = [size**2 / total for size in sizes[:2]]
    assert found.explained == pytest.approx([*shares, 0.0][:2], abs=1e-9)
    assert sizes[1] > 1e-6 * sizes[0], "or else the second direction may be any"
    for i in range(n):
        place = end.copy()
        for axis in axes[:2]:
            place = place + ((theta[i] - end) @ axis) * axis
        true, plane = slow_loss(run, theta[i]), slow_loss(run, place)
        assert found.true_loss[i] == pytest.approx(true, rel=1e-9, abs=1e-12)
        assert found.plane_loss[i] == pytest.approx(plane, rel=1e-6, abs=1e-9)
        assert found.difference[i] == pytest.approx(abs(plane - true) / true, rel=1e-4, abs=1e-6)
        for k in range(2):
            assert abs(found.path[i, k]) == pytest.approx(abs((theta[i] - end) @ axes[k]), abs=1e-7)
    assert found.path[0, 0] < 0.0, "the path begins at the left"
    assert found.difference[-1] == 0.0, "at the end, the picture is exact"


@settings(deadline=None, max_examples=60)
@given(experiments(), st.sampled_from(PLANES))
def test_any_experiment_has_a_landscape(experiment, kind):
    experiment = replace(experiment, data=replace(experiment.data, n_samples=20))
    if not can_start(experiment):
        return
    _, _, found = drawn(experiment, end=8, kind=kind, side=3, every=4)
    assert np.isfinite(found.low).all()
    assert np.isfinite(found.high).all()
    assert (found.low < found.high).all()
    assert np.linalg.matrix_rank(found.plane.directions / np.abs(found.plane.directions).max()) == 2
    assert (found.path >= found.low).all()
    assert (found.path <= found.high).all()
    assert not np.isnan(found.difference).any()
    if found.explained is not None:
        assert min(found.explained) >= -1e-12
        assert sum(found.explained) <= 1.0 + 1e-9


def test_a_run_that_diverges_has_a_path_up_to_its_end():
    run, _, found = drawn(EXPLOSIVE, end=64)
    assert run.stopped is not None
    assert found.steps[-1] == run.step == run.stopped.step
    assert np.isfinite(found.true_loss[-1])


@pytest.mark.parametrize("n", [1, 2, 3, 9])
def test_a_path_with_too_few_directions_still_has_a_plane(n):
    """A net that does not move, and a path along a line."""
    still = np.tile(np.array([1.0, -2.0, 0.5, 3.0]), (n, 1))
    assert path_plane(still).explained(still) is None
    straight = still + np.outer(np.arange(n), [0.0, 3.0, 0.0, 4.0])
    plane = path_plane(straight)
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-12)
    assert (plane.origin == straight[-1]).all()
    if n > 1:
        np.testing.assert_allclose(plane.directions[0], [0.0, 0.6, 0.0, 0.8], atol=1e-12)
        assert plane.explained(straight) == pytest.approx((1.0, 0.0), abs=1e-12)
        np.testing.assert_allclose(
            plane.coordinates(straight)[:, 0], 5.0 * np.arange(1 - n, 1), atol=1e-12
        )


def test_random_directions_have_the_lengths_of_the_filters_and_no_biases():
    spec, random = NetworkSpec.from_dims([3, 5, 4, 1]), np.random.RandomState(7)
    network = Network(spec)
    theta = random.randn(network.n_params)
    plane = random_plane(spec, theta, seed=3)
    for direction in plane.directions:
        for (W, _), (D, d) in zip(network.unpack(theta), network.unpack(direction), strict=True):
            assert (d == 0.0).all()
            for unit in range(W.shape[1]):
                assert np.linalg.norm(D[:, unit]) == pytest.approx(np.linalg.norm(W[:, unit]))
    again, other = random_plane(spec, theta, seed=3), random_plane(spec, theta, seed=4)
    assert (again.directions == plane.directions).all()
    assert (other.directions != plane.directions).any()


def test_random_directions_are_not_those_of_the_initial_weights():
    """Both come from the seed of the weights: along theta itself, weights would only grow."""
    experiment = replace(Experiment(), initializer="normal_1")
    theta = Run(experiment).theta
    for direction in random_plane(experiment.network, theta, experiment.init_seed).directions:
        cosine = direction @ theta / np.linalg.norm(direction) / np.linalg.norm(theta)
        assert abs(cosine) < 0.7


def test_weights_that_give_too_few_random_directions():
    for dims, theta in (([1, 1], [2.0, 0.5]), ([2, 3, 1], [0.0] * 13)):
        plane = random_plane(NetworkSpec.from_dims(dims), np.array(theta), seed=0)
        assert np.linalg.matrix_rank(plane.directions) == 2


def test_coordinates_are_those_of_the_nearest_place():
    """For directions that are not at right angles, too."""
    spec, random = NetworkSpec.from_dims([2, 3, 1]), np.random.RandomState(1)
    plane = random_plane(spec, random.randn(13), seed=5)
    path = plane.origin + random.randn(6, 13)
    found = plane.coordinates(path)
    expected = np.linalg.lstsq(plane.directions.T, (path - plane.origin).T, rcond=None)[0].T
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    np.testing.assert_allclose(plane.coordinates(plane.theta(found)), found, rtol=1e-9)


def test_the_steps_of_a_path_are_few_and_even():
    for end in (0, 1, 5, 64, 255, 256, 257, 1000, 4096, 10_000_000):
        steps = path_steps(end, n_params=25)
        assert steps[0] == 0
        assert steps[-1] == end
        assert len(steps) <= 257
        gaps = set(np.diff(steps)[:-1].tolist())
        assert len(gaps) <= 1
        assert all(gap & (gap - 1) == 0 for gap in gaps)
    assert len(path_steps(256, n_params=25)) == 257
    assert len(path_steps(4096, n_params=30_000)) == 65


def test_the_window_is_a_square_around_the_path():
    low, high = window(np.array([[-4.0, 0.0], [0.0, 1.0]]), "path")
    assert (high - low).tolist() == pytest.approx([5.2, 5.2])
    assert low.tolist() == pytest.approx([-4.6, -2.1])
    assert window(np.zeros((1, 2)), "path")[1].tolist() == [1.0, 1.0]
    assert window(np.array([[0.0, 0.3]]), "random")[0].tolist() == [-1.0, -1.0]
    assert window(np.array([[0.0, 3.0]]), "random")[1].tolist() == pytest.approx([3.45, 3.45])
