"""The network diagram: look into a neuron, turn a weight by hand, grow and shrink layers."""

from playwright.sync_api import expect

from nnviz.experiment import Experiment
from tools.playground import PATIENCE, Playground


def test_a_neuron_that_is_pointed_at_takes_the_boundarys_place(playground: Playground) -> None:
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


def test_an_edited_bias_takes_effect_at_the_same_step_and_stays(playground: Playground) -> None:
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


def test_leaving_the_editor_changes_nothing(playground: Playground) -> None:
    before = playground.numbers
    playground.neuron(1, 1).click()
    playground.editor.get_by_label("bias", exact=True).fill("9")
    playground.page.keyboard.press("Escape")
    expect(playground.editor).to_be_hidden()
    playground.rest(60)
    assert playground.numbers == before


def test_the_editor_refuses_what_is_no_weight(playground: Playground) -> None:
    before = playground.numbers
    playground.neuron(1, 1).click()
    bias = playground.editor.get_by_label("bias", exact=True)
    for text in ("1e9", ""):
        bias.fill(text)
        bias.press("Enter")
        expect(playground.editor).to_contain_text("from -1000 to 1000")
    playground.rest()
    assert playground.numbers == before


def test_a_neuron_added_in_the_diagram_shows_in_the_sidebar(playground: Playground) -> None:
    units = Experiment().hidden[0].units
    expect(playground.units_of_layer(1)).to_have_value(str(units))
    with playground.new_run():
        playground.page.get_by_role("button", name="Add a neuron to layer 1").click()
    expect(playground.units_of_layer(1)).to_have_value(str(units + 1))
    expect(playground.neurons(1)).to_have_count(units + 1)
    assert playground.step_shown == 0

    with playground.new_run():
        playground.page.get_by_role("button", name="Remove a neuron from layer 1").click()
    expect(playground.units_of_layer(1)).to_have_value(str(units))
    assert playground.state["mounts"] == 1


def test_units_set_in_the_sidebar_show_in_the_diagram(playground: Playground) -> None:
    with playground.new_run():
        playground.units_of_layer(2).fill("7")
        playground.units_of_layer(2).press("Enter")
    expect(playground.neurons(2)).to_have_count(7)


def test_layers_grow_and_shrink_in_the_diagram(playground: Playground) -> None:
    with playground.new_run():
        playground.part("add-layer").click()
    expect(playground.units_of_layer(3)).to_be_visible()
    with playground.new_run():
        playground.part("remove-layer").click()
    expect(playground.units_of_layer(3)).to_have_count(0)


def test_neurons_are_reached_by_keyboard(playground: Playground) -> None:
    playground.neuron(1, 1).focus()
    looked_at = playground.part("boundary").locator(".nnv-looked-at")
    expect(looked_at).to_contain_text("neuron 1 of layer 1")
    playground.page.keyboard.press("ArrowDown")
    expect(looked_at).to_contain_text("neuron 2 of layer 1")
    playground.page.keyboard.press("ArrowRight")
    expect(looked_at).to_contain_text("neuron 2 of layer 2")
    playground.page.keyboard.press("Enter")
    expect(playground.editor).to_be_visible()
    assert playground.step_shown == 0, "arrows among neurons must not train"


def test_quick_clicks_all_count(playground: Playground) -> None:
    """The second comes before the server has answered the first."""
    add = playground.part("diagram").get_by_role("button", name="Add a neuron to layer 1")
    add.evaluate("button => { for (let i = 0; i < 5; i++) button.click(); }")
    expect(playground.neurons(1)).to_have_count(9, timeout=PATIENCE)
    # While the page is drawn anew, the old field may still stand beside the new one.
    expect(playground.units_of_layer(1).last).to_have_value("9", timeout=PATIENCE)
