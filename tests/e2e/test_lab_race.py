"""The view Race of the page Lab: racers in step, opened, added, refused, removed, and left."""

from collections.abc import Callable, Iterator
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Request, expect

from tests.e2e.conftest import DESK, PHONE, Watch
from tests.e2e.test_accessible import serious
from tools.playground import PATIENCE, Playground
from tools.server import Server

RATES = "/lab?layers=3-tanh&race=rate:0.1;rate:1;optimizer:adam,rate:0.1"
SHOWN = """count => {
    const cards = [...document.querySelectorAll(".nnv-racer")];
    return cards.length === count && cards.every(card => card.dataset.step !== undefined);
}"""
TOO_WIDE = """() => [...document.querySelectorAll(".nnv-lab *")]
    .filter(one => one.checkVisibility({ visibilityProperty: true }))
    .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)
    .map(one => one.outerHTML.slice(0, 120))"""
TOO_SMALL = """() => [...document.querySelectorAll(".nnv-lab :is(button:not([role=tab]), select)")]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44)
    .map(one => one.outerHTML.slice(0, 120))"""
APART = """seconds => new Promise(done => {
    const end = performance.now() + 1000 * seconds;
    let most = 0;
    const look = () => {
        most = Math.max(most, Math.max(...nnviz.steps) - Math.min(...nnviz.steps));
        if (performance.now() < end) requestAnimationFrame(look);
        else done(most);
    };
    look();
})"""


@pytest.fixture(scope="module")
def tab(browser: Browser, server: Server) -> Iterator[Playground]:
    """One tab for all tests of this file."""
    context = browser.new_context(viewport=DESK)
    page, watch = context.new_page(), Watch(urlsplit(server.url).netloc)
    watch.attach(page)
    yield Playground(page, server.url)
    context.close()
    faults = [fault for fault in watch.faults if not ("400" in fault and "batch%3A3.5" in fault)]
    assert not faults, "a refused value is an answer, all else is a fault"


@pytest.fixture
def lab(tab: Playground) -> Playground:
    """Three racers at rest at step 0."""
    return open_race(tab, RATES, 3)


def open_race(lab: Playground, query: str, count: int) -> Playground:
    """Open a race, and wait until all racers are shown at rest."""
    lab.page.goto(lab.url + query)
    wait_for_racers(lab, count)
    app = lab.page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)
    return lab


def wait_for_racers(lab: Playground, count: int) -> None:
    lab.page.wait_for_function(SHOWN, arg=count, timeout=PATIENCE)


def racer(lab: Playground, letter: str) -> Locator:
    return lab.part(f"racer-{letter}")


def numbers(lab: Playground, letter: str) -> dict[str, float]:
    """The exact step and losses of a racer at rest."""
    kept = racer(lab, letter).evaluate("card => ({ ...card.dataset })")
    return {name: float(kept[name]) for name in ("step", "lossTrain", "lossTest")}


def play_to(lab: Playground, step: int) -> None:
    lab.play()
    lab.until("s.steps[0] >= arg", step)
    at = lab.pause()
    lab.page.wait_for_function(
        'at => document.querySelector(".nnv-racer").dataset.step == at', arg=at, timeout=PATIENCE
    )


@pytest.mark.parametrize("letter", ["A", "B", "C"])
def test_every_racer_opens_in_the_playground_at_its_step(lab: Playground, letter: str) -> None:
    play_to(lab, 20)
    seen = numbers(lab, letter)
    racer(lab, letter).get_by_role("button", name="Open in the playground").click()
    expect(lab.part("boundary")).to_be_visible()
    lab.until("s.frame.step === arg && s.frame.run.length < 60", seen["step"])
    assert {name: lab.frame[name] for name in seen} == seen
    assert urlsplit(lab.page.url).path == "/"
    assert "race" not in lab.query


def test_racers_are_in_step_and_the_places_follow_the_test_loss(lab: Playground) -> None:
    lab.play()
    assert lab.page.evaluate(APART, 1.5) == 0
    lab.pause()
    play_to(lab, 90)
    losses = {letter: numbers(lab, letter)["lossTest"] for letter in "ABC"}
    ranked = sorted(losses, key=lambda letter: losses[letter])
    for place, letter in zip(("1st", "2nd", "3rd"), ranked, strict=True):
        expect(racer(lab, letter).locator("output")).to_have_text(place)


def test_racers_that_are_equal_share_their_place(tab: Playground) -> None:
    lab = open_race(tab, "/lab?race=;", 2)
    for letter in "AB":
        expect(racer(lab, letter).locator("output")).to_have_text("1st, shared")
    expect(lab.page.get_by_text("They do not differ")).to_be_visible()


