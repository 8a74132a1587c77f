"""The stage's pure modules, in the browser they are written for, against their Python twins."""

import base64
import zlib
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from nnviz.data import DataSpec, make_dataset
from nnviz.figures.stage import boundary_figure, loss_figure
from nnviz.frames import pack
from nnviz.frames.quantise import LEVELS, quantise_surfaces
from nnviz.serve.records import end_record, record
from tests.frames.logits import dequantise_signed


@pytest.fixture
def page(lone_page: Page) -> Page:
    """A page that can import the modules."""
    return lone_page


def run(page: Page, module: str, body: str, arg: Any = None) -> Any:
    """What a function body returns that sees a module as ``m`` and an argument as ``arg``."""
    code = f"async arg => {{ const m = await import('./assets/{module}'); {body} }}"
    return page.evaluate(code, arg)


def as_bytes(message: bytes) -> str:
    return base64.b64encode(message).decode()


UNPACK = """
    const bytes = Uint8Array.from(atob(arg), c => c.charCodeAt(0));
    const { header, sections } = await m.unpack(bytes);
    const plain = {};
    for (const [name, array] of Object.entries(sections)) plain[name] = Array.from(array);
    return { header, plain };"""


@pytest.mark.parametrize("compress", [True, False])
def test_a_message_is_read_as_it_was_written(page: Page, compress: bool) -> None:
    """Otherwise the page shows another network than the one that was trained."""
    random = np.random.RandomState(0)
    sections = {
        "step": np.arange(5.0),
        "surface": random.randint(-127, 128, (5, 7, 7)).astype(np.int8),
        "weights": random.randint(-32767, 32768, (5, 11)).astype(np.int16),
        "gradients": random.randn(5, 11).astype(np.float32),
    }
    got = run(
        page, "unpack.js", UNPACK, as_bytes(pack({"run": "a", "note": "λ <b>"}, sections, compress))
    )
    assert got["header"]["note"] == "λ <b>"
    for name, array in sections.items():
        np.testing.assert_array_equal(got["plain"][name], array.ravel(), err_msg=name)


def test_a_message_of_something_else_is_refused(page: Page) -> None:
    body = (
        "try { await m.unpack(new Uint8Array(20)); return null; } catch (e) { return e.message; }"
    )
    assert "NNV1" in run(page, "unpack.js", body)


def test_logits_come_back_as_python_reads_them(page: Page) -> None:
    values = np.random.RandomState(1).randn(6, 6) * 3.0
    (levels,), (scale,) = quantise_surfaces(values[np.newaxis])
    body = (
        "const levels = Int8Array.from(arg.levels);"
        "return Array.from(m.logitsOf({ ...arg, levels }));"
    )
    got = run(
        page, "surface.js", body, {"levels": levels.ravel().tolist(), "scale": scale, "top": LEVELS}
    )
    np.testing.assert_allclose(got, dequantise_signed(levels, scale).ravel(), atol=1e-5)


@pytest.mark.parametrize(("a", "b", "c"), [(1.0, 0.4, -5.2), (-0.3, 1.0, -3.1), (0.0, 2.0, -7.0)])
def test_the_contour_of_a_straight_boundary_lies_on_it(
    page: Page, a: float, b: float, c: float
) -> None:
    side = 9
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    plane = (a * x + b * y + c).ravel().tolist()
    body = f"return m.contourSegments(Float64Array.from(arg), {side});"
    points = np.reshape(run(page, "surface.js", body, plane), (-1, 2))
    assert len(points) >= 2 * (side - 1)
    np.testing.assert_allclose(a * points[:, 0] + b * points[:, 1] + c, 0.0, atol=1e-9)


def test_a_surface_of_one_sign_has_no_contour(page: Page) -> None:
    assert (
        run(page, "surface.js", "return m.contourSegments(new Float64Array(25).fill(2), 5);") == []
    )


@pytest.mark.parametrize(("factor", "steep"), [(1.0, False), (40.0, True)])
def test_a_jump_across_the_boundary_is_steep_and_one_elsewhere_is_not(
    page: Page, factor: float, steep: bool
) -> None:
    x, y = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 9))
    plane = factor * (x + 0.3 * y + 0.05)
    flat = np.where(x < 0, 0.1, 12.0)  # a jump, but all on one side of the boundary
    for values, wanted in ((plane, steep), (flat, False)):
        (levels,), (scale,) = quantise_surfaces(values[np.newaxis])
        body = "return m.isSteep({ ...arg, levels: Int8Array.from(arg.levels), side: 9 });"
        surface = {"levels": levels.ravel().tolist(), "scale": scale, "top": LEVELS}
        assert run(page, "surface.js", body, surface) is wanted


