"""The whole stage against real frames: time, changes, both ways to the server, and its losses."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from playwright.sync_api import expect

from nnviz.data import Points
from nnviz.experiment import Change, Experiment
from nnviz.experiment.query import from_query
from nnviz.runs import Run
from nnviz.serve import spell, version, whole
from tests.e2e.lone_stage import LoneServer, LoneStage, answer_to
from tools.playground import click_curve

NEW_RATE = "learning_rate-0.05"


@pytest.fixture
def server(stage: LoneStage) -> LoneServer:
    return stage.server


def loss(step: int, *changes: Change) -> float:
    """The training loss of the opening experiment with these changes."""
    experiment = Experiment()
    for change in changes:
        experiment = experiment.with_change(change)
    run = Run(experiment)
    run.advance(step)
    return run.metrics().loss_train


LAST_TOLD = """wish => window.said.filter(one => one.name === "tell").pop()
    ?.value.edits.some(({ now }) => now && (wish === null ? now.experiment : now.wish === wish))"""


def experiment_told(stage: LoneStage, wish: int | None = None) -> Experiment:
    """What the session is told last: that some change was made, or as an answer to a wish."""
    stage.page.wait_for_function(LAST_TOLD, arg=wish)
    return from_query(dict(parse_qsl(stage.told()[-1]["experiment"])))[0]


def test_the_first_boundary_waits_for_nothing(stage: LoneStage, server: LoneServer) -> None:
    """It is painted in the very turn in which the message comes: no question is answered before."""
    stage.open()
    state = stage.state
    assert state["painted"] == 1
    assert state["frame"]["lossTrain"] == loss(0)
    stage.until("s.carrier === 'http'")
    assert f"frames/{version()}?from=0&count=32&every=1" in server.asked


def test_it_plays_rests_steps_and_goes_back(stage: LoneStage) -> None:
    stage.open()
    stage.part("play").click()
    stage.until("s.playing && s.frame.step > 30")
    stage.part("play").click()
    stage.until("!s.playing")
    step = stage.state["frame"]["step"]
    assert stage.state["frame"]["lossTrain"] == loss(step)
    stage.part("step").click()
    stage.until("s.frame.step === arg", step + 1)
    assert stage.state["frame"]["lossTrain"] == loss(step + 1)
    click_curve(stage.page, 12)
    stage.until("s.frame.step === 12")
    assert stage.state["frame"]["lossTrain"] == loss(12)
    assert stage.state["stalls"] < 60


def test_every_multiple_of_the_speed_is_shown(stage: LoneStage) -> None:
    stage.open()
    stage.go_to_step(1)
    stage.page.evaluate(
        """() => {
            window.steps = [];
            const note = () => {
                if (window.steps.at(-1) !== nnviz.frame.step) window.steps.push(nnviz.frame.step);
                requestAnimationFrame(note);
            };
            note();
        }"""
    )
    stage.part("speed").fill("2")
    stage.part("play").click()
    stage.until("s.frame.step >= 40")
    steps = stage.page.evaluate("() => window.steps")
    assert steps == [1, *range(4, steps[-1] + 1, 4)]


def test_a_wish_is_made_at_the_shown_step_and_told(stage: LoneStage) -> None:
    """In play, and then at rest."""
    stage.open()
    stage.part("play").click()
    stage.until("s.frame.step > 20")
    run = stage.state["frame"]["run"]
    stage.send(wish={"id": 7, "changes": [NEW_RATE]})
    (change,) = experiment_told(stage, wish=7).changes
    assert change.value == 0.05
    stage.until("s.frame.step > arg", change.step)
    state = stage.state
    assert state["frame"]["lossTrain"] == loss(state["frame"]["step"], change)
    assert (state["frame"]["run"], state["playing"]) == (run, True)

    stage.part("play").click()
    stage.until("!s.playing")
    shown = stage.state["frame"]["step"]
    stage.send(wish={"id": 8, "changes": ["learning_rate-0.5"]})
    _, second = experiment_told(stage, wish=8).changes
    assert (second.step, second.value) == (shown, 0.5)
    assert stage.state["frame"]["step"] == shown, "a change must not train"
    stage.go_to_step(shown + 1)
    state = stage.state
    assert state["frame"]["lossTrain"] == loss(shown + 1, change, second)
    assert (state["frame"]["run"], state["playing"]) == (run, False)


def test_the_first_frame_of_a_change_is_shown_before_the_rest_has_come(
    stage: LoneStage, server: LoneServer
) -> None:
    stage.open()
    stage.go_to_step(1)
    rest = threading.Event()

    def in_two(address: str) -> Iterator[bytes] | None:
        def pieces() -> Iterator[bytes]:
            body = answer_to(address)
            first = 4 + int.from_bytes(body[:4], "little")
            yield body[:first]
            rest.wait(10)
            yield body[first:]

        return pieces() if "then=" in address else None

    server.rule = in_two
    before = stage.state["frame"]["lossTrain"]
    stage.send(wish={"id": 1, "changes": ["theta.0-3"]})
    stage.until("s.frame.lossTrain !== arg", before)
    assert stage.state["frame"]["lossTrain"] == loss(1, Change(1, "theta.0", 3.0))
    rest.set()
    stage.part("step").click()
    stage.until("s.frame.step === 2")


def test_a_weight_is_edited_where_one_looks_and_the_future_is_another(stage: LoneStage) -> None:
    stage.open()
    stage.go_to_step(3)
    click_curve(stage.page, 2)
    stage.until("s.frame.step === 2")
    stage.page.get_by_role("button", name="neuron 2 of layer 1: show its map").click()
    bias = stage.page.locator("form.nnv-editor").get_by_label("bias", exact=True)
    bias.fill("2.5")
    bias.press("Enter")
    stage.until("s.frame.lossTrain !== arg", loss(2))
    (change,) = experiment_told(stage).changes
    assert (change.step, change.value) == (2, 2.5)
    expect(stage.part("time")).to_have_attribute("aria-valuemax", "2")
    assert stage.state["frame"]["lossTrain"] == loss(2, change)


def test_a_refused_change_is_told_and_it_plays_on(stage: LoneStage, server: LoneServer) -> None:
    stage.open()
    rule = "changes must be at most 64; got 65"
    server.rule = lambda address: (
        (400, {"field": "then", "rule": rule, "value": "65"}) if "then=" in address else None
    )
    stage.part("play").click()
    stage.until("s.frame.step > 10")
    stage.send(wish={"id": 3, "changes": [NEW_RATE]})
    expect(stage.part("notice")).to_contain_text("Changes must be at most 64; got 65.")
    shown = stage.state["frame"]["step"]
    stage.until("s.playing && s.frame.step > arg + 10", shown)
    assert experiment_told(stage, wish=3) == Experiment()


def test_quick_changes_are_all_made(stage: LoneStage) -> None:
    stage.open()
    stage.part("play").click()
    stage.until("s.frame.step > 5")
    for number in range(1, 6):
        stage.send(wish={"id": number, "changes": [f"learning_rate-0.0{number}"]})
    assert experiment_told(stage, wish=5).value_at("learning_rate", 10**6) == 0.05
    shown = stage.state["frame"]["step"]
    stage.until("s.frame.step > arg + 20", shown)


LAST_ASK = "() => window.said.filter(one => one.name === 'ask').pop()?.value ?? null"


def answer_by_component(stage: LoneStage, until: Callable[[], bool]) -> None:
    """Be the session that carries addresses, one at a time."""
    answered = 0
    while not until():
        ask: dict[str, Any] | None = stage.page.evaluate(LAST_ASK)
        if ask is None or ask["id"] == answered:
            stage.page.evaluate("() => new Promise(requestAnimationFrame)")
            continue
        answered = ask["id"]
        body = np.frombuffer(answer_to(ask["path"]), np.uint8)
        stage.send({"reply": body}, reply={"id": answered, "status": 200})


@pytest.mark.parametrize("host", ["another page", "nothing", "a proxy's error"])
def test_where_routes_are_not_forwarded_the_component_carries(
    stage: LoneStage, server: LoneServer, host: str
) -> None:
    status = {"another page": 200, "a proxy's error": 502}.get(host)
    server.rule = lambda _address: iter(())
    if status is not None:
        for kind in ("frames", "moment"):
            stage.page.route(
                f"**/{kind}/**", lambda route: route.fulfill(status=status, body="<p>")
            )
    stage.open()
    answer_by_component(stage, lambda: stage.state["carrier"] == "component")
    stage.part("play").click()
    answer_by_component(stage, lambda: stage.state["frame"]["step"] > 20)
    state = stage.state
    assert state["frame"]["lossTrain"] == loss(state["frame"]["step"])


def test_a_lost_server_is_told_of_and_it_plays_on_when_it_is_back(
    stage: LoneStage,
) -> None:
    context = stage.page.context
    stage.open()
    stage.part("play").click()
    stage.until("s.frame.step > 20")
    context.set_offline(True)
    expect(stage.part("notice")).to_contain_text("does not answer")
    click_curve(stage.page, 5)
    stage.until("s.frame.step === 5")
    assert stage.state["frame"]["lossTrain"] == loss(5)
    stage.part("play").click()
    context.set_offline(False)
    expect(stage.part("notice")).to_be_hidden()
    shown = stage.state["frame"]["step"]
    stage.until("s.playing && s.frame.step > arg + 30", shown)
    assert stage.state["mounts"] == 1


def test_a_broken_batch_is_asked_for_again_past_every_cache(
    stage: LoneStage, server: LoneServer
) -> None:
    """One batch is cut off, the next is altered."""
    broken: dict[str, str] = {}

    def once(address: str) -> Iterator[bytes] | None:
        batch = next((b for b in ("from=32&count=32", "from=64&count=32") if b in address), None)
        if batch is None or batch in broken:
            return None
        broken[batch] = address
        body = answer_to(address)
        return iter((body[:-1] if "=32&c" in batch else body[:-9] + b"\0" + body[-8:],))

    server.rule = once
    stage.open()
    stage.part("play").click()
    stage.until("s.frame.step > 96")
    assert [server.asked.count(address) for address in broken.values()] == [2, 2]
    stage.part("play").click()
    stage.until("!s.playing")
    for moment in (32, 40, 64, 95):
        click_curve(stage.page, moment)
        stage.until("s.frame.step === arg", moment)
        assert stage.state["frame"]["lossTrain"] == loss(moment)


def test_a_stage_that_is_mounted_anew_stands_where_the_run_stood(stage: LoneStage) -> None:
    stage.open(step=500)
    stage.until("s.frame.step === 500")
    assert stage.state["frame"]["lossTrain"] == loss(500)
    click_curve(stage.page, 250)
    stage.until("s.frame.step > 0 && s.frame.step < 500")
    state = stage.state
    assert state["frame"]["lossTrain"] == loss(state["frame"]["step"])
    stage.part("play").click()
    stage.until("s.frame.step > arg + 10", state["frame"]["step"])


def test_a_server_that_was_started_anew_is_told_what_is_shown(stage: LoneStage) -> None:
    stage.open()
    stage.go_to_step(1)
    run = stage.state["frame"]["run"]
    stage.header["seq"] = 0
    stage.send(session="two", run=1)
    stage.page.wait_for_function("() => window.said.at(-1).value.edits?.at(-1).now?.step === 1")
    stage.part("step").click()
    stage.until("s.frame.step === 2")
    assert stage.state["frame"]["run"] == run


def test_a_long_way_says_how_far_it_is(stage: LoneStage, server: LoneServer) -> None:
    ready = threading.Event()
    server.rule = lambda address: (
        (202, {"step": 1234, "goal": 5000})
        if "from=16&" in address and not ready.is_set()
        else None
    )
    stage.open(Experiment())
    stage.part("speed").fill("9")
    stage.go_to_step(1)
    stage.part("step").evaluate("button => { for (let k = 0; k < 15; k++) button.click(); }")
    expect(stage.part("notice")).to_contain_text(
        "Training up to step 5,000: step 1,234 is reached."
    )
    ready.set()
    stage.until("s.frame.step === 16")
    expect(stage.part("notice")).to_be_hidden()


def test_a_reload_goes_on_at_the_step_that_was_shown(stage: LoneStage, server: LoneServer) -> None:
    changed = Experiment().with_change(Change(3, "learning_rate", 0.07))
    stage.open(changed)
    stage.go_to_step(1)
    stage.part("epoch-step").click()
    stage.until("s.frame.step === 2")
    stage.page.reload()
    again = LoneStage(stage.page, server, visit=False).open()
    again.until("s.frame.step === 2")
    assert experiment_told(again) == changed, "the session is told what the tab has kept"
    assert again.told()[-1]["step"] == 2


def test_an_experiment_that_the_server_forgot_is_handed_in_again(
    stage: LoneStage, server: LoneServer
) -> None:
    rows = tuple((k / 7, k % 5, k % 2) for k in range(300))
    experiment = Experiment().with_points(Points(rows))
    server.rule = lambda address: (404, {"field": "id"}) if not server.posted else None
    stage.open(experiment)
    stage.go_to_step(1)
    assert list(server.posted) == [spell(experiment).removeprefix("id=")]
    assert list(server.posted.values()) == [whole(experiment)]


def test_another_version_of_the_server_is_followed(stage: LoneStage, server: LoneServer) -> None:
    stage.open()
    stage.go_to_step(1)
    server.rule = lambda address: (404, {"version": "def"}) if f"/{version()}" in address else None
    stage.part("speed").fill("1")
    stage.part("play").click()
    stage.until("s.frame.step > 40")
    frame = stage.state["frame"]
    assert frame["lossTrain"] == loss(frame["step"])
    assert any(address.startswith("frames/def?") for address in server.asked)


def test_a_busy_server_is_asked_again_when_it_says(stage: LoneStage, server: LoneServer) -> None:
    refused: list[str] = []

    def rule(address: str) -> tuple[int, dict[str, Any]] | None:
        if "from=32&count=32" not in address or address in refused:
            return None
        refused.append(address)
        return 503, {}

    server.rule = rule
    stage.open()
    stage.part("play").click()
    stage.until("s.playing && s.frame.step > 70")
    assert refused
    expect(stage.part("notice")).to_be_hidden()


def test_a_run_with_a_common_past_is_shown_from_there(stage: LoneStage) -> None:
    stage.open()
    stage.part("play").click()
    stage.until("s.frame.step > 30")
    stage.part("play").click()
    stage.until("!s.playing")
    before = stage.state
    change = Change(20, "learning_rate", 0.9)
    stage.open(Experiment().with_change(change), same_until=20)
    stage.until("s.frame.step === 20 && s.frame.run !== arg", before["frame"]["run"])
    expect(stage.part("time")).to_have_attribute("aria-valuemax", "20")
    stage.part("step").click()
    stage.until("s.frame.step === 21")
    assert stage.state["frame"]["lossTrain"] == loss(21, change)


def test_gradients_are_fetched_for_the_moment_that_is_shown(stage: LoneStage) -> None:
    stage.open()
    stage.go_to_step(1)
    painted = stage.state["painted"]
    stage.part("gradients").check()
    box = stage.page.locator(".nnv-diagram-canvas").bounding_box()
    assert box is not None
    stage.page.wait_for_function("() => true")
    expect(stage.page.locator(".nnv-tip")).to_be_hidden()
    first = stage.page.get_by_role(
        "button", name="neuron 1 of layer 1: show its map"
    ).bounding_box()
    assert first is not None
    stage.page.mouse.move(first["x"], first["y"] + first["height"])
    expect(stage.page.locator(".nnv-tip")).to_contain_text("gradient")
    assert stage.state["painted"] == painted, "it is the same moment"


def test_the_finding_is_of_the_step_that_is_shown(stage: LoneStage, server: LoneServer) -> None:
    """A finding of another moment would quote numbers that do not stand beside it."""
    ill = replace(Experiment(), initializer="zeros")
    stage.open(ill)
    with stage.page.expect_response(lambda answer: answer.url.endswith("at=2")):
        stage.go_to_step(2)
    held = threading.Event()

    def rule(address: str) -> Iterator[bytes] | None:
        def late() -> Iterator[bytes]:
            held.wait(10)
            yield answer_to(address)

        return late() if address.startswith("moment/") else None

    expect(stage.part("finding")).to_contain_text("All weights")
    server.rule = rule
    click_curve(stage.page, 0)
    expect(stage.part("finding")).not_to_contain_text("All weights")
    held.set()


SURFACE_SIDE = "() => document.querySelector('.nnv-surface').width"
FINE = 2 * 192 + 1  # pixels of a grid of 193 points, two for each interval


def test_in_the_lab_a_frame_of_the_stage_that_comes_late_takes_nothing_over(
    stage: LoneStage, server: LoneServer
) -> None:
    """A link to a view and a step makes both ask for that step; the view is what is looked at."""
    of_stage: list[str] = []
    held = threading.Event()

    def rule(address: str) -> Iterator[bytes] | None:
        def late() -> Iterator[bytes]:
            held.wait(10)
            yield answer_to(address)

        if "from=3&count=1" not in address or of_stage:
            return None
        of_stage.append(address)
        return late()

    server.rule = rule
    stage.shown_on = "lab"
    stage.open(step=3, view={"lab": "metrics"})
    stage.until("s.frame.run.startsWith('metrics')")
    words = stage.page.locator(".nnv-status").text_content()
    assert words is not None
    assert words.startswith("Paused at step 3.")
    painted = stage.state["painted"]
    held.set()
    stage.until("s.painted === arg", painted + 1)
    assert stage.state["frame"]["run"].startswith("metrics")
    assert stage.page.locator(".nnv-status").text_content() == words


def test_a_steep_boundary_is_drawn_on_a_finer_grid_while_it_rests(
    stage: LoneStage, server: LoneServer
) -> None:
    """It costs nothing where the boundary is smooth, and is dropped with the next frame."""
    stage.open(Experiment())
    with stage.page.expect_response(lambda answer: "moment/" in answer.url):
        stage.go_to_step(1)
    coarse = stage.page.evaluate(SURFACE_SIDE)
    assert not [address for address in server.asked if "grid=" in address]
    last = Experiment().network.n_params - 2  # a weight of the output
    steep = Experiment().with_change(Change(0, f"theta.{last}", 900.0))
    stage.open(steep, step=0)
    stage.page.wait_for_function(f"side => ({SURFACE_SIDE})() === side", arg=FINE)
    assert [address for address in server.asked if address.endswith("&at=0&grid=193")]
    stage.part("gradients").check()
    stage.page.evaluate("() => new Promise(requestAnimationFrame)")
    assert stage.page.evaluate(SURFACE_SIDE) == FINE
    stage.part("play").click()
    stage.page.wait_for_function(f"side => ({SURFACE_SIDE})() === side", arg=coarse)


def test_the_curves_of_a_run_opened_late_reach_back_to_its_beginning(stage: LoneStage) -> None:
    stage.open(step=300)
    stage.page.wait_for_function(
        """() => document.querySelector('.nnv-curve-plot').data?.[0].x.length > 100"""
    )
    x = stage.page.evaluate("() => document.querySelector('.nnv-curve-plot').data[0].x")
    assert (x[0], x[-1]) == (0, 300)
    assert x == sorted(x)


def test_a_stage_that_nobody_sees_asks_for_nothing_and_goes_on_when_seen(
    stage: LoneStage, server: LoneServer
) -> None:
    stage.open()
    stage.part("play").click()
    stage.until("s.frame.step > 10")
    stage.page.evaluate("() => { document.getElementById('host').style.display = 'none'; }")
    stage.page.evaluate("() => new Promise(done => setTimeout(done, 500))")
    asked, before = len(server.asked), stage.state
    stage.page.evaluate("() => new Promise(done => setTimeout(done, 500))")
    assert stage.state == before
    assert len(server.asked) == asked
    stage.page.evaluate("() => { document.getElementById('host').style.display = ''; }")
    stage.until("s.frame.step > arg + 20", before["frame"]["step"])
    assert stage.state["playing"]


def test_a_run_that_diverges_stops_and_says_so_at_its_last_step(stage: LoneStage) -> None:
    exploding = from_query({"rate": "10", "layers": "8-linear 8-linear 8-linear"})[0]
    run = Run(exploding)
    run.advance(100)
    assert run.stopped is not None
    stage.open(exploding)
    stage.part("play").click()
    stage.until("!s.playing && s.frame.step === arg", run.stopped.step)
    expect(stage.part("notice")).to_contain_text(f"Stopped at step {run.stopped.step}")
    stage.part("step").click()
    stage.part("play").click()
    stage.page.evaluate("() => new Promise(done => setTimeout(done, 300))")
    assert not stage.state["playing"]
    click_curve(stage.page, 0)
    stage.until("s.frame.step === 0")
    expect(stage.part("notice")).to_be_hidden()
