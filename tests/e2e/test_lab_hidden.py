"""The view Hidden space of the Lab draws what the network does, live, layer by layer."""

import base64
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.lab import visit
from tests.e2e.lone_stage import answer_to
from tests.e2e.test_accessible import SCHEMES, serious
from tools.playground import Playground

# Makes the shape of the first frame of an answer; `before` is that of another answer, or null.
SHAPE = """
const told = async (text) => {
    const { readBody } = await import("./assets/records.js"), found = [];
    const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
    if (!(await readBody([bytes], one => found.push(one)))) throw new Error("cut off");
    return found[0];
};
const m = await import("./assets/bent.js");
const { contourSegments, sample } = await import("./assets/surface.js");
const { sections: { places } } = await told(arg.hiddens);
const n = places.length / 2;
const plane = { at: [places.subarray(0, n), places.subarray(n), new Float32Array(n)] };
const framesOf = async (text) => m.bentFramesOf(await told(text));"""

# The largest distance between the boundary of the plane, drawn in the space of the last layer, and
# the line that is drawn there, in units of half the window; and how many places were compared.
OFF_THE_LINE = """
const [frame] = await framesOf(arg.hidden);
const { at, cut, logits, side } = m.shapeOf(frame, frame.window, plane);
const [[x0, y0], [x1, y1]] = cut, length = Math.hypot(x1 - x0, y1 - y0);
const segments = contourSegments(logits, side), far = [];
for (let i = 0; i < segments.length; i += 2) {
    const [u, v] = [segments[i] / (side - 1), segments[i + 1] / (side - 1)];
    const [x, y] = at.map(values => sample(values, side, u, v));
    far.push(Math.abs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) / length);
}
return { far: Math.max(...far), count: far.length };"""

# The same frame with its second component turned, after the shape of the first.
TURNED = """
const [frame] = await framesOf(arg.hidden);
const before = m.shapeOf(frame, frame.window, plane);
const levels = frame.levels.map((level, i) => (Math.floor(i / n) === 1 ? -level : level));
const [low, high] = frame.window.slice(2, 4), window = frame.window.with(2, -high).with(3, -low);
const corners = frame.corners.map((value, i) => (i % frame.dims === 1 ? -value : value));
const after = m.shapeOf({ ...frame, levels, corners }, window, plane, before);
const against = { at: plane.at.map(values => values.map(value => -value)) };
const other = m.shapeOf({ ...frame, levels, corners }, window, plane, against);
const same = m.shapeOf({ ...frame, levels, corners }, window, plane);
const most = (one, other) => Math.max(...Array.from(one, (value, i) => Math.abs(value - other[i])));
const apart = shape => Math.max(...before.at.map((values, axis) => most(values, shape.at[axis])));
const cuts = most(before.cut.flat(), after.cut.flat());
const far = { after: apart(after), other: apart(other), same: apart(same) };
return { ...far, cuts, corners: before.cut.length };"""


def computed(page: Page, body: str, experiment: str, layer: int, step: int) -> Any:
    """What a function body returns for the answers about a layer at a step."""
    asked = "&".join(part for part in (experiment, f"layer={layer}&from={step}") if part)
    bodies = {
        "hiddens": answer_to(f"hiddens/any?{experiment}"),
        "hidden": answer_to(f"hidden/any?{asked}&count=1&every=1"),
    }
    texts = {kind: base64.b64encode(body).decode() for kind, body in bodies.items()}
    return page.evaluate(f"async arg => {{ {SHAPE} {body} }}", texts)


@pytest.mark.parametrize(
    ("experiment", "layer"),
    [
        ("", 2),
        ("data=spirals&layers=8-tanh+2-tanh&optimizer=adam&rate=0.03", 2),
        ("data=circles&layers=4-tanh+1-tanh", 2),
        ("layers=none", 0),
    ],
    ids=["default", "spirals", "one unit", "no hidden layer"],
)
@pytest.mark.parametrize("step", [0, 300])
def test_the_drawn_boundary_lies_on_the_drawn_line(
    lone_page: Page, experiment: str, layer: int, step: int
) -> None:
    found = computed(lone_page, OFF_THE_LINE, experiment, layer, step)
    assert found["count"] > 10
    assert found["far"] < 1e-3  # a third of a pixel


def test_a_component_does_not_turn_around_from_frame_to_frame(lone_page: Page) -> None:
    """Either way is right. If both alternated, the picture would flicker."""
    found = computed(lone_page, TURNED, "layers=6-tanh", 1, 50)
    assert found["other"] > 0.5
    assert found["same"] < 1e-6
    assert found["after"] < 1e-6
    assert found["corners"] >= 3
    assert found["cuts"] < 1e-6


def test_an_axis_grows_at_once_and_shrinks_slowly(lone_page: Page) -> None:
    """Otherwise points would leave the picture of a run that explodes, or the axes would jitter."""
    code = "async at => (await import('./assets/bent.js')).eased([-1, 2, 0, 1], [-3, 1, 0, 9], at)"
    soon, late = (lone_page.evaluate(code, at) for at in (16, 5000))
    assert late == pytest.approx([-3, 1, 0, 9])
    assert [soon[0], soon[2], soon[3]] == [-3, 0, 9]
    assert 1.5 < soon[1] < 2


SHARE = "() => (100 * nnviz.frame.accuracyTrain).toFixed(1)"


@pytest.fixture
def space(tab: Playground) -> Playground:
    """The view of the default network, at rest in its last layer."""
    return choose(visit(tab, "hidden"), 2)


