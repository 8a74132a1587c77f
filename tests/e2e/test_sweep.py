"""The page Sweep: a plan, the grid as it fills, its curves, files, and a run that opens."""

import json
from math import prod
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

import pytest
from playwright.sync_api import expect

from nnviz import train
from nnviz.presets.sweeps import SWEEPS
from nnviz.serve import quota, read
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.test_accessible import serious
from tests.e2e.test_lab_ensemble import TOO_WIDE
from tests.e2e.visits import is_noted, note
from tools.playground import Playground

SWEEP = "seeds:2;steps:60;rate:0.1|1|10;layers:4-linear 4-linear 4-linear|2-tanh"
LINES = "seeds:1;steps:9;rate:0.1|3;l2:0|1;noise:0|0.4"


def visit(playground: Playground, sweep: str = "") -> Playground:
    """Open a sweep with its link; a page that another test opened gets its file instead."""
    page = playground.page
    if not is_noted(playground, "/sweep"):
        page.goto(f"{playground.url}/sweep" + (f"?sweep={quote_plus(sweep)}" if sweep else ""))
        expect(playground.part("sweep-words")).to_contain_text("combination")
        note(playground, "/sweep")
        return playground
    if not urlsplit(page.url).path.endswith("/sweep"):
        page.get_by_role("link", name="Sweep").click()
        page.wait_for_url(lambda url: "/sweep?" in url and "sweep=" in url)
        app = page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-script-state", "notRunning")
        expect(playground.part("sweep-words")).to_contain_text("combination")
    if sweep:
        file = {"experiment": "", "own": None, "sweep": sweep}
        playground.part("sweep-file").set_input_files(
            {
                "name": "sweep.json",
                "mimeType": "application/json",
                "buffer": json.dumps(file).encode(),
            }
        )
        page.wait_for_url(lambda url: quote_plus(sweep, safe=".") in url)
    return playground


def test_a_sweep_fills_its_grid_and_a_cell_opens_in_the_playground(tab: Playground) -> None:
    page = visit(tab, SWEEP).page
    expect(tab.part("sweep-words")).to_have_text(
        "6 combinations × 2 seeds = 12 trainings, about one second."
    )
    tab.part("sweep-start").click()
    expect(tab.part("sweep-left")).to_contain_text("Done: 12 trainings")
    cells = page.get_by_role("gridcell").get_by_role("button")
    expect(cells).to_have_count(6)
    expect(tab.part("sweep-cell-4")).to_have_attribute("data-kind", "diverged")
    results = [train(read(f"init_seed={seed}&rate=1&layers=2-tanh"), 60) for seed in (3, 4)]
    lower = min(results, key=lambda one: one.metrics.accuracy_test)
    cell = tab.part("sweep-cell-3")
    expect(cell).to_contain_text(f"{lower.metrics.accuracy_test:.1%}")
    expect(cell).to_have_attribute("data-kind", "found")
    with page.expect_download() as download:
        tab.part("sweep-json").click()
    rows = json.loads(download.value.path().read_text())["trainings"]
    assert [row["test_loss"] for row in rows[6:8]] == [one.metrics.loss_test for one in results]

    tab.part("sweep-cell-2").focus()
    page.keyboard.press("ArrowRight")
    expect(cell).to_be_focused()
    expect(tab.part("sweep-curves")).to_contain_text("Learning rate 1, Hidden layers 2-tanh")
    assert serious(tab) == []
    page.set_viewport_size(PHONE)
    too_wide = TOO_WIDE.replace(".nnv-lab *", ".nnv-sweep :not(:is(table, svg), :is(table, svg) *)")
    assert page.evaluate(too_wide) == []
    page.set_viewport_size(DESK)

    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not urlsplit(url).path.endswith("/sweep"))
    tab.until("s.frame?.step === 60")
    assert tab.frame["lossTrain"] == pytest.approx(lower.metrics.loss_train, rel=1e-6)
    assert not tab.state["playing"]


def test_cancel_is_done_at_once_and_ends_the_work_on_the_server(tab: Playground) -> None:
    page = visit(tab, "seeds:2;steps:100000;rate:0.1|0.2|0.3;l2:0|0.1").page
    tab.part("sweep-start").click()
    expect(tab.part("sweep-left")).to_contain_text("left.")
    took = page.evaluate("""() => {
        const part = (name) => document.querySelector(`[data-testid="nnviz-sweep-${name}"]`);
        const began = performance.now();
        part("cancel").click();
        return part("start").checkVisibility() ? performance.now() - began : Infinity;
    }""")
    assert took < 300.0
    expect(tab.part("sweep-left")).to_contain_text("Cancelled")
    tab.part("sweep-ready").select_option("optimizer-rate")
    expect(tab.part("sweep-words")).to_contain_text("30 combinations × 3 seeds = 90 trainings")
    assert urlsplit(page.url).path.endswith("/sweep")
    expect(tab.part("sweep-axis-1")).to_have_value("optimizer")
    page.wait_for_url(lambda url: "optimizer%3Asgd" in url and "data=spirals" in url)


