"""A frame shows the network that is being trained, at the step it names."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from nnviz.data import FEATURES, GENERATORS, DataSpec, Window
from nnviz.experiment import Change, Experiment
from nnviz.frames import FrameMaker, Grid, pack, unpack
from nnviz.frames.quantise import FINE_LEVELS, LEVELS, SATURATED_LOGIT
from nnviz.network import LayerSpec
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.runs.picture import GRID_RESOLUTION, MAP_EVERY, UNITS_SHOWN
from nnviz.training import Metrics
from tests.experiments import EXPLOSIVE, SMALL
from tests.frames.logits import dequantise_signed

DEEP = SMALL.with_hidden((LayerSpec(5, "relu"), LayerSpec(3, "tanh"), LayerSpec(4, "sigmoid")))
WIDE = SMALL.with_hidden((LayerSpec(40, "tanh"), LayerSpec(20, "tanh")))


def frame_of(run: Run, gradients: bool = False, maker: FrameMaker | None = None) -> Any:
    """What is shown of a run now: each section without its axis of frames."""
    maker = maker or FrameMaker(run)
    sections = maker.make_many(run.collect([run.step]), gradients)
    return {name: array[0] for name, array in sections.items()}


def surface_of(frame: Any) -> np.ndarray:
    return dequantise_signed(frame["surface"], frame["surface_scale"])


def test_row_zero_of_the_grid_is_the_bottom() -> None:
    """Otherwise the picture is upside down."""
    grid = Grid.over(Window(-1.0, 1.0, 10.0, 12.0), 5)
    assert grid.points.shape == (25, 2)
    assert grid.points[0].tolist() == [-1.0, 10.0]
    assert grid.points[4].tolist() == [1.0, 10.0]
    assert grid.points[-1].tolist() == [1.0, 12.0]
    assert grid.xx0.tolist() == [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert grid.xx1.tolist() == [10.0, 10.5, 11.0, 11.5, 12.0]


@pytest.mark.parametrize("name", GENERATORS)
@pytest.mark.parametrize("scaling", ["none", "standardize"])
def test_the_surface_is_the_networks_logit_over_the_window(name: str, scaling: str) -> None:
    """Scaled inputs included: the plane has to be fed as the points are."""
    experiment = replace(DEEP, data=replace(DEEP.data, name=name, scaling=scaling))
    run = Run(experiment)
    run.advance(50)
    window, frame = run.dataset.window, frame_of(run)
    side = GRID_RESOLUTION
    surface = surface_of(frame)
    assert surface.shape == (side, side)
    x1 = np.linspace(window.x1_min, window.x1_max, side)
    for row, x2 in enumerate(np.linspace(window.x2_min, window.x2_max, side)):
        points = np.column_stack([x1, np.full(side, x2)])
        logits = run.network.logits(run.theta, run.dataset.inputs(points))
        shown = np.clip(logits, -SATURATED_LOGIT, SATURATED_LOGIT)
        error = np.abs(surface[row] - shown)
        assert error.max() <= frame["surface_scale"] / LEVELS + 1e-4


@pytest.mark.parametrize("name", FEATURES)
def test_an_input_map_is_the_feature_over_the_window(name: str) -> None:
    """Row 0 at the bottom, on the same places as the neurons' maps."""
    run = Run(replace(SMALL, data=replace(SMALL.data, inputs=(name,), scaling="standardize")))
    maker = FrameMaker(run)
    (shown,) = maker.input_maps()
    window = run.dataset.window
    assert shown.shape == frame_of(run)["maps"][0].shape
    side = len(shown)
    x1, x2 = (np.linspace(low, high, side) for low, high in window.spans)
    wanted = np.array([FEATURES[name].of(x1, np.full(side, height)) for height in x2])
    share = (wanted - wanted.min()) / (wanted.max() - wanted.min())
    np.testing.assert_allclose(shown, (2.0 * share - 1.0) * LEVELS, atol=0.51)
    ((low, high),) = maker.input_ranges()
    assert (low, high) == pytest.approx((wanted.min(), wanted.max()))


