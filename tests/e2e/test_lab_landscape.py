"""The Lab's landscape: the ball is on the path, the errors are told, and the run can be opened."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, expect

from nnviz import Experiment, Run
from nnviz.runs.landscape import Landscape, landscape, path_steps
from nnviz.serve import read
from tests.e2e.conftest import DESK, PHONE, Watch
from tests.e2e.test_accessible import serious
from tests.explain.draining import drain
from tools.playground import Playground
from tools.server import Server

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

TOO_WIDE = """() => [...document.querySelectorAll(".nnv-lab *")]
    .filter(one => one.checkVisibility({ visibilityProperty: true }))
    .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)
    .map(one => one.outerHTML.slice(0, 120))"""


class Tab:
    """A tab with the landscape open, and what it has asked the server for."""

    def __init__(self, playground: Playground, watch: Watch) -> None:
        self.playground, self.page = playground, playground.page
        self.watch = watch
        self.asked: list[str] = []
        self.page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.path.startswith(("/landscape/", "/frames/")):
            self.asked.append(f"{parts.path.split('/')[1]} {parts.query}")

    @property
    def planes(self) -> list[str]:
        """The addresses of the planes that were asked for."""
        return [one.removeprefix("landscape ") for one in self.asked if one.startswith("land")]

    def open(self, query: str = "") -> "Tab":
        """Open the playground at an experiment, and go to the landscape."""
        self.playground.open(query)
        self.page.get_by_role("link", name="Lab").click()
        self.part("tab-landscape").click()
        expect(self.pair).to_contain_text("true loss")
        self.asked.clear()
        return self

    def part(self, name: str) -> Locator:
        return self.playground.part(name)

    @property
    def pair(self) -> Locator:
        """The words about the step shown: its true loss, and that of the plane."""
        return self.part("loss-pair")

    def go(self, step: int) -> None:
        """Advance update by update."""
        for at in range(self.playground.step_shown + 1, step + 1):
            self.part("step").click()
            self.playground.until("s.frame.step === arg", at)


@pytest.fixture(scope="module")
def tab(browser: Browser, server: Server) -> Iterator[Tab]:
    """One tab for all tests of this file."""
    context = browser.new_context(viewport=DESK)
    page, watch = context.new_page(), Watch(urlsplit(server.url).netloc)
    watch.attach(page)
    yield Tab(Playground(page, server.url), watch)
    context.close()
    assert not watch.faults, watch.faults


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


def test_ball_and_losses_are_those_of_the_path_at_the_step_shown(tab: Tab) -> None:
    tab.open()
    found = ours("", 64)
    for step in (0, 1, 5):
        tab.go(step)
        expect(tab.pair).to_have_text(words(found, step))
        assert tab.page.evaluate(PIXEL, place(found, step)) == BALL
    assert tab.page.evaluate(PIXEL, place(found, 60)) != BALL
    assert found.explained is not None
    share = f"{sum(found.explained):.1%}"
    expect(tab.part("shares")).to_contain_text(f"This plane shows {share} of the path's variance")


def test_past_the_end_of_the_path_the_next_plane_comes_while_it_plays(tab: Tab) -> None:
    tab.open()
    tab.playground.play()
    tab.playground.play_until_step(140)
    tab.playground.pause()
    expect(tab.page.locator(".nnv-landscape-words")).to_contain_text("at step 256")
    at = dict.fromkeys(query.partition("&")[0] for query in tab.planes)
    assert [*at] == ["at=128", "at=256"]
    step = tab.playground.step_shown
    found = ours("", 256)
    expect(tab.pair).to_have_text(words(found, step))
    assert tab.page.evaluate(PIXEL, place(found, step)) == BALL


def test_going_back_keeps_the_plane(tab: Tab) -> None:
    tab.open()
    tab.part("lab-time").evaluate(
        "one => { one.max = 100; one.value = 100; one.dispatchEvent(new Event('input')); }"
    )
    tab.playground.until("s.frame.step === 100")
    expect(tab.page.locator(".nnv-landscape-words")).to_contain_text("at step 128")
    tab.asked.clear()
    tab.part("reset").click()
    tab.playground.until("s.frame.step === 0")
    expect(tab.pair).to_have_text(words(ours("", 128), 0))
    assert tab.planes == []


def test_a_click_on_the_path_goes_there_and_the_pointer_reads_the_loss(tab: Tab) -> None:
    tab.open()
    tab.part("upto").select_option("256")
    found = ours("", 256)
    expect(tab.pair).to_have_text(words(found, 0))
    box = tab.page.locator(".nnv-landscape-picture .nnv-plane-canvases").bounding_box()
    assert box is not None
    across, up = place(found, 200)
    tab.page.mouse.click(box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"])
    tab.playground.until("s.frame.step > 150 && s.frame.step < 250")
    expect(tab.pair).to_have_text(words(found, tab.playground.step_shown))
    here = tab.page.locator(".nnv-landscape-here")
    expect(here).to_have_text(re.compile(r"^here 0\.\d+$"))
    assert float(here.inner_text().removeprefix("here ")) == pytest.approx(
        found.plane_loss[200], rel=0.1
    )
    shown = tab.playground.step_shown
    tab.page.mouse.click(box["x"] + 3, box["y"] + 3)
    tab.playground.rest(10)
    assert tab.playground.step_shown == shown, "that is not on the path"
    tab.part("upto").select_option("")


def test_random_directions_and_the_chosen_length_of_the_path(tab: Tab) -> None:
    tab.open()
    tab.part("plane-random").click()
    expect(tab.part("plane-random")).to_have_attribute("aria-pressed", "true")
    expect(tab.part("plane-path")).to_have_attribute("aria-pressed", "false")
    expect(tab.part("shares")).to_contain_text("Random directions do not follow the path")
    expect(tab.pair).to_have_text(words(ours("", 64, "random"), 0))
    tab.part("upto").select_option("512")
    found = ours("", 512, "random")
    expect(tab.pair).to_have_text(words(found, 0))
    assert tab.page.evaluate(PIXEL, place(found, 0)) == BALL
    tab.part("plane-path").click()
    expect(tab.pair).to_have_text(words(ours("", 512), 0))
    tab.part("upto").select_option("")


def test_the_relief_turns_by_buttons_and_goes_with_the_run(tab: Tab) -> None:
    tab.open()
    tab.part("relief").click()
    tab.page.wait_for_function(IS_DRAWN)
    before = tab.page.evaluate(EYE)
    tab.part("relief-left").click()
    tab.page.wait_for_function(f"eye => ({EYE})().x !== eye.x", arg=before)
    after = tab.page.evaluate(EYE)
    assert np.hypot(*(after[k] for k in "xy")) == pytest.approx(
        np.hypot(*(before[k] for k in "xy"))
    )
    assert after["z"] == pytest.approx(before["z"])
    tab.part("relief-up").press("Enter")
    tab.page.wait_for_function(f"eye => ({EYE})().z > eye.z", arg=after)
    tab.go(2)
    expect(tab.pair).to_have_text(words(ours("", 64), 2))
    tab.part("contours").click()
    tab.page.wait_for_function(f"() => !({IS_DRAWN})()")


def test_a_run_that_ends_has_one_plane_for_all_of_it(tab: Tab) -> None:
    tab.open("/?epochs=70")
    tab.playground.play()
    tab.playground.until("!s.playing && s.frame.step === 70")
    found = ours("epochs=70", 70)
    expect(tab.pair).to_have_text(words(found, 70))
    assert tab.page.evaluate(PIXEL, place(found, 70)) == BALL
    assert {query.split("&")[1] for query in tab.planes} == {"at=128"}


def test_a_path_that_takes_too_long_is_refused_in_words(tab: Tab) -> None:
    tab.open("/?samples=2000&layers=64-tanh+64-tanh")
    expect(tab.page.locator(".nnv-landscape-words")).to_contain_text("61 × 61")
    tab.part("upto").select_option("65536")
    said = tab.page.locator(".nnv-landscape-wait")
    expect(said).to_contain_text("There is no plane through the path up to step 65,536.")
    expect(said).to_contain_text("30 s of training")
    refused = [fault for fault in tab.watch.faults if "400" in fault and "at=65536" in fault]
    tab.watch.faults[:] = [fault for fault in tab.watch.faults if fault not in refused]
    tab.part("upto").select_option("")
    expect(said).to_have_text("")
    assert len(refused) == 1, "it is asked once"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_and_has_no_serious_violation(tab: Tab, scheme: str) -> None:
    tab.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    tab.open()
    for form in ("contours", "relief"):
        tab.part(form).click()
        for size in (DESK, PHONE):
            tab.page.set_viewport_size(size)
            tab.playground.rest(5)
            assert tab.page.evaluate(TOO_WIDE) == []
            assert serious(tab.playground) == []
    tab.page.set_viewport_size(DESK)
    tab.page.emulate_media(color_scheme="light")


def test_a_view_that_was_left_asks_nothing_more(tab: Tab) -> None:
    tab.open()
    tab.playground.play()
    tab.playground.play_until_step(20)
    tab.page.get_by_role("link", name="Gallery").click()
    expect(tab.part("stage")).to_be_hidden()
    tab.asked.clear()
    tab.playground.rest(60)
    assert tab.asked == []


def test_the_run_opens_in_the_playground_at_the_step_shown(tab: Tab) -> None:
    tab.open("/?batch=20")
    tab.go(3)
    shown = tab.playground.numbers
    tab.part("open-run").click()
    expect(tab.part("boundary")).to_be_visible()
    tab.playground.until("s.frame.step === 3")
    assert tab.playground.numbers == shown


def test_the_address_holds_the_plane_and_brings_it_back(tab: Tab) -> None:
    tab.open()
    tab.part("plane-random").click()
    tab.part("upto").select_option("256")
    expect(tab.page).to_have_url(re.compile(r"/lab\?.*lab=landscape.*plane=random.*upto=256"))
    found = ours("", 256, "random")
    expect(tab.pair).to_have_text(words(found, 0))
    tab.page.reload()
    expect(tab.pair).to_have_text(words(found, 0))
    expect(tab.part("plane-random")).to_have_attribute("aria-pressed", "true")
    expect(tab.part("upto")).to_have_value("256")
