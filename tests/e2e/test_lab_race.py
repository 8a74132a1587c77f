"""The view Race of the page Lab: racers in step, opened, added, refused, removed, and left."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Request, expect

from tests.e2e.conftest import Watch
from tests.e2e.lab import go, visit
from tests.e2e.test_accessible import SCHEMES, serious
from tools.playground import PATIENCE, Playground

RATES = "rate:0.1;rate:1;optimizer:adam,rate:0.1"
SHOWN = """count => {
    const cards = [...document.querySelectorAll(".nnv-racer")];
    return cards.length === count && cards.every(card => card.dataset.step !== undefined);
}"""
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

# Beside the names of the lines, at the last time of the chart.
NOW_ON_CHART = """() => {
    const { width, height } = document.querySelector(".nnv-chart").getBoundingClientRect();
    return { x: width - 4, y: height / 2 };
}"""


@pytest.fixture
def lab(tab: Playground) -> Playground:
    """Three racers at rest at step 0."""
    if tab.query.get("race") != RATES:
        return open_race(tab, f"layers=3-tanh&race={RATES}", 3)
    visit(tab, "race", f"layers=3-tanh&race={RATES}")
    tab.reset()
    wait_for_racers(tab, 3)
    return tab


def open_race(lab: Playground, query: str, count: int) -> Playground:
    """Open a race, and wait until all racers are shown at rest."""
    go(lab, "race", query)
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


def test_racers_are_in_step_and_the_places_follow_the_test_loss(lab: Playground) -> None:
    lab.play()
    assert lab.page.evaluate(APART, 0.8) == 0
    lab.pause()
    play_to(lab, 40)
    losses = {letter: numbers(lab, letter)["lossTest"] for letter in "ABC"}
    ranked = sorted(losses, key=lambda letter: losses[letter])
    for place, letter in zip(("1st", "2nd", "3rd"), ranked, strict=True):
        expect(racer(lab, letter).locator("output")).to_have_text(place)

    lab.page.locator(".nnv-race-plot .nnv-chart").hover(position=lab.page.evaluate(NOW_ON_CHART))
    step, *read = lab.page.locator(".nnv-chart-reading:visible p").all_inner_texts()
    assert step == f"{numbers(lab, 'A')['step']:g} updates"
    assert [float(words.split()[-1]) for words in read] == [
        float(f"{loss:.3g}") for loss in losses.values()
    ]


def test_no_serious_violation(lab: Playground) -> None:
    lab.go_to_step(5)
    for scheme in SCHEMES:
        lab.page.emulate_media(color_scheme=scheme)
        lab.rest(5)
        found = serious(lab, "" if scheme == "light" else ".nnv-lab")
        assert not found, "\n\n".join(
            f"{scheme}, {one['rule']}: {one['html'][:200]}\n{one['why']}" for one in found
        )


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
    lab.rest(40)
    lab.page.remove_listener("request", hear)
    assert [url for url in asked if "/frames/" in url] == []


def test_every_racer_opens_in_the_playground_at_its_step(lab: Playground) -> None:
    """Also after the way back, from where the racers differ from another experiment."""
    play_to(lab, 20)
    seen = {letter: numbers(lab, letter) for letter in "ABC"}
    for letter, expected in seen.items():
        wait_for_racers(lab, 3)
        assert numbers(lab, letter) == expected
        racer(lab, letter).get_by_role("button", name="Open in the playground").click()
        expect(lab.part("boundary")).to_be_visible()
        lab.until("s.frame.step === arg && s.frame.run.length < 60", expected["step"])
        assert {name: lab.frame[name] for name in expected} == expected
        assert urlsplit(lab.page.url).path == "/"
        assert "race" not in lab.query
        if letter != "C":
            lab.page.get_by_role("link", name="Lab").click()
            lab.until("s.frame.run.startsWith('race')")


def add(lab: Playground, setting: str, name: str, value: str) -> Locator:
    """Fill in the form for another racer, by the keyboard; return its field."""
    form = lab.part("race-add")
    form.get_by_label("but with").focus()
    form.get_by_label("but with").select_option(setting)
    field = form.get_by_role("textbox", name=name)
    field.fill(value)
    lab.page.keyboard.press("Enter")
    return field


def test_a_racer_is_added_with_the_keyboard_refused_and_removed(
    lab: Playground, watch: Watch
) -> None:
    form, alert = lab.part("race-add"), lab.part("race-add").get_by_role("alert")
    value = add(lab, "batch", "Batch size", "3.5")
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
    refused = [fault for fault in watch.faults if "400" in fault and "batch%3A3.5" in fault]
    watch.faults[:] = [fault for fault in watch.faults if fault not in refused]
    assert len(refused) == 1, "it is asked once"


def test_racers_that_are_equal_share_their_place_and_one_that_has_ended_says_so(
    tab: Playground,
) -> None:
    lab = open_race(tab, "race=;", 2)
    for letter in "AB":
        expect(racer(lab, letter).locator("output")).to_have_text("1st, shared")
    expect(lab.page.get_by_text("They do not differ")).to_be_visible()
    add(lab, "epochs", "Epochs", "5")
    wait_for_racers(lab, 3)
    play_to(lab, 12)
    expect(racer(lab, "C")).to_contain_text("Stopped at step 5")
    expect(racer(lab, "A").locator(".nnv-racer-stopped")).to_be_hidden()
    assert numbers(lab, "C")["step"] == 5
    assert numbers(lab, "A")["step"] >= 12


def test_a_ready_race_is_chosen_and_a_reload_keeps_it_at_its_step(tab: Playground) -> None:
    lab = open_race(tab, "", 2)
    assert "race" not in lab.query
    expect(lab.page.get_by_role("button", name="Remove")).to_have_count(0)
    expect(lab.part("race-ready")).not_to_have_value("")
    lab.part("race-ready").select_option("rates")
    wait_for_racers(lab, 4)
    expect(lab.page.get_by_text("They differ in one setting only: Learning rate")).to_be_visible()
    play_to(lab, 20)
    before = [numbers(lab, letter) for letter in "ABCD"]
    lab.page.wait_for_function("() => location.search.includes('race=')", timeout=PATIENCE)
    step = int(before[0]["step"])
    open_race(lab, f"{urlsplit(lab.page.url).query}&step={step}", 4)
    lab.until("s.steps[0] === arg", step)
    assert [numbers(lab, letter) for letter in "ABCD"] == before


def test_by_epochs_all_have_seen_equally_many_points(tab: Playground) -> None:
    lab = open_race(tab, "race=batch:40;batch:full&clock=epochs", 2)
    lab.page.get_by_role("button", name="Epoch", exact=True).click()
    lab.page.get_by_role("button", name="Epoch", exact=True).click()
    lab.until("s.steps[1] === 2")
    lab.page.wait_for_function(SHOWN, arg=2, timeout=PATIENCE)
    assert lab.state["steps"] == [8, 2]
    lab.page.get_by_role("button", name="Updates", exact=True).click()
    lab.until("s.steps[0] === s.steps[1]")


def test_racers_that_the_data_cannot_have_give_way_to_a_ready_race(tab: Playground) -> None:
    lab = open_race(tab, "race=data:own;", 2)
    expect(lab.page.get_by_role("alert").filter(has_text="Not everything")).to_be_visible()
    expect(lab.part("race-ready")).not_to_have_value("")
