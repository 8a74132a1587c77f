"""A run at a glance: boundary and curves as one small SVG, which needs no script."""

import base64
from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from nnviz.figures.theme import FONT_FAMILY, LIGHT
from nnviz.figures.thumbnail import boundary_png
from nnviz.runs import Run

_SIDE = 210  # of the picture of the boundary
_WIDTH, _HEIGHT = 640, 250
_LEFT, _RIGHT, _PANEL = 290, _WIDTH - 10, 95  # of the curves
_MOST_PLACES = 80  # of one curve
_SMALL = 50  # units: the pixels of a larger network are not made finer, for they take longer
_INK, _LINE = "#4b5263", "#d9dce3"


def glance_svg(run: Run) -> str:
    """Draw the boundary of a run at its step, and the curves up to there."""
    history, metrics = run.history, run.metrics()
    finer = 2 if sum(run.experiment.network.dims) <= _SMALL else 1
    png = base64.b64encode(boundary_png(run, _SIDE, _SIDE, finer)).decode()
    numbers = f"step {run.step:,}, training loss {metrics.loss_train:.4g}"
    if run.dataset.has_test:
        numbers += f", test accuracy {metrics.accuracy_test:.1%}"
    costs = [history.loss_train, history.loss_test]
    shares = [history.accuracy_train, history.accuracy_test]
    words = escape(f"{run.experiment.title}; {numbers}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}"'
        f' height="{_HEIGHT}" role="img" aria-label="{words}" font-family="{FONT_FAMILY}"'
        f' font-size="12" fill="{_INK}"><rect width="100%" height="100%" fill="white"/>'
        f'<text x="10" y="18">{words}</text><image x="10" y="30" width="{_SIDE}" height="{_SIDE}"'
        f' href="data:image/png;base64,{png}"/>'
        + _panel(30, "cost", _largest(costs), history.step, costs)
        + _panel(140, "accuracy", 1.0, history.step, shares)
        + f'<text x="{_RIGHT}" y="{_HEIGHT - 3}" text-anchor="end"><tspan fill="{LIGHT.train}">'
        f'training</tspan> <tspan fill="{LIGHT.test}">test</tspan></text></svg>'
    )


def _largest(curves: Sequence[NDArray[np.float64]]) -> float:
    """Return the largest finite value, or 1 where there is none above 0."""
    values = np.concatenate(curves)
    return float(values[np.isfinite(values)].max(initial=0.0)) or 1.0


def _panel(
    top: int,
    name: str,
    highest: float,
    steps: NDArray[np.int64],
    curves: Sequence[NDArray[np.float64]],
) -> str:
    """Draw the curves of training and test, (n_steps,) each, from 0 to ``highest``."""
    bottom, middle = top + _PANEL, top + _PANEL / 2
    few = np.unique(np.linspace(0, len(steps) - 1, _MOST_PLACES).round().astype(int))
    x = _LEFT + (_RIGHT - _LEFT) * steps[few] / max(int(steps[-1]), 1)
    lines = ""
    styles = (f'"{LIGHT.train}"', f'"{LIGHT.test}" stroke-dasharray="3 2"')
    for values, style in zip(curves, styles, strict=True):
        y = bottom - _PANEL * values[few] / highest
        known = np.isfinite(y)
        places = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x[known], y[known], strict=True))
        lines += f'<polyline points="{places}" fill="none" stroke-width="1.6" stroke={style}/>'
    return (
        f'<path d="M{_LEFT} {top}V{bottom}H{_RIGHT}" fill="none" stroke="{_LINE}"/>{lines}'
        f'<g text-anchor="end"><text x="{_LEFT - 5}" y="{top + 9}">{highest:.3g}</text>'
        f'<text x="{_LEFT - 5}" y="{middle + 4:g}">{name}</text>'
        f'<text x="{_LEFT - 5}" y="{bottom}">0</text></g>'
    )
