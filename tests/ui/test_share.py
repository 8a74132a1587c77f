"""Sharing: the link that is shown is the one that is meant, and its QR code holds just that."""

import base64
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from nnviz.experiment.query import from_query, to_query
from nnviz.ui.dialogs.network import at_host, is_local, own_address
from nnviz.ui.dialogs.share import qr_code, view_of, with_view
from nnviz.ui.visit.view import View
from tests.experiments import unusual
from tests.hostile import TEXTS
from tests.ui.test_plain import active

LINK = "http://nnviz.example/?data=spirals&layers=8-tanh+8-tanh&rate=0.1"
MOMENT = View(step=120, speed=8, show=("test", "log"))
LONG = LINK + "&changes=" + "+".join(f"{step}-theta.4--0.5" for step in range(64))


def script() -> None:
    import streamlit as st

    from nnviz.ui.dialogs.share import show_share

    show_share(st.session_state["url"], st.session_state["moment"])


def shared(url: str) -> AppTest:
    at = AppTest.from_function(script)
    at.session_state["url"], at.session_state["moment"] = url, MOMENT
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


BOXES = {
    "moment": "&step=120&speed=8&show=test.log",
    "play": "&play=1",
    "lecture": "&lecture=1",
    "bare": "&controls=0",
}


@pytest.mark.parametrize("ticked", [*([box] for box in BOXES), [], list(BOXES)])
def test_each_box_adds_its_own_keys_and_takes_them_away_again(ticked: list[str]) -> None:
    at = shared(LINK)
    for box in ticked:
        at.checkbox(key=f"nnviz_share_{box}").set_value(True)
    at.run()
    assert at.code[0].value == LINK + "".join(BOXES[box] for box in ticked)
    for box in ticked:
        at.checkbox(key=f"nnviz_share_{box}").set_value(False)
    at.run()
    assert at.code[0].value == LINK


def test_the_dialog_begins_with_what_the_link_has_already_but_at_the_present_step() -> None:
    said = "&lecture=1&controls=0&step=3&play=1&speed=2&title=One%2C+two"
    at = shared(LINK + said)
    assert [box.value for box in at.checkbox] == [True] * 4
    assert "step 120" in at.checkbox(key="nnviz_share_moment").label
    assert at.text_input[0].value == "One, two"
    expected = f"{LINK}{BOXES['moment']}&play=1&title=One%2C+two&lecture=1&controls=0"
    assert at.code[0].value == expected


def test_a_title_is_shared() -> None:
    at = shared(LINK)
    at.text_input[0].set_value("Why depth?").run()
    assert at.code[0].value == LINK + "&title=Why+depth%3F"


PAGE_KEYS = ["step", "speed", "show", "play", "title", "lecture", "controls"]


@given(
    st.dictionaries(st.sampled_from(["data", "layers", "x", *PAGE_KEYS]), st.text()),
    st.dictionaries(st.sampled_from(PAGE_KEYS), st.text(min_size=1)),
)
def test_a_view_is_set_once_and_all_else_in_the_query_is_kept(
    query: dict[str, str], view: dict[str, str]
) -> None:
    url = "http://localhost/?" + urlencode(query)
    link = with_view(url, view)
    assert with_view(link, view) == link
    assert view_of(link) == view
    others = [pair for pair in query.items() if pair[0] not in PAGE_KEYS]
    kept = parse_qsl(urlsplit(link).query, keep_blank_values=True)
    assert [pair for pair in kept if pair[0] not in PAGE_KEYS] == others


# others than this computer -----------------------------------------------------------------------

LOCAL = "http://localhost:8501/?rate=0.1"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "a.localhost", "127.8.8.8"])
def test_an_address_for_this_computer_only_is_known(host: str) -> None:
    assert is_local(f"http://{host}:8501/?rate=0.1")


@pytest.mark.parametrize("host", ["192.168.1.5", "nnviz.example", "localhost.example", ""])
def test_every_other_address_is_left_as_it_is(host: str) -> None:
    assert not is_local(f"http://{host}/?rate=0.1")


def test_another_host_keeps_port_path_and_query() -> None:
    assert at_host("http://127.0.0.1/a/?b=c", "10.0.0.7") == "http://10.0.0.7/a/?b=c"
    assert at_host(LOCAL, "10.0.0.7") == "http://10.0.0.7:8501/?rate=0.1"


def test_a_server_that_listens_to_this_computer_only_has_no_address_for_others() -> None:
    assert own_address("127.0.0.1") is None
    assert own_address("localhost") is None


@pytest.fixture
def listens_here_only() -> Iterator[None]:
    before = config.get_option("server.address")
    config.set_option("server.address", "127.0.0.1")
    yield
    config.set_option("server.address", before)


@pytest.mark.usefixtures("listens_here_only")
def test_a_link_that_nobody_else_can_open_says_so() -> None:
    at = shared(LOCAL)
    assert at.code[0].value == LOCAL
    assert at.warning[0].value.startswith("This link works on this computer only: ")


def test_the_link_for_the_network_is_offered_where_there_is_one() -> None:
    at, host = shared(LOCAL), own_address(None)
    if host is None:
        assert at.warning[0].value.startswith("This link works on this computer only: ")
        return
    assert at.code[0].value == at_host(LOCAL, host)
    assert not at.warning
    at.checkbox(key="nnviz_share_network").set_value(False).run()
    assert at.code[0].value == LOCAL
    assert at.warning[0].value == "This link works on this computer only."


def test_an_experiment_survives_being_shared() -> None:
    experiment = unusual()
    link = with_view("http://localhost/?" + urlencode(to_query(experiment)), {"lecture": "1"})
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