IS_PICTURE = """wanted =>
    document.querySelector('[data-testid="nnviz-hidden-space"]').toDataURL() === wanted"""


def picture(playground: Playground) -> str:
    """All pixels of the space."""
    pixels: str = playground.part("hidden-space").evaluate("canvas => canvas.toDataURL()")
    return pixels


def layer(playground: Playground, number: int) -> Locator:
    return playground.part(f"hidden-layer-{number}")


def choose(playground: Playground, number: int) -> Playground:
    """Choose a layer, and wait until it is shown and described."""
    layer(playground, number).click()
    is_shown(playground, number)
    return playground


def is_shown(playground: Playground, number: int) -> None:
    expect(layer(playground, number)).to_have_attribute("aria-pressed", "true")
    title = f"Layer {number}" if number else "Inputs"
    words = playground.part("hidden-words").get_by_role("heading")
    expect(words).to_have_text(title)
    expect(playground.part("hidden-slider")).to_have_value(str(number))
    expect(playground.part("hidden-space")).to_have_attribute("aria-label", re.compile(f"^{title}"))


def test_every_layer_is_drawn_and_reached_by_keyboard_and_says_what_is_left_out(
    space: Playground,
) -> None:
    words, slider = space.part("hidden-words"), space.part("hidden-slider")
    space.rest()
    there = picture(space)
    expect(words).to_contain_text("a straight line separates the classes")
    expect(words).not_to_contain_text("variance")
    slider.press("ArrowLeft")
    is_shown(space, 1)
    expect(words).to_contain_text("% of the variance")
    expect(layer(space, 1)).to_contain_text("components:")
    pictures = {there, picture(space)}
    slider.press("Home")
    is_shown(space, 0)
    expect(words).to_contain_text("nothing is left out")
    pictures.add(picture(space))
    assert len(pictures) == 3
    slider.press("ArrowLeft")
    is_shown(space, 0)
    slider.press("End")
    is_shown(space, 2)
    space.page.wait_for_function(IS_PICTURE, arg=there)
    expect(layer(space, 1)).to_contain_text("%")  # its frame at this moment is known
    slider.evaluate("one => { one.value = 1.4; one.dispatchEvent(new Event('input')); }")
    assert picture(space) != there
    slider.dispatch_event("change")
    is_shown(space, 1)


def test_a_walk_shows_one_layer_after_the_other(space: Playground) -> None:
    walk = space.part("hidden-walk")
    walk.click()
    expect(walk).to_have_text("Stop the walk")
    is_shown(space, 0)
    walk.click()
    expect(walk).to_have_text("Walk through the layers")
    walk.click()
    for number in (1, 2):
        expect(walk).to_have_text("Stop the walk" if number < 2 else "Walk through the layers")
        is_shown(space, number)


def test_it_moves_as_the_network_trains_and_opens_in_the_playground_at_that_step(
    space: Playground,
) -> None:
    before, shown = picture(space), space.step_shown
    space.play()
    space.play_until_step(shown + 25)
    step = space.pause()
    share = space.page.evaluate(SHARE)  # 81.25 % is rounded up here, and to even digits in Python
    expect(space.part("hidden-words")).to_contain_text(f"{share} % of the training points")
    label = re.compile(f"at step {step}")
    expect(space.part("hidden-space")).to_have_attribute("aria-label", label)
    after = picture(space)
    assert after != before
    space.rest()
    assert picture(space) == after
    choose(space, 1)
    space.go_to_step(step + 1)
    loss = space.frame["lossTrain"]
    space.part("hidden-open").click()
    expect(space.page).to_have_url(re.compile(r"/(\?|$)"))
    space.until(f"s.frame.step === {step + 1} && s.frame.lossTrain === {loss!r}")


def test_without_a_hidden_layer_there_is_one_space(tab: Playground) -> None:
    playground = visit(tab, "hidden", "layers=none")
    expect(playground.part("hidden-words")).to_contain_text(
        "Without a hidden layer a straight line"
    )
    expect(playground.part("hidden-walk")).to_be_hidden()
    expect(playground.part("hidden-slider")).to_be_hidden()


def test_a_link_opens_a_layer_whose_three_units_can_be_turned(tab: Playground) -> None:
    """Three units in space, and components with their slice, have no serious violation."""
    playground = visit(tab, "hidden", "layers=3-relu+5-tanh&layer=1&step=20")
    page = playground.page
    is_shown(playground, 1)
    assert playground.step_shown == 20
    seen = [picture(playground)]
    for way in ("left", "up", "right", "down"):
        playground.part(f"space-{way}").click()
        seen.append(picture(playground))
    assert len(set(seen)) >= 4
    box = playground.part("hidden-space").bounding_box()
    assert box is not None
    mouse = page.mouse
    mouse.move(box["x"] + 100, box["y"] + 100)
    mouse.move(box["x"] + 150, box["y"] + 100)
    assert picture(playground) == seen[-1], "without a button, nothing turns"
    mouse.down()
    mouse.move(box["x"] + 250, box["y"] + 130)
    mouse.up()
    assert picture(playground) not in seen

    for number in (1, 2):
        choose(playground, number)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            playground.rest(5)
            faults = serious(playground, "" if number == 1 else ".nnv-lab")
            assert not faults, "\n\n".join(f"{one['rule']}: {one['html'][:200]}" for one in faults)
    choose(playground, 0)
    expect(playground.part("space-left")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"layer=0"))
    assert playground.step_shown == 20