@pytest.mark.parametrize("experiment", [SMALL, DEEP, Experiment()], ids=["small", "deep", "first"])
def test_what_the_browser_unpacks_is_the_network(experiment: Experiment) -> None:
    run = Run(experiment)
    maker = FrameMaker(run)
    moments = run.collect([0, 5, 10, 15])
    _, got = unpack(pack({}, maker.make_many(moments)))
    assert got["step"].tolist() == [0, 5, 10, 15]
    inputs = run.dataset.inputs(maker.grid.points)
    for i, theta in enumerate(moments.theta):
        scale = got["surface_scale"][i]
        logits = run.network.logits(theta, inputs).reshape(got["surface"][i].shape)
        error = np.abs(dequantise_signed(got["surface"][i], scale) - logits)
        assert error.max() <= scale / LEVELS + 1e-4


@pytest.mark.parametrize("experiment", [SMALL, DEEP, WIDE, EXPLOSIVE])
def test_a_frame_is_the_same_bytes_with_whichever_others_it_is_made(experiment: Experiment) -> None:
    """Viewers share batches: what one slice of the server makes may not show in them."""
    run = Run(experiment)
    maker = FrameMaker(run)
    together = maker.make_many(run.collect(range(37)), gradients=True)
    n_frames = len(together["step"])
    other = Run(experiment)
    for n_parts in (2, 3, 11, n_frames):
        rows = np.array_split(np.arange(n_frames), min(n_parts, n_frames))
        parts = [FrameMaker(other).make_many(other.collect(r.tolist()), True) for r in rows]
        for name, whole in together.items():
            joined = np.concatenate([part[name] for part in parts])
            assert joined.tobytes() == whole.tobytes(), name


def test_a_frame_keeps_what_it_showed_when_the_run_goes_on() -> None:
    """Buffers are shared only inside the maker."""
    run = Run(DEEP)
    maker = FrameMaker(run)
    frame = frame_of(run, gradients=True, maker=maker)
    kept = {name: array.copy() for name, array in frame.items()}
    run.advance(40)
    later = frame_of(run, gradients=True, maker=maker)
    for name, array in kept.items():
        np.testing.assert_array_equal(frame[name], array)
    assert (later["surface"] != frame["surface"]).any()


def test_a_maker_serves_the_branches_of_its_run_and_no_stranger() -> None:
    run = Run(DEEP)
    run.advance(20)
    branch = run.fork(DEEP.with_change(Change(7, "l2", 0.5)))
    maker = FrameMaker(run)
    moments = branch.collect([5, 9])
    served = maker.of(branch).make_many(moments, gradients=True)
    fresh = FrameMaker(Run(branch.experiment)).make_many(moments, gradients=True)
    for name, array in fresh.items():
        assert served[name].tobytes() == array.tobytes(), name
    own = maker.make_many(moments, gradients=True)
    assert (own["gradients"][1] != served["gradients"][1]).any(), "the penalty in force counts"
    for stranger in (WIDE, replace(DEEP, init_seed=8), replace(DEEP, data=DataSpec("xor"))):
        with pytest.raises(ValueError, match="run must have the data, the network and the first"):
            maker.of(Run(stranger))


def test_a_frame_names_its_step_its_epoch_and_its_losses() -> None:
    run = Run(SMALL)
    run.advance(9)
    frame, metrics = frame_of(run), run.metrics()
    assert frame["step"] == 9
    assert frame["epoch"] == run.epoch
    assert {name: frame[name] for name in Metrics._fields} == metrics._asdict()


@pytest.mark.parametrize("experiment", [SMALL, DEEP, WIDE], ids=["small", "deep", "wide"])
def test_each_neurons_map_is_its_activation_over_the_window(experiment: Experiment) -> None:
    run = Run(experiment)
    run.advance(30)
    maker = FrameMaker(run)
    frame = frame_of(run)
    every = MAP_EVERY
    side = GRID_RESOLUTION
    layers = run.network.activations(run.theta, run.dataset.inputs(maker.grid.points))
    pictures = iter(frame["maps"])
    for shown, scale, a in zip(maker.layers[:-1], frame["map_scale"], layers[:-1], strict=True):
        for unit in shown.shown:
            expected = a[:, unit].reshape(side, side)[::every, ::every]
            picture = next(pictures) / LEVELS * scale
            np.testing.assert_allclose(picture, expected, atol=scale / (2 * LEVELS) * 1.01 + 1e-4)
    assert next(pictures, None) is None


