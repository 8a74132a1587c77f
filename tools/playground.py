"""The playground page as a visitor uses it: its buttons, widgets and displays.

The browser tests and the page benchmark use it; labels, test ids and `window.nnviz` that several
of them need are here. Nothing here sleeps: every wait is for a condition, with a deadline.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Locator, Page, TimeoutError, WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

# Milliseconds. The limit is high, because only a broken page makes the tests wait so long.
PATIENCE = 20_000

# Links to experiments. Three linear layers at the highest rate overflow within ten updates.
SIX_LAYERS_OF_EIGHT = "/?layers=" + "+".join(["8-tanh"] * 6)
WIDE = "/?layers=25-relu+50-relu+50-relu+25-relu"
HEAVIEST = "/?samples=2000&layers=" + "+".join(["64-tanh"] * 8)
EXPLODING = "/?rate=10&layers=" + "+".join(["8-linear"] * 3)

# The first frame is painted, and Plotly has drawn its axes and points.
STAGE_READY = """() => {
    const plots = document.querySelectorAll('[data-testid="nnviz-stage"] .js-plotly-plot');
    return window.nnviz && window.nnviz.painted > 0 && plots.length >= 2;
}"""

LOSS_CURVE_POINTS = """() => {
    const box = document.querySelector('[data-testid="nnviz-loss-curve"]');
    const plot = box.matches('.js-plotly-plot') ? box : box.querySelector('.js-plotly-plot');
    return plot && plot.data ? Math.max(...plot.data.map(trace => (trace.x || []).length)) : -1;
}"""

CURVE_DRAWN = "() => document.querySelector('.nnv-curve-plot')?.layout"

PLACE_ON_CURVE = """step => {
    const plot = document.querySelector(".nnv-curve-plot"), { margin, xaxis } = plot.layout;
    plot.scrollIntoView({ block: "nearest" });
    const { left, top, width, height } = plot.getBoundingClientRect();
    const across = (step - xaxis.range[0]) / (xaxis.range[1] - xaxis.range[0]);
    return [left + margin.l + across * (width - margin.l - margin.r), top + height / 2];
}"""

# Resolves after `count` animation frames, in which a page that should rest could move.
AFTER_FRAMES = """count => new Promise(done => {
    const tick = () => (count-- > 0 ? requestAnimationFrame(tick) : done(true));
    tick();
})"""

# Presses a button again and again until the shown step is at least `goal`; each press waits until
# the frame of the last one is shown. Resolves with the shown step, also if that takes too long.
PRESS_TO_STEP = """([button, goal, patience]) => new Promise((done) => {
    const end = performance.now() + patience;
    let pressed = -1;
    const look = () => {
        const { step } = window.nnviz.frame;
        if (step >= goal || button.disabled || performance.now() > end) return done(step);
        if (step !== pressed) {
            pressed = step;
            button.click();
        }
        requestAnimationFrame(look);
    };
    look();
})"""


class Playground:
    """One browser tab that has the playground open."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.nudges = 0
        self._socket: WebSocket | None = None
        page.on("websocket", self._on_websocket)

    def _on_websocket(self, socket: WebSocket) -> None:
        self._socket = socket

    # ------------------------------------------------------------------ opening and reading

    def open(self, query: str = "") -> "Playground":
        """Go to the page and wait until it is complete and the stage has painted."""
        self.nudges = 0
        self.page.goto(self.url + query)
        self.page.wait_for_function(STAGE_READY, timeout=2 * PATIENCE)
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)
        return self

    @property
    def state(self) -> dict[str, Any]:
        """The current `window.nnviz`."""
        state = self.page.evaluate("() => JSON.parse(JSON.stringify(window.nnviz))")
        assert isinstance(state, dict)
        return state

    @property
    def frame(self) -> dict[str, Any]:
        """The shown frame: run, step, epoch, losses and accuracies."""
        frame = self.state["frame"]
        assert isinstance(frame, dict)
        return frame

    @property
    def numbers(self) -> dict[str, Any]:
        """The shown frame without the name of its run: equal for equal states of equal runs."""
        return {name: value for name, value in self.frame.items() if name != "run"}

    @property
    def step_shown(self) -> int:
        """The step of the shown frame."""
        return int(self.frame["step"])

    def part(self, name: str) -> Locator:
        """Return the part of the stage with the test id `nnviz-<name>`."""
        return self.page.get_by_test_id(f"nnviz-{name}")

    def until(
        self, condition: str, arg: Any = None, patience: float = PATIENCE, why: str = ""
    ) -> None:
        """Wait until a JavaScript condition over `s = window.nnviz` and `arg` holds."""
        try:
            self.page.wait_for_function(
                f"arg => {{ const s = window.nnviz; return s && s.frame && ({condition}); }}",
                arg=arg,
                timeout=patience,
            )
        except TimeoutError:
            wanted = why or condition.replace("arg", str(arg))
            raise AssertionError(f"waited for {wanted} in vain; shown: {self.state}") from None

    def rest(self, frames: int = 20) -> None:
        """Let the display refresh `frames` times."""
        self.page.evaluate(AFTER_FRAMES, frames)

    def picture(self) -> str:
        """Return a fingerprint of the boundary plot as it looks on the screen."""
        return hashlib.sha256(self.part("boundary").screenshot()).hexdigest()

    def curve_points(self) -> int:
        """Return the number of points of the longest line in the loss plot."""
        return int(self.page.evaluate(LOSS_CURVE_POINTS))

    def until_curve_has_more_points_than(self, points: int) -> None:
        """Wait until the loss plot, which is redrawn a few times a second, has grown."""
        self.page.wait_for_function(
            f"points => ({LOSS_CURVE_POINTS})() > points", arg=points, timeout=PATIENCE
        )

    # ----------------------------------------------------------------------------- the stage

    def play(self) -> None:
        """Press play and wait until the stage says it plays."""
        self.part("play").click()
        self.until("s.playing")

    def play_until_step(self, step: int) -> None:
        """Wait, while playing, until at least `step` is shown."""
        self.until("s.frame.step >= arg", step)

    def pause(self) -> int:
        """Press pause; return the step at which the stage rests."""
        self.part("play").click()
        self.until("!s.playing")
        return self.step_shown

    def step(self) -> None:
        """Press the button that advances by one parameter update."""
        self.part("step").click()

    def go_to_step(self, step: int) -> None:
        """Press step, one update after the other, until `step` is shown."""
        button = self.part("step").element_handle()
        shown = self.page.evaluate(PRESS_TO_STEP, [button, step, PATIENCE])
        assert shown == step, f"step {step} was wanted; shown: {self.state}"

    def reset(self) -> None:
        """Press reset and wait for step 0."""
        self.part("reset").click()
        self.until("s.frame.step === 0")

    @property
    def newest(self) -> int:
        """The newest recorded step of the run."""
        return int(self.part("time").get_attribute("aria-valuemax") or 0)

    def scrub_to(self, step: int) -> None:
        """Go to the recorded moment nearest to a step, by a click on the curve."""
        click_curve(self.page, step)

    @property
    def plane(self) -> Locator:
        """The element of the boundary's plane that receives clicks and keys."""
        return self.part("boundary").locator(".nnv-boundary-plot")

    def _on_plane(self, across: float, up: float) -> tuple[float, float]:
        box = self.part("boundary").locator(".nnv-contour").bounding_box()
        assert box is not None
        return box["x"] + across * box["width"], box["y"] + (1 - up) * box["height"]

    def point_at_plane(self, across: float, up: float) -> None:
        """Move the pointer to a place on the plane, from 0 to 1 from the lower left."""
        self.page.mouse.move(*self._on_plane(across, up))

    def click_plane(self, across: float, up: float, times: int = 1) -> None:
        """Click on the plane, from 0 to 1 from the lower left; two times is a double click."""
        self.page.mouse.click(*self._on_plane(across, up), click_count=times)

    def click_point(self, x1: float, x2: float) -> None:
        """Click at (x1, x2) in the coordinates of the axes."""
        spans = self.plane.evaluate("plot => [plot.layout.xaxis.range, plot.layout.yaxis.range]")
        shares = [(x - low) / (high - low) for x, (low, high) in zip((x1, x2), spans, strict=True)]
        self.click_plane(*shares)

    @property
    def query(self) -> dict[str, str]:
        """The query of the address."""
        return dict(parse_qsl(urlsplit(self.page.url).query, keep_blank_values=True))

    def neuron(self, number: int, layer: int) -> Locator:
        """Return a hidden neuron of the diagram, both counted from 1."""
        return self.part("diagram").get_by_role("button", name=f"neuron {number} of layer {layer}:")

    def neurons(self, layer: int) -> Locator:
        """Return the drawn neurons of a hidden layer."""
        return self.part("diagram").get_by_role("button", name=f"of layer {layer}: show its map")

    @property
    def editor(self) -> Locator:
        """The form that edits the weights of a neuron."""
        return self.page.locator("form.nnv-editor")

    def units_of_layer(self, layer: int) -> Locator:
        """Return the sidebar's field for the units of a hidden layer."""
        return self.sidebar.get_by_role("spinbutton", name=f"Layer {layer}", exact=True)

    def set_speed_to_fastest(self) -> None:
        """Set the stage to its highest speed."""
        self.part("speed").focus()
        self.page.keyboard.press("End")

    def trouble(self) -> Locator:
        """Return the element in which the stage says why a run has stopped."""
        return self.part("notice")

    # --------------------------------------------------------------------------- the widgets

    @property
    def sidebar(self) -> Locator:
        """The panel that has the widgets."""
        return self.page.get_by_test_id("stSidebar")

    @contextmanager
    def rerun(self) -> Iterator[None]:
        """Make a change of a widget inside; wait until the server has rerun the page.

        Messages of the stage rerun its fragment only and do not count.
        """
        assert self._socket is not None, "open the page first"
        with self._socket.expect_event("framereceived", ends_a_rerun, timeout=PATIENCE):
            yield

    @contextmanager
    def new_run(self) -> Iterator[None]:
        """Make a change inside that starts a new run; wait for its frame and the page."""
        before = self.frame["run"]
        yield
        self.until("s.frame.run !== arg", before)
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)

    def nudge_learning_rate(self) -> None:
        """Move the learning rate by one value: up first, then down and up in turn."""
        self.sidebar.get_by_role("slider", name="Learning rate").focus()
        self.nudges += 1
        self.page.keyboard.press("ArrowRight" if self.nudges % 2 else "ArrowLeft")

    def set_highest_learning_rate(self) -> None:
        """Move the learning rate to the end of its scale."""
        self.sidebar.get_by_role("slider", name="Learning rate").focus()
        self.page.keyboard.press("End")

    def go_to_gallery(self, section: str = "Start here") -> None:
        """Open the page of the presets, and one of its sections."""
        self.page.get_by_role("link", name="Gallery").click()
        tab = self.page.get_by_role("tab", name=section)
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")

    def go_to_playground(self) -> None:
        """Go back to the playground."""
        self.page.get_by_role("link", name="Playground").click()
        expect(self.part("stage")).to_be_visible()

    def more_noise(self) -> None:
        """Increase the noise of the data by one value."""
        self.sidebar.get_by_role("slider", name="Noise").focus()
        self.page.keyboard.press("ArrowRight")

    def choose(self, label: str, option: str, number: int = 0) -> None:
        """Choose an option of a list, both by their labels; `number` if the label is repeated."""
        self.sidebar.get_by_role("combobox", name=label).nth(number).click()
        self.page.get_by_role("option", name=option, exact=True).click()

    def choose_another_data_set(self) -> None:
        """Choose the next data set of the list."""
        self.sidebar.get_by_role("combobox", name="Data set").click()
        self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")

    def add_layer(self) -> None:
        """Press the button that adds a hidden layer."""
        self.sidebar.get_by_role("button", name="Add a layer").click()

    def remove_layer(self) -> None:
        """Remove the last hidden layer, in the menu beside it."""
        menu = self.sidebar.get_by_test_id("stPopoverButton").filter(visible=True).last
        remove = self.page.get_by_role("button", name="Remove", exact=True).filter(visible=True)
        menu.click()
        try:
            remove.wait_for(timeout=PATIENCE / 4)
        except TimeoutError:
            # Streamlit closes a menu if it is redrawn while it opens: press again.
            menu.click()
        remove.click()


def place_on_curve(page: Page, step: float) -> tuple[float, float]:
    """Return the place on the screen, in the middle of the curve, that stands for a step."""
    page.wait_for_function(CURVE_DRAWN, timeout=PATIENCE)
    x, y = page.evaluate(PLACE_ON_CURVE, step)
    return x, y


def click_curve(page: Page, step: int) -> None:
    """Click on the curve at a step."""
    page.mouse.click(*place_on_curve(page, step))


def ends_a_rerun(data: str | bytes) -> bool:
    """Return whether a message of the server says that it has run the whole page."""
    if isinstance(data, str):
        return False
    message = ForwardMsg.FromString(data)
    if message.WhichOneof("type") != "script_finished":
        return False
    return bool(message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY)
