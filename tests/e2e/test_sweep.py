"""The page Sweep: a plan, the grid as it fills, its curves, files, and a run that opens."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from nnviz import train
from nnviz.serve import read
from tests.e2e.conftest import DESK, PHONE, Watch
from tests.e2e.test_accessible import serious
from tests.e2e.test_lab_ensemble import TOO_WIDE
from tools.playground import Playground
from tools.server import Server

SWEEP = "seeds:2;steps:60;rate:0.1|1|10;layers:4-linear 4-linear 4-linear|2-tanh"


@pytest.fixture(scope="module")
def tab(browser: Browser, server: Server) -> Iterator[Playground]:
    """One tab for all tests of this file."""
    context = browser.new_context(viewport=DESK)
    page, watch = context.new_page(), Watch(urlsplit(server.url).netloc)
    watch.attach(page)
    yield Playground(page, server.url)
    context.close()
    assert not watch.faults, watch.faults


def test_a_sweep_fills_its_grid_and_a_cell_opens_in_the_playground(tab: Playground) -> None:
    page = tab.page
    page.goto(f"{tab.url}/sweep?sweep={quote_plus(SWEEP)}")
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
    page = tab.page
    long = "seeds:2;steps:100000;rate:0.1|0.2|0.3;l2:0|0.1"
    page.goto(f"{tab.url}/sweep?sweep={quote_plus(long)}")
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


def test_more_than_two_axes_are_lines_and_the_table_sorts(tab: Playground) -> None:
    page = tab.page
    page.goto(
        f"{tab.url}/sweep?sweep={quote_plus('seeds:1;steps:9;rate:0.1|3;l2:0|1;noise:0|0.4')}"
    )
    tab.part("sweep-start").click()
    expect(tab.part("sweep-left")).to_contain_text("Done: 8 trainings")
    expect(page.locator(".nnv-sweep-parallel .nnv-sweep-line-of")).to_have_count(8)
    expect(page.get_by_role("grid")).to_have_count(0)
    page.locator(".nnv-sweep-rows").get_by_role("button", name="median").click()
    rows = page.locator(".nnv-sweep-rows tbody tr")
    shown = [float(text.rstrip("%")) for text in rows.locator("td:nth-child(4)").all_inner_texts()]
    assert shown == sorted(shown, reverse=True)
    assert len(shown) == 8
    page.get_by_role("button", name="Loss", exact=True).click()
    rising = [float(text) for text in rows.locator("td:nth-child(4)").all_inner_texts()]
    assert rising == sorted(rising, reverse=True)
    assert serious(tab) == []


def test_a_file_of_a_sweep_opens_with_its_experiment(tab: Playground, tmp_path: Path) -> None:
    page = tab.page
    page.goto(f"{tab.url}/sweep")
    expect(tab.part("sweep-words")).to_contain_text("trainings")
    other = tmp_path / "other.json"
    other.write_text('{"sweep": 5}')
    tab.part("sweep-file").set_input_files(other)
    expect(tab.part("sweep-notice")).to_contain_text("must be a sweep in JSON")
    other.write_text(json.dumps({"experiment": "layers=3-relu", "own": None, "sweep": SWEEP}))
    tab.part("sweep-file").set_input_files(other)
    expect(tab.part("sweep-words")).to_contain_text("6 combinations × 2 seeds")
    expect(tab.part("sweep-notice")).to_be_hidden()
    page.wait_for_url(lambda url: "layers=3-relu" in url and "sweep=seeds" in url)
