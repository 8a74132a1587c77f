"""Sharing: the link that is shown is the one that is meant, and its QR code holds just that."""

import base64
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from nnviz.experiment.query import from_query, to_query
from nnviz.ui.dialogs.share import qr_code, view_of, with_view
from tests.experiments import unusual
from tests.hostile import TEXTS
from tests.ui.test_plain import active

LINK = "http://localhost:8501/?data=spirals&layers=8-tanh+8-tanh&rate=0.1"
LONG = LINK + "&changes=" + "+".join(f"{step}-theta.4--0.5" for step in range(64))


def script() -> None:
    import streamlit as st

    from nnviz.ui.dialogs.share import show_share

    show_share(st.session_state["url"])


def shared(url: str) -> AppTest:
    at = AppTest.from_function(script)
    at.session_state["url"] = url
    at.run()
    assert not at.exception
    return at


def picture(at: AppTest) -> list[str]:
    """What is drawn, as the SVG that its address holds."""
    begin = "data:image/svg+xml;base64,"
    addresses = [image.url for found in at.get("image") for image in found.proto.imgs]
    assert all(address.startswith(begin) for address in addresses)
    return [base64.b64decode(address.removeprefix(begin)).decode() for address in addresses]


def test_the_link_is_shown_as_it_is_with_its_code() -> None:
    at = shared(LINK)
    assert at.code[0].value == LINK
    (svg,) = picture(at)
    assert modules(svg) == modules(str(qr_code(LINK)))
    assert at.get("image")[0].proto.imgs[0].alt == "QR code of the link"
    assert not at.caption


@pytest.mark.parametrize("lecture", [False, True])
@pytest.mark.parametrize("bare", [False, True])
def test_each_box_adds_its_own_key_and_takes_it_away_again(lecture: bool, bare: bool) -> None:
    at = shared(LINK)
    at.checkbox(key="nnviz_share_lecture").set_value(lecture)
    at.checkbox(key="nnviz_share_bare").set_value(bare).run()
    expected = LINK + ("&lecture=1" if lecture else "") + ("&controls=0" if bare else "")
    assert at.code[0].value == expected
    at.checkbox(key="nnviz_share_lecture").set_value(False)
    at.checkbox(key="nnviz_share_bare").set_value(False).run()
    assert at.code[0].value == LINK


def test_the_boxes_say_what_the_link_has_already() -> None:
    at = shared(LINK + "&lecture=1&controls=0")
    assert [box.value for box in at.checkbox] == [True, True]
    assert at.code[0].value == LINK + "&lecture=1&controls=0"


@given(
    st.dictionaries(st.sampled_from(["data", "layers", "x", "lecture", "controls"]), st.text()),
    st.booleans(),
    st.booleans(),
)
def test_a_view_is_set_once_and_all_else_in_the_query_is_kept(
    query: dict[str, str], lecture: bool, controls: bool
) -> None:
    url = "http://localhost/?" + urlencode(query)
    link = with_view(url, lecture, controls)
    assert with_view(link, lecture, controls) == link
    assert view_of(link) == (lecture, controls)
    others = [pair for pair in query.items() if pair[0] not in ("lecture", "controls")]
    kept = parse_qsl(urlsplit(link).query, keep_blank_values=True)
    assert [pair for pair in kept if pair[0] not in ("lecture", "controls")] == others


def test_an_experiment_survives_being_shared() -> None:
    experiment = unusual()
    link = with_view("http://localhost/?" + urlencode(to_query(experiment)), True, False)
    assert from_query(dict(parse_qsl(urlsplit(link).query))) == (experiment, [])


def modules(svg: str) -> list[list[int]]:
    """The dark modules of a code as rows of 0 and 1, read from its SVG, without the quiet zone."""
    (width,) = re.findall(r'viewBox="0 0 (\d+) ', svg)
    size = int(width)
    rows = [[0] * size for _ in range(size)]
    x, y = 0.0, 0.0
    (path,) = re.findall(r'class="qrline"[^>]* d="([^"]+)"', svg)
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(number) for number in numbers.split()]
        if command == "h":
            for column in range(int(x), int(x + values[0])):
                rows[int(y)][column] = 1
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    zone = 4
    assert not any(any(row) for row in (*rows[:zone], *rows[-zone:])), "the quiet zone is quiet"
    assert not any(any(row[:zone]) or any(row[-zone:]) for row in rows)
    return [row[zone:-zone] for row in rows[zone:-zone]]


@pytest.mark.parametrize("url", ["http://localhost/", LINK, LINK + "&controls=0"])
def test_the_code_is_the_one_of_exactly_this_link(url: str) -> None:
    svg = qr_code(url)
    assert svg is not None
    drawn = modules(svg)
    expected = [[int(bool(dark)) for dark in row] for row in segno.make_qr(url, error="l").matrix]
    assert drawn == expected
    assert drawn != [list(row) for row in segno.make_qr(url + "x", error="l").matrix]
    assert 'stroke="#000"' in svg
    assert 'fill="#fff"' in svg, "dark on white, in a dark theme as well"


def test_a_code_that_no_projector_can_show_is_not_made() -> None:
    finest = "x" * 858
    svg = qr_code(finest)
    assert svg is not None
    assert len(modules(svg)) == 97
    assert qr_code(finest + "x") is None
    assert qr_code("é" * 430) is None, "bytes count, not characters"


def test_a_long_link_says_in_words_why_it_has_no_code() -> None:
    at = shared(LONG)
    assert at.code[0].value == LONG
    assert picture(at) == []
    assert f"{len(LONG):,} characters" in at.caption[0].value


@pytest.mark.parametrize("text", TEXTS)
def test_a_hostile_link_is_only_text(text: str) -> None:
    at = shared("http://localhost/?" + text)
    shown = " ".join(element.value for element in (*at.markdown, *at.caption, *at.warning))
    assert active(shown) == []
    for svg in picture(at):
        assert re.findall(r"<(\w+)", svg) == ["svg", "path", "path"], "lines, and nothing else"


@pytest.mark.parametrize("url", ["http://[", "http://localhost/?" + "x" * 20_000])
def test_an_address_that_is_none_is_refused_in_words(url: str) -> None:
    at = shared(url)
    head, _, message = at.warning[0].value.partition("  \n")
    assert head == "**This address cannot be shared.**"
    assert active(message) == []
    assert not at.code
