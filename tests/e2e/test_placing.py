"""Points placed and removed on the plane itself."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from nnviz.experiment.query import from_query
from nnviz.runs import Run
from nnviz.serve import read
from tests.e2e.visits import is_noted, note
from tests.hostile import FOUR_POINTS
from tools.playground import Playground

FEW = f"/?data=own&train=1&points={FOUR_POINTS}"


def rows(playground: Playground) -> list[tuple[float, float, int]]:
    """The points that the address holds."""
    return rows_of(playground.page.url)


def rows_of(link: str) -> list[tuple[float, float, int]]:
    """The points that a link holds."""
    points = read(urlsplit(link).query).data.points
    assert points is not None
    return list(points.rows)


@pytest.fixture
def few(tab: Playground) -> Playground:
    """The page with four points, at rest; other tests may have had it."""
    if is_noted(tab, FEW) and rows(tab) == rows_of(FEW):
        tab.reset()
    else:
        note(tab.open(FEW), FEW)
    return tab


def test_a_click_places_a_point_only_if_that_is_switched_on(few: Playground) -> None:
    before, run = rows(few), few.frame["run"]
    few.click_plane(0.5, 0.5)
    few.part("place-0").click()
    few.part("place-0").click()
    few.click_plane(0.5, 0.5)
    few.go_to_step(1)
    assert few.frame["run"] == run

    few.part("place-0").click()
    with few.new_run():
        few.click_plane(0.5, 0.5)
    *others, placed = rows(few)
    assert others == before
    assert placed == pytest.approx((0.5, 0.5, 0), abs=0.01)
    few.go_to_step(2)
    own = Run(from_query(few.query)[0])
    own.advance(2)
    assert few.frame["lossTrain"] == own.metrics().loss_train

    with few.new_run():
        few.click_plane(0.503, 0.5)  # on the point
    assert rows(few) == before
    few.part("place-0").click()
    expect(few.part("place-0")).to_have_attribute("aria-pressed", "false")


def test_the_keyboard_places_and_removes_and_a_double_click_places_one(few: Playground) -> None:
    before = rows(few)
    few.part("place-1").focus()
    few.page.keyboard.press("Enter")
    expect(few.plane).to_be_focused()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp"):
        few.page.keyboard.press(key)
    with few.new_run():
        few.page.keyboard.press("Enter")
    added = rows(few)[-1]
    assert added[2] == 1
    assert added[0] > 0.5
    assert added[1] > added[0]
    with few.new_run():
        few.page.keyboard.press("Enter")
    assert rows(few) == before

    with few.new_run():
        few.click_plane(0.4, 0.4, times=2)
    few.go_to_step(1)
    assert len(rows(few)) == len(before) + 1


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
    playground.part("place-1").click()
    expect(hint).to_be_hidden()


def test_escape_and_other_data_end_placing_and_a_layer_does_not(opened: Playground) -> None:
    playground = opened
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


def test_the_last_point_of_a_class_is_kept_with_the_reason(tab: Playground) -> None:
    playground = tab.open("/?data=own&train=1&points=0_0_0~0_1_1~1_0_0~1_1_0~2_2_0")
    before = rows(playground)
    playground.part("place-0").click()
    with playground.rerun():
        playground.click_point(0.0, 1.0)
    assert rows(playground) == before
    assert "both classes" in playground.sidebar.get_by_test_id("stAlert").inner_text()
