"""Frames reach the stage by HTTP or, where no route answers, over the page's own connection."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Route

from nnviz.experiment import Experiment
from nnviz.runs import Run
from tools.playground import Playground
from tools.server import ROOT, Server


def refuse(route: Route) -> None:
    """Answer as a host does that forwards no routes: with the page, whatever was asked."""
    route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>page</title>")


@pytest.mark.parametrize("carrier", ["http", "component"])
def test_the_whole_job_with_the_numbers_of_the_run_by_either_carrier(
    tab: Playground, carrier: str
) -> None:
    if carrier == "component":
        for kind in ("runs", "frames", "curve", "moment"):
            tab.page.route(f"**/{kind}/**", refuse)
    carried = tab.open()
    carried.until("s.carrier === arg", carrier)

    carried.go_to_step(3)
    run = Run(Experiment())
    run.advance(3)
    metrics = run.metrics()
    assert carried.frame["lossTrain"] == metrics.loss_train
    assert carried.frame["lossTest"] == metrics.loss_test

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


def test_under_a_path_too_frames_come_by_http_and_go_on_when_a_source_file_is_touched(
    returning_visitor: BrowserContext,
) -> None:
    """The path is as behind a proxy."""
    with Server(base_path="lectures/nnviz") as elsewhere:
        page = returning_visitor.new_page()
        playground = Playground(page, elsewhere.url).open("/")
        playground.play()
        playground.play_until_step(60)
        assert playground.state["carrier"] == "http"
        for name in ("serve/answers.py", "ui/visit/session.py", "runs/run.py"):
            Path(ROOT, "nnviz", name).touch()
        with playground.new_run():
            playground.choose_another_data_set()
        playground.play_until_step(60)
        playground.nudge_learning_rate()
        playground.play_until_step(playground.step_shown + 60)
        assert playground.state["mounts"] == 1
        assert "Traceback" not in elsewhere.log()
        page.close()
