"""Dark and light, desk and phone: the page is readable and fits."""

from collections.abc import Callable
from typing import Literal

import pytest

from tests.e2e.conftest import PHONE
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_follows_the_visitors_colour_scheme(
    tab: Playground, scheme: Literal["light", "dark"]
) -> None:
    tab.page.emulate_media(color_scheme=scheme)
    playground = tab.open()
    lightness = playground.page.evaluate(BACKGROUND_LIGHTNESS)
    assert lightness > 200 if scheme == "light" else lightness < 60
    for name in ("play", "step", "reset", "epoch"):
        contrast = playground.part(name).evaluate(CONTRAST)
        assert contrast >= 4.5, f"{name} is hard to read in {scheme}: {contrast:.1f}"


def test_a_change_of_scheme_repaints_without_building_the_stage_again(
    playground: Playground,
) -> None:
    playground.step()
    playground.until("s.frame.step === 1")
    light = playground.picture()
    playground.page.emulate_media(color_scheme="dark")
    playground.page.wait_for_function(f"() => ({BACKGROUND_LIGHTNESS})() < 60")
    playground.rest()
    assert playground.picture() != light
    state = playground.state
    assert state["mounts"] == 1
    assert state["frame"]["step"] == 1


def test_fits_a_phone_and_works_by_touch(new_playground: Callable[..., Playground]) -> None:
    playground = new_playground(
        viewport=PHONE, color_scheme="dark", has_touch=True, is_mobile=True, device_scale_factor=2
    ).open()
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
