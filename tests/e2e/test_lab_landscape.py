"""The Lab's landscape: the ball is on the path, the errors are told, and the run can be opened."""

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Request, ViewportSize, expect

from nnviz import Experiment, Run
from nnviz.runs.landscape import Landscape, landscape, path_steps
from nnviz.serve import read
from tests.e2e.conftest import DESK, PHONE, Watch
from tests.e2e.lab import TOO_WIDE, visit
from tests.e2e.test_accessible import serious
from tests.explain.draining import drain
from tools.playground import Playground

# The colour of the ball's canvas at a place, from 0 to 1 from the lower left.
PIXEL = """([across, up]) => {
    const canvas = document.querySelector(".nnv-landscape-picture .nnv-plane-points");
    const { width, height } = canvas, x = Math.round(across * width);
    const context = canvas.getContext("2d"), y = Math.round((1 - up) * height);
    return [...context.getImageData(x, y, 1, 1).data];
}"""
BALL = [255, 82, 71, 255]

EYE = """() => document.querySelector(".nnv-relief-plot")?._fullLayout?.scene?.camera.eye"""

IS_DRAWN = """() => document.querySelector(".nnv-relief-plot canvas") !== null"""


class Tab:
    """A tab with the landscape open, and the planes that it has asked the server for."""

    def __init__(self, playground: Playground) -> None:
        self.playground, self.page = playground, playground.page
        self.planes: list[str] = []
        self.frames: list[str] = []

    def note(self, request: Request) -> None:
        """Note the query of a request for a plane or for frames."""
        parts = urlsplit(request.url)
        for kind, asked in (("landscape", self.planes), ("frames", self.frames)):
            if parts.path.startswith(f"/{kind}/"):
                asked.append(parts.query)

    def open(self, query: str = "") -> "Tab":
        """Open the landscape of an experiment."""
        visit(self.playground, "landscape", query)
        expect(self.pair).to_contain_text("true loss")
        self.planes.clear()
        return self

    def open_at_start(self) -> "Tab":
        """Open that of the opening experiment at step 0, as contours of the plane of the path."""
        self.open()
        for name in ("contours", "plane-path", "reset"):
            self.part(name).click()
        self.part("upto").select_option("")
        self.playground.until("s.frame.step === 0")
        self.planes.clear()
        return self

    def part(self, name: str) -> Locator:
        return self.playground.part(name)

    @property
    def pair(self) -> Locator:
        """The words about the step shown: its true loss, and that of the plane."""
        return self.part("loss-pair")


@pytest.fixture
def view(tab: Playground) -> Iterator[Tab]:
    """The view in a tab that tests have one after the other."""
    view = Tab(tab)
    tab.page.on("request", view.note)
    yield view
    tab.page.remove_listener("request", view.note)


@cache
def ours(query: str, upto: int, kind: str = "path") -> Landscape:
    """The landscape of a run of our own."""
    run = Run(read(query) if query else Experiment())
    moments = run.collect(path_steps(upto, run.network.n_params))
    found = drain(landscape(run.experiment, run.dataset, moments.step, moments.theta, kind, 11))
    assert isinstance(found, Landscape)
    return found


def brief(loss: float) -> str:
    """Three digits, as the page writes them."""
    return f"{float(f'{loss:.3g}'):g}"


def words(found: Landscape, i: int) -> str:
    """What the page says about a point of the path."""
    return (
        f"Step {found.steps[i]:,}: true loss {brief(found.true_loss[i])}, "
        f"on this plane {brief(found.plane_loss[i])}."
    )


def place(found: Landscape, i: int) -> list[float]:
    """A point of the path, from 0 to 1 from the lower left of the window."""
    share: list[float] = ((found.path[i] - found.low) / (found.high - found.low)).tolist()
    return share


def test_ball_and_losses_are_those_of_the_path_at_the_step_shown(view: Tab) -> None:
    view.open_at_start()
    found = ours("", 64)
    for step in (0, 1, 5):
        view.playground.go_to_step(step)
        expect(view.pair).to_have_text(words(found, step))
        assert view.page.evaluate(PIXEL, place(found, step)) == BALL
    assert view.page.evaluate(PIXEL, place(found, 60)) != BALL
    assert found.explained is not None
    share = f"{sum(found.explained):.1%}"
    expect(view.part("shares")).to_contain_text(f"This plane shows {share} of the path's variance")


def test_a_path_goes_on_in_play_stays_when_time_goes_back_and_rests_when_left(view: Tab) -> None:
    playground = view.open_at_start().playground
    plane = view.page.locator(".nnv-landscape-words")
    view.part("lab-time").evaluate(
        "one => { one.max = 100; one.value = 100; one.dispatchEvent(new Event('input')); }"
    )
    playground.until("s.frame.step === 100")
    expect(plane).to_contain_text("at step 128")
    view.part("speed").fill("1")
    playground.play()
    playground.play_until_step(140)
    step = playground.pause()
    expect(plane).to_contain_text("at step 256")
    at = dict.fromkeys(query.partition("&")[0] for query in view.planes)
    assert [*at] == ["at=128", "at=256"]
    found = ours("", 256)
    expect(view.pair).to_have_text(words(found, step))
    assert view.page.evaluate(PIXEL, place(found, step)) == BALL

    view.planes.clear()
    playground.reset()
    expect(view.pair).to_have_text(words(found, 0))
    playground.play()
    playground.play_until_step(10)
    view.page.get_by_role("link", name="Gallery").click()
    expect(view.part("stage")).to_be_hidden()
    view.frames.clear()
    playground.rest(30)
    assert (view.planes, view.frames) == ([], [])


