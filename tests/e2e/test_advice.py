"""The place of advice: which source it shows, and what its buttons do."""

from typing import Any

import pytest
from playwright.sync_api import Page


@pytest.fixture
def page(lone_page: Page) -> Page:
    """A page with an empty place of advice; ``did`` lists what its buttons asked for."""
    lone_page.reload()
    lone_page.evaluate(
        """async () => {
            const { Advice } = await import("./assets/advice.js");
            const host = document.getElementById("host");
            host.tabIndex = -1;
            host.innerHTML = "<p></p><span></span>";
            window.did = [];
            const apply = (remedy) => did.push(remedy.experiment);
            window.advice = new Advice(host, { apply, undo: () => did.push("undo") });
            window.finding = { words: "It is ill.", advice: "Cure it.", remedy: null };
            window.cured = { ...finding, remedy: { words: "Cure", experiment: "rate=1" } };
            window.bump = { kind: "bump", words: "Why?" };
        }"""
    )
    return lone_page


def shown(page: Page, code: str) -> tuple[str, list[str]]:
    """Run code, and return the words that are shown and those of the buttons."""
    page.evaluate(f"() => {{ {code} }}")
    found: dict[str, Any] = page.evaluate(
        """() => ({
            words: document.querySelector("#host p").textContent,
            buttons: [...document.querySelectorAll("#host button")].map((one) => one.textContent),
        })"""
    )
    return found["words"], found["buttons"]


def test_the_most_important_source_is_shown_and_the_next_one_after_it(page: Page) -> None:
    offer = "advice.say('offer', { words: 'New?', buttons: [] })"
    assert shown(page, offer) == ("New?", [])
    assert shown(page, "advice.tell({ findings: [], questions: [bump] })") == ("Why?", ["OK"])
    assert shown(page, "advice.tell({ findings: [finding], questions: [bump] })") == (
        "It is ill. Cure it.",
        [],
    )
    assert shown(page, "advice.tellNews('It began anew.')") == (
        "It began anew.",
        ["Undo this", "OK"],
    )
    guide = "advice.say('guide', { words: 'Play.', buttons: [] })"
    assert shown(page, guide) == ("Play.", [])
    assert (
        shown(page, "advice.say('guide', null); advice.tellNews(null)")[0] == "It is ill. Cure it."
    )
    assert shown(page, "advice.tell({ findings: [], questions: [] })") == ("", [])


def test_the_buttons_apply_undo_and_dismiss(page: Page) -> None:
    assert shown(page, "advice.tell({ findings: [cured], questions: [] })") == (
        "It is ill.",
        ["Cure"],
    )
    page.get_by_role("button", name="Cure").click()
    assert shown(page, "advice.tellNews('It began anew.')")[1] == ["Undo this", "OK"]
    page.get_by_role("button", name="Undo this").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("did") == ["rate=1", "undo"]
    assert page.evaluate("document.activeElement.textContent") == "Cure", "the focus is kept"

    # What the notice says already is not said twice, but its remedy stays at hand.
    twice = "advice.tell({ findings: [cured], questions: [] }, 'Stopped. Cure it.')"
    assert shown(page, twice) == ("", ["Cure"])
    assert shown(page, twice.replace("cured", "finding")) == ("", [])

    # A question that was read is not asked again.
    ask = "advice.tell({ findings: [], questions: [bump] })"
    assert shown(page, ask) == ("Why?", ["OK"])
    page.get_by_role("button", name="OK").click()
    assert shown(page, ask) == ("", [])
