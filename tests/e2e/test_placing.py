"""Points placed and removed on the plane itself."""

from typing import Any

import pytest
from playwright.sync_api import expect

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


def test_a_click_places_a_point_and_a_click_on_it_takes_it_away(tab: Playground) -> None:
    playground = tab.open(FEW)
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


def axes(playground: Playground) -> list[Any]:
    """The ends of both axes."""
    ends = playground.plane.evaluate("p => [...p.layout.xaxis.range, ...p.layout.yaxis.range]")
    assert isinstance(ends, list)
    return ends


def test_the_plane_the_test_points_and_the_old_run_stay(playground: Playground) -> None:
    """A second click must land where it looks, and a run must not be lost without a word."""
    playground.go_to_step(3)
    run, ends = playground.numbers, axes(playground)
    hint = playground.part("placing-hint")
    expect(hint).to_be_hidden()
    playground.part("place-1").click()
    expect(hint).to_contain_text("A click adds a point of class 1, or removes the point under it.")
    expect(hint).to_contain_text("Training then starts again; Undo brings this run back.")
    assert playground.numbers == run

    for across, up in ((0.03, 0.97), (0.96, 0.03)):
        with playground.new_run():
            playground.click_plane(across, up)
        assert axes(playground) == pytest.approx(ends, abs=1e-3)
        expect(hint).to_be_visible()
    expect(playground.part("lossTest-readout")).not_to_have_text("–")
    assert "train" not in playground.query

    for _ in range(2):
        with playground.new_run():
            playground.part("undo").click()
    playground.until("s.frame.step === 3")
    assert playground.numbers == run


def test_escape_and_other_data_end_placing_and_a_layer_does_not(playground: Playground) -> None:
    button, hint = playground.part("place-0"), playground.part("placing-hint")
    button.press("Enter")
    expect(playground.plane).to_be_focused()
    playground.sidebar.get_by_role("slider", name="Noise").focus()
    playground.page.keyboard.press("Escape")
    expect(hint).to_be_hidden()
    expect(button).to_have_attribute("aria-pressed", "false")

    button.press("Enter")
    playground.page.keyboard.press("Escape")
    expect(button).to_be_focused()
    button.click()
    with playground.new_run():
        playground.part("add-layer").click()
    expect(hint).to_be_visible()
    with playground.new_run():
        playground.choose_another_data_set()
    expect(hint).to_be_hidden()
    run = playground.frame["run"]
    playground.click_plane(0.5, 0.5)
    playground.step()
    playground.until("s.frame.step === 1")
    assert playground.frame["run"] == run


def test_a_double_click_places_one_point(tab: Playground) -> None:
    playground = tab.open(FEW)
    before = rows(playground)
    playground.part("place-0").click()
    with playground.new_run():
        playground.click_plane(0.4, 0.4, times=2)
    playground.step()
    playground.until("s.frame.step === 1")
    assert len(rows(playground)) == len(before) + 1


def test_the_keyboard_places_and_removes_as_well(tab: Playground) -> None:
    playground = tab.open(FEW)
    before = rows(playground)
    playground.part("place-1").focus()
    playground.page.keyboard.press("Enter")
    expect(playground.plane).to_be_focused()
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


def test_clicks_place_nothing_unless_that_is_switched_on(tab: Playground) -> None:
    playground = tab.open(FEW)
    run = playground.frame["run"]
    playground.click_plane(0.5, 0.5)
    playground.part("place-0").click()
    playground.part("place-0").click()
    playground.click_plane(0.5, 0.5)
    playground.step()
    playground.until("s.frame.step === 1")
    assert playground.frame["run"] == run


def test_the_last_point_of_a_class_is_kept_with_the_reason(tab: Playground) -> None:
    playground = tab.open("/?data=own&train=1&points=0_0_0~0_1_1~1_0_0~1_1_0~2_2_0")
    before = rows(playground)
    playground.part("place-0").click()
    with playground.rerun():
        playground.click_point(0.0, 1.0)
    assert rows(playground) == before
    assert "both classes" in playground.sidebar.get_by_test_id("stAlert").inner_text()
