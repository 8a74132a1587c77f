"""The animated figure shows the run: at every frame the surface and the costs of that step."""

import numpy as np
import plotly.graph_objects as go
import pytest

from nnviz.experiment import Experiment
from nnviz.export import record
from nnviz.figures import animated_figure
from nnviz.frames import Grid
from nnviz.runs import Run
from tests.experiments import SMALL

LAST = 60


@pytest.fixture(scope="module")
def run() -> Run:
    run = Run(SMALL)
    run.advance(LAST)
    return run


@pytest.fixture(scope="module")
def figure(run: Run) -> go.Figure:
    messages = list(record(Run(SMALL), LAST))
    return animated_figure(SMALL, run.dataset, messages, moments=7)


def at(run: Run, step: int) -> Run:
    """The same run at another step."""
    other = run.fork(run.experiment)
    other.advance(step)
    return other


def test_frames_are_spread_evenly_from_the_start_to_the_end(figure: go.Figure) -> None:
    assert [frame.name for frame in figure.frames] == [str(k) for k in range(0, LAST + 1, 10)]


def test_slider_and_buttons_name_every_frame(figure: go.Figure) -> None:
    (slider,) = figure.layout.sliders
    assert [step.args[0] for step in slider.steps] == [(frame.name,) for frame in figure.frames]
    (menu,) = figure.layout.updatemenus
    assert [button.label for button in menu.buttons] == ["Play", "Pause"]
    assert menu.buttons[0].args[0] is None, "all frames"
    assert menu.buttons[0].args[1]["frame"]["redraw"], "contours do not move without"


@pytest.mark.parametrize("k", [0, 3, 6])
def test_a_frame_has_the_probabilities_of_its_step(run: Run, figure: go.Figure, k: int) -> None:
    frame = figure.frames[k]
    shades, line = frame.data[0].z, frame.data[1].z
    filled = figure.data[0]
    np.testing.assert_array_equal(
        (filled.x, filled.y),
        [(grid := Grid.over(run.dataset.window, len(shades))).xx0, grid.xx1],
    )
    p = at(run, int(frame.name)).predict_proba(grid.points).reshape(shades.shape)
    assert np.abs(shades / filled.zmax - p).max() < 0.02
    assert (line[p > 0.51] > 0).all()
    assert (line[p < 0.49] < 0).all()
    contours = figure.data[frame.traces[1]].contours
    assert (contours.start, contours.end) == (0, 0)


def test_the_curves_of_a_frame_end_at_its_step(run: Run, figure: go.Figure) -> None:
    history = run.history
    for frame in figure.frames:
        for curve, costs in zip(
            frame.data[2:4], (history.loss_train, history.loss_test), strict=True
        ):
            steps = curve.x.astype(int)
            assert steps[-1] == int(frame.name)
            np.testing.assert_array_equal(curve.y, costs[steps])
            assert curve.y.max() <= figure.layout.yaxis2.range[1]


def test_it_opens_on_its_first_frame_with_all_points(run: Run, figure: go.Figure) -> None:
    first = figure.frames[0]
    for place, moving in zip(first.traces, first.data, strict=True):
        assert figure.data[place].type == moving.type
    np.testing.assert_array_equal(figure.data[0].z, first.data[0].z)
    points = [
        trace for trace in figure.select_traces({"type": "scatter"}) if trace.mode == "markers"
    ]
    n = sum(len(trace.x) for trace in points)
    assert n == len(run.dataset.y_train) + len(run.dataset.y_test)


def test_the_boundary_is_there_before_the_network_has_learned() -> None:
    """With every probability near 0.5, the shades are all the same: the line must not be lost."""
    run = Run(Experiment())
    figure = animated_figure(run.experiment, run.dataset, list(record(Run(run.experiment), 0)))
    (frame,) = figure.frames
    line = frame.data[1].z
    grid = Grid.over(run.dataset.window, len(line))
    predicted = run.predict(grid.points).reshape(line.shape)
    assert ((line > 0) == predicted)[line != 0].all()
    assert 0 < predicted.mean() < 1, "there is a boundary to be seen"