READ = """
    const body = Uint8Array.from(atob(arg), c => c.charCodeAt(0)), seen = [];
    const pieces = [];
    for (let i = 0; i < body.length; i += 7) pieces.push(body.subarray(i, i + 7));
    const end = await m.readBody(pieces, message => seen.push(message.header.name));
    return { end, seen };"""
RECORDS = record(pack({"name": "one"}, {}, False)) + record(pack({"name": "two"}, {}))
BODY = RECORDS + end_record(zlib.crc32(RECORDS), 2, None)


def test_a_body_is_read_message_by_message_however_it_is_cut(page: Page) -> None:
    got = run(page, "records.js", READ, as_bytes(BODY))
    assert got["seen"] == ["one", "two"]
    assert got["end"]["frames"] == 2


@pytest.mark.parametrize("broken", ["cut off", "bytes altered", "nothing"])
def test_a_body_that_is_not_whole_is_told_from_one_that_is(page: Page, broken: str) -> None:
    """A cache that kept half a batch would otherwise show it for good."""
    middle = len(BODY) // 3
    altered = BODY[:middle] + bytes([BODY[middle] ^ 1]) + BODY[middle + 1 :]
    body = {"cut off": BODY[:-1], "bytes altered": altered, "nothing": b""}[broken]
    assert run(page, "records.js", READ, as_bytes(body))["end"] is None


CLOCK = """
    let state = m.START, effects = [];
    for (const event of arg) [state, effects] = m.after(state, event);
    return { ...state, effects };"""


def clock(page: Page, *events: dict[str, Any]) -> dict[str, Any]:
    """The state and the last effects after these events."""
    found: dict[str, Any] = run(page, "clock.js", CLOCK, list(events))
    return found


def test_clicks_on_step_add_up_while_the_frame_is_on_its_way(page: Page) -> None:
    step = {"type": "step", "by": 1}
    got = clock(page, step, step, step)
    assert (got["mode"], got["goal"], got["effects"]) == ("seek", 3, ["look"])
    there = {"type": "painted", "step": 3}
    got = clock(page, step, step, step, {"type": "painted", "step": 1}, there)
    assert (got["mode"], got["shown"], got["effects"]) == ("rest", 3, ["rest"])


def test_nobody_gets_beyond_the_end_of_a_run(page: Page) -> None:
    end = {"type": "end", "step": 7}
    got = clock(page, {"type": "go", "to": 20}, end)
    assert (got["goal"], got["effects"]) == (7, ["look"])
    there = {"type": "painted", "step": 7}
    assert clock(page, end, there, {"type": "toggle"})["mode"] == "rest"
    assert clock(page, end, {"type": "toggle"}, there, {"type": "dry"})["mode"] == "rest"
    back = {"type": "painted", "step": 3}
    assert clock(page, end, there, back, {"type": "toggle"})["mode"] == "play"


def test_nothing_is_looked_for_while_a_change_is_being_made(page: Page) -> None:
    """It would be a frame of the run as it was before."""
    hold, go = {"type": "hold"}, {"type": "go", "to": 5}
    assert clock(page, hold, go)["effects"] == []
    assert clock(page, hold, go, {"type": "release"})["effects"] == ["look"]
    assert clock(page, {"type": "toggle"}, hold, {"type": "release"})["mode"] == "play"


def test_batches_are_the_same_for_all_who_watch(page: Page) -> None:
    body = """const { multipleAfter: next, batchStart: start } = m;
        return [next(0, 1), next(7, 8), next(8, 8), start(511, 8, 32), start(256, 8, 32)];"""
    assert run(page, "address.js", body) == [1, 8, 16, 256, 256]


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        ({"experiment": "", "from": 5}, "from=5&count=1&every=1"),
        (
            {"experiment": "data=x~y", "from": 64, "count": 32, "every": 2, "gradients": True},
            "data=x~y&from=64&count=32&every=2&gradients=1",
        ),
        (
            {"experiment": "", "from": 3, "changes": ["l1-0.1", "theta.4--2"]},
            "from=3&count=1&every=1&then=3-l1-0.1+3-theta.4--2",
        ),
    ],
)
def test_an_address_keeps_the_experiment_as_python_wrote_it(
    page: Page, asked: dict[str, Any], query: str
) -> None:
    assert run(page, "address.js", "return m.framesQuery(arg);", asked) == query