def test_an_axis_brings_its_values_and_excludes_what_contradicts_it(tab: Playground) -> None:
    page = visit(tab, SWEEP).page
    options = tab.part("sweep-axis-1").locator("option")
    assert "width" not in options.evaluate_all("all => all.map((one) => one.value)")
    tab.part("sweep-axis-2").select_option("depth")
    expect(tab.part("sweep-values-2")).to_have_value("1, 2, 3, 4, 6")
    tab.part("sweep-axis-1").select_option("width")
    expect(tab.part("sweep-words")).to_contain_text("40 combinations × 2 seeds")
    page.wait_for_url(lambda url: "width%3A1%7C2" in url)
    assert "layers" not in urlsplit(page.url).query


def test_more_than_two_axes_are_lines_and_the_table_sorts(tab: Playground) -> None:
    page = visit(tab, LINES).page
    rows = page.locator(".nnv-sweep-rows tbody tr")
    opener = rows.get_by_role("button", name="Open Learning rate 0.1, L2 penalty 1, Noise 0 in")
    opener.focus()
    tab.part("sweep-start").dispatch_event("click")
    opener.focus()
    expect(tab.part("sweep-left")).to_contain_text("Done: 8 trainings")
    expect(opener).to_be_focused()
    expect(tab.part("sweep-curves")).to_contain_text("Learning rate 0.1, L2 penalty 1, Noise 0")
    expect(tab.part("sweep-curves").get_by_role("button")).to_have_count(1)
    lines = page.locator(".nnv-sweep-parallel .nnv-sweep-line-of")
    expect(lines).to_have_count(8)
    expect(page.locator(".nnv-sweep-line-of.nnv-on title")).to_contain_text("Noise 0: test")
    expect(page.get_by_role("grid")).to_have_count(0)
    page.locator(".nnv-sweep-rows").get_by_role("button", name="median").click()
    shown = [float(text.rstrip("%")) for text in rows.locator("td:nth-child(4)").all_inner_texts()]
    assert shown == sorted(shown, reverse=True)
    assert len(shown) == 8
    page.get_by_role("button", name="Loss", exact=True).click()
    rising = [float(text) for text in rows.locator("td:nth-child(4)").all_inner_texts()]
    assert rising == sorted(rising, reverse=True)
    page.keyboard.press("Tab")
    while "Open" not in (name := str(page.evaluate("() => document.activeElement.ariaLabel"))):
        page.keyboard.press("Tab")
    assert name.startswith("Open Learning rate 0.1, L2 penalty 1, Noise 0 "), "one row has the stop"
    page.keyboard.press("End")
    expect(rows.last.get_by_role("button")).to_be_focused()
    expect(rows.last).to_have_class("nnv-on")
    assert serious(tab) == []


def test_a_file_of_a_sweep_opens_with_its_experiment(tab: Playground, tmp_path: Path) -> None:
    page = visit(tab).page
    other = tmp_path / "other.json"
    other.write_text('{"sweep": 5}')
    tab.part("sweep-file").set_input_files(other)
    expect(tab.part("sweep-notice")).to_contain_text("must be a sweep in JSON")
    other.write_text(json.dumps({"experiment": "layers=3-relu", "own": None, "sweep": SWEEP}))
    tab.part("sweep-file").set_input_files(other)
    expect(tab.part("sweep-words")).to_contain_text("6 combinations × 2 seeds")
    expect(tab.part("sweep-notice")).to_be_hidden()
    page.wait_for_url(lambda url: "layers=3-relu" in url and "sweep=seeds" in url)


def test_an_axis_that_is_added_has_as_many_values_as_the_server_trains(tab: Playground) -> None:
    ready = next(iter(SWEEPS.values()))
    others = prod(map(len, ready.grid.values())) * ready.n_seeds
    tab.page.goto(f"{tab.url}/sweep")
    expect(tab.part("sweep-start")).to_be_enabled()
    tab.page.get_by_role("button", name="Add an axis").click()
    values = tab.part("sweep-values-3")
    expect(values).to_be_visible()
    n = len(values.input_value().split(","))
    assert 1 < n <= quota.SWEEP_TRAININGS // others
    expect(tab.part("sweep-words")).to_contain_text(f"{others * n} trainings")
    expect(tab.part("sweep-start")).to_be_enabled()
