"""The dialog for own points, as a visitor uses it: read, choose, look, and only then use."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from nnviz.data.points import Points
from nnviz.data.table import Table, reading
from nnviz.ui.dialogs.own_data import Desk

CATS = "id,size,age,kind\n0,1.5,2,cat\n1,3,1,dog\n2,2,2,dog\n3,4,4,cat\n"
LARGE = b"x,y,kind\n" + b"1.5,2,a\n2.5,3,b\n" * 20_000


def script() -> None:
    import streamlit as st

    from nnviz.data.points import Points
    from nnviz.ui.dialogs.own_data import show_own_data

    def use(points: Points) -> None:
        if st.session_state.get("refuse"):
            raise ValueError("the training set must hold *both* classes")
        st.session_state["used"] = points

    show_own_data(use)


def dialog() -> AppTest:
    return AppTest.from_function(script, default_timeout=60).run()


def pasted(text: str) -> AppTest:
    at = dialog()
    at.segmented_control(key="own_way").set_value("Paste a table").run()
    at.text_area(key="own_text").set_value(text).run()
    assert not at.exception
    return at


def uploaded(data: bytes, name: str = "cats.csv") -> AppTest:
    at = dialog()
    at.file_uploader(key="own_file").set_value((name, data, "text/csv")).run()
    assert not at.exception
    return at


def use(at: AppTest) -> Points:
    at.button(key="own_use").click().run()
    assert not at.exception
    found = at.session_state["used"]
    assert isinstance(found, Points)
    return found


def told(at: AppTest) -> str:
    return "\n".join(element.value for element in at.text)


def test_an_empty_dialog_offers_nothing_to_use() -> None:
    at = dialog()
    assert not at.exception
    assert not at.selectbox
    assert "own_use" not in [button.key for button in at.button]
    assert "Two features and a label with two values" in at.caption[0].value


@pytest.mark.parametrize("bring", [pasted, lambda text: uploaded(text.encode())])
def test_a_table_is_used_with_the_columns_it_suggests(bring: Callable[[str], AppTest]) -> None:
    at = bring(CATS)
    assert [box.value for box in at.selectbox] == ["size", "age", "kind"]
    assert "Class 0 is 'cat', class 1 is 'dog'." in told(at)
    assert "used" not in at.session_state, "the run is untouched until the button is pressed"
    assert use(at) == Points(
        ((1.5, 2.0, 0), (3.0, 1.0, 1), (2.0, 2.0, 1), (4.0, 4.0, 0)),
        ("size", "age"),
        ("cat", "dog"),
    )


def test_other_columns_can_be_chosen() -> None:
    at = pasted(CATS)
    at.selectbox[0].set_value("id").run()
    assert use(at).names == ("id", "age")
    assert use(at).rows[3] == (3.0, 4.0, 0)


def test_a_refused_table_is_told_as_text_and_cannot_be_used() -> None:
    at = uploaded(b"x,y,kind\n1,2,**a**\n1,2\n")
    assert told(at) == "Row 3 must have 3 cells, as the first row has; got 2"
    assert "own_use" not in [button.key for button in at.button]


def test_a_refused_column_is_told_and_another_helps() -> None:
    at = pasted("x,y,z,kind\n1,=1+1,2,a\n2,2,3,b\n3,1,4,a\n1,2,1,b\n")
    assert [box.value for box in at.selectbox] == ["x", "z", "kind"]
    at.selectbox[1].set_value("y").run()
    assert "Row 2, column y: a feature must be a number" in told(at)
    assert "got '=1+1'" in told(at)
    assert "own_use" not in [button.key for button in at.button]
    at.selectbox[1].set_value("z").run()
    assert use(at).names == ("x", "z")


def test_what_a_stranger_wrote_is_never_markdown() -> None:
    """Only words of our own may be Markdown; names and values go where it is not read."""
    hostile = "![p](http://x/p.png)"
    at = pasted(CATS.replace("size", hostile).replace("cat", hostile))
    assert at.selectbox[0].value == hostile
    assert hostile in told(at)
    read_as_markdown = [*at.markdown, *at.caption, *at.error, *at.warning, *at.info]
    assert not [element.value for element in read_as_markdown if "http" in element.value]
    assert not [box.label for box in at.selectbox if "http" in box.label]
    at = pasted(f"{hostile},y\n")
    assert not [element.value for element in at.markdown if "http" in element.value]


def test_points_that_cannot_be_trained_on_are_told_where_they_were_chosen() -> None:
    at = pasted(CATS)
    at.session_state["refuse"] = True
    at.button(key="own_use").click().run()
    assert "used" not in at.session_state
    assert "The training set must hold *both* classes" in told(at)


def test_a_large_table_is_read_in_slices_and_read_whole() -> None:
    desk = Desk()
    desk.take("file 1", lambda: LARGE)
    shares = []
    while desk.steps is not None:
        desk.work(0.0)
        shares.append(desk.share)
    assert len(shares) >= 5
    assert shares == sorted(shares)
    assert desk.table is not None
    *_, wanted = reading(LARGE)
    assert isinstance(wanted, Table)
    assert desk.table.points("x", "y", "kind") == wanted.points("x", "y", "kind")


def test_a_cancelled_reading_stops_and_begins_again_only_with_another_table() -> None:
    desk = Desk()
    desk.take("file 1", lambda: LARGE)
    desk.work(0.0)
    assert desk.steps is not None
    desk.cancel()
    desk.take("file 1", lambda: LARGE)
    desk.work(10.0)
    assert desk.cancelled
    assert desk.steps is None
    assert desk.table is None
    desk.take("file 2", lambda: LARGE)
    desk.work(60.0)
    assert desk.table is not None
    assert not desk.cancelled


def test_another_table_takes_the_place_of_the_first() -> None:
    at = pasted(CATS)
    at.selectbox[0].set_value("id").run()
    at.text_area(key="own_text").set_value(CATS.replace("id", "number")).run()
    assert [box.value for box in at.selectbox] == ["size", "age", "kind"]
    at.text_area(key="own_text").set_value("nothing").run()
    assert not at.selectbox
    assert "Row 1 must have 3 to 200 columns" in told(at)
