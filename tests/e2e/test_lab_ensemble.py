"""The view Ensemble of the Lab: 32 networks at once, each of which opens in the playground."""

import math
import re
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE
from tests.e2e.lab import TOO_WIDE, go, visit
from tests.e2e.test_accessible import serious
from tools.playground import Playground


@pytest.fixture
def ensemble(tab: Playground) -> Playground:
    """The view, at rest, with all networks."""
    visit(tab, "ensemble")
    tab.page.get_by_role("combobox", name="Networks").select_option("32")
    expect(tab.part("ensemble-stuck")).to_have_text(re.compile(r"^\d+ of 32$"))
    tab.until("!s.playing && s.frame.run?.startsWith('ensemble')")
    return tab


def go_to(playground: Playground, step: int) -> None:
    """Move the shared moment of all views to a step that was shown before."""
    playground.part("lab-time").fill(str(step))
    playground.until("s.frame.step === arg", step)


def play_to(playground: Playground, step: int) -> int:
    playground.play()
    playground.play_until_step(step)
    return playground.pause()


def test_going_back_shows_the_same_numbers_again(ensemble: Playground) -> None:
    step = play_to(ensemble, ensemble.step_shown + 30)
    shown, tiles = ensemble.numbers, ensemble.part("open-worst").inner_text()
    go_to(ensemble, step - 10)
    assert ensemble.numbers != shown
    go_to(ensemble, step)
    assert ensemble.numbers == shown
    expect(ensemble.part("open-worst")).to_have_text(tiles)


def test_fewer_networks_show_the_same_moment(ensemble: Playground) -> None:
    step = play_to(ensemble, ensemble.step_shown + 5)
    ensemble.page.get_by_role("combobox", name="Networks").select_option("8")
    expect(ensemble.part("ensemble-stuck")).to_have_text(re.compile(r"^\d+ of 8$"))
    ensemble.until("s.frame.step === arg", step)
    expect(ensemble.part("ensemble-less")).to_be_hidden()


def test_the_map_tells_the_number_under_the_pointer(ensemble: Playground) -> None:
    play_to(ensemble, ensemble.step_shown + 100)
    box = ensemble.part("ensemble-map").locator("canvas").first.bounding_box()
    assert box is not None
    chip = ensemble.part("ensemble-map").locator(".nnv-ensemble-chip")
    said = []
    for up in (0.97, 0.03):
        x, y = box["x"] + 0.6 * box["width"], box["y"] + (1 - up) * box["height"]
        ensemble.page.mouse.move(x, y)
        expect(chip).to_be_visible()
        said.append(chip.inner_text())
    assert said == ["0 of 32 say class 1", "32 of 32 say class 1"]
    ensemble.page.mouse.move(5, 5)
    expect(chip).to_be_hidden()


def test_another_setting_is_compared_in_pairs(ensemble: Playground) -> None:
    words = ensemble.part("versus")
    ensemble.page.get_by_label("Setting to compare").select_option("optimizer")
    ensemble.page.get_by_label("Optimizer: value to compare").select_option("adam")
    ensemble.page.get_by_role("button", name="Compare").click()
    expect(words).to_contain_text("of 1,024 pairs of networks")
    best = ensemble.page.get_by_role("button", name="Open the best with Optimizer Adam")
    expect(best).to_be_visible()
    ensemble.page.get_by_role("button", name="No comparison").click()
    expect(words).to_be_empty()
    expect(best).to_be_hidden()


def test_it_fits_a_phone_and_is_accessible(ensemble: Playground) -> None:
    assert serious(ensemble) == []
    ensemble.page.set_viewport_size(PHONE)
    ensemble.rest()
    assert ensemble.page.evaluate(TOO_WIDE) == []


def test_networks_open_in_the_playground_at_their_step(ensemble: Playground) -> None:
    step = play_to(ensemble, ensemble.step_shown + 20)
    for which in ("best", "median", "worst"):
        before, button = ensemble.frame, ensemble.part(f"open-{which}")
        said = re.search(r"Seed (\d+), ([\d.e-]+)$", button.inner_text())
        assert said is not None
        seed, loss = said.groups()
        button.click()
        ensemble.until("s.frame.step === arg && !s.frame.run?.startsWith('ensemble')", step)
        ensemble.page.wait_for_url(lambda url: not urlsplit(url).path.endswith("/lab"))
        after = ensemble.frame
        assert math.isclose(after["lossTest"], float(loss), rel_tol=5e-3)
        if which == "median":
            assert np.float32(after["lossTest"]) == before["lossTest"]
        assert ensemble.query.get("init_seed", "3") == seed
        assert not ensemble.state["playing"]
        ensemble.page.get_by_role("link", name="Lab").click()
        ensemble.until("s.frame.step === arg && s.frame.run?.startsWith('ensemble')", step)


def test_a_link_opens_the_view_with_its_comparison_and_moment(tab: Playground) -> None:
    go(tab, "ensemble", "seeds=4&vary=data&against=rate:0.03&step=40")
    tab.until("s.frame.step === 40")
    expect(tab.part("ensemble-stuck")).to_have_text(re.compile(r"^\d+ of 4$"))
    expect(tab.page.get_by_role("combobox", name="The seeds draw")).to_have_value("data")
    expect(tab.part("versus")).to_contain_text("of 16 pairs of networks")
    assert not tab.state["playing"]
