"""The space of a layer is what the network makes of the plane, and its line is the boundary."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.decomposition import PCA

from nnviz import Experiment, Run
from nnviz.data import FEATURES, DataSpec, Points
from nnviz.experiment import Change
from nnviz.frames import Grid
from nnviz.network import ACTIVATIONS, LayerSpec, Network
from nnviz.runs.hidden import HiddenSpace, cut
from nnviz.training import TrainingSettings
from tests.experiments import EXPLOSIVE, network_of

SIDE = 49
FOUR = Points(((0.0, 0.0, 0), (0.0, 1.0, 1), (1.0, 0.0, 1), (1.0, 1.0, 0)))


def with_layers(*layers: tuple[int, str], **more: object) -> Experiment:
    hidden = tuple(LayerSpec(units, activation) for units, activation in layers)
    return Experiment(network=network_of(hidden), **more)


EXACT = {
    "default": Experiment(),
    "no hidden layer": with_layers(),
    "one unit": with_layers((3, "relu"), (1, "tanh")),
    "three units": with_layers((3, "silu")),
    "single precision": with_layers((2, "sigmoid"), precision="float32"),
    "three inputs": with_layers(data=DataSpec(inputs=("x1", "x2_squared", "r"))),
    "one input": with_layers((2, "sin"), data=DataSpec(inputs=("angle",))),
    "standardized": with_layers((2, "elu"), data=DataSpec(name="wine")),
    "no test points": with_layers((2, "tanh"), data=DataSpec(train_ratio=1.0)),
}
WIDE = {
    "four units": with_layers((4, "tanh")),
    "sixty-four units": with_layers((8, "tanh"), (64, "relu")),
    "many inputs": with_layers(data=DataSpec(inputs=tuple(FEATURES))),
    "deep": with_layers(*[(5, "tanh")] * 8),
}
HOSTILE = {
    "all weights zero": replace(with_layers((4, "tanh"), (4, "relu")), initializer="zeros"),
    "constant at a half": replace(
        with_layers((5, "sigmoid"), (2, "softplus")), initializer="zeros"
    ),
    "dead": replace(
        with_layers((4, "relu")),
        changes=tuple(Change(0, f"theta.{i}", -50.0) for i in range(8, 12)),
    ),
    "widest and deepest": with_layers(*[(64, "relu")] * 8, data=DataSpec(n_samples=2000)),
    "diverging": EXPLOSIVE,
    "rate too high": with_layers(
        (2, "linear"), (4, "relu"), training=TrainingSettings(learning_rate=10.0)
    ),
    "fewest points": replace(with_layers((6, "tanh")), data=DataSpec(name="own", points=FOUR)),
}


def opened(experiment: Experiment, steps: tuple[int, ...] = (0, 1, 40, 200)):
    """A run, its parameters at some steps, the grid's points and the space."""
    run = Run(experiment)
    theta = run.collect(steps).theta
    points = Grid.over(run.dataset.window, SIDE).points
    return run, theta, points, HiddenSpace(experiment.network, run.dataset, points)


def all_activations(run: Run, theta: np.ndarray, points: np.ndarray) -> list[np.ndarray]:
    """Inputs and activations (n_points, n_units) of every layer, by the network itself."""
    data = run.dataset
    X = data.inputs(np.concatenate([points, data.X_train, data.X_test]))
    *hidden, _ = Network(run.experiment.network).activations(theta, X)
    return [X, *hidden]


def logits_of(run: Run, theta: np.ndarray, a: np.ndarray) -> np.ndarray:
    """The logit of activations a (n_points, n_units) of the last hidden layer."""
    W, b = Network(run.experiment.network).unpack(np.asarray(theta, np.float64))[-1]
    return (a @ W + b)[:, 0]


