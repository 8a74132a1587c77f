"""The figures hold the very points and say what they are; their colours can be told apart."""

import json
import re
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.data import GENERATORS, Dataset, DataSpec, Points, make_dataset
from nnviz.figures import boundary_figure, loss_figure, palettes, stage_figures
from nnviz.figures.theme import CLASS_SYMBOLS, DARK, LIGHT, Palette


def drawn_points(data: Dataset, part: str, label: int) -> set[tuple[float, float]]:
    traces = boundary_figure(data).data
    (trace,) = [one for one in traces if one.name == f"class {label}, {part}"]
    return set(zip(trace.x, trace.y, strict=True))


@pytest.mark.parametrize("name", GENERATORS)
def test_every_point_is_drawn_where_it_is_in_its_own_class_and_part(name: str) -> None:
    """A test point drawn as a training point would make overfitting invisible."""
    data = make_dataset(DataSpec(name))
    for part, X, y in (("train", data.X_train, data.y_train), ("test", data.X_test, data.y_test)):
        for label in (0, 1):
            wanted = set(map(tuple, np.round(X[y == label], 4).tolist()))
            assert drawn_points(data, part, label) == wanted


def test_without_held_out_points_none_are_drawn() -> None:
    data = make_dataset(DataSpec(train_ratio=1.0))
    assert not drawn_points(data, "test", 0)
    assert not drawn_points(data, "test", 1)
    assert len(drawn_points(data, "train", 0)) == 100


def test_training_points_are_solid_test_points_outlined_and_classes_of_two_shapes() -> None:
    """For those who cannot tell the colours apart, and for paper."""
    symbols = {
        one.name: one.marker.symbol for one in boundary_figure(make_dataset(DataSpec())).data
    }
    assert len(set(CLASS_SYMBOLS)) == 2
    for label, symbol in enumerate(CLASS_SYMBOLS):
        assert symbols[f"class {label}, train"] == symbol
        assert symbols[f"class {label}, test"] == f"{symbol}-open"


def test_what_a_trace_is_called_is_what_the_browser_is_told_that_it_is() -> None:
    data = make_dataset(DataSpec())
    for trace in boundary_figure(data).data:
        assert trace.name == f"class {trace.meta['label']}, {trace.meta['part']}"
    assert [trace.meta["part"] for trace in loss_figure(True).data] == ["train", "test"]


def titles(names: tuple[str, str]) -> tuple[str, str]:
    rows = ((0.0, 0.0, 0), (1.0, 1.0, 1), (0.0, 1.0, 1), (1.0, 0.0, 0))
    data = make_dataset(DataSpec("own", train_ratio=1.0, points=Points(rows, names)))
    figure = boundary_figure(data)
    return figure.layout.xaxis.title.text, figure.layout.yaxis.title.text


def test_the_axes_bear_the_names_of_the_data() -> None:
    assert titles(("width", "Höhe, m²")) == ("width", "Höhe, m²")
    iris = boundary_figure(make_dataset(DataSpec("iris"))).layout
    assert iris.xaxis.title.text == "petal length (cm)"
    assert boundary_figure(make_dataset(DataSpec())).layout.yaxis.title.text == "x2"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"),
        ("<a href='//x'>x</a>", "&lt;a href='//x'&gt;x&lt;/a&gt;"),
        ("%{x} %{text}", "&#37;{x} &#37;{text}"),
        ("$\\alpha$", "&#36;\\alpha&#36;"),
        ("&lt;b", "&amp;lt;b"),
        ("x" * 40, "x" * 27 + "…"),
        ("<" * 40, "&lt;" * 27 + "…"),
    ],
)
def test_a_name_is_shown_as_text_whatever_it_is(name: str, shown: str) -> None:
    """Plotly reads its titles as markup, and a stranger may have written this one."""
    assert titles((name, "y")) == (shown, "y")


@given(st.text(min_size=1, max_size=40).filter(str.isprintable))
def test_no_name_leaves_markup_in_a_title(name: str) -> None:
    assert not set("<>%$") & set(titles((name, name))[0])


def test_points_of_small_and_large_units_stay_apart() -> None:
    """Rounded as those of a few units are, they would all be drawn on one spot."""
    rows = ((1e-7, 1e8, 0), (2e-7, 2e8, 1), (3e-7, 3e8, 1), (4e-7, 4e8, 0))
    data = make_dataset(DataSpec("own", train_ratio=1.0, points=Points(rows)))
    drawn = drawn_points(data, "train", 0) | drawn_points(data, "train", 1)
    assert drawn == {(x1, x2) for x1, x2, _ in rows}


