"""The network diagram: look into a neuron, turn a weight by hand, grow and shrink layers."""

import pytest
from playwright.sync_api import expect

from nnviz.experiment import Experiment
from tests.e2e.conftest import PHONE
from tools.playground import PATIENCE, Playground


def test_a_neuron_that_is_pointed_at_or_focused_takes_the_boundarys_place(
    playground: Playground,
) -> None:
    picture = playground.picture()
    looked_at = playground.part("boundary").locator(".nnv-looked-at")
    expect(looked_at).to_be_hidden()

    playground.neuron(1, 1).hover()
    expect(looked_at).to_contain_text("neuron 1 of layer 1")
    playground.rest()
    assert playground.picture() != picture

    playground.page.mouse.move(5, 5)
    expect(looked_at).to_be_hidden()
    playground.rest()
    assert playground.picture() == picture

    playground.neuron(1, 1).focus()
    expect(looked_at).to_contain_text("neuron 1 of layer 1")
    playground.page.keyboard.press("ArrowDown")
    expect(looked_at).to_contain_text("neuron 2 of layer 1")
    playground.page.keyboard.press("ArrowRight")
    expect(looked_at).to_contain_text("neuron 2 of layer 2")
    playground.page.keyboard.press("Enter")
    expect(playground.editor).to_be_visible()
    assert playground.step_shown == 0, "arrows among neurons must not train"
    playground.page.keyboard.press("Escape")
    expect(playground.editor).to_be_hidden()


def test_the_editor_refuses_what_is_no_weight_and_leaving_it_changes_nothing(
    playground: Playground,
) -> None:
    before = playground.numbers
    playground.neuron(1, 1).click()
    bias = playground.editor.get_by_label("bias", exact=True)
    for text in ("1e9", ""):
        bias.fill(text)
        bias.press("Enter")
        expect(playground.editor).to_contain_text("from -1000 to 1000")
    bias.fill("9")
    playground.page.keyboard.press("Escape")
    expect(playground.editor).to_be_hidden()
    playground.rest(40)
    assert playground.numbers == before


def test_the_editor_leaves_the_map_in_sight_and_an_edit_takes_effect_at_its_step(
    playground: Playground,
) -> None:
    playground.neuron(2, 1).click()
    editor, buttons = playground.editor.bounding_box(), playground.editor.get_by_role("button")
    diagram = playground.part("diagram").bounding_box()
    assert editor is not None
    assert diagram is not None
    assert editor["y"] >= diagram["y"] + diagram["height"]
    looked_at = playground.part("boundary").locator(".nnv-looked-at")
    playground.point_at_plane(0.5, 0.5)
    expect(looked_at).to_contain_text("neuron 2 of layer 1")

    weight = playground.editor.get_by_label("weight from input x₂")
    before = float(weight.input_value())
    weight.press("ArrowUp")
    assert float(weight.input_value()) == pytest.approx(before + 0.1)
    playground.editor.get_by_label("bias", exact=True).focus()
    playground.page.keyboard.type("1.5")
    expect(playground.editor.get_by_label("bias", exact=True)).to_have_value("1.5")
    buttons.get_by_text("Cancel").click()
    expect(playground.editor).to_be_hidden()
    playground.page.mouse.move(5, 5)

    numbers = playground.numbers
    playground.neuron(2, 1).click()
    expect(playground.editor.get_by_label("bias", exact=True)).to_have_value("0")
    playground.page.keyboard.type("1.5")
    buttons.get_by_text("Apply").click()
    playground.until("s.frame.lossTrain !== arg", numbers["lossTrain"])
    expect(playground.editor).to_be_hidden()

    playground.go_to_step(6)
    unedited = playground.numbers
    playground.scrub_to(5)
    before = playground.numbers

    playground.neuron(2, 1).click()
    bias = playground.editor.get_by_label("bias", exact=True)
    bias.fill("2.5")
    bias.press("Enter")
    expect(playground.editor).to_be_hidden()
    playground.until("s.frame.lossTrain !== arg", before["lossTrain"])
    assert playground.step_shown == 5, "an edit must not train"

    playground.neuron(2, 1).click()
    expect(playground.editor.get_by_label("bias", exact=True)).to_have_value("2.5000")
    playground.page.keyboard.press("Escape")
    playground.step()
    playground.until("s.frame.step === 6")
    assert playground.numbers != unedited
    playground.scrub_to(4)
    playground.scrub_to(5)
    assert playground.frame["lossTrain"] != before["lossTrain"]

    for _ in range(2):
        with playground.rerun():
            playground.part("undo").click()
    expect(playground.page).to_have_url(f"{playground.url}/")