@pytest.mark.parametrize("experiment", EXACT.values(), ids=EXACT)
def test_up_to_three_units_are_the_activations_themselves(experiment: Experiment) -> None:
    run, theta, points, space = opened(experiment)
    for layer in space.layers:
        if layer.units > 3:
            continue
        bent = space.at(theta, layer.layer)
        for i, one in enumerate(theta):
            expected = all_activations(run, one, points)[layer.layer].T
            np.testing.assert_allclose(bent.coordinates[i], expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("experiment", EXACT.values(), ids=EXACT)
def test_what_is_drawn_separates_every_grid_point_as_the_boundary_does(
    experiment: Experiment,
) -> None:
    """The drawn ends or corners alone decide it, not the formula that they were made with."""
    run, theta, points, space = opened(experiment)
    last = space.layers[-1].layer
    bent, seen = space.at(theta, last), 0
    for i, one in enumerate(theta):
        X = run.dataset.inputs(points)
        logits = Network(experiment.network).logits(np.asarray(one, np.float64), X)
        np.testing.assert_allclose(bent.logits[i, : len(points)], logits, rtol=1e-9, atol=1e-9)
        corners = bent.corners[i, : bent.n_corners[i]]
        place = bent.coordinates[i, :, : len(points)].T
        certain = np.abs(logits) > 1e-9 * np.abs(logits).max()
        if len(corners) == 0:
            assert len(np.unique(np.sign(logits[certain]))) == 1
            continue
        dims, first = len(place.T), corners[0]
        if dims == 1:
            side = (place - first)[:, 0]
        elif dims == 2:
            along = corners[1] - first
            side = (place - first) @ np.array([-along[1], along[0]])
        else:
            side = (place - first) @ np.cross(corners[1] - first, corners[2] - first)
        agreeing = np.sign(side[certain]) == np.sign(logits[certain])
        assert agreeing.all() or not agreeing.any()
        seen += 1
    assert seen or last == 0
    assert (bent.agree == len(run.dataset.X_train)).all()


@pytest.mark.parametrize("experiment", WIDE.values(), ids=WIDE)
def test_a_wide_layer_shows_the_principal_components_of_its_training_points(
    experiment: Experiment,
) -> None:
    run, theta, points, space = opened(experiment)
    train = slice(len(points), len(points) + len(run.dataset.X_train))
    for layer in space.layers:
        if layer.exact:
            continue
        bent = space.at(theta, layer.layer)
        for i, one in enumerate(theta):
            a = all_activations(run, one, points)[layer.layer]
            pca = PCA(n_components=3, svd_solver="full").fit(a[train])
            expected = pca.explained_variance_ratio_
            np.testing.assert_allclose(bent.shares[i], expected, atol=1e-12)
            np.testing.assert_allclose(
                np.abs(bent.coordinates[i]), np.abs(pca.transform(a).T), atol=1e-6
            )


@pytest.mark.parametrize("experiment", WIDE.values(), ids=WIDE)
def test_the_line_of_a_wide_layer_is_the_slice_through_the_boundary(
    experiment: Experiment,
) -> None:
    run, theta, points, space = opened(experiment)
    last = space.layers[-1].layer
    bent = space.at(theta, last)
    for i, one in enumerate(theta):
        a = all_activations(run, one, points)[last][len(points) :][: len(run.dataset.X_train)]
        pca = PCA(n_components=3, svd_solver="full").fit(a)
        seen = pca.inverse_transform(pca.transform(a))  # what the picture shows of the points
        same = (logits_of(run, one, seen) > 0) == (logits_of(run, one, a) > 0)
        assert bent.agree[i] == same.sum()
        signs = np.sign(
            (pca.transform(a) * bent.coordinates[i, :, len(points) :].T[: len(a)]).sum(0)
        )
        corners = bent.corners[i, : bent.n_corners[i]] * signs
        at_corners = logits_of(run, one, pca.inverse_transform(corners)) if len(corners) else 0.0
        np.testing.assert_allclose(at_corners, 0.0, atol=1e-9)


@pytest.mark.parametrize("experiment", HOSTILE.values(), ids=HOSTILE)
def test_every_network_has_spaces_that_can_be_drawn(experiment: Experiment) -> None:
    run, theta, _, space = opened(experiment, (0, 1, 3))
    assert len(theta)
    for layer in space.layers:
        bent = space.at(theta, layer.layer)
        for numbers in (bent.coordinates, bent.window, bent.shares, bent.corners):
            assert np.isfinite(numbers).all()
        low, high = bent.window[..., 0, np.newaxis], bent.window[..., 1, np.newaxis]
        assert (low < high).all()
        assert (low <= bent.coordinates).all()
        assert (bent.coordinates <= high).all()
        assert (bent.shares.sum(axis=1) <= 1.0 + 1e-12).all()
        assert (bent.agree <= len(run.dataset.X_train)).all()


@pytest.mark.parametrize("experiment", [EXACT["default"], WIDE["sixty-four units"]])
def test_a_moment_is_the_same_alone_and_with_others(experiment: Experiment) -> None:
    _, theta, _, space = opened(experiment, tuple(range(0, 40, 3)))
    for layer in range(len(space.layers)):
        together = space.at(theta, layer)
        for i in (0, 5, 13):
            alone = space.at(theta[i : i + 1], layer)
            for name in together.__dataclass_fields__:
                expected = getattr(together, name)[i]
                np.testing.assert_array_equal(getattr(alone, name)[0], expected, name)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_window_of_a_bounded_activation_never_moves(name: str) -> None:
    _, theta, _, space = opened(with_layers((2, name)))
    bent, (low, high) = space.at(theta, 1), space.layers[1].bounds
    values = ACTIVATIONS[name].f(np.linspace(-9.0, 9.0, 999))
    for end, extreme in ((low, values.min()), (high, values.max())):
        assert end is None or end == pytest.approx(extreme, abs=0.01)
    if low is not None and high is not None:
        assert (bent.window == bent.window[0]).all()
    else:
        assert not (bent.window == bent.window[0]).all()


def test_a_plane_cuts_a_cube_in_up_to_six_corners() -> None:
    normals = np.array([[1.0, 1.0, 1.0], [0.0, 0.0, 1.0], *[[1.0, 1.0, 1.0]] * 2, [0.0, 0.0, 0.0]])
    offsets = np.array([0.0, 0.5, 2.5, 3.5, 0.0])
    cubes = np.broadcast_to([[-1.0, 1.0]] * 3, (5, 3, 2))
    corners, n_corners = cut(normals, offsets, cubes)
    assert n_corners.tolist() == [6, 4, 3, 0, 0]
    edges = np.linalg.norm(corners[0] - np.roll(corners[0], 1, axis=0), axis=1)
    np.testing.assert_allclose(edges, np.sqrt(2.0))  # a regular hexagon, in its order
    square = corners[1, :4]
    np.testing.assert_allclose(np.linalg.norm(square - np.roll(square, 1, axis=0), axis=1), 2.0)
    for normal, offset, found, count in zip(normals, offsets, corners, n_corners, strict=True):
        np.testing.assert_allclose(found[:count] @ normal, -offset, atol=1e-15)
        assert not found[count:].any()