def test_the_axes_are_the_window_and_cannot_be_dragged() -> None:
    """The surface is painted under the plot: axes that moved would tear the two apart."""
    data = make_dataset(DataSpec("spirals"))
    layout, window = boundary_figure(data).layout, data.window
    assert layout.xaxis.range == (window.x1_min, window.x1_max)
    assert layout.yaxis.range == (window.x2_min, window.x2_max)
    assert layout.xaxis.fixedrange
    assert layout.yaxis.fixedrange
    assert layout.dragmode is False
    for background in (layout.paper_bgcolor, layout.plot_bgcolor):
        assert background == "rgba(0,0,0,0)", "the surface has to be seen through it"


@pytest.mark.parametrize("has_test", [True, False])
def test_there_is_a_curve_for_the_test_set_exactly_when_there_is_one(has_test: bool) -> None:
    names = [trace.name for trace in loss_figure(has_test).data]
    assert names == (["train", "test"] if has_test else ["train"])


def test_the_two_curves_differ_in_more_than_colour() -> None:
    train, test = loss_figure(True).data
    assert train.line.dash != test.line.dash


def test_the_cost_axis_speaks_the_articles_language() -> None:
    assert "cost" in loss_figure(True).layout.yaxis.title.text
    assert "step" in loss_figure(True).layout.xaxis.title.text


@pytest.mark.parametrize("ratio", [0.8, 1.0])
def test_what_is_sent_to_the_stage_is_plain_json_and_does_not_depend_on_when(ratio: float) -> None:
    data = make_dataset(DataSpec(train_ratio=ratio))
    sent = stage_figures(data)
    assert json.loads(json.dumps(sent, allow_nan=False)) == sent
    assert sent == stage_figures(make_dataset(DataSpec(train_ratio=ratio)))
    for name in ("boundary", "loss"):
        assert json.loads(sent[name])["data"]


# colours -----------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def contrast(one: str, two: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(two)])
    return (lighter + 0.05) / (darker + 0.05)


BACKGROUNDS = {"light": "#ffffff", "dark": "#10131b"}
PALETTES = {"light": LIGHT, "dark": DARK}


@pytest.mark.parametrize("name", PALETTES)
def test_both_palettes_are_complete_and_sent(name: str) -> None:
    assert palettes()[name].keys() == {field.name for field in fields(Palette)}
    for colour in palettes()[name].values():
        assert re.fullmatch("#[0-9a-f]{6}", colour)


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("part", ["class_0", "class_1", "train", "test", "contour"])
def test_what_carries_meaning_stands_out_from_the_page(name: str, part: str) -> None:
    """WCAG 2 asks for 3 : 1 of graphics that one has to understand."""
    assert contrast(getattr(PALETTES[name], part), BACKGROUNDS[name]) >= 3.0


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("end", ["surface_0", "surface_middle", "surface_1"])
def test_the_boundary_stands_out_from_every_shade_it_can_lie_on(name: str, end: str) -> None:
    palette = PALETTES[name]
    assert contrast(palette.contour, getattr(palette, end)) >= 3.0


@pytest.mark.parametrize("name", PALETTES)
def test_a_point_is_seen_on_the_surface_of_its_own_class(name: str) -> None:
    """By its edge, where its fill is of the same hue."""
    palette = PALETTES[name]
    for point, surface in (
        (palette.class_0, palette.surface_0),
        (palette.class_1, palette.surface_1),
    ):
        assert max(contrast(point, surface), contrast(palette.marker_edge, surface)) >= 1.8


def test_the_middle_of_the_surface_has_hardly_any_colour() -> None:
    """At p = 0.5 nothing is claimed."""
    for palette in PALETTES.values():
        parts = [int(palette.surface_middle[i : i + 2], 16) for i in (1, 3, 5)]
        assert max(parts) - min(parts) <= 16


def test_long_numbers_on_the_axis_have_room_beside_its_title() -> None:
    moons, wine = (boundary_figure(make_dataset(DataSpec(name))) for name in ("moons", "wine"))
    assert wine.layout.yaxis.range[1] > 1000
    assert wine.layout.margin.l > moons.layout.margin.l
