"""A small picture of a run's boundary and points: on the gallery's cards, and in a notebook."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from nnviz.figures.theme import LIGHT
from nnviz.runs import Run

_MARGIN = 1.16
_SHADES = (26, 16, 8)  # of each class's surface; fewer are used if the file is too large
_MOST_POINTS = 100
_MOST_BYTES = 12_000
_CHUNK_BYTES = 4_000_000  # of activations; a larger chunk is slower

Pixels = NDArray[np.floating]


def _rgb(colour: str) -> Pixels:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], float)


def _plane(run: Run, width: int, height: int) -> tuple[Pixels, Pixels]:
    """Return the coordinates of the pixels: x1 (width,) from the left, x2 (height,) from the top.

    The window has the same scale in both directions, and contains all points.
    """
    w = run.dataset.window
    sides = np.array([w.x1_max - w.x1_min, w.x2_max - w.x2_min])
    X = run.dataset.X_train
    low, high = X.min(axis=0), X.max(axis=0)
    centre, spans = (low + high) / 2.0, (high - low) / sides
    unit = max(spans[0] / width, spans[1] / height) * _MARGIN  # of a pixel, in windows
    (across, up), (x1, x2) = sides * unit / 2.0 * (width, height), centre
    return np.linspace(x1 - across, x1 + across, width), np.linspace(x2 + up, x2 - up, height)


def _probability(run: Run, x1: Pixels, x2: Pixels) -> Pixels:
    """Return the probability of class 1 at every pixel, (height, width)."""
    xx1, xx2 = np.meshgrid(x1, x2)
    X = np.column_stack([xx1.ravel(), xx2.ravel()])
    activations = 8 * len(X) * sum(run.experiment.network.dims)  # bytes
    parts = np.array_split(X, -(-activations // _CHUNK_BYTES))
    return np.concatenate([run.predict_proba(part) for part in parts]).reshape(xx1.shape)


def _surface(p: Pixels) -> Image.Image:
    """Draw the probability (height, width) as colour."""
    away = np.abs(2.0 * p - 1.0)[..., np.newaxis]
    ends = np.where((p > 0.5)[..., np.newaxis], _rgb(LIGHT.surface_1), _rgb(LIGHT.surface_0))
    middle = _rgb(LIGHT.surface_middle)
    return Image.fromarray((middle + (ends - middle) * away).round().astype(np.uint8))


def _border(p: Pixels, width: float) -> Image.Image:
    """Make a mask that is white within `width` / 2 pixels of the boundary."""
    one = (p > 0.5).astype(np.int8)
    rows, columns = [], []
    for axis, (r, c) in ((0, (0.5, 0.0)), (1, (0.0, 0.5))):
        at = np.argwhere(np.diff(one, axis=axis) != 0)
        rows.append(at[:, 0] + r)
        columns.append(at[:, 1] + c)
    mask = Image.new("L", p.shape[::-1], 0)
    draw = ImageDraw.Draw(mask)
    for y, x in zip(np.concatenate(rows), np.concatenate(columns), strict=True):
        draw.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=255)
    return mask


def _points(run: Run, draw: ImageDraw.ImageDraw, x1: Pixels, x2: Pixels, finer: int) -> None:
    """Draw class 0 as circles and class 1 as diamonds: the training points, or some of them."""
    X, y = run.dataset.X_train[:_MOST_POINTS], run.dataset.y_train[:_MOST_POINTS]
    r = 5.2 * finer
    columns = np.interp(X[:, 0], x1, np.arange(len(x1)))
    rows = np.interp(-X[:, 1], -x2, np.arange(len(x2)))
    for column, row, label in zip(columns, rows, y, strict=True):
        colour = LIGHT.class_1 if label else LIGHT.class_0
        for size, fill in ((r, LIGHT.marker_edge), (r - 1.2 * finer, colour)):
            if label:
                s = 1.25 * size
                corners = [(column, row - s), (column + s, row), (column, row + s)]
                draw.polygon([*corners, (column - s, row)], fill=fill)
            else:
                draw.ellipse([column - size, row - size, column + size, row + size], fill=fill)


def boundary_png(run: Run, width: int, height: int, finer: int = 3) -> bytes:
    """Draw the boundary and the points of a run at its step, as a PNG of at most 12 kB.

    It is drawn ``finer`` times as large and then reduced, which smooths the edges.
    """
    x1, x2 = _plane(run, width * finer, height * finer)
    p = _probability(run, x1, x2)
    image = _surface(p)
    image.paste(LIGHT.surface_middle, mask=_border(p, 5.0 * finer))
    image.paste(LIGHT.contour, mask=_border(p, 2.4 * finer))
    _points(run, ImageDraw.Draw(image), x1, x2, finer)
    small = image.resize((width, height), Image.Resampling.BOX)
    for shades in _SHADES:
        file = BytesIO()
        few = small.quantize(palette=_palette(shades), dither=Image.Dither.NONE)
        few.save(file, "PNG", optimize=True)
        if file.tell() <= _MOST_BYTES:
            break
    return file.getvalue()


def _palette(shades: int) -> Image.Image:
    """Return the colours of all pictures: shades of the surface, and colours between neighbours."""
    middle, edge = LIGHT.surface_middle, LIGHT.marker_edge
    blends = [(middle, LIGHT.surface_0, shades), (middle, LIGHT.surface_1, shades)]
    for inner, outer, n in (
        (LIGHT.class_0, edge, 14),
        (LIGHT.class_1, edge, 14),
        (LIGHT.contour, middle, 14),
        (edge, LIGHT.surface_0, 8),
        (edge, LIGHT.surface_1, 8),
        (LIGHT.contour, LIGHT.class_0, 6),
        (LIGHT.contour, LIGHT.class_1, 6),
        (LIGHT.class_0, LIGHT.class_1, 6),
    ):
        blends.append((inner, outer, n))
    colours = np.concatenate(
        [np.linspace(_rgb(start), _rgb(end), n).round() for start, end, n in blends]
    )
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours.astype(np.uint8).ravel().tolist())
    return palette
