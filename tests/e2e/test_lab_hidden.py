"""The view Hidden space of the Lab draws what the network does, live, layer by layer."""

import base64
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.lone_stage import answer_to

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
