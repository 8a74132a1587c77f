"""Real and own data in the browser: they are learnt at first contact, under their own names."""

import pytest
from playwright.sync_api import expect

from tools.playground import Playground

OWN = "/?data=own&x1_name=age&x2_name=platelets&class0_name=healthy&class1_name=ill&points=" + (
    "21_150000_0~25_410000_1~33_160000_0~31_390000_1~71_165000_1~75_400000_0~68_155000_1~79_395000_0"
)


@pytest.mark.parametrize(
    ("link", "names", "classes"),
    [
        ("/?data=wine", ("alcohol", "proline"), ("another grower", "the first grower")),
        (OWN, ("age", "platelets"), ("healthy", "ill")),
    ],
)
def test_a_link_to_real_data_is_learnt_within_ten_seconds_under_its_own_names(
    tab: Playground, link: str, names: tuple[str, str], classes: tuple[str, str]
) -> None:
    playground = tab.open(link)
    words = playground.part("boundary").inner_text()
    for name in (*names, *classes, f"probability of {classes[1]}"):
        assert name in words
    for label, name in enumerate(classes):
        expect(playground.part(f"place-{label}")).to_have_accessible_name(f"Place points of {name}")
    playground.neuron(1, layer=1).click()
    for name in names:
        expect(playground.editor).to_contain_text(f"weight from input {name}")
        inputs = playground.sidebar.get_by_test_id("stButtonGroup")
        expect(inputs.get_by_text(name, exact=True)).to_be_visible()
    playground.page.keyboard.press("Escape")
    playground.point_at_plane(0.03, 0.97)
    expect(playground.part("boundary").locator(".nnv-probe")).to_contain_text(f"p({classes[1]}) ")
    expect(playground.part("stage")).not_to_contain_text("class 0")
    expect(playground.part("stage")).not_to_contain_text("class 1")

    playground.play()
    playground.until("s.frame.accuracyTrain > 0.9", patience=10_000)


def test_generated_points_are_still_of_class_0_and_class_1(playground: Playground) -> None:
    expect(playground.part("boundary")).to_contain_text("probability of class 1")
    expect(playground.part("place-0")).to_have_accessible_name("Place points of class 0")
