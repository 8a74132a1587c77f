"""An experiment travels: by a link, over a reload, and whatever a stranger wrote into it."""

from pathlib import Path
from urllib.parse import urlencode

from hypothesis import HealthCheck, given, settings
from playwright.sync_api import expect

from nnviz.experiment.query import from_query
from nnviz.export import save_file
from nnviz.runs import Run
from tests.hostile import FOUR_POINTS, links
from tools.playground import PATIENCE, Playground

LONGEST_ADDRESS = 16_000  # a server may refuse a longer one before the page is asked


def reload(playground: Playground) -> None:
    playground.page.reload()
    playground.until("s.frame", why="the stage after a reload")


def test_a_reload_goes_on_at_the_same_step_with_all_that_was_changed(
    tab: Playground,
) -> None:
    playground = tab.open("/?data=circles")
    playground.play()
    playground.play_until_step(30)
    with playground.rerun():
        playground.nudge_learning_rate()
    playground.play_until_step(90)
    playground.pause()
    then = playground.numbers

    reload(playground)
    playground.until("s.frame.step === arg", then["step"])
    assert playground.numbers == then
    playground.until_curve_has_more_points_than(50)
    playground.step()
    playground.until("s.frame.step === arg", then["step"] + 1)


def test_another_tab_and_the_same_link_once_more_begin_from_the_start(
    tab: Playground, playground: Playground
) -> None:
    playground.go_to_step(5)
    address = playground.page.url.removeprefix(playground.url)
    tab.page.bring_to_front()
    assert tab.open(address).step_shown == 0
    playground.page.bring_to_front()
    playground.open(address)
    playground.rest()
    assert playground.step_shown == 0


def test_points_that_a_link_cannot_hold_survive_a_reload(playground: Playground) -> None:
    """Before the first step, too."""
    told = playground.sidebar.get_by_text("201 points: a link holds 100 at most")
    playground.part("place-1").click()
    with playground.new_run():
        playground.click_plane(0.95, 0.9)
    expect(told).to_be_visible()
    for step in (0, 3):
        playground.go_to_step(step)
        then = playground.numbers
        reload(playground)
        playground.until(
            "s.frame.step === arg[0] && s.frame.lossTrain === arg[1]", [step, then["lossTrain"]]
        )
        assert playground.numbers == then
        expect(told).to_be_visible(timeout=PATIENCE)
        expect(playground.sidebar.get_by_test_id("stAlert")).to_have_count(0)


def test_a_link_can_open_in_lecture_mode_and_without_controls(tab: Playground) -> None:
    playground = tab.open("/?data=xor&lecture=1&controls=0")
    expect(playground.page.get_by_test_id("stAlert")).to_have_count(0)
    expect(playground.sidebar).not_to_be_in_viewport()
    expect(playground.part("lecture")).to_have_attribute("aria-pressed", "true")
    playground.page.keyboard.press("l")
    expect(playground.sidebar).not_to_be_in_viewport()
    playground.step()
    playground.until("s.frame.step === 1")
    assert "lecture=1" in playground.page.url


def test_text_from_a_link_is_shown_as_text(tab: Playground) -> None:
    markup = "<img src=x onerror=window.hurt=1>"
    query = {
        "data": "own",
        "points": FOUR_POINTS,
        "x1_name": markup,
        "x2_name": "<a href='javascript:window.hurt=1'>b</a>",
        "rate": f"{markup}**bold** [a](javascript:alert(1))",
    }
    playground = tab.open("/?" + urlencode(query))
    page = playground.page
    axis = playground.part("boundary").locator(".xtitle")
    expect(axis).to_contain_text("<img src=x", timeout=PATIENCE)
    note = playground.sidebar.get_by_test_id("stAlert")
    expect(note).to_contain_text("<img src=x")
    expect(note.locator("img, strong, a")).to_have_count(0)
    expect(playground.part("boundary").locator("a, .xtitle img, .ytitle img")).to_have_count(0)
    playground.point_at_plane(0.5, 0.5)
    expect(playground.part("boundary").locator(".nnv-probe")).to_contain_text("<img")
    assert page.evaluate("() => window.hurt") is None


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(links)
def test_whatever_a_link_says_the_page_can_be_used(tab: Playground, query: dict[str, str]) -> None:
    short = {key: text[:1000] for key, text in query.items()}
    tab.open(("/?" + urlencode(short))[:LONGEST_ADDRESS])
    expect(tab.page.get_by_test_id("stException")).to_have_count(0)
    tab.step()
    tab.until("s.frame.step === 1")


def test_a_saved_run_opens_at_its_step_however_long_the_way(
    playground: Playground, tmp_path: Path
) -> None:
    run = Run(from_query({"data": "spirals", "layers": "32-tanh 32-tanh", "samples": "1000"})[0])
    run.advance(400)
    path = tmp_path / "saved.json"
    path.write_text(save_file(run))

    playground.play()
    playground.play_until_step(20)
    playground.sidebar.locator(".st-key-open button").filter(visible=True).click()
    dialog = playground.page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(path)
    with playground.new_run():
        dialog.get_by_role("button", name="Open", exact=True).last.click()
    playground.until("s.frame.step === 400 && !s.playing")
    assert playground.frame["lossTrain"] == run.metrics().loss_train
    assert playground.query["data"] == "spirals"
