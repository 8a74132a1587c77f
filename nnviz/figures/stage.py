"""The initial Plotly figures of the stage. The browser adds data and colours to them.

Colours of the page's theme are left out: the stage sets them from the palettes, because only the
browser knows whether the page is light or dark.
"""

import html
import math
from functools import cache
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from nnviz.data import Dataset
from nnviz.figures.theme import CLASS_SYMBOLS, FONT_FAMILY, LIGHT, palettes

_LONGEST_NAME = 28
_MOST_LETTERS = 8  # of a number on an axis; Plotly writes longer ones as 2M or 5μ
_LETTER = 7  # the width of a character in pixels
_TRANSPARENT = "rgba(0,0,0,0)"
_BOUNDARY_MARGIN = {"l": 42, "r": 6, "t": 6, "b": 38, "pad": 0}
_CURVE_MARGIN = {"l": 52, "r": 12, "t": 24, "b": 38, "pad": 0}


def _layout(
    margin: dict[str, int],
    x_axis: dict[str, Any],
    y_axis: dict[str, Any],
    hovermode: str | bool,
) -> dict[str, Any]:
    axis = {"fixedrange": True, "zeroline": False, "ticks": "outside", "ticklen": 4}
    return {
        "template": "none",
        "margin": margin,
        "paper_bgcolor": _TRANSPARENT,
        "plot_bgcolor": _TRANSPARENT,
        "font": {"family": FONT_FAMILY, "size": 12},
        "showlegend": False,
        "dragmode": False,
        "hovermode": hovermode,
        "xaxis": axis | x_axis,
        "yaxis": axis | y_axis,
    }


def _title(text: str) -> dict[str, Any]:
    return {"text": text, "standoff": 6}


def plain_text(name: str) -> str:
    """Shorten text that is not trusted, and escape markup, templates and formulas of Plotly."""
    shown = name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
    return html.escape(shown, quote=False).replace("%", "&#37;").replace("$", "&#36;")


def _marker_size(n_points: int) -> float:
    """Return a smaller size for more points, so that the surface behind them stays visible."""
    return float(np.clip(8.0 * np.sqrt(300.0 / n_points), 4.5, 8.0))


def _points(
    X: NDArray[np.float64], label: int, part: str, marker: dict[str, Any], data: Dataset
) -> dict[str, Any]:
    """Make the trace of one class and part: solid marks for training, outlined ones for test."""
    outlined = part == "test"
    symbol = CLASS_SYMBOLS[label]
    points = data.window.rounded(X)
    return {
        "type": "scatter",
        "x": points[:, 0].tolist(),
        "y": points[:, 1].tolist(),
        "mode": "markers",
        "name": f"{plain_text(data.classes[label])}, {part}",
        "meta": {"label": label, "part": part},
        "marker": marker
        | {
            "symbol": f"{symbol}-open" if outlined else symbol,
            "color": (LIGHT.class_0, LIGHT.class_1)[label],
            "line": {"width": 2 if outlined else 1},
        },
    }


def _tick_letters(low: float, high: float) -> int:
    """Estimate the number of characters in the tick labels of an axis from ``low`` to ``high``."""
    digits = len(f"{max(abs(low), abs(high)):.0f}")
    decimals = max(0, 1 - math.floor(math.log10(high - low)))
    return min(digits + decimals, _MOST_LETTERS)


def boundary_figure(data: Dataset) -> go.Figure:
    """Make the plot of the points; the stage paints the surface behind it.

    There are four traces, one for each class and part; `meta` says which. The stage itself says
    what is under the pointer.
    """
    window = data.window
    marker = {"size": _marker_size(len(data.y_train) + len(data.y_test))}
    parts = (("train", data.X_train, data.y_train), ("test", data.X_test, data.y_test))
    traces: list[dict[str, Any]] = [
        _points(X[y == label], label, part, marker, data)
        for part, X, y in parts
        for label in (0, 1)
    ]
    x_axis, y_axis = (
        {"title": _title(plain_text(name)), "range": span, "showgrid": False}
        for name, span in zip(data.names, window.spans, strict=True)
    )
    wider = _LETTER * max(0, _tick_letters(window.x2_min, window.x2_max) - 3)
    margin = _BOUNDARY_MARGIN | {"l": _BOUNDARY_MARGIN["l"] + wider}
    return go.Figure(traces, _layout(margin, x_axis, y_axis, False))


def loss_figure(has_test: bool) -> go.Figure:
    """Make empty loss curves: train and, if there is a test set, test."""
    styles = {"train": {"width": 2.5, "dash": "solid"}, "test": {"width": 2, "dash": "dot"}}
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "x": [],
            "y": [],
            "mode": "lines",
            "name": part,
            "meta": {"part": part},
            "line": styles[part],
            "hovertemplate": "%{y:.5f}",
        }
        for part in (("train", "test") if has_test else ("train",))
    ]
    x_axis = {"title": _title("step"), "range": [0, 100], "showgrid": False}
    y_axis = {
        "title": _title("cost (loss)"),
        "range": [0, 1],
        "nticks": 6,
        "exponentformat": "e",
    }
    return go.Figure(traces, _layout(_CURVE_MARGIN, x_axis, y_axis, "x unified"))


@cache
def _loss_json(has_test: bool) -> str:
    text: str = loss_figure(has_test).to_json()
    return text


def stage_figures(data: Dataset) -> dict[str, Any]:
    """Return both figures and both palettes as plain JSON values."""
    return {
        "boundary": boundary_figure(data).to_json(),
        "loss": _loss_json(data.has_test),
        "palettes": palettes(),
    }
