"""The page Explain: every number is asked by click, by keyboard and by lot, at rest and in play."""

import math
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Request, expect

from tests.e2e.test_accessible import SCHEMES, serious
from tests.e2e.visits import is_noted, note
from tools.playground import Playground

EXPLAIN = "/explain?layers=3-tanh+2-tanh&batch=20"

# Clicks on `count` numbers of the page, chosen by lot, each in the answer to the one before or in
# the diagram; returns those whose answer is about another number, or has another value.
BY_LOT = """async ({ count, seed }) => {
    const answer = document.querySelector('[data-testid="nnviz-answer"]');
    const wrong = [], names = new Set();
    const drawn = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
    for (let turn = 0; turn < count; turn++) {
        const host = turn % 4 ? answer : document.querySelector(".nnv-one-sample");
        const shown = [...host.querySelectorAll("button[data-ask]")].filter(
            one => one.checkVisibility());
        const button = shown[Math.floor(drawn() * shown.length)], { ask, value } = button.dataset;
        button.click();
        const end = performance.now() + 10000;
        while (answer.dataset.ask !== ask && performance.now() < end) {
            await new Promise(requestAnimationFrame);
        }
        names.add(ask.split(".")[0].replace(/^[su][0-9]*-/, ""));
        const isOther = value !== undefined && value !== answer.dataset.value;
        if (answer.dataset.ask !== ask || isOther) wrong.push([ask, value, { ...answer.dataset }]);
    }
    return { wrong, names: [...names] };
}"""

SAME_VALUE = """ask => {
    const { value } = document.querySelector('[data-testid="nnviz-answer"]').dataset;
    const number = document.querySelector(`.nnv-one-sample button[data-ask="${ask}"]`);
    return value && number?.dataset.value === value;
}"""

SURFACE = '() => document.querySelector(".nnv-surface").toDataURL()'

# Whether the sentence of the focused term is shown, right above or below it.
IS_BESIDE = """() => {
    const term = document.activeElement.getBoundingClientRect();
    const tip = document.querySelector(".nnv-term-tip").getBoundingClientRect();
    const gaps = [tip.top - term.bottom, term.top - tip.bottom].map(Math.abs);
    return tip.height && Math.min(...gaps) < 12;
}"""

# What is wider than the page, except for what scrolls in a box of its own.
TOO_WIDE = """() => [...document.querySelectorAll(".nnv-explaining *")]
    .filter(one => one.checkVisibility({ visibilityProperty: true }))
    .filter(one => !one.closest(".nnv-one-sample, pre, svg, .nnv-trail"))
    .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)
    .map(one => one.outerHTML.slice(0, 120))"""


@pytest.fixture
def explain(tab: Playground) -> Playground:
    """The page at rest on its first tab, with all numbers shown, as other tests have left it."""
    if not is_noted(tab, EXPLAIN):
        tab.open(EXPLAIN)
        note(tab, EXPLAIN)
        expect(answer(tab)).to_have_attribute("data-ask", "p")
    elif urlsplit(tab.page.url).path != "/explain":
        tab.page.get_by_role("link", name="Explain").click()
    if tab.state["playing"]:
        tab.pause()
    tab.part("tab-sample").click()
    tab.page.get_by_role("button", name="Both", exact=True).click()
    return tab


def answer(playground: Playground) -> Locator:
    return playground.part("answer")


def number(playground: Playground, ask: str) -> Locator:
    """The number of the diagram with this ask."""
    return playground.page.locator(f'.nnv-one-sample button[data-ask="{ask}"]')


def is_at_step(playground: Playground, step: int) -> None:
    """Wait until the numbers of the diagram belong to a step."""
    expect(playground.page.locator(".nnv-diagram-head .nnv-at-step")).to_have_text(f"Step {step}")


def kinds(playground: Playground) -> list[str]:
    """One ask of each kind in the diagram."""
    asks = playground.page.locator(".nnv-one-sample button[data-ask]").evaluate_all(
        "all => all.map(one => one.dataset.ask)"
    )
    return list({ask.partition(".")[0]: ask for ask in asks}.values())


