"""The server dies while the stage plays, and comes back knowing nothing."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from nnviz.experiment.query import from_query
from nnviz.runs import Run
from tools.playground import PATIENCE, Playground
from tools.server import Server

# Streamlit tries again after a pause that grows from one second.
RECONNECTS = 3 * PATIENCE

# Keeps every frame as it was when it was live, by its step.
KEEP_FRAMES = """() => {
    window.live = {};
    const keep = () => {
        window.live[window.nnviz.frame.step] ??= JSON.stringify(window.nnviz.frame);
        requestAnimationFrame(keep);
    };
    keep();
}"""


@pytest.fixture
def mortal() -> Iterator[Server]:
    """A server to be killed."""
    with Server() as running:
        yield running


@pytest.fixture
def page(returning_visitor: BrowserContext) -> Iterator[Page]:
    """A page that is allowed to complain about a server that is gone."""
    opened = returning_visitor.new_page()
    yield opened
    opened.close()


def test_recorded_frames_are_scrubbed_meanwhile_and_the_run_goes_on_from_the_shown_step(
    mortal: Server, page: Page
) -> None:
    """The second time it plays when the server dies, and goes on by itself."""
    query = {"data": "circles"}
    playground = Playground(page, mortal.url).open("/?" + urlencode(query))
    page.evaluate(KEEP_FRAMES)
    playground.play()
    playground.play_until_step(65)
    mortal.kill()
    expect(playground.trouble()).to_contain_text("does not answer", timeout=PATIENCE)

    for moment in (15, 60, 0):
        playground.scrub_to(moment)
        shown = page.evaluate("() => JSON.stringify(window.nnviz.frame)")
        assert playground.step_shown == moment
        assert shown == page.evaluate("step => window.live[step]", moment)
    last = playground.newest
    playground.scrub_to(last)

    mortal.start()
    expect(playground.trouble()).to_be_hidden(timeout=RECONNECTS)
    assert playground.step_shown == last
    playground.play()
    playground.play_until_step(last + 20)
    step = playground.pause()

    run = Run(from_query(query)[0])
    run.advance(step)
    assert playground.frame["lossTrain"] == run.metrics().loss_train
    playground.play()
    playground.play_until_step(step + 20)
    mortal.kill()
    expect(playground.trouble()).to_contain_text("does not answer", timeout=PATIENCE)
    stood = playground.step_shown
    mortal.start()
    playground.until("s.frame.step > arg", stood + 30, patience=RECONNECTS)
    assert playground.state["playing"]
    assert playground.state["mounts"] == 1
