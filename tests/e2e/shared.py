"""Tabs that tests have one after the other: a page in a new tab costs two seconds of computing.

Opening a page again in the same tab costs half of that, and putting it back to the start a sixth. A
page is put back only if it then looks as it did when it was opened; otherwise it is opened again.
"""

from collections.abc import Callable
from typing import Literal

from playwright.sync_api import BrowserContext, Page, TimeoutError, ViewportSize, expect

from tools.playground import Playground

# While a page opens, Streamlit shows grey bars that shimmer, and drawing them costs a fifth of the
# opening, or more on a busy machine. In a page in which this script ran, they stand still.
STILL = """{
    const still = new CSSStyleSheet();
    still.replaceSync('[data-testid="stSkeleton"] { animation: none !important }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
}"""

# All that a test may have changed: the address, the frame, and each control with its state. The
# ways of undo lead to what other tests did, and the advice is about that.
LOOK = """() => {
    const all = "button, input, select, textarea, summary, [role=slider], [role=tab]";
    const apart = ".nnv-advice, [data-testid=nnviz-undo], [data-testid=nnviz-redo]";
    const states = ["Pressed", "Expanded", "ValueNow", "ValueMax", "ValueText", "Label"];
    const controls = [...document.querySelectorAll(all)]
        .filter((one) => !one.closest(apart) && one.checkVisibility({ visibilityProperty: true }))
        .map((one) => [
            one.dataset.testid, one.innerText, one.value, one.checked, one.disabled,
            one.parentElement.open, ...states.map((state) => one[`aria${state}`]),
        ]);
    const { frame: { run, ...frame }, playing, mounts, carrier } = window.nnviz;
    const { x, y, width, height } = document.querySelector(".nnv").getBoundingClientRect();
    const place = [innerWidth, innerHeight, x, y, width, height];
    const query = location.search;
    return JSON.stringify({ query, place, frame, playing, mounts, carrier, controls });
}"""

# Streamlit fetches the code of each kind of control when it is first needed.
CONTROLS: tuple[tuple[Literal["combobox", "slider", "spinbutton", "textbox"], str], ...] = (
    ("combobox", "Data set"),
    ("combobox", "Optimizer"),
    ("slider", "Samples"),
    ("slider", "Batch size"),
    ("spinbutton", "Layer 1"),
    ("spinbutton", "Layer 2"),
    ("textbox", "Exact rate"),
)

CAN_BE_PUT_BACK = """() => {
    const over = document.querySelector("[role=dialog], dialog[open], form.nnv-editor");
    return Boolean(window.nnviz?.frame) && !over;
}"""

LEAVE = """() => {
    document.activeElement.blur();
    document.querySelector(".stMain").scrollTo(0, 0);
    document.querySelector('[data-testid="stSidebarContent"]').scrollTo(0, 0);
}"""

REST = """() => {
    if (window.nnviz?.playing) document.querySelector('[data-testid="nnviz-play"]').click();
}"""


def put_back(playground: Playground) -> bool:
    """Go back to step 0; return whether the page has the opening experiment and can be reset."""
    page = playground.page
    if page.url != f"{playground.url}/" or not page.evaluate(CAN_BE_PUT_BACK):
        return False
    page.evaluate(LEAVE)
    page.mouse.move(5, 5)
    if playground.part("lecture").get_attribute("aria-pressed") == "true":
        page.keyboard.press("l")
    playground.part("speed").fill("0")
    before = playground.frame["run"]
    playground.part("reset").click()
    playground.until("s.frame.run !== arg && s.frame.step === 0", before)
    playground.nudges = 0
    return True


class SharedTab:
    """A tab that tests have one after the other, and what its page looked like when it opened."""

    def __init__(self, context: BrowserContext, url: str, viewport: ViewportSize) -> None:
        self._context = context
        self._url = url
        self._viewport = viewport
        self._playground: Playground | None = None
        self._look = ""

    def lend(self, watch: Callable[[Page], None]) -> Playground:
        """Return the tab under `watch`, with the page that the last test left in it."""
        if self._playground is None or self._playground.page.is_closed():
            self._playground = Playground(self._context.new_page(), self._url)
        page = self._playground.page
        watch(page)
        page.bring_to_front()
        page.unroute_all()
        page.emulate_media(color_scheme="light")
        if page.viewport_size != self._viewport:
            page.set_viewport_size(self._viewport)
        return self._playground

    def at_start(self, watch: Callable[[Page], None]) -> Playground:
        """Return the tab under `watch`, at the start of the opening experiment."""
        playground = self.lend(watch)
        if not (self._look and put_back(playground) and self._looks_as_at_first(playground.page)):
            playground.open()
            for role, name in CONTROLS:
                expect(playground.sidebar.get_by_role(role, name=name)).to_be_visible()
            self._look = playground.page.evaluate(LOOK)
        return playground

    def _looks_as_at_first(self, page: Page) -> bool:
        try:
            page.wait_for_function(f"look => ({LOOK})() === look", arg=self._look, timeout=2_000)
        except TimeoutError:
            return False
        return True