def is_answered(playground: Playground, ask: str) -> None:
    """Wait for the answer, which must have the number's full value."""
    expect(answer(playground)).to_have_attribute("data-ask", ask)
    playground.page.wait_for_function(SAME_VALUE, arg=ask)


def test_every_kind_of_number_answers_a_click_and_the_enter_key(explain: Playground) -> None:
    asks = kinds(explain)
    assert len(asks) >= 10, asks
    for ask in asks:
        number(explain, ask).click()
        is_answered(explain, ask)
        expect(number(explain, ask)).to_have_attribute("aria-current", "true")
    for ask in asks:
        number(explain, ask).press("Enter")
        is_answered(explain, ask)
        expect(number(explain, ask)).to_be_focused()


def test_a_hundred_numbers_by_lot_have_the_answer_they_promise(explain: Playground) -> None:
    found = explain.page.evaluate(BY_LOT, {"count": 100, "seed": 7})
    assert found["wrong"] == []
    assert len(found["names"]) >= 12, found["names"]


def test_the_trail_leads_back_by_button_and_by_backspace(explain: Playground) -> None:
    for ask in ("p", "z.3.1", "a.2.1"):
        number(explain, ask).click()
        is_answered(explain, ask)
    explain.page.get_by_role("button", name="← Back").click()
    is_answered(explain, "z.3.1")
    answer(explain).press("Backspace")
    is_answered(explain, "p")


def test_in_play_numbers_and_answer_go_on_and_rest_at_the_shown_step(explain: Playground) -> None:
    number(explain, "a.2.1").focus()
    explain.play()
    number(explain, "a.2.1").press("Enter")
    expect(answer(explain)).to_have_attribute("data-ask", "a.2.1")
    before = answer(explain).get_attribute("data-value")
    expect(answer(explain)).not_to_have_attribute("data-value", before or "none")
    expect(number(explain, "a.2.1")).to_be_focused()
    expect(answer(explain)).to_have_attribute("aria-live", "off")
    stood = explain.pause()
    expect(answer(explain).locator(".nnv-at-step")).to_have_text(f"Step {stood}")
    is_at_step(explain, stood)
    expect(answer(explain)).to_have_attribute("aria-live", "polite")
    is_answered(explain, "a.2.1")


def test_a_step_and_the_past_change_every_number(explain: Playground) -> None:
    explain.reset()
    is_at_step(explain, 0)
    at_first = number(explain, "z.1.1").get_attribute("data-value")
    explain.go_to_step(3)
    expect(number(explain, "z.1.1")).not_to_have_attribute("data-value", at_first or "none")
    explain.scrub_to(0)
    expect(number(explain, "z.1.1")).to_have_attribute("data-value", at_first or "none")


def test_a_click_on_a_point_and_the_arrow_keys_choose_the_sample(explain: Playground) -> None:
    x, y = explain.plane.evaluate("plot => [plot.data[1].x[5], plot.data[1].y[5]]")
    explain.click_point(x, y)
    for ask, wanted in (("input.1", x), ("input.2", y)):
        explain.page.wait_for_function(
            """([ask, wanted]) => Math.abs(
                document.querySelector(`.nnv-one-sample [data-ask="${ask}"]`).dataset.value - wanted
            ) < 1e-3""",
            arg=[ask, wanted],
        )
    sample, step = explain.part("sample"), explain.step_shown
    before = int(sample.get_attribute("aria-valuenow") or 0)
    sample.press("ArrowRight")
    expect(sample).to_have_attribute("aria-valuenow", str(before + 1))
    explain.rest()
    assert explain.step_shown == step, "the arrows belong to the sample here"
    explain.page.get_by_role("button", name="Previous sample").click()
    expect(sample).to_have_attribute("aria-valuenow", str(before))


