"""A small SVG picture of points: the preview of an imported table."""

from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from nnviz.data.points import Points
from nnviz.figures.theme import DARK, FONT_FAMILY, LIGHT

_WIDTH, _HEIGHT = 520, 390  # small, so that the text is readable on a phone
_LEFT, _RIGHT, _TOP, _BOTTOM = 92, 4, 36, 50
_APART = 220
_LONGEST_CLASS = 22
_INK = {False: ("#4b5263", "#d9dce3"), True: ("#b9bfcd", "#3a3f4b")}  # text, lines


def scatter_svg(points: Points, dark: bool = False) -> str:
    """Draw the points, the names of the axes and of the two classes as one SVG."""
    palette = DARK if dark else LIGHT
    ink, line = _INK[dark]
    rows = np.array(points.rows, dtype=np.float64)  # (n_points, 3)
    low, high = rows[:, :2].min(axis=0), rows[:, :2].max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    share = np.where(high > low, (rows[:, :2] - low) / span, 0.5) * 0.94 + 0.03
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    x = _LEFT + share[:, 0] * (right - _LEFT)
    y = bottom - share[:, 1] * (bottom - _TOP)
    radius = float(np.clip(4.5 * np.sqrt(300.0 / len(rows)), 2.5, 4.5))
    colours = (palette.class_0, palette.class_1)
    marks = [
        f'<path fill="{colour}" stroke="{palette.marker_edge}" stroke-width="0.6" '
        f'd="{_marks(np.column_stack([x, y])[rows[:, 2] == label], label, radius)}"/>'
        for label, colour in enumerate(colours)
    ]
    keys = [
        f'<path fill="{colour}" d="{_marks(np.array([[_LEFT + 8, 18]]), label, 5.0)}" '
        f'transform="translate({label * _APART})"/>'
        + _text(_LEFT + 20 + label * _APART, 23, _cut(name), ink, "start")
        for label, (colour, name) in enumerate(zip(colours, points.classes, strict=True))
    ]
    ends = [
        _text(_LEFT, bottom + 20, f"{low[0]:.3g}", ink, "start"),
        _text(right, bottom + 20, f"{high[0]:.3g}", ink, "end"),
        _text(_LEFT - 8, bottom, f"{low[1]:.3g}", ink, "end"),
        _text(_LEFT - 8, _TOP + 12, f"{high[1]:.3g}", ink, "end"),
        _text((_LEFT + right) / 2, bottom + 38, points.names[0], ink, "middle"),
        f'<g transform="rotate(-90 18 {(_TOP + bottom) / 2})">'
        + _text(18, (_TOP + bottom) / 2, points.names[1], ink, "middle")
        + "</g>",
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" font-family="{FONT_FAMILY}" font-size="14">'
        f'<rect x="{_LEFT}" y="{_TOP}" width="{right - _LEFT}" height="{bottom - _TOP}" '
        f'fill="none" stroke="{line}"/>' + "".join([*keys, *marks, *ends]) + "</svg>"
    )


def _marks(places: NDArray[np.float64], label: int, r: float) -> str:
    """Draw circles, or diamonds of the same area, at places (n, 2), all in one path."""
    if label == 0:
        shape = (
            f"m{-r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 0 {-2 * r:.1f} 0"
        )
    else:
        d = 1.25 * r
        shape = f"m0 {-d:.1f}l{d:.1f} {d:.1f} {-d:.1f} {d:.1f} {-d:.1f} {-d:.1f}z"
    return "".join(f"M{x:.1f} {y:.1f}{shape}" for x, y in places)


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_CLASS else name[: _LONGEST_CLASS - 1] + "…"


def _text(x: float, y: float, words: str, colour: str, anchor: str) -> str:
    """Draw text that is not trusted: unprintable characters and markup are replaced."""
    safe = escape("".join(sign if sign.isprintable() else " " for sign in words))
    return f'<text x="{x:g}" y="{y:g}" fill="{colour}" text-anchor="{anchor}">{safe}</text>'
