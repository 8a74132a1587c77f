"""The view The libraries of the Lab: what is trained now, the record, and runs to open."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from nnviz import Run
from nnviz.libraries import words
from nnviz.libraries.record import recorded
from nnviz.serve import read
from tests.e2e.conftest import PHONE
from tests.e2e.lab import TOO_WIDE, visit
from tests.e2e.test_accessible import serious
from tools.playground import Playground

EXPERIMENT = "batch=50&layers=6-tanh"


@pytest.fixture
def libraries(tab: Playground) -> Playground:
    """The view, with what was trained just now."""
    visit(tab, "libraries", EXPERIMENT)
    live = tab.page.locator(".nnv-lib-live")
    expect(live).to_contain_text("No parameter differs by more than")
    return tab


def test_the_view_says_what_was_recorded_and_fits(libraries: Playground) -> None:
    page = libraries.page
    for sentence in (*words.the_article(recorded()), *words.overtaking(recorded())):
        expect(page.get_by_text(sentence, exact=True)).to_be_visible()
    assert serious(libraries) == []
    page.set_viewport_size(PHONE)
    assert page.evaluate(TOO_WIDE.replace(".nnv-lab *", ".nnv-lab :not(.nnv-lib-table *)")) == []


def test_the_run_can_be_played_here_too(libraries: Playground) -> None:
    libraries.until("s.frame.run?.startsWith('libraries')")
    libraries.play()
    libraries.play_until_step(libraries.step_shown + 20)
    assert libraries.pause() >= 20
    expect(libraries.page.locator(".nnv-lib-live")).to_contain_text("NumPy")


def test_what_was_trained_now_opens_in_the_playground(libraries: Playground) -> None:
    run = Run(read(EXPERIMENT))
    run.advance(100)
    libraries.page.get_by_role(
        "button", name="Open this run in the playground, at step 100"
    ).first.click()
    libraries.page.wait_for_url(lambda url: not urlsplit(url).path.endswith("/lab"))
    libraries.until("s.frame?.step === 100")
    assert libraries.frame["lossTrain"] == pytest.approx(run.metrics().loss_train, rel=1e-6)


def test_a_default_of_the_record_opens_in_the_playground(libraries: Playground) -> None:
    row = next(row for row in recorded().defaults if row.row == "Batch of 200")
    assert row.numpy is not None
    line = libraries.page.get_by_role("row", name=re.compile("Batch of 200"))
    line.get_by_role("button").click()
    libraries.page.wait_for_url(lambda url: not urlsplit(url).path.endswith("/lab"))
    libraries.until("s.frame?.step === arg", row.numpy.step)
    assert libraries.frame["lossTrain"] == pytest.approx(row.numpy.loss, rel=1e-3)