def test_a_finger_looks_first_and_edits_then(phone: Playground) -> None:
    playground = phone
    looked_at = playground.part("boundary").locator(".nnv-looked-at")
    tip = playground.part("diagram").locator(".nnv-tip")
    neuron = playground.neuron(1, 2)
    playground.part("diagram").evaluate("diagram => diagram.scrollIntoView()")
    small = playground.part("stage").locator(".nnv-small")
    expect(small).to_be_visible()
    neuron.tap()
    expect(looked_at).to_contain_text("neuron 1 of layer 2")
    expect(tip).to_contain_text("Tap it again to edit it.")
    expect(playground.editor).to_be_hidden()
    map_of_neuron = small.screenshot()
    playground.part("loss-curve").locator("h3").tap()
    expect(looked_at).to_be_hidden()
    assert small.screenshot() != map_of_neuron
    expect(tip).to_be_hidden()

    for _ in range(2):
        neuron.tap()
    expect(playground.editor).to_be_visible()
    sheet, box = playground.editor.bounding_box(), neuron.bounding_box()
    assert sheet is not None
    assert box is not None
    assert sheet["y"] + sheet["height"] == pytest.approx(PHONE["height"], abs=1)
    assert box["y"] + box["height"] < sheet["y"]
    for control in playground.editor.locator("input, button").all():
        size = control.bounding_box()
        assert size is not None
        assert size["height"] >= 40
    expect(looked_at).to_contain_text("neuron 1 of layer 2")
    playground.editor.get_by_role("button", name="Cancel").tap()
    expect(playground.editor).to_be_hidden()

    output = playground.part("diagram").get_by_role("button", name="output:").bounding_box()
    assert output is not None
    links = playground.part("diagram").locator(".nnv-diagram-canvas")
    area = links.bounding_box()
    assert area is not None
    x = (box["x"] + box["width"] + output["x"]) / 2 - area["x"]
    y = (box["y"] + box["height"] / 2 + output["y"] + output["height"] / 2) / 2 - area["y"]
    links.tap(position={"x": x, "y": y})
    expect(tip).to_contain_text("weight from neuron 1 of layer 2 to output: ")
    expect(playground.editor).to_be_hidden()
    links.tap(position={"x": x, "y": y})
    expect(playground.editor.get_by_label("weight", exact=True)).to_be_focused()
    playground.page.keyboard.press("Escape")

    playground.plane.scroll_into_view_if_needed()
    plane = playground.plane.bounding_box()
    assert plane is not None
    x, y = plane["x"] + plane["width"] / 2, plane["y"] + plane["height"] / 2
    cdp = playground.page.context.new_cdp_session(playground.page)
    kinds = ["touchStart", *["touchMove"] * 12, "touchEnd"]
    for apart, kind in zip(range(20, 160, 10), kinds, strict=True):
        fingers = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        touches = [] if kind == "touchEnd" else fingers
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    playground.page.wait_for_function("visualViewport.scale > 1.5")
    playground.page.close()  # the next page in this tab would be as large


def test_the_diagram_and_the_sidebar_have_the_same_layers(opened: Playground) -> None:
    playground = opened
    units = Experiment().hidden[0].units
    expect(playground.units_of_layer(1)).to_have_value(str(units))
    add = playground.part("diagram").get_by_role("button", name="Add a neuron to layer 1")
    with playground.new_run():
        add.click()
    expect(playground.units_of_layer(1)).to_have_value(str(units + 1))
    expect(playground.neurons(1)).to_have_count(units + 1)
    assert playground.step_shown == 0
    with playground.new_run():
        playground.page.get_by_role("button", name="Remove a neuron from layer 1").click()
    expect(playground.units_of_layer(1)).to_have_value(str(units))

    with playground.new_run():
        playground.units_of_layer(2).fill("7")
        playground.units_of_layer(2).press("Enter")
    expect(playground.neurons(2)).to_have_count(7)

    with playground.new_run():
        playground.part("add-layer").click()
    expect(playground.units_of_layer(3)).to_be_visible()
    with playground.new_run():
        playground.part("remove-layer").click()
    expect(playground.units_of_layer(3)).to_have_count(0)

    # Quick clicks all count: the second comes before the server has answered the first.
    add.evaluate("button => { for (let i = 0; i < 5; i++) button.click(); }")
    expect(playground.neurons(1)).to_have_count(units + 5, timeout=PATIENCE)
    # While the page is drawn anew, the old field may still stand beside the new one.
    expect(playground.units_of_layer(1).last).to_have_value(str(units + 5), timeout=PATIENCE)
    assert playground.state["mounts"] == 1
