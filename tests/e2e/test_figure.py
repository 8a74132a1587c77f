"""The animated figure opened from disk, with the network off: it plays to its last frame."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from nnviz.export import record
from nnviz.runs import Run
from nnviz.ui.dialogs.recorded import RECORDED
from tests.experiments import SMALL

LAST = 20

# What the plane has at every refresh of the display, until a step is reached: nothing may flicker.
DRAWN_UNTIL = """last => new Promise((done) => {
    const drawn = new Set(), plane = document.querySelector(".cartesianlayer .subplot.xy");
    const look = () => {
        const parts = [".contour", ".scatter .point"].map((one) => plane.querySelectorAll(one));
        drawn.add(parts.map(({ length }) => length).join());
        const label = document.querySelector(".slider-label");
        label.textContent === last ? done([...drawn]) : requestAnimationFrame(look);
    };
    look();
})"""


def test_it_plays_to_the_end_and_asks_nobody_for_anything(browser: Browser, tmp_path: Path) -> None:
    (item,) = [one for one in RECORDED if one.word == "figure"]
    file = tmp_path / "figure.html"
    file.write_text(item.make(Run(SMALL), list(record(Run(SMALL), LAST))), encoding="utf-8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    expect(page.get_by_text("step 0", exact=True)).to_be_visible()
    surface = page.locator(".contourlayer").first
    before = surface.inner_html()
    page.get_by_text("Play", exact=True).click()
    data = Run(SMALL).dataset
    both_contours_all_points = f"2,{len(data.y_train) + len(data.y_test)}"
    assert page.evaluate(DRAWN_UNTIL, f"step {LAST}") == [both_contours_all_points]
    assert surface.inner_html() != before
    expect(page.locator(".modebar-btn").first).to_be_attached()
    expect(page.locator(".modebar-btn[data-title^=Share]")).to_have_count(0)
    context.close()
    assert asked == [file.as_uri()]
    assert not errors