@pytest.mark.parametrize("experiment", [SMALL, DEEP, WIDE], ids=["small", "deep", "wide"])
def test_each_line_of_the_diagram_is_the_weight_between_the_neurons_it_joins(
    experiment: Experiment,
) -> None:
    """A person clicks a line and edits that weight: it must not be another one's."""
    run = Run(experiment)
    run.advance(7)
    maker = FrameMaker(run)
    frame = frame_of(run, gradients=True, maker=maker)
    drawn = frame["weights"] / FINE_LEVELS * frame["weight_scale"]
    precision = frame["weight_scale"] / (2 * FINE_LEVELS) * 1.001
    theta, gradient = run.theta, run.gradient()
    before = np.arange(2)
    position = 0
    for layer, (W, b), (dW, db) in zip(
        maker.layers, run.network.unpack(theta), run.network.unpack(gradient), strict=True
    ):
        for row, unit in enumerate(layer.shown):
            wanted = [b[unit], *W[before, unit]]
            assert theta[layer.parameters[row]].tolist() == wanted
            end = position + len(wanted)
            np.testing.assert_allclose(drawn[position:end], wanted, rtol=0.0, atol=precision)
            wanted = np.array([db[unit], *dW[before, unit]], np.float32).tolist()
            assert frame["gradients"][position:end].tolist() == wanted
            position = end
        before = layer.shown
    assert position == len(drawn)


def test_wide_layers_are_folded_and_the_choice_does_not_move() -> None:
    run = Run(WIDE)
    chosen = [layer.shown.tolist() for layer in FrameMaker(run).layers]
    assert [len(shown) for shown in chosen] == [UNITS_SHOWN, UNITS_SHOWN, 1]
    assert all(shown == sorted(set(shown)) for shown in chosen)
    run.advance(100)
    assert [layer.shown.tolist() for layer in FrameMaker(run).layers] == chosen


def test_gradients_are_sent_only_when_asked_for() -> None:
    assert "gradients" not in frame_of(Run(SMALL))
    assert "gradients" in frame_of(Run(SMALL), gradients=True)


def contour_crossings(surface: np.ndarray) -> np.ndarray:
    """Where the zero line crosses the grid's edges, linearly between two points, in cells."""
    crossings = []
    for turned, values in ((False, surface), (True, surface.T)):
        left, right = values[:, :-1], values[:, 1:]
        for row, column in np.argwhere((left > 0) != (right > 0)):
            share = left[row, column] / (left[row, column] - right[row, column])
            along = (column + share, row)
            crossings.append(along[::-1] if turned else along)
    return np.array(crossings)


def test_a_network_that_has_barely_started_still_has_a_smooth_boundary() -> None:
    """Article 2 begins with every probability within 0.0001 of 0.5: two grey levels in a byte of
    probability, and a staircase for a boundary. Its one tanh unit draws an exact straight line.
    """
    run = Run(PRESETS["article-two-layer"].experiment)
    maker = FrameMaker(run)
    p = run.predict_proba(maker.grid.points)
    assert 0.4999 < p.min() < 0.5 < p.max() < 0.5001
    surface = surface_of(frame_of(run, maker=maker))
    crossings = contour_crossings(surface)
    side = GRID_RESOLUTION
    assert len(crossings) >= side - 1, "the line runs through the whole window"
    (W1, b1), _ = run.network.unpack(run.theta)
    assert b1[0] == 0.0
    window = run.dataset.window
    cell = (window.x1_max - window.x1_min) / (side - 1)
    points = np.array([window.x1_min, window.x2_min]) + cell * crossings
    distance = np.abs(points @ W1[:, 0]) / np.linalg.norm(W1[:, 0])
    assert distance.max() <= 0.5 * cell


def test_the_last_frame_of_a_diverging_run_can_be_sent() -> None:
    """The reason for the stop is told beside it; without a frame the page would stand still."""
    run = Run(EXPLOSIVE)
    run.advance(1000)
    assert run.stopped is not None
    moments = run.collect([run.step])
    _, got = unpack(pack({}, FrameMaker(run).make_many(moments, gradients=True)))
    assert got["step"].tolist() == [run.step]
    assert np.isfinite(got["surface_scale"]).all()
    assert np.isfinite(got["weight_scale"]).all()
    assert np.isfinite(got["map_scale"]).all()
