"""The page with axe-core, the rules that screen readers and contrast depend on."""

from collections.abc import Callable
from importlib.resources import files
from typing import Any

import pytest

from tools.playground import Playground

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()

# Streamlit writes the value of a slider in the accent, whose dark shade has to carry white text:
# no colour has enough contrast for both on a dark page.
RUN = """async () => {
    const {violations} = await axe.run({exclude: ['[data-testid="stSlider"]']}, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], resultTypes: ["violations"],
    });
    return violations
        .filter(rule => ["serious", "critical"].includes(rule.impact))
        .flatMap(rule => rule.nodes.map(node => ({
            rule: rule.id, html: node.html, where: node.target.join(" "),
            why: node.failureSummary,
        })));
}"""


def serious(playground: Playground) -> list[dict[str, Any]]:
    playground.page.evaluate(AXE + "\n;0")
    found = playground.page.evaluate(RUN)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_violation(new_playground: Callable[..., Playground], scheme: str) -> None:
    playground = new_playground(color_scheme=scheme).open()
    playground.step()
    playground.until("s.frame.step === 1")
    found = serious(playground)
    assert not found, "\n\n".join(
        f"{fault['rule']}: {fault['html'][:200]}\n{fault['why']}" for fault in found
    )
