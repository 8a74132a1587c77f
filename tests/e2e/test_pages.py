"""From page to page in one tab: the run, its past and the address stay."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tools.playground import Playground
from tools.server import Server


def on_the_gallery(playground: Playground) -> None:
    museum = playground.page.get_by_role("tab", name="Failure museum")
    expect(museum).to_be_visible()
    expect(playground.part("stage")).to_be_hidden()


def on_the_playground(playground: Playground) -> None:
    rate = playground.sidebar.get_by_role("slider", name="Learning rate")
    expect(playground.part("stage")).to_be_visible()
    expect(rate).to_be_visible()


def test_the_run_and_its_past_stay_while_another_page_is_looked_at(
    tab: Playground,
) -> None:
    playground = tab.open("/?data=circles")
    playground.play()
    playground.play_until_step(30)
    with playground.rerun():
        playground.nudge_learning_rate()
    playground.play_until_step(60)
    stood, run = playground.pause(), playground.frame["run"]
    then, newest, query = playground.numbers, playground.newest, playground.query
    playground.go_to_gallery()
    assert playground.query == query
    playground.go_to_playground()
    on_the_playground(playground)
    assert (playground.numbers, playground.newest, playground.query) == (then, newest, query)
    assert (playground.frame["run"], playground.state["mounts"]) == (run, 1)
    playground.scrub_to(10)
    playground.until("s.frame.step === 10")
    playground.scrub_to(newest)
    playground.until("s.frame.step === arg", stood)


def test_a_stage_that_is_hidden_rests_and_plays_on_when_it_is_seen(
    playground: Playground,
) -> None:
    playground.play()
    playground.play_until_step(20)
    playground.go_to_gallery()
    on_the_gallery(playground)
    asked: list[str] = []
    playground.page.on("request", lambda request: asked.append(request.url))
    shown = playground.step_shown
    playground.rest(60)
    assert playground.step_shown == shown
    assert not [url for url in asked if "/frames/" in url]
    playground.go_to_playground()
    playground.play_until_step(shown + 30)
    assert playground.state["mounts"] == 1


def test_back_and_forward_go_from_page_to_page_with_the_run(tab: Playground) -> None:
    playground = tab.open("/?data=circles")
    playground.go_to_step(3)
    numbers, run = playground.numbers, playground.frame["run"]
    playground.go_to_gallery()
    playground.go_to_playground()
    on_the_playground(playground)
    for turn, shown in (
        (playground.page.go_back, on_the_gallery),
        (playground.page.go_back, on_the_playground),
        (playground.page.go_forward, on_the_gallery),
        (playground.page.go_forward, on_the_playground),
    ):
        turn()
        shown(playground)
        assert playground.query == {"data": "circles"}
    assert (playground.numbers, playground.frame["run"]) == (numbers, run)
    assert playground.state["mounts"] == 1


def test_a_reload_of_another_page_keeps_the_experiment_and_the_step(
    tab: Playground,
) -> None:
    playground = tab.open("/?data=circles")
    playground.go_to_step(4)
    numbers = playground.numbers
    playground.go_to_gallery()
    playground.page.reload()
    on_the_gallery(playground)
    playground.go_to_playground()
    playground.until("s.frame.step === 4")
    assert (playground.numbers, playground.query) == (numbers, {"data": "circles"})


def test_two_tabs_on_two_pages_are_two_visitors(tab: Playground, playground: Playground) -> None:
    one, other = playground.open("/?data=xor"), tab
    one.go_to_gallery()
    other.page.bring_to_front()
    other.open("/?data=circles")
    other.step()
    other.until("s.frame.step === 1")
    one.page.bring_to_front()
    one.go_to_playground()
    on_the_playground(one)
    assert (one.query, other.query) == ({"data": "xor"}, {"data": "circles"})
    assert (one.step_shown, other.step_shown) == (0, 1)


@pytest.fixture(params=["", "gallery"])
def fresh(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Playground]:
    """A page opened by its link, as the first of a server that has just started."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    with Server() as server:
        playground = Playground(context.new_page(), server.url)
        playground.page.goto(f"{server.url}/{request.param}?data=xor&rate=0.1")
        yield playground
        context.close()


def test_a_link_to_any_page_opens_it_on_a_server_that_has_just_started(fresh: Playground) -> None:
    is_gallery = "gallery" in fresh.page.url
    (on_the_gallery if is_gallery else on_the_playground)(fresh)
    if is_gallery:
        fresh.go_to_playground()
        on_the_playground(fresh)
    fresh.step()
    fresh.until("s.frame.step === 1")
    assert fresh.query == {"data": "xor", "rate": "0.1"}
    assert fresh.state["mounts"] == 1


def test_lecture_mode_hides_the_way_to_other_pages(playground: Playground) -> None:
    link = playground.page.get_by_role("link", name="Gallery")
    expect(link).to_be_visible()
    playground.part("lecture").click()
    expect(link).to_be_hidden()
    playground.page.keyboard.press("l")
    expect(link).to_be_visible()
