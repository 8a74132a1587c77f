"""The small picture of a person's points: all of them, in both classes' colours, nothing else."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.data.points import LONGEST_NAME, Points
from nnviz.data.window import FARTHEST
from nnviz.figures.scatter import scatter_svg
from nnviz.figures.theme import DARK, LIGHT

SVG = "{http://www.w3.org/2000/svg}"
numbers = st.floats(-FARTHEST, FARTHEST)
rows = st.lists(st.tuples(numbers, numbers, st.integers(0, 1)), min_size=4, max_size=40)
printable = st.characters(exclude_categories=["C", "Z"]) | st.just(" ")
names = st.text(printable, min_size=1, max_size=LONGEST_NAME)


def places(svg: ElementTree.Element, colour: str) -> list[tuple[float, float]]:
    """Where the marks of a colour are, without the one of the legend."""
    paths = [path for path in svg.iter(f"{SVG}path") if path.get("fill") == colour]
    (marks,) = [path for path in paths if path.get("stroke")]
    found = re.findall(r"M([-\d.]+) ([-\d.]+)", marks.get("d") or "")
    return [(float(x), float(y)) for x, y in found]


@given(
    rows,
    st.tuples(names, names),
    st.tuples(names, names).filter(lambda c: c[0] != c[1]),
    st.booleans(),
)
def test_every_point_is_within_the_picture_in_its_class_s_colour(
    rows: list[tuple[float, float, int]],
    names: tuple[str, str],
    classes: tuple[str, str],
    dark: bool,
) -> None:
    """Whatever the names are, the picture is one that can be read, and they are words in it."""
    svg = ElementTree.fromstring(scatter_svg(Points(tuple(rows), names, classes), dark))
    width, height = (float(svg.get(side) or 0) for side in ("width", "height"))
    palette = DARK if dark else LIGHT
    for label, colour in enumerate((palette.class_0, palette.class_1)):
        drawn = places(svg, colour)
        assert len(drawn) == sum(row[2] == label for row in rows)
        assert all(0 < x < width and 0 < y < height for x, y in drawn)
    tags = {element.tag.removeprefix(SVG) for element in svg.iter()}
    assert tags <= {"svg", "rect", "path", "text", "g"}
    told = [text.text for text in svg.iter(f"{SVG}text")]
    assert set(names) <= set(told)


def test_up_is_more_and_right_is_more() -> None:
    points = Points(((0.0, 0.0, 0), (1.0, 5.0, 0), (2.0, 10.0, 0), (2.0, 0.0, 1)))
    drawn = places(ElementTree.fromstring(scatter_svg(points)), LIGHT.class_0)
    (x0, y0), (x1, y1), (x2, y2) = drawn
    assert x0 < x1 < x2
    assert y0 > y1 > y2
    assert x1 == pytest.approx((x0 + x2) / 2, abs=0.1)