def test_a_click_on_the_path_goes_there_and_the_pointer_reads_the_loss(view: Tab) -> None:
    view.open_at_start()
    view.part("upto").select_option("256")
    found = ours("", 256)
    expect(view.pair).to_have_text(words(found, 0))
    box = view.page.locator(".nnv-landscape-picture .nnv-plane-canvases").bounding_box()
    assert box is not None
    across, up = place(found, 200)
    view.page.mouse.click(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"])
    view.playground.until("s.frame.step > 150 && s.frame.step < 250")
    expect(view.pair).to_have_text(words(found, view.playground.step_shown))
    here = view.page.locator(".nnv-landscape-here")
    expect(here).to_have_text(re.compile(r"^here 0\.\d+$"))
    assert float(here.inner_text().removeprefix("here ")) == pytest.approx(
        found.plane_loss[200], rel=0.1
    )
    shown = view.playground.step_shown
    view.page.mouse.click(box["x"] + 3, box["y"] + 3)
    view.playground.rest(10)
    assert view.playground.step_shown == shown, "that is not on the path"


def test_random_directions_and_the_length_of_the_path_are_in_the_address(view: Tab) -> None:
    view.open_at_start()
    view.part("plane-random").click()
    expect(view.part("plane-random")).to_have_attribute("aria-pressed", "true")
    expect(view.part("plane-path")).to_have_attribute("aria-pressed", "false")
    expect(view.part("shares")).to_contain_text("Random directions do not follow the path")
    expect(view.pair).to_have_text(words(ours("", 64, "random"), 0))
    view.part("upto").select_option("256")
    expect(view.page).to_have_url(re.compile(r"/lab\?.*lab=landscape.*plane=random.*upto=256"))
    found = ours("", 256, "random")
    expect(view.pair).to_have_text(words(found, 0))
    assert view.page.evaluate(PIXEL, place(found, 0)) == BALL
    view.page.reload()
    expect(view.pair).to_have_text(words(found, 0))
    expect(view.part("plane-random")).to_have_attribute("aria-pressed", "true")
    expect(view.part("upto")).to_have_value("256")
    view.part("plane-path").click()
    expect(view.pair).to_have_text(words(ours("", 256), 0))


def test_the_relief_turns_and_the_view_fits_without_a_violation(view: Tab) -> None:
    page, playground = view.open_at_start().page, view.playground

    def fits_without_a_violation(size: ViewportSize, part: str = ".nnv-lab") -> None:
        page.set_viewport_size(size)
        playground.rest(5)
        assert page.evaluate(TOO_WIDE) == []
        assert serious(playground, part) == []

    fits_without_a_violation(PHONE, "")
    view.part("relief").click()  # a small one needs the least to be drawn
    page.wait_for_function(IS_DRAWN)
    before = page.evaluate(EYE)
    view.part("relief-left").click()
    page.wait_for_function(f"eye => ({EYE})().x !== eye.x", arg=before)
    after = page.evaluate(EYE)
    assert np.hypot(*(after[k] for k in "xy")) == pytest.approx(
        np.hypot(*(before[k] for k in "xy"))
    )
    assert after["z"] == pytest.approx(before["z"])
    view.part("relief-up").press("Enter")
    page.wait_for_function(f"eye => ({EYE})().z > eye.z", arg=after)
    playground.go_to_step(2)
    expect(view.pair).to_have_text(words(ours("", 64), 2))
    fits_without_a_violation(PHONE)
    page.emulate_media(color_scheme="dark")
    fits_without_a_violation(DESK)
    view.part("contours").click()
    page.wait_for_function(f"() => !({IS_DRAWN})()")
    fits_without_a_violation(PHONE)


def test_a_run_that_ends_has_one_plane_and_opens_in_the_playground(view: Tab) -> None:
    view.open("epochs=70&step=64")
    playground = view.playground
    playground.part("play").click()  # the six steps may be over before anybody looks
    playground.until("!s.playing && s.frame.step === 70")
    found = ours("epochs=70", 70)
    expect(view.pair).to_have_text(words(found, 70))
    assert view.page.evaluate(PIXEL, place(found, 70)) == BALL
    assert {query.split("&")[1] for query in view.planes} == {"at=128"}

    shown = playground.numbers
    view.part("open-run").click()
    expect(view.part("boundary")).to_be_visible()
    playground.until("s.frame.step === 70 && !s.frame.run.startsWith('landscape')")
    assert playground.numbers == shown
    assert playground.query["epochs"] == "70"


def test_a_path_that_takes_too_long_is_refused_in_words(view: Tab, watch: Watch) -> None:
    visit(view.playground, "landscape", "samples=1000&layers=64-tanh+64-tanh&upto=65536")
    said = view.page.locator(".nnv-landscape-wait")
    expect(said).to_contain_text("There is no plane through the path up to step 65,536.")
    expect(said).to_contain_text("30 s of training")
    refused = [fault for fault in watch.faults if "400" in fault and "at=65536" in fault]
    watch.faults[:] = [fault for fault in watch.faults if fault not in refused]
    view.part("upto").select_option("")
    expect(view.page.locator(".nnv-landscape-words")).to_contain_text("61 × 61")
    expect(said).to_have_text("")
    assert len(refused) == 1, "it is asked once"