def test_a_racer_is_added_with_the_keyboard_refused_and_removed(lab: Playground) -> None:
    form = lab.part("race-add")
    form.get_by_label("but with").focus()
    form.get_by_label("but with").select_option("batch")
    value = form.get_by_role("textbox", name="Batch size")
    value.fill("3.5")
    lab.page.keyboard.press("Enter")
    alert = form.get_by_role("alert")
    expect(alert).to_contain_text("Batch size must be a whole number")
    expect(lab.page.locator(".nnv-racer")).to_have_count(3)
    value.fill("16")
    lab.page.keyboard.press("Enter")
    wait_for_racers(lab, 4)
    expect(alert).to_be_hidden()
    expect(racer(lab, "D")).to_contain_text("Batch size: 16")
    expect(racer(lab, "D")).to_contain_text("Learning rate: 0.1")
    lab.page.wait_for_function("() => location.search.includes('batch')", timeout=PATIENCE)
    assert lab.query["race"] == "rate:0.1;rate:1;optimizer:adam,rate:0.1;rate:0.1,batch:16"
    expect(form.get_by_role("button", name="Add a racer")).to_be_disabled()
    racer(lab, "B").get_by_role("button", name="Remove").press("Enter")
    wait_for_racers(lab, 3)
    expect(racer(lab, "A").get_by_role("heading")).to_be_focused()
    lab.page.wait_for_function("() => !location.search.includes('%3A1%3B')", timeout=PATIENCE)
    assert lab.query["race"] == "rate:0.1;optimizer:adam,rate:0.1;rate:0.1,batch:16"


def test_two_racers_are_the_fewest(tab: Playground) -> None:
    lab = open_race(tab, "/lab", 2)
    assert "race" not in lab.query
    expect(lab.page.get_by_role("button", name="Remove")).to_have_count(0)
    expect(lab.part("race-ready")).not_to_have_value("")


def test_a_ready_race_is_chosen_and_a_reload_keeps_it_at_its_step(tab: Playground) -> None:
    lab = open_race(tab, "/lab", 2)
    lab.part("race-ready").select_option("rates")
    wait_for_racers(lab, 4)
    expect(lab.page.get_by_text("They differ in one setting only: Learning rate")).to_be_visible()
    play_to(lab, 30)
    before = [numbers(lab, letter) for letter in "ABCD"]
    lab.page.wait_for_function("() => location.search.includes('race=')", timeout=PATIENCE)
    step = int(before[0]["step"])
    open_race(lab, f"{urlsplit(lab.page.url).path}?{urlsplit(lab.page.url).query}&step={step}", 4)
    lab.until("s.steps[0] === arg", step)
    assert [numbers(lab, letter) for letter in "ABCD"] == before


def test_a_racer_that_has_ended_says_so_while_the_others_go_on(tab: Playground) -> None:
    lab = open_race(tab, "/lab?race=;epochs:5", 2)
    play_to(lab, 12)
    expect(racer(lab, "B")).to_contain_text("Stopped at step 5")
    expect(racer(lab, "A").locator(".nnv-racer-stopped")).to_be_hidden()
    assert numbers(lab, "B")["step"] == 5
    assert numbers(lab, "A")["step"] >= 12


def test_by_epochs_all_have_seen_equally_many_points(tab: Playground) -> None:
    lab = open_race(tab, "/lab?race=batch:40;batch:full&clock=epochs", 2)
    lab.page.get_by_role("button", name="Epoch", exact=True).click()
    lab.page.get_by_role("button", name="Epoch", exact=True).click()
    lab.until("s.steps[1] === 2")
    lab.page.wait_for_function(SHOWN, arg=2, timeout=PATIENCE)
    assert lab.state["steps"] == [8, 2]
    lab.page.get_by_role("button", name="Updates", exact=True).click()
    lab.until("s.steps[0] === s.steps[1]")


def test_racers_that_the_data_cannot_have_give_way_to_a_ready_race(tab: Playground) -> None:
    lab = open_race(tab, "/lab?race=data:own;", 2)
    expect(lab.page.get_by_role("alert").filter(has_text="Not everything")).to_be_visible()
    expect(lab.part("race-ready")).not_to_have_value("")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_violation(lab: Playground, scheme: Literal["light", "dark"]) -> None:
    lab.page.emulate_media(color_scheme=scheme)
    play_to(lab, 5)
    found = serious(lab)
    lab.page.emulate_media(color_scheme="light")
    assert not found, "\n\n".join(
        f"{one['rule']}: {one['html'][:200]}\n{one['why']}" for one in found
    )


def test_a_phone_has_room_for_all_and_large_buttons(new_context: Callable, server: Server) -> None:
    context = new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    lab = open_race(Playground(context.new_page(), server.url), RATES, 3)
    assert lab.page.evaluate(TOO_WIDE) == []
    assert lab.page.evaluate(TOO_SMALL) == []


def test_nothing_is_asked_for_a_page_that_was_left(lab: Playground) -> None:
    lab.play()
    lab.until("s.steps[0] >= 10")
    lab.page.get_by_role("link", name="Gallery").click()
    expect(lab.page.get_by_role("tab", name="Classics")).to_be_visible()
    app = lab.page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)
    asked: list[str] = []

    def hear(request: Request) -> None:
        asked.append(request.url)

    lab.page.on("request", hear)
    lab.rest(60)
    lab.page.remove_listener("request", hear)
    assert [url for url in asked if "/frames/" in url] == []
