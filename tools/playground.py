"""The playground page as a visitor uses it: what can be pressed, changed and read.

Used by the browser tests and the page benchmark, and the only file of theirs that knows labels,
test ids and `window.nnviz`. Nothing here sleeps: every wait is for something to become true, with a
deadline.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator, Page, TimeoutError, expect

# Milliseconds. Generous: they only bound how long a broken page keeps the tests waiting.
PATIENCE = 20_000

STAGE_READY = "() => window.nnviz && window.nnviz.frame && window.nnviz.painted > 0"

LOSS_CURVE_POINTS = """() => {
    const box = document.querySelector('[data-testid="nnviz-loss-curve"]');
    const plot = box.matches('.js-plotly-plot') ? box : box.querySelector('.js-plotly-plot');
    return plot && plot.data ? Math.max(...plot.data.map(trace => (trace.x || []).length)) : -1;
}"""

# Resolves after `count` pictures of the display: time in which a page that should rest could move.
AFTER_FRAMES = """count => new Promise(done => {
    const tick = () => (count-- > 0 ? requestAnimationFrame(tick) : done(true));
    tick();
})"""


class Playground:
    """One browser tab that has the playground open."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    # ------------------------------------------------------------------ opening and reading

    def open(self, query: str = "") -> "Playground":
        """Go to the page and wait until the stage has painted its first frame."""
        self.page.goto(self.url + query)
        self.page.wait_for_function(STAGE_READY, timeout=2 * PATIENCE)
        return self

    @property
    def state(self) -> dict[str, Any]:
        """`window.nnviz` as it is now."""
        state = self.page.evaluate("() => JSON.parse(JSON.stringify(window.nnviz))")
        assert isinstance(state, dict)
        return state

    @property
    def frame(self) -> dict[str, Any]:
        """The frame that is shown: run, step, epoch, losses and accuracies."""
        frame = self.state["frame"]
        assert isinstance(frame, dict)
        return frame

    @property
    def step_shown(self) -> int:
        """The step of the frame that is shown."""
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
        """Press pause; return the step the stage rests at."""
        self.part("play").click()
        self.until("!s.playing")
        return self.step_shown

    def step(self) -> None:
        """Press the button that advances by one parameter update."""
        self.part("step").click()

    def reset(self) -> None:
        """Press reset and wait for step 0."""
        self.part("reset").click()
        self.until("s.frame.step === 0")

    # --------------------------------------------------------------------------- the widgets

    def settled(self) -> None:
        """Wait until the server has answered the last change of a widget."""
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PATIENCE)

    @contextmanager
    def new_run(self) -> Iterator[None]:
        """Inside: a change that starts a new run. After: its first frame is shown."""
        before = self.frame["run"]
        yield
        self.until("s.frame.run !== arg", before)
