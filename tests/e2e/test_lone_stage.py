"""The whole stage against real frames: time, changes, both ways to the server, and its losses."""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Browser, Page, expect

from nnviz.codec import from_query
from nnviz.experiment import Change, Experiment
from nnviz.runs import Run
from tests.e2e.lone_stage import COUNT, LoneServer, LoneStage

NEW_RATE = "learning_rate-0.05"


@pytest.fixture
def server() -> Iterator[LoneServer]:
    running = LoneServer()
    yield running
    running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose own errors fail the test; a server that is gone is none of them."""
    opened = browser.new_page(viewport={"width": 1400, "height": 900})
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    opened.close()
    assert not faults


@pytest.fixture
def stage(page: Page, server: LoneServer) -> LoneStage:
    return LoneStage(page, server)


def loss(step: int, *changes: Change) -> float:
    """The training loss of the opening experiment with these changes."""
    experiment = Experiment()
    for change in changes:
        experiment = experiment.with_change(change)
    run = Run(experiment)
    run.advance(step)
    return run.metrics().loss_train


def experiment_told(stage: LoneStage) -> Experiment:
    stage.page.wait_for_function("() => window.said.some(one => one.name === 'tell')")
    return from_query(dict(parse_qsl(stage.told()[-1]["experiment"])))[0]


def test_the_first_boundary_waits_for_nothing(stage: LoneStage, server: LoneServer) -> None:
    """It is painted in the very turn in which the message comes: no question is answered before."""
    stage.open()
    state = stage.state
    assert state["painted"] == 1
    assert state["frame"]["lossTrain"] == loss(0)
    stage.until("s.carrier === 'http'")
    assert f"frames/abc?from=0&count={COUNT}&every=1" in server.asked


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
    stage.part("time").fill("12")
    stage.until("s.frame.step === 12")
    assert stage.state["frame"]["lossTrain"] == loss(12)
    assert stage.state["stalls"] < 60


def test_every_multiple_of_the_speed_is_shown(stage: LoneStage) -> None:
    stage.open()
    stage.part("step").click()
    stage.until("s.frame.step === 1")
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
    stage.until("s.frame.step >= 80")
    steps = stage.page.evaluate("() => window.steps")
    assert steps == [1, *range(4, steps[-1] + 1, 4)]


@pytest.mark.parametrize("playing", [True, False])
def test_a_wish_is_made_at_the_shown_step_and_told(stage: LoneStage, playing: bool) -> None:
    stage.open()
    stage.part("play").click()
    stage.until("s.frame.step > 20")
    if not playing:
        stage.part("play").click()
        stage.until("!s.playing")
    run = stage.state["frame"]["run"]
    stage.send(wish={"id": 7, "changes": [NEW_RATE]})
    (change,) = experiment_told(stage).changes
    assert change.value == 0.05
    assert stage.told()[-1]["wish"] == 7
    if not playing:
        assert stage.state["frame"]["step"] == change.step, "a change must not train"
        stage.part("step").click()
    stage.until("s.frame.step > arg", change.step)
    state = stage.state
    assert state["frame"]["lossTrain"] == loss(state["frame"]["step"], change)
    assert (state["frame"]["run"], state["playing"]) == (run, playing)


def test_the_first_frame_of_a_change_is_shown_before_the_rest_has_come(
    stage: LoneStage, server: LoneServer
) -> None:
    stage.open()
    stage.part("step").click()
    stage.until("s.frame.step === 1")
    rest = threading.Event()

    def in_two(address: str, body: bytes) -> Iterator[bytes] | None:
        def pieces() -> Iterator[bytes]:
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
    for step in (1, 2, 3):
        stage.part("step").click()
        stage.until("s.frame.step === arg", step)
    stage.part("time").fill("2")
    stage.until("s.frame.step === 2")
    stage.page.get_by_role("button", name="neuron 2 of layer 1: show its map").click()
    bias = stage.page.locator("form.nnv-editor").get_by_label("bias", exact=True)
    bias.fill("2.5")
    bias.press("Enter")
    stage.until("s.frame.lossTrain !== arg", loss(2))
    (change,) = experiment_told(stage).changes
    assert (change.step, change.value) == (2, 2.5)
    expect(stage.part("time")).to_have_attribute("max", "2")
    assert stage.state["frame"]["lossTrain"] == loss(2, change)


def test_a_refused_change_is_told_and_it_plays_on(stage: LoneStage, server: LoneServer) -> None:
    stage.open()
    rule = "changes must be at most 64; got 65"
    server.rule = lambda address, _body: (
        (400, {"field": "then", "rule": rule, "value": "65"}) if "then=" in address else None
    )
    stage.part("play").click()
    stage.until("s.frame.step > 10")
    stage.send(wish={"id": 3, "changes": [NEW_RATE]})
    expect(stage.part("notice")).to_contain_text("Changes must be at most 64; got 65.")
    shown = stage.state["frame"]["step"]
    stage.until("s.playing && s.frame.step > arg + 10", shown)
    assert stage.told()[-1]["wish"] == 3
    assert experiment_told(stage) == Experiment()


def test_quick_changes_are_all_made(stage: LoneStage) -> None:
    stage.open()
    stage.part("play").click()
    stage.until("s.frame.step > 5")
    for number in range(1, 6):
        stage.send(wish={"id": number, "changes": [f"learning_rate-0.0{number}"]})
    stage.page.wait_for_function(
        """() => window.said.filter(one => one.name === "tell").pop()
            ?.value.edits.some(edit => edit.now?.wish === 5)"""
    )
    assert experiment_told(stage).value_at("learning_rate", 10**6) == 0.05
    shown = stage.state["frame"]["step"]
    stage.until("s.frame.step > arg + 20", shown)


COMPONENT = """async () => {
    const { name, value } = window.said.filter(one => one.name === "ask").pop() ?? {};
    return name ? value : null;
}"""


def answer_by_component(stage: LoneStage, until: Callable[[], bool]) -> None:
    """Be the session that carries addresses, one at a time."""
    import numpy as np

    from tests.e2e.lone_stage import ANSWERS

    answered = 0
    for _ in range(400):
        if until():
            return
        ask: dict[str, Any] | None = stage.page.evaluate(COMPONENT)
        if ask is None or ask["id"] == answered:
            stage.page.evaluate("() => new Promise(requestAnimationFrame)")
            continue
        kind, _, query = ask["path"].replace("?", "/").split("/", 2)
        body = ANSWERS[kind](dict(parse_qsl(query)))
        answered = ask["id"]
        stage.send({"reply": np.frombuffer(body, np.uint8)}, reply={"id": answered, "status": 200})
    raise AssertionError(f"waited in vain; shown: {stage.state}")


@pytest.mark.parametrize("host", ["another page", "nothing", "a proxy's error"])
def test_where_routes_are_not_forwarded_the_component_carries(
    stage: LoneStage, server: LoneServer, host: str
) -> None:
    rules: dict[str, Any] = {
        "another page": lambda *_: (404, {}),
        "nothing": lambda *_: iter(()),
        "a proxy's error": lambda *_: (404, {}),
    }
    server.rule = rules[host]
    if host != "nothing":
        stage.page.route("**/frames/**", lambda route: route.fulfill(status=200, body="<html>"))
        stage.page.route("**/moment/**", lambda route: route.fulfill(status=502, body="<html>"))
    stage.open()
    answer_by_component(stage, lambda: stage.state["carrier"] == "component")
    stage.part("play").click()
    answer_by_component(stage, lambda: stage.state["frame"]["step"] > 20)
    state = stage.state
    assert state["frame"]["lossTrain"] == loss(state["frame"]["step"])


def test_a_lost_server_is_told_of_and_it_plays_on_when_it_is_back(
    stage: LoneStage, page: Page
) -> None:
    stage.open()
    stage.part("play").click()
    stage.until("s.frame.step > 20")
    page.context.set_offline(True)
    expect(stage.part("notice")).to_contain_text("does not answer")
    stage.part("time").fill("5")
    stage.until("s.frame.step === 5")
    assert stage.state["frame"]["lossTrain"] == loss(5)
    stage.part("play").click()
    page.context.set_offline(False)
    expect(stage.part("notice")).to_be_hidden()
    shown = stage.state["frame"]["step"]
    stage.until("s.playing && s.frame.step > arg + 30", shown)
    assert stage.state["mounts"] == 1


@pytest.mark.parametrize("damage", ["cut off", "altered"])
def test_a_broken_batch_is_asked_for_again_past_every_cache(
    stage: LoneStage, server: LoneServer, damage: str
) -> None:
    broken: set[str] = set()

    def once(address: str, body: bytes) -> Iterator[bytes] | None:
        if address in broken or not address.startswith("frames/") or "from=8&" not in address:
            return None
        broken.add(address)
        bad = body[:-1] if damage == "cut off" else body[:-9] + b"\0" + body[-8:]
        return iter((bad,))

    server.rule = once
    stage.open()
    stage.part("play").click()
    stage.until("s.frame.step > 40")
    assert broken
    assert server.asked.count(next(iter(broken))) == 2
    stage.part("play").click()
    stage.until("!s.playing")
    for moment in (8, 11, 15):
        stage.part("time").fill(str(moment))
        stage.until("s.frame.step === arg", moment)
        assert stage.state["frame"]["lossTrain"] == loss(moment)


def test_a_stage_that_is_mounted_anew_stands_where_the_run_stood(stage: LoneStage) -> None:
    stage.open(step=500)
    stage.until("s.frame.step === 500")
    assert stage.state["frame"]["lossTrain"] == loss(500)
    middle = int(stage.part("time").get_attribute("max")) // 2
    stage.part("time").fill(str(middle))
    stage.until("s.frame.step > 0 && s.frame.step < 500")
    state = stage.state
    assert state["frame"]["lossTrain"] == loss(state["frame"]["step"])
    stage.part("play").click()
    stage.until("s.frame.step > arg + 10", state["frame"]["step"])


def test_a_server_that_was_started_anew_is_told_what_is_shown(stage: LoneStage) -> None:
    stage.open()
    stage.part("step").click()
    stage.until("s.frame.step === 1")
    run = stage.state["frame"]["run"]
    stage.header["seq"] = 0
    stage.send(session="two", run=1)
    stage.page.wait_for_function("() => window.said.some(one => one.name === 'tell')")
    assert stage.told()[-1]["step"] == 1
    stage.part("step").click()
    stage.until("s.frame.step === 2")
    assert stage.state["frame"]["run"] == run


def test_a_long_way_says_how_far_it_is(stage: LoneStage, server: LoneServer) -> None:
    ready = threading.Event()
    server.rule = lambda address, _body: (
        (202, {"step": 1234, "goal": 5000})
        if "from=16&" in address and not ready.is_set()
        else None
    )
    stage.open(Experiment())
    stage.part("speed").fill("9")
    stage.part("step").click()
    stage.until("s.frame.step === 1")
    for _ in range(15):
        stage.part("step").click()
    expect(stage.part("notice")).to_contain_text(
        "Training up to step 5,000: step 1,234 is reached."
    )
    ready.set()
    stage.until("s.frame.step === 16")
    expect(stage.part("notice")).to_be_hidden()