PAST = """
    const frame = step => ({ step, epoch: step, weights: new Float64Array(8),
        surface: { levels: new Int8Array(1000) }, maps: undefined, gradients: null });
"""


def test_the_record_stays_within_its_memory_and_keeps_both_ends(page: Page) -> None:
    body = """const past = new m.Past(100000);
        for (let step = 0; step <= 1000; step++) past.put(frame(step));
        const bytes = past.moments.reduce((sum, f) => sum + m.bytesOf(f), 0);
        return { steps: past.moments.map(f => f.step), bytes };"""
    got = run(page, "past.js", PAST + body)
    assert got["bytes"] <= 100_000
    assert (got["steps"][0], got["steps"][-1]) == (0, 1000)
    assert len(got["steps"]) > 30
    assert len(set(np.diff(got["steps"])[:-1])) == 1, "evenly spread"


def test_a_record_is_cut_searched_and_corrected_by_step(page: Page) -> None:
    body = """const past = new m.Past();
        for (let step = 0; step <= 40; step += 4) past.put(frame(step));
        const found = [0, 3, 4, 22, 99].map(step => past.moments[past.indexOf(step)].step);
        past.put(frame(40)); past.put(frame(13)); const length = past.moments.length;
        const around = [past.previous(13).step, past.next(13).step, past.previous(12).step];
        const nearest = [0, 1, 10.4, 12.6, 26.1, Infinity].map(step => past.nearest(step).step);
        past.truncate(20);
        return { found, length, around, nearest, last: past.last.step };"""
    got = run(page, "past.js", PAST + body)
    assert got.pop("nearest") == [0, 0, 12, 12, 28, 40]
    assert got == {"found": [0, 0, 4, 20, 40], "length": 11, "around": [12, 16, 8], "last": 20}


def test_the_way_to_a_step_that_nobody_has_seen_can_be_gone_back(page: Page) -> None:
    body = """const past = new m.Past(); past.put(frame(0)); past.reach(50000);
        past.put(frame(50000));
        const steps = past.moments.map(f => f.step), hole = past.moments[5].step;
        const before = past.at(hole); past.put(frame(hole));
        return { steps, before, after: past.at(hole).step === hole,
            known: [past.recordedUntil(0), past.recordedUntil(50000)] };"""
    got = run(page, "past.js", PAST + body)
    assert got["before"] is None
    assert got["after"]
    assert got["known"] == [0, 50000]
    assert 100 < len(got["steps"]) < 300
    assert len(set(np.diff(got["steps"])[:-1])) == 1, "evenly spread"


@pytest.mark.parametrize("ratio", [1 / 200, 1 / 3, 1, 5, 200])
@pytest.mark.parametrize("every", [1, 8, 512])
def test_tracks_on_one_clock_are_never_more_than_a_frame_apart(
    page: Page, ratio: float, every: int
) -> None:
    """A track that counts other updates shows its latest frame at or before the clock."""
    body = """const source = { kind: "frames", experiment: "", counts: Array(10).fill(32) };
        const track = new m.Track({}, source, arg.ratio, 1e6);
        track.setEvery(arg.every);
        const times = Array.from({ length: 3000 }, (_, i) => i * arg.every);
        return { every: track.every, steps: times.map((time) => track.stepAt(time)) };"""
    got = run(page, "track.js", body, {"ratio": ratio, "every": every})
    wanted = np.arange(3000) * every * ratio
    behind = wanted - np.array(got["steps"])
    assert (behind > -1e-3).all()
    assert (behind < got["every"]).all()
    assert not (np.array(got["steps"]) % got["every"]).any(), "frames of its batches"
    assert got["every"] <= max(1, every * ratio)


LAYOUT = """
    const layers = [
        { units: 3, shown: [0, 1, 2], parameters: [] }, { units: 1, shown: [0], parameters: [] }];
    const plan = m.layOut(layers, ["x1", "x2"], 400, 300, 62);
"""


