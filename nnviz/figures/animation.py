"""A recorded run as one Plotly figure: boundary and cost curve, with a slider and a play button."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from nnviz.data import Dataset
from nnviz.experiment import Experiment
from nnviz.figures.stage import boundary_figure, loss_figure
from nnviz.figures.theme import LIGHT
from nnviz.frames import Grid, unpack
from nnviz.frames.quantise import surface_values

MOMENTS = 60
_LEVELS = 25  # colours of the surface, as in the first article
_SHADES = 10 * _LEVELS  # p = 1 as a byte: ten for each colour
_PAUSE = 100  # milliseconds between two frames
_WIDTH, _HEIGHT = 940, 510

# The places of the traces. In each step of an animation, plotly.js takes all traces off a plot that
# it cannot move gradually, such as contours, and draws them again later: they flicker. It leaves
# the trace before one that it can move, if that one fills the space between them. So each contour
# is followed by points, with a fill that nobody sees.
_SURFACES, _KEEPERS, _CURVES = (0, 2), (1, 3), 6


def animated_figure(
    experiment: Experiment, data: Dataset, messages: Sequence[bytes], moments: int = MOMENTS
) -> go.Figure:
    """Animate what `nnviz.export.record` recorded: evenly spaced moments, at most ``moments``.

    Each is a ``go.Frame``, whose name is its step. What moves is the probability of class 1 in 25
    colours, the line where it is 0.5, and the cost curves.
    """
    recorded = _recorded(messages)
    n = len(recorded["step"])
    chosen = np.unique(np.linspace(0, n - 1, min(n, moments)).round().astype(int))
    found = {name: values[chosen] for name, values in recorded.items()}
    costs = ("loss_train", "loss_test") if data.has_test else ("loss_train",)
    steps = found["step"].astype(int).tolist()
    frames = [
        go.Frame(
            name=str(step),
            data=[*_surfaces(found, k), *_curves(found, costs, k), *[go.Scatter()] * len(_KEEPERS)],
            traces=[*_SURFACES, *range(_CURVES, _CURVES + len(costs)), *_KEEPERS],
        )
        for k, step in enumerate(steps)
    ]
    grid = Grid.over(data.window, found["surface"].shape[-1])
    points, curves = boundary_figure(data), loss_figure(data.has_test)
    points.update_traces(marker_line_color=LIGHT.marker_edge, hoverinfo="name")
    for trace, colour in zip(curves.data, (LIGHT.train, LIGHT.test), strict=False):
        trace.update(xaxis="x2", yaxis="y2", line_color=colour, name=f"{trace.name} cost")
    traces = [*points.data, *curves.data]
    for place, surface in zip(_SURFACES, _surface_traces(grid), strict=True):
        traces.insert(place, surface)
    for place, moving in zip(frames[0].traces, frames[0].data, strict=True):
        traces[place].update(moving)
    for place in _KEEPERS:
        traces[place].update(fill="tonexty", fillcolor="rgba(0,0,0,0)")
    figure = go.Figure(traces, points.layout, frames)
    return figure.update_layout(
        title={"text": experiment.title, "font": {"size": 15}},
        width=_WIDTH,
        height=_HEIGHT,
        margin={"l": 60, "r": 20, "t": 80, "b": 110},
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0.0,
            "y": 1.02,
            "yanchor": "bottom",
            "traceorder": "normal",
        },
        paper_bgcolor="white",
        hovermode="closest",
        modebar={"remove": ["sendChartToCloud", "select", "lasso"]},  # the first uploads points
        xaxis={"domain": [0.0, 0.46]},
        xaxis2=curves.layout.xaxis.update(
            domain=[0.62, 1.0], anchor="y2", range=[0, max(steps[-1], 1)]
        ),
        yaxis2=curves.layout.yaxis.update(anchor="x2", range=_span(found, costs)),
        updatemenus=[_buttons()],
        sliders=[_slider(steps)],
    )


def _recorded(messages: Sequence[bytes]) -> dict[str, NDArray[Any]]:
    """Join the sections of all messages, frames along the first axis."""
    parts = [unpack(message)[1] for message in messages if message]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _surfaces(found: dict[str, NDArray[Any]], k: int) -> list[go.Contour]:
    """Make what changes of both contours, (side, side) each: whole numbers keep the figure small.

    The levels are roots. Their squares are in proportion to the logit, so the line is smooth.
    """
    q, scale = found["surface"][k : k + 1], found["surface_scale"][k : k + 1]
    shades = np.rint(_SHADES / (1.0 + np.exp(-surface_values(q, scale)))).astype(np.uint8)
    squares = q.astype(np.int16) * np.abs(q)
    return [go.Contour(z=shades[0]), go.Contour(z=squares[0])]


def _curves(found: dict[str, NDArray[Any]], costs: Sequence[str], k: int) -> list[go.Scatter]:
    """Make what changes of the curves: their points up to this moment."""
    return [go.Scatter(x=found["step"][: k + 1], y=found[cost][: k + 1]) for cost in costs]


def _surface_traces(grid: Grid) -> tuple[go.Contour, go.Contour]:
    place = {"x": grid.xx0, "y": grid.xx1, "hoverinfo": "skip"}
    colours = [LIGHT.surface_0, LIGHT.surface_middle, LIGHT.surface_1]
    bar = {
        "title": {"text": "p", "side": "top"},
        "x": 0.47,
        "thickness": 12,
        "tickvals": [0, _SHADES / 2, _SHADES],
        "ticktext": ["0", "0.5", "1"],
    }
    size = _SHADES / _LEVELS
    filled = go.Contour(
        **place,
        zmin=0,
        zmax=_SHADES,
        colorscale=colours,
        colorbar=bar,
        line={"width": 0},
        contours={"start": size, "end": _SHADES - size, "size": size},
    )
    line = go.Contour(
        **place,
        name="p = 0.5",
        showscale=False,
        line={"color": LIGHT.contour, "width": 2},
        contours={"start": 0, "end": 0, "size": 1, "coloring": "none"},
    )
    return filled, line


def _span(found: dict[str, NDArray[Any]], costs: Sequence[str]) -> list[float]:
    """Return the range of the costs, with some room; without it, the axis would move."""
    values = np.concatenate([found[cost] for cost in costs])
    top = float(values[np.isfinite(values)].max(initial=0.0))
    return [0.0, 1.05 * top if top > 0.0 else 1.0]


def _at_once(**others: Any) -> dict[str, Any]:
    """Return how a frame is shown; ``redraw``, because contours are not animated otherwise."""
    return {
        "mode": "immediate",
        "frame": {"duration": 0, "redraw": True},
        "transition": {"duration": 0},
    } | others


def _buttons() -> dict[str, Any]:
    play = _at_once(frame={"duration": _PAUSE, "redraw": True}, fromcurrent=True)
    return {
        "type": "buttons",
        "direction": "left",
        "showactive": False,
        "x": 0.0,
        "y": -0.24,
        "xanchor": "left",
        "yanchor": "top",
        "pad": {"t": 10},
        "buttons": [
            {"label": "Play", "method": "animate", "args": [None, play]},
            {"label": "Pause", "method": "animate", "args": [[None], _at_once()]},
        ],
    }


def _slider(steps: Sequence[int]) -> dict[str, Any]:
    return {
        "x": 0.18,
        "y": -0.2,
        "len": 0.82,
        "currentvalue": {"prefix": "step "},
        "steps": [
            {"label": str(step), "method": "animate", "args": [[str(step)], _at_once()]}
            for step in steps
        ],
    }
