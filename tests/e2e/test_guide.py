"""The guided tour: offered once, each step done on the page itself, ended with one click."""

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Watch
from tests.e2e.shared import SharedTab
from tools.playground import Playground


def button(playground: Playground, name: str) -> Locator:
    """Return a button in the place of advice."""
    found = playground.page.locator(".nnv-advice")
    return found.get_by_role("button", name=name, exact=True)


def as_newcomer(playground: Playground) -> Playground:
    """Let the browser forget that it was here; what this opens is no page of the app."""
    playground.page.goto(f"{playground.url}/_stcore/health")
    playground.page.evaluate("() => localStorage.clear()")
    return playground


def test_every_step_is_done_by_doing_it(tab: Playground) -> None:
    playground = as_newcomer(tab).open()
    page, words = playground.page, playground.part("finding")
    expect(words).to_contain_text("New here?")
    before = playground.part("boundary").bounding_box()
    button(playground, "Show me").click()

    expect(words).to_contain_text("1/6 · Press Play")
    playground.part("speed").fill("2")
    playground.play()
    expect(words).to_contain_text("1/6 · In ")
    button(playground, "Next").click()

    expect(words).to_contain_text("2/6 · Pause, and go back in time")
    playground.pause()
    page.keyboard.press("ArrowLeft")
    expect(words).to_contain_text(f"This is step {playground.step_shown} again")
    button(playground, "Next").click()

    expect(words).to_contain_text("3/6 · Point at a neuron")
    playground.neuron(2, layer=1).hover()
    expect(words).to_contain_text("the output of neuron 2 of layer 1")
    button(playground, "Next").click()

    expect(words).to_contain_text("4/6 · Change the learning rate")
    with playground.rerun():
        playground.set_highest_learning_rate()
    expect(words).to_contain_text(f"From step {playground.step_shown} on, the rate is 10")
    expect(words).to_contain_text("33 times as long")
    with playground.rerun():
        page.keyboard.press("Control+Z")
    button(playground, "Next").click()

    expect(words).to_contain_text("5/6 · Take all hidden layers away")
    for _ in range(2):
        with playground.new_run():
            playground.part("remove-layer").click()
    playground.play()
    expect(words).to_contain_text("the boundary is a straight line, right for ")
    accuracy = playground.frame["accuracyTrain"]
    assert 0.5 < accuracy < 0.95
    button(playground, "Next").click()

    expect(words).to_contain_text("6/6 · How few hidden neurons get 95 %")
    for _ in range(2):
        with playground.new_run():
            playground.part("add-layer").click()
    playground.until("s.playing && s.frame.accuracyTrain >= 0.95")
    expect(words).to_contain_text("With 8 of them it is ")
    assert playground.part("boundary").bounding_box() == before, "the page has moved"
    button(playground, "Finish").click()
    expect(words).not_to_contain_text("6/6")

    page.reload()
    playground.until("s.painted > 0")
    playground.rest()
    expect(words).not_to_contain_text("New here?")
    page.keyboard.press("?")
    playground.part("guide").click()
    expect(words).to_contain_text("1/6 · Press Play")
    expect(page.get_by_role("group", name="Keys", exact=True)).to_be_hidden()
    button(playground, "End").click()
    expect(words).not_to_contain_text("1/6")


def test_the_offer_is_refused_with_one_tap(
    tab_of_a_phone: SharedTab, watch: Watch, take_back: Callable[[Playground], None]
) -> None:
    playground = as_newcomer(tab_of_a_phone.lend(watch.attach)).open()
    words = playground.part("finding")
    expect(words).to_contain_text("New here?")
    button(playground, "No, thanks").tap()
    expect(words).to_be_empty()
    take_back(playground)


def test_a_view_without_controls_offers_nothing(tab: Playground) -> None:
    playground = as_newcomer(tab)
    for query in ("/?lecture=1", "/?controls=0"):
        playground.open(query)
        playground.rest()
        expect(playground.part("finding"), query).to_be_empty()