def test_links_carry_the_parameters_in_the_order_they_are_sent(page: Page) -> None:
    """A click on a line must edit that line's weight, not a neighbour's."""
    body = """return { biases: plan.nodes.slice(1).flat().map(n => n.bias),
        links: plan.links.map(l => [l.from.column, l.from.row, l.to.row, l.parameter]) };"""
    got = run(page, "layout.js", LAYOUT + body)
    assert got["biases"] == [0, 3, 6, 9]
    assert [0, 1, 2, 8] in got["links"], "input 2 to neuron 3: its bias is 6, then two weights"
    assert [1, 2, 0, 12] in got["links"], "neuron 3 to the output"


def test_the_pointer_finds_biases_nodes_and_lines_and_nothing_beside_them(page: Page) -> None:
    body = """const node = plan.nodes[1][0], link = plan.links[0];
        const at = (x, y) => m.hit(plan, x, y);
        const middle = at((link.x0 + link.x1) / 2, (link.y0 + link.y1) / 2);
        return [at(node.x, node.y + node.size).kind, at(node.x + node.size / 2, node.y + 5).kind,
                middle.kind, middle.parameter === link.parameter, at(1, 1)];"""
    assert run(page, "layout.js", LAYOUT + body) == ["bias", "node", "link", True, None]


@pytest.mark.parametrize(("value", "nice"), [(0.7, 1), (1, 1), (1.1, 2), (230, 500), (0.021, 0.05)])
def test_axes_end_at_round_numbers(page: Page, value: float, nice: float) -> None:
    assert run(page, "curves.js", "return m.niceAbove(arg);", value) == pytest.approx(nice)


def turned_round(figure: Any) -> str:
    """The same figure, its traces in the other order."""
    figure.data = figure.data[::-1]
    return str(figure.to_json())


POINTS = """
    const view = Object.create(m.BoundaryView.prototype);
    const figure = JSON.parse(arg.figure);
    const { window, test } = arg;
    Object.assign(view, { figure, window, view: { test }, sizes: [1, 1, 1, 1] });
    const palette = { class_0: "0", class_1: "1", marker_edge: "edge" };
    view.restyle(figure.data, { xaxis: {}, yaxis: {} }, { palette, border: "", scale: 1 });
    return {
        points: Array.from(view.points(), ({ x, y, label }) => [x, y, label]),
        looks: figure.data.map(({ name, visible, marker: { color, line } }) =>
            [name, visible, color, line.color]),
    };"""


@pytest.mark.parametrize("test", [True, False])
def test_a_point_is_of_the_class_and_part_that_its_trace_says_wherever_it_stands(
    page: Page, test: bool
) -> None:
    """A third class, or another order of traces, must not turn right answers into mistakes."""
    data = make_dataset(DataSpec(n_samples=40))
    figure = turned_round(boundary_figure(data))
    got = run(
        page, "boundary.js", POINTS, {"figure": figure, "window": [-1, 1, -1, 1], "test": test}
    )
    parts = [(data.X_train, data.y_train), (data.X_test, data.y_test)][: 1 + test]
    rows = [
        (*np.round(x, 4).tolist(), int(label))
        for X, y in parts
        for x, label in zip(X, y, strict=True)
    ]
    assert sorted(map(tuple, got["points"])) == sorted(rows)
    assert got["looks"] == [
        ["class 1, test", test, "1", "1"],
        ["class 0, test", test, "0", "0"],
        ["class 1, train", True, "1", "edge"],
        ["class 0, train", True, "0", "edge"],
    ]


CURVES = """
    const view = Object.create(m.CurveView.prototype);
    view.setFigure(arg);
    Object.assign(view, { what: "accuracy" });
    return view.series;"""


def test_a_curve_is_of_the_part_that_its_trace_says_wherever_it_stands(page: Page) -> None:
    assert run(page, "curves.js", CURVES, turned_round(loss_figure(True))) == [
        "accuracyTest",
        "accuracyTrain",
    ]


UNTIL_SAID_AGAIN = """
    const said = [];
    const lost = new m.Outbox((message) => said.push(message));
    const heard = new m.Outbox(() => said.push(null));
    heard.put({ reset: true });
    heard.settle({ sender: heard.sender, id: 1 });
    lost.put({ travel: "undo" });
    while (said.length < 3) await new Promise(requestAnimationFrame);
    return said;"""


def test_an_edit_to_which_no_message_comes_is_sent_once_more(page: Page) -> None:
    """A click must not be lost where the session's script ended before it was read."""
    confirmed, first, again = run(page, "outbox.js", UNTIL_SAID_AGAIN)
    assert confirmed is None
    assert first == again
    assert first["edits"] == [{"id": 1, "travel": "undo"}]