def test_the_update_leads_to_the_weight_of_the_next_step(explain: Playground) -> None:
    explain.part("tab-update").click()
    update = explain.page.locator(".nnv-tab-update")
    update.get_by_label("Weight or bias").select_option("W.2.3.1")
    value = update.locator('.nnv-answer-value[data-ask="newW.2.3.1"]')
    expect(value).to_be_visible()
    told = float(value.get_attribute("data-value") or math.nan)
    explain.step()
    expect(answer(explain)).to_have_attribute("data-ask", "W.2.3.1")
    expect(answer(explain)).to_have_attribute("data-value", repr(told))


def test_a_weight_that_is_dragged_moves_the_boundary_and_changes_nothing(
    explain: Playground,
) -> None:
    explain.go_to_step(explain.step_shown + 2)
    explain.part("tab-weight").click()
    explain.page.get_by_label("Weight or bias").filter(visible=True).select_option("W.3.2.1")
    slider = explain.part("drag-weight")
    expect(explain.page.locator(".nnv-tab-weight .nnv-cell").first).to_have_attribute(
        "data-ask", "W.3.2.1"
    )
    at, numbers, query = slider.input_value(), explain.numbers, explain.query
    before = explain.page.evaluate(SURFACE)
    slider.focus()
    explain.page.keyboard.press("End")
    explain.page.wait_for_function(f"before => ({SURFACE})() !== before", arg=before)
    explain.page.keyboard.press("Escape")
    explain.page.wait_for_function(f"before => ({SURFACE})() === before", arg=before)
    assert (slider.input_value(), explain.numbers, explain.query) == (at, numbers, query)


def test_the_badge_names_the_worst_parameter_and_leads_to_it(explain: Playground) -> None:
    badge = explain.part("gradient-check")
    expect(badge).to_have_attribute("data-worst", re.compile("."))
    assert float(badge.get_attribute("data-worst") or math.nan) <= 1e-6
    expect(badge).to_contain_text("passed")
    ask = badge.get_attribute("data-ask")
    badge.click()
    expect(answer(explain)).to_have_attribute("data-ask", ask or "none")


def test_every_layer_has_its_curve_and_its_histogram(explain: Playground) -> None:
    explain.part("tab-layers").click()
    layers = explain.page.locator(".nnv-layer")
    expect(layers).to_have_count(3)
    for layer in layers.all():
        bars = layer.locator(".nnv-bars rect").evaluate_all(
            "all => all.filter(one => one.getAttribute('height') > 0).length"
        )
        assert bars > 0
        expect(layer.locator(".nnv-curve-df")).to_have_attribute("d", re.compile("^M"))
        expect(layer.locator("tbody tr")).to_have_count(5)


def test_the_worksheet_marks_what_is_typed_and_gives_the_solution(explain: Playground) -> None:
    explain.part("tab-worksheet").click()
    sheet = explain.page.get_by_role("tabpanel", name="Worksheet")
    blanks = sheet.locator(".nnv-blanks li")
    expect(blanks.first).to_be_visible()
    sheet.get_by_role("button", name="Show the solution").click()
    solved = sheet.locator(".nnv-steps .nnv-cell")
    expect(solved).to_have_count(blanks.count())
    right = float(solved.first.get_attribute("data-value") or math.nan)
    blanks.nth(0).get_by_role("textbox").fill(f"{right:.3g}")
    blanks.nth(1).get_by_role("textbox").fill("12345")
    blanks.nth(1).get_by_role("textbox").press("Enter")
    expect(blanks.nth(1)).to_contain_text("✗")
    expect(blanks.nth(0)).to_contain_text("✓")
    expect(blanks.nth(2).locator(".nnv-verdict")).to_be_empty()
    step = sheet.locator(".nnv-at-step").inner_text()
    explain.go_to_step(explain.step_shown + 1)
    explain.rest()
    expect(sheet.locator(".nnv-at-step")).to_have_text(step)
    with explain.page.expect_download() as saved:
        sheet.get_by_role("button", name="Save as a file").click()
    assert "<html" in saved.value.path().read_text()


