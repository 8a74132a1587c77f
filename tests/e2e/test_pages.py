"""From page to page in one tab: the run, its past and the address stay."""

from playwright.sync_api import expect

from tools.playground import Playground


def on_the_gallery(playground: Playground) -> None:
    museum = playground.page.get_by_role("tab", name="Failure museum")
    expect(museum).to_be_visible()
    expect(playground.part("stage")).to_be_hidden()


def on_the_playground(playground: Playground) -> None:
    rate = playground.sidebar.get_by_role("slider", name="Learning rate")
    expect(playground.part("stage")).to_be_visible()
    expect(rate).to_be_visible()


def test_the_run_and_its_past_stay_while_other_pages_are_looked_at(tab: Playground) -> None:
    """By links, by Back and Forward, and after a reload of another page."""
    playground = tab.open("/?data=circles")
    playground.play()
    playground.play_until_step(20)
    with playground.rerun():
        playground.nudge_learning_rate()
    playground.play_until_step(playground.step_shown + 10)
    stood, run = playground.pause(), playground.frame["run"]
    then, newest, query = playground.numbers, playground.newest, playground.query
    playground.go_to_gallery()
    assert playground.query == query
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
        assert playground.query == query
    assert (playground.numbers, playground.newest) == (then, newest)
    assert (playground.frame["run"], playground.state["mounts"]) == (run, 1)
    playground.scrub_to(10)
    playground.until("s.frame.step === 10")
    playground.scrub_to(newest)
    playground.until("s.frame.step === arg", stood)

    playground.go_to_gallery()
    playground.page.reload()
    on_the_gallery(playground)
    playground.go_to_playground()
    playground.until("s.frame.step === arg", stood)
    assert (playground.numbers, playground.query) == (then, query)


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
    playground.rest(40)
    assert playground.step_shown == shown
    assert not [url for url in asked if "/frames/" in url]
    playground.go_to_playground()
    playground.play_until_step(shown + 10)
    assert playground.state["mounts"] == 1


def test_lecture_mode_hides_the_way_to_other_pages(playground: Playground) -> None:
    link = playground.page.get_by_role("link", name="Gallery")
    expect(link).to_be_visible()
    playground.part("lecture").click()
    expect(link).to_be_hidden()
    playground.page.keyboard.press("l")
    expect(link).to_be_visible()
