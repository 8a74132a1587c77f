"""Frames reach the stage by HTTP or, where no route answers, over the page's own connection."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from nnviz.experiment import Experiment
from nnviz.runs import Run
from tools.playground import Playground
from tools.server import ROOT, Server


def refuse(route: Route) -> None:
    """Answer as a host does that forwards no routes: with the page, whatever was asked."""
    route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>page</title>")


@pytest.fixture(params=["http", "component"])
def carried(
    request: pytest.FixtureRequest,
    new_context: Callable[..., BrowserContext],
    server: Server,
) -> Playground:
    """The page, its frames carried in one way or the other."""
    page = new_context().new_page()
    if request.param == "component":
        for kind in ("runs", "frames", "curve", "moment"):
            page.route(f"**/{kind}/**", refuse)
    playground = Playground(page, server.url).open()
    playground.until("s.carrier === arg", request.param)
    return playground


def test_the_whole_job_by_either_carrier(carried: Playground) -> None:
    carried.play()
    carried.play_until_step(40)
    carried.nudge_learning_rate()
    carried.page.wait_for_function(
        "() => document.querySelector('.nnv-rate').textContent === 'Reached at rate 1.'"
    )
    changed = carried.step_shown
    carried.play_until_step(changed + 20)
    shown = carried.pause()
    carried.step()
    carried.until("s.frame.step === arg", shown + 1)
    with carried.new_run():
        carried.choose_another_data_set()
    assert carried.step_shown == 0
    carried.play()
    carried.play_until_step(10)
    assert carried.state["mounts"] == 1


def test_both_carriers_show_the_numbers_of_the_run(carried: Playground) -> None:
    carried.go_to_step(3)
    run = Run(Experiment())
    run.advance(3)
    metrics = run.metrics()
    assert carried.frame["lossTrain"] == metrics.loss_train
    assert carried.frame["lossTest"] == metrics.loss_test


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Server]:
    """The app under a path, as behind a proxy."""
    with Server(base_path="lectures/nnviz") as running:
        yield running


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    yield context.new_page()
    context.close()


def test_frames_come_by_http_under_a_path_too(elsewhere: Server, visitor: Page) -> None:
    playground = Playground(visitor, elsewhere.url).open("/")
    playground.play()
    playground.play_until_step(60)
    assert playground.state["carrier"] == "http"


def test_a_source_file_that_is_touched_does_not_stop_the_picture(
    elsewhere: Server, visitor: Page
) -> None:
    playground = Playground(visitor, elsewhere.url).open("/")
    playground.play()
    playground.play_until_step(20)
    for name in ("serve/answers.py", "ui/visit/session.py", "runs/run.py"):
        Path(ROOT, "nnviz", name).touch()
    with playground.new_run():
        playground.choose_another_data_set()
    playground.play_until_step(60)
    playground.nudge_learning_rate()
    playground.play_until_step(playground.step_shown + 60)
    assert playground.state["mounts"] == 1
    assert "Traceback" not in elsewhere.log()
