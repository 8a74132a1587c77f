"""The page with axe-core, the rules that screen readers and contrast depend on."""

import re
from collections import Counter
from importlib.resources import files
from typing import Any, Literal

from playwright.sync_api import expect

from tools.playground import Playground

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()

# Streamlit writes the value of a slider in the accent, whose dark shade has to carry white text:
# no colour has enough contrast for both on a dark page.
RUN = """async (within) => {
    const place = {...(within && {include: [within]}), exclude: ['[data-testid="stSlider"]']};
    const {violations} = await axe.run(place, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"],
    });
    return violations
        .filter(rule => ["serious", "critical"].includes(rule.impact))
        .flatMap(rule => rule.nodes.map(node => ({
            rule: rule.id, html: node.html, where: node.target.join(" "),
            why: node.failureSummary,
        })));
}"""

# The kinds and names of the controls that Tab reaches, as a screen reader reads them.
NAMES = """() => {
    axe.setup(document.body);
    const all = "a[href], button, input, select, textarea, summary";
    const controls = [...document.querySelectorAll(all)];
    const seen = controls.filter(one => one.checkVisibility({visibilityProperty: true}));
    const named = seen.filter(one => one.tabIndex >= 0).map(
        one => `${one.role ?? one.type ?? one.localName}: ${axe.commons.text.accessibleText(one)}`);
    axe.teardown();
    return named;
}"""


SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


def load_axe(playground: Playground) -> None:
    if not playground.page.evaluate("() => 'axe' in window"):
        playground.page.evaluate(AXE + "\n;0")


def serious(playground: Playground, within: str = "") -> list[dict[str, Any]]:
    """Return the violations on the page, or in a part of it if the rest was looked at already."""
    load_axe(playground)
    found = playground.page.evaluate(RUN, within)
    assert isinstance(found, list)
    return found


def test_no_serious_violation_in_light_and_dark(playground: Playground) -> None:
    playground.go_to_step(1)
    for scheme in SCHEMES:
        playground.page.emulate_media(color_scheme=scheme)
        playground.rest(5)
        found = serious(playground)
        assert not found, "\n\n".join(
            f"{scheme}, {fault['rule']}: {fault['html'][:200]}\n{fault['why']}" for fault in found
        )


def test_names_of_controls_differ_and_hold_no_icon_names(playground: Playground) -> None:
    for last in ("Share used for training", "Batch size"):
        expect(playground.sidebar.get_by_role("slider", name=last)).to_have_count(1)
    load_axe(playground)
    names = playground.page.evaluate(NAMES)
    print("\n".join(names))
    assert len(names) > 50
    assert [name for name, count in Counter(names).items() if count > 1] == []
    icon = re.compile(r"[a-z]_[a-z]|: $|\b(add|table|delete)\b")
    assert [name for name in names if icon.search(name)] == []