def test_tabs_are_walked_by_arrow_keys(explain: Playground) -> None:
    explain.part("tab-sample").press("ArrowRight")
    expect(explain.part("tab-update")).to_be_focused()
    expect(explain.page.get_by_role("tabpanel", name="The update")).to_be_visible()
    expect(explain.page.get_by_role("tabpanel", name="One sample")).to_be_hidden()


def test_a_term_is_defined_on_focus(explain: Playground) -> None:
    number(explain, "a.1.1").click()
    is_answered(explain, "a.1.1")
    term = answer(explain).locator(".nnv-term").first
    term.focus()
    tip = explain.page.locator(".nnv-term-tip")
    expect(tip).to_be_visible()
    assert len(tip.inner_text()) > 20
    before = term.bounding_box()
    term.evaluate("term => term.scrollIntoView({ block: 'start' })")
    assert term.bounding_box() != before
    explain.page.wait_for_function(IS_BESIDE)
    explain.page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_a_small_screen_holds_the_page(explain: Playground) -> None:
    explain.page.set_viewport_size({"width": 390, "height": 844})
    explain.rest()
    assert explain.page.evaluate(TOO_WIDE) == []
    number(explain, "p").click()
    is_answered(explain, "p")


def test_a_lecture_keeps_the_small_stage_beside_the_numbers(explain: Playground) -> None:
    explain.page.set_viewport_size({"width": 1280, "height": 720})
    explain.page.keyboard.press("l")
    expect(explain.page.locator("html.nnv-lecture")).to_have_count(1)
    last = explain.page.locator(".nnv-column").last
    box, plane = last.bounding_box(), explain.page.locator(".nnv-boundary").bounding_box()
    assert box
    assert plane
    assert plane["width"] < 400
    assert plane["x"] + plane["width"] <= box["x"]
    assert explain.page.evaluate(TOO_WIDE) == []
    explain.page.keyboard.press("l")
    expect(explain.page.locator("html.nnv-lecture")).to_have_count(0)


def test_nothing_is_asked_on_other_pages_and_why_leads_here(explain: Playground) -> None:
    page, asked = explain.page, []
    explain.part("go-back").click()
    expect(explain.part("diagram")).to_be_visible()

    def note(request: Request) -> None:
        if any(f"/{kind}/" in request.url for kind in ("trace", "why")):
            asked.append(request.url)

    page.on("request", note)
    shown = explain.step_shown
    explain.play()
    explain.play_until_step(shown + 20)
    explain.pause()
    assert asked == []
    page.remove_listener("request", note)

    explain.neuron(2, layer=1).click()
    explain.editor.get_by_role("button", name="Why?").click()
    is_answered(explain, "a.1.2")
    explain.part("go-back").click()
    page.locator('[data-readout="lossTrain"]').click()
    explain.part("why-tile").click()
    expect(answer(explain)).to_have_attribute("data-ask", "cost")
    assert explain.state["mounts"] == 1


def test_a_link_opens_an_answer_and_no_tab_has_a_serious_violation(tab: Playground) -> None:
    tab.open(f"{EXPLAIN}&step=4&ask=dW.2.3.1&sample=17")
    expect(answer(tab)).to_have_attribute("data-ask", "dW.2.3.1")
    expect(answer(tab).locator(".nnv-at-step")).to_have_text("Step 4")
    expect(tab.part("sample")).to_have_attribute("aria-valuenow", "18")
    for scheme in SCHEMES:
        tab.page.emulate_media(color_scheme=scheme)
        for number, one in enumerate(tab.page.get_by_role("tab").all()):
            one.click()
            tab.rest(5)
            part = "[role=tabpanel]:not([hidden])" if number else ""  # the rest stays the same
            found: list[dict[str, Any]] = serious(tab, part)
            assert not found, "\n\n".join(
                f"{scheme}, {fault['rule']}: {fault['html'][:200]}\n{fault['why']}"
                for fault in found
            )
