"""The stage of a server whose host has set other quotas: it offers what it may, and never hangs."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from nnviz.experiment import Experiment
from nnviz.network import LayerSpec
from tests.e2e.lone_stage import LoneStage


def press(stage: LoneStage, name: str) -> None:
    stage.part(name).click()


@pytest.mark.parametrize(("batch", "fastest"), [(1, 1), (5, 3), (100, 2048)])
def test_it_plays_in_whatever_batches_and_at_whatever_speeds_the_host_allows(
    host: Callable[..., None], stage: LoneStage, batch: int, fastest: int
) -> None:
    host(batch=batch, fastest=fastest, waiting_per_visit=100)
    stage.open()
    speed = stage.part("speed")
    highest = fastest.bit_length() - 1
    expect(speed).to_have_attribute("max", str(highest))
    for _ in range(highest + 1):
        stage.page.keyboard.press("]")
    reached = 2**highest
    updates = "1 update" if reached == 1 else f"{reached} updates"
    expect(speed).to_have_attribute("aria-valuetext", f"{updates} a picture")
    press(stage, "play")
    stage.until("s.frame.step > 10 * arg", reached)
    press(stage, "play")
    stage.until("!s.playing")
    assert stage.state["frame"]["step"] % reached == 0


def test_a_run_with_fewer_speeds_is_played_at_the_fastest_of_them(
    host: Callable[..., None], stage: LoneStage
) -> None:
    """A server was started anew with another quota while the tab stayed open."""
    stage.open()
    for _ in range(4):
        stage.page.keyboard.press("]")
    speed = stage.part("speed")
    expect(speed).to_have_attribute("aria-valuetext", "16 updates a picture")
    host(fastest=2, batch=2)
    stage.open(Experiment(init_seed=4))
    expect(speed).to_have_attribute("aria-valuetext", "2 updates a picture")
    press(stage, "play")
    stage.until("s.frame.step > 40")


def test_it_offers_no_more_layers_and_units_than_the_host_allows(
    host: Callable[..., None], stage: LoneStage
) -> None:
    host(hidden_layers=2, units=4)
    stage.open()
    expect(stage.part("add-layer")).to_be_disabled()
    more = stage.page.get_by_role("button", name="Add a neuron to layer")
    expect(more.nth(0)).to_be_disabled()
    expect(more.nth(1)).to_be_enabled()
    stage.open(Experiment().with_hidden((LayerSpec(3),)))
    expect(stage.part("add-layer")).to_be_enabled()
    expect(more.nth(0)).to_be_enabled()
