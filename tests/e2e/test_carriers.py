"""Frames reach the stage by HTTP or, where no route answers, over the page's own connection."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Route

from nnviz.experiment import Experiment
from nnviz.runs import Run
from tools.playground import Playground
from tools.server import ROOT, Server


def refuse(route: Route) -> None:
    """Answer as a host does that forwards no routes: with the page, whatever was asked."""
    route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>page</title>")


def do_the_whole_job(playground: Playground) -> None:
    """Step, play, change the rate, step, and begin anew with other data."""
    playground.go_to_step(3)
    run = Run(Experiment())
    run.advance(3)
    metrics = run.metrics()
    assert playground.frame["lossTrain"] == metrics.loss_train
    assert playground.frame["lossTest"] == metrics.loss_test

    playground.play()
    playground.play_until_step(40)
    playground.nudge_learning_rate()
    playground.page.wait_for_function(
        "() => document.querySelector('.nnv-rate').textContent === 'Reached at rate 1.'"
    )
    changed = playground.step_shown
    playground.play_until_step(changed + 20)
    shown = playground.pause()
    playground.step()
    playground.until("s.frame.step === arg", shown + 1)
    with playground.new_run():
        playground.choose_another_data_set()
    assert playground.step_shown == 0
    playground.play()
    playground.play_until_step(10)
    assert playground.state["mounts"] == 1


def test_where_no_route_answers_the_component_carries_the_numbers_of_the_run(
    tab: Playground,
) -> None:
    for kind in ("runs", "frames", "curve", "moment"):
        tab.page.route(f"**/{kind}/**", refuse)
    tab.open()
    tab.until("s.carrier === 'component'")
    do_the_whole_job(tab)


def test_under_a_path_too_frames_come_by_http_and_go_on_when_a_source_file_is_touched(
    returning_visitor: BrowserContext,
) -> None:
    """The path is as behind a proxy."""
    with Server(base_path="lectures/nnviz") as elsewhere:
        page = returning_visitor.new_page()
        playground = Playground(page, elsewhere.url).open("/")
        playground.until("s.carrier === 'http'")
        do_the_whole_job(playground)
        for name in ("serve/answers.py", "ui/visit/session.py", "runs/run.py"):
            Path(ROOT, "nnviz", name).touch()
        with playground.new_run():
            playground.choose_another_data_set()
        playground.play_until_step(20)
        playground.nudge_learning_rate()
        playground.play_until_step(playground.step_shown + 40)
        assert playground.state["mounts"] == 1
        assert "Traceback" not in elsewhere.log()
        page.close()
