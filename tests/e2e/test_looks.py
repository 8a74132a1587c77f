"""Dark and light, desk and phone: the page is readable and fits."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Watch
from tests.e2e.shared import SharedTab
from tools.playground import Playground

# WCAG's contrast ratio between an element's text and what is behind it.
CONTRAST = """element => {
    const channels = colour => {
        const dot = document.createElement('canvas').getContext('2d');
        dot.fillStyle = colour; dot.fillRect(0, 0, 1, 1);
        return [...dot.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([r, g, b]) => [r, g, b]
        .map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    let behind = element;
    while (behind.parentElement && channels(getComputedStyle(behind).backgroundColor)[3] < 255)
        behind = behind.parentElement;
    const [a, b] = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor]
        .map(colour => luminance(channels(colour)));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""

BACKGROUND_LIGHTNESS = """() => {
    const app = document.querySelector('[data-testid="stApp"]');
    return Math.max(...getComputedStyle(app).backgroundColor.match(/[0-9.]+/g).slice(0, 3));
}"""


def is_readable(playground: Playground) -> None:
    """The buttons of playback have the contrast that text needs."""
    for name in ("play", "step", "reset", "epoch"):
        contrast = playground.part(name).evaluate(CONTRAST)
        assert contrast >= 4.5, f"{name} is hard to read: {contrast:.1f}"


def test_follows_the_visitors_colour_scheme_without_building_the_stage_again(
    playground: Playground,
) -> None:
    playground.go_to_step(1)
    assert playground.page.evaluate(BACKGROUND_LIGHTNESS) > 200
    is_readable(playground)
    light = playground.picture()
    playground.page.emulate_media(color_scheme="dark")
    playground.page.wait_for_function(f"() => ({BACKGROUND_LIGHTNESS})() < 60")
    playground.rest()
    is_readable(playground)
    assert playground.picture() != light
    state = playground.state
    assert state["mounts"] == 1
    assert state["frame"]["step"] == 1


def test_fits_a_dark_phone_and_works_by_touch(
    tab_of_a_phone: SharedTab, watch: Watch, take_back: Callable[[Playground], None]
) -> None:
    playground = tab_of_a_phone.lend(watch.attach)
    playground.page.emulate_media(color_scheme="dark")
    playground.open()
    assert playground.page.evaluate(BACKGROUND_LIGHTNESS) < 60
    is_readable(playground)
    expect(playground.part("lecture")).to_be_visible()
    expect(playground.part("help")).to_be_hidden()  # there are no keys to list
    page = playground.page
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    for name in ("stage", "boundary", "loss-curve", "play", "step", "reset", "speed"):
        box = playground.part(name).bounding_box()
        assert box is not None
        assert box["x"] >= 0, name
        assert box["x"] + box["width"] <= PHONE["width"], f"{name} runs off the screen"
        if name in ("play", "step", "reset"):
            assert box["height"] >= 32, f"{name} is too small for a finger"

    playground.part("play").tap()
    playground.play_until_step(10)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    take_back(playground)


def test_a_narrowed_window_keeps_the_run_and_fits(playground: Playground) -> None:
    playground.step()
    playground.until("s.frame.step === 1")
    playground.page.set_viewport_size(PHONE)
    playground.page.wait_for_function(
        "width => document.documentElement.scrollWidth <= width", arg=PHONE["width"]
    )
    boundary = playground.part("boundary").bounding_box()
    assert boundary is not None
    assert boundary["x"] + boundary["width"] <= PHONE["width"]
    assert playground.state["mounts"] == 1
    assert playground.step_shown == 1
