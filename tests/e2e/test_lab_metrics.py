"""The views How good and Other models of the Lab: scores that follow a threshold, and a grid."""

import re
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from nnviz import Run
from nnviz.models import MODELS
from nnviz.serve import read
from tests.e2e.conftest import PHONE
from tests.e2e.lab import TOO_WIDE, go, visit
from tests.e2e.test_accessible import serious
from tools.playground import Playground

NOISY = "noise=0.4"
STEP = 200
LINK = f"{NOISY}&step={STEP}&threshold=0.3"

# The contour's pixels of the small plane of the view, as one number.
DRAWN = """() => {
    const canvas = document.querySelector(".nnv-metrics-plane .nnv-plane-lines");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.reduce((sum, value, i) => (sum * 31 + value * (i % 997)) % 1e9, 7);
}"""

# How many questions of a kind the page has sent.
ASKED = """kind => performance.getEntriesByType("resource").filter(
    one => one.name.includes(`/${kind}/`)).length"""


@pytest.fixture
def scores(tab: Playground) -> Playground:
    """The view How good, at rest, with the test points."""
    visit(tab, "metrics", LINK)
    tab.part("set-test").click()
    expect(tab.part("matrix")).to_contain_text(f"Test points at step {tab.step_shown}")
    return tab


def counts(playground: Playground) -> list[int]:
    """The four numbers of the confusion matrix, by rows."""
    return [
        int(text) for text in playground.part("matrix").locator("td:not(:empty)").all_inner_texts()
    ]


def expected(step: int, threshold: float, part: str) -> list[int]:
    """The same, from a run of one's own."""
    run = Run(read(NOISY))
    run.advance(step)
    data = run.dataset
    X, y = (data.X_test, data.y_test) if part == "test" else (data.X_train, data.y_train)
    called = run.predict_proba(X) > threshold
    return [int(np.sum((y == label) & (called == said))) for label in (0, 1) for said in (0, 1)]


def test_a_link_opens_the_scores_at_its_threshold(scores: Playground) -> None:
    assert scores.step_shown == STEP
    expect(scores.part("threshold")).to_have_attribute("aria-valuetext", "0.3")
    assert counts(scores) == expected(STEP, 0.3, "test")
    _, fp, fn, _ = counts(scores)
    expect(scores.part("wrong-points").get_by_role("button")).to_have_count(fp + fn)


def test_a_threshold_moves_the_boundary_and_the_scores(scores: Playground) -> None:
    before = scores.page.evaluate(DRAWN)
    slider = scores.part("threshold")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "0.4")
    assert counts(scores) == expected(STEP, 0.4, "test")
    assert scores.page.evaluate(DRAWN) != before
    scores.part("set-train").click()
    expect(scores.part("matrix")).to_contain_text("Training points")
    assert counts(scores) == expected(STEP, 0.4, "train")
    scores.page.wait_for_url(re.compile("threshold=0.4"))
    for _ in range(10):
        slider.press("ArrowLeft")
    assert scores.page.evaluate(DRAWN) == before


def test_the_scores_follow_the_run_and_it_opens_in_the_playground(scores: Playground) -> None:
    scores.play()
    scores.play_until_step(STEP + 40)
    step = scores.pause()
    expect(scores.part("matrix")).to_contain_text(f"at step {step}")
    assert counts(scores) == expected(step, 0.3, "test")
    before = scores.frame
    scores.part("metrics-open").click()
    scores.page.wait_for_url(lambda url: not urlsplit(url).path.endswith("/lab"))
    scores.until("s.frame.step === arg && !s.frame.run?.startsWith('metrics')", step)
    assert scores.frame["lossTest"] == before["lossTest"]
    asked = scores.page.evaluate(ASKED, "metrics")
    scores.play()
    scores.play_until_step(step + 60)
    scores.pause()
    assert scores.page.evaluate(ASKED, "metrics") == asked


def test_the_scores_fit_a_phone_and_are_accessible(scores: Playground) -> None:
    assert serious(scores) == []
    scores.page.set_viewport_size(PHONE)
    scores.rest()
    assert scores.page.evaluate(TOO_WIDE) == []


def test_every_model_is_fitted_and_shows_its_code(scores: Playground) -> None:
    scores.part("tab-models").click()
    for name, model in MODELS.items():
        cell = scores.part(f"model-{name}")
        expect(cell).to_contain_text(re.compile(r"Test \d+\.\d%, train \d+\.\d%, fitted in"))
        expect(cell).to_contain_text(model.title)
    code = scores.part("model-code")
    expect(code).to_be_hidden()
    scores.part("model-code-tree").click()
    expect(code).to_contain_text("DecisionTreeClassifier(random_state=0)")
    scores.page.wait_for_url(re.compile("model=tree"))
    assert serious(scores) == []
    scores.page.set_viewport_size(PHONE)
    scores.rest()
    assert scores.page.evaluate(TOO_WIDE) == []
    scores.part("model-code-tree").click()
    expect(code).to_be_hidden()


def test_a_link_opens_the_code_of_a_model(tab: Playground) -> None:
    scores = go(tab, "models", f"{NOISY}&model=svm")
    expect(scores.part("model-code")).to_contain_text("model = SVC()")
    expect(scores.part("model-code-svm")).to_have_attribute("aria-expanded", "true")
