"""Points placed and removed on the plane itself."""

import pytest

from nnviz.experiment.query import from_query
from nnviz.runs import Run
from tests.hostile import FOUR_POINTS
from tools.playground import Playground

FEW = f"/?data=own&train=1&points={FOUR_POINTS}"


def rows(playground: Playground) -> list[tuple[float, float, int]]:
    """The points that the address holds."""
    points = from_query(playground.query)[0].data.points
    assert points is not None
    return list(points.rows)


def test_a_click_places_a_point_and_a_click_on_it_takes_it_away(playground: Playground) -> None:
    playground.open(FEW)
    before = rows(playground)
    playground.part("place-0").click()
    with playground.new_run():
        playground.click_plane(0.5, 0.5)
    *others, placed = rows(playground)
    assert others == before
    assert placed == pytest.approx((0.5, 0.5, 0), abs=0.01)
    playground.go_to_step(2)
    run = Run(from_query(playground.query)[0])
    run.advance(2)
    assert playground.frame["lossTrain"] == run.metrics().loss_train

    with playground.new_run():
        playground.click_plane(0.503, 0.5)
    assert rows(playground) == before


def test_a_double_click_places_one_point(playground: Playground) -> None:
    playground.open(FEW)
    before = rows(playground)
    playground.part("place-0").click()
    with playground.new_run():
        playground.click_plane(0.4, 0.4, times=2)
    playground.step()
    playground.until("s.frame.step === 1")
    assert len(rows(playground)) == len(before) + 1


def test_the_keyboard_places_and_removes_as_well(playground: Playground) -> None:
    playground.open(FEW)
    before = rows(playground)
    playground.part("place-1").focus()
    playground.page.keyboard.press("Enter")
    playground.plane.focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp"):
        playground.page.keyboard.press(key)
    with playground.new_run():
        playground.page.keyboard.press("Enter")
    added = rows(playground)[-1]
    assert added[2] == 1
    assert added[0] > 0.5
    assert added[1] > added[0]
    with playground.new_run():
        playground.page.keyboard.press("Enter")
    assert rows(playground) == before


def test_clicks_place_nothing_unless_that_is_switched_on(playground: Playground) -> None:
    playground.open(FEW)
    run = playground.frame["run"]
    playground.click_plane(0.5, 0.5)
    playground.part("place-0").click()
    playground.part("place-0").click()
    playground.click_plane(0.5, 0.5)
    playground.step()
    playground.until("s.frame.step === 1")
    assert playground.frame["run"] == run


def test_the_last_point_of_a_class_is_kept_with_the_reason(playground: Playground) -> None:
    playground.open("/?data=own&train=1&points=0_0_0~0_1_1~1_0_0~1_1_0~2_2_0")
    before = rows(playground)
    playground.part("place-0").click()
    with playground.rerun():
        playground.click_point(0.0, 1.0)
    assert rows(playground) == before
    assert "both classes" in playground.sidebar.get_by_test_id("stAlert").inner_text()
