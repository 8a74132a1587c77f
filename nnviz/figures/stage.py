"""The first form of the stage's figures. The browser only restyles what is laid out here.

Colours that follow the page's theme are left out: the stage sets them from the palettes, because
only the browser knows whether the page is light or dark.
"""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from nnviz.data import Dataset
from nnviz.figures.theme import CLASS_SYMBOLS, FONT_FAMILY, LIGHT, palettes

_TRANSPARENT = "rgba(0,0,0,0)"
_BOUNDARY_MARGIN = {"l": 42, "r": 6, "t": 6, "b": 38, "pad": 0}
_CURVE_MARGIN = {"l": 52, "r": 12, "t": 8, "b": 38, "pad": 0}


def _layout(margin: dict[str, int], x_title: str, y_title: str) -> go.Layout:
    axis = {"fixedrange": True, "zeroline": False, "ticks": "outside", "ticklen": 4}
    return go.Layout(
        template="none",
        margin=margin,
        paper_bgcolor=_TRANSPARENT,
        plot_bgcolor=_TRANSPARENT,
        font={"family": FONT_FAMILY, "size": 12},
        showlegend=False,
        dragmode=False,
        hovermode="closest",
        xaxis={**axis, "title": {"text": x_title, "standoff": 6}},
        yaxis={**axis, "title": {"text": y_title, "standoff": 6}},
    )


def _marker_size(n_points: int) -> float:
    """Smaller marks for more points, so that the surface behind them can be seen."""
    return float(np.clip(8.0 * np.sqrt(300.0 / n_points), 4.5, 8.0))


def boundary_figure(data: Dataset) -> go.Figure:
    """The points over an empty plane, which the stage paints behind them.

    Four traces: class 0 and 1 of the training points (solid), then of the test points (outlined).
    """
    figure = go.Figure(layout=_layout(_BOUNDARY_MARGIN, "x1", "x2"))
    window = data.window
    size = _marker_size(len(data.y_train) + len(data.y_test))
    figure.update_xaxes(range=[window.x1_min, window.x1_max], showgrid=False)
    figure.update_yaxes(range=[window.x2_min, window.x2_max], showgrid=False)
    for part, X, y in (("train", data.X_train, data.y_train), ("test", data.X_test, data.y_test)):
        for label, (symbol, colour) in enumerate(
            zip(CLASS_SYMBOLS, (LIGHT.class_0, LIGHT.class_1), strict=True)
        ):
            points = np.round(X[y == label], 4)
            outlined = part == "test"
            figure.add_scatter(
                x=points[:, 0].tolist(),
                y=points[:, 1].tolist(),
                mode="markers",
                name=f"class {label}, {part}",
                marker={
                    "symbol": f"{symbol}-open" if outlined else symbol,
                    "size": size,
                    "color": colour,
                    "line": {"width": 2 if outlined else 1},
                },
                hovertemplate=(
                    f"class {label}, {part}<br>x1 %{{x:.3f}}<br>x2 %{{y:.3f}}<extra></extra>"
                ),
            )
    return figure


def loss_figure(has_test: bool) -> go.Figure:
    """Empty loss curves, train and, when points are held out, test."""
    figure = go.Figure(layout=_layout(_CURVE_MARGIN, "step", "cost (loss)"))
    figure.update_layout(hovermode="x unified")
    figure.update_xaxes(range=[0, 100], showgrid=False)
    figure.update_yaxes(range=[0, 1], nticks=6, exponentformat="e")
    for part in ("train", "test") if has_test else ("train",):
        figure.add_scatter(
            x=[],
            y=[],
            mode="lines",
            name=part,
            line={
                "width": 2.5 if part == "train" else 2,
                "dash": "solid" if part == "train" else "dot",
            },
            hovertemplate="%{y:.5f}",
        )
    return figure


def stage_figures(data: Dataset) -> dict[str, Any]:
    """Both figures and both palettes as plain JSON-able values."""
    return {
        "boundary": boundary_figure(data).to_json(),
        "loss": loss_figure(data.has_test).to_json(),
        "palettes": palettes(),
    }
