"""The stage's pure modules, in the browser they are written for, against their Python twins."""

import base64
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from nnviz.frames import pack
from nnviz.frames.quantise import dequantise_signed, quantise_signed
from tools.playground import Playground

ASSETS = """performance.getEntriesByType("resource").map(entry => entry.name)
    .find(name => name.endsWith("/main.js")).replace("main.js", "")"""


@pytest.fixture(scope="module")
def page(browser: Any, server: Any) -> Any:
    """A page of the app: the modules are read from where it gets them."""
    opened = browser.new_page()
    Playground(opened, server.url).open()
    yield opened
    opened.close()


def run(page: Page, module: str, body: str, arg: Any = None) -> Any:
    """What a function body returns that sees a module as ``m`` and an argument as ``arg``."""
    code = f"async arg => {{ const m = await import({ASSETS} + '{module}'); {body} }}"
    return page.evaluate(code, arg)


def as_bytes(message: bytes) -> str:
    return base64.b64encode(message).decode()


UNPACK = """
    const bytes = Uint8Array.from(atob(arg), c => c.charCodeAt(0));
    const { header, sections } = m.isPlain(bytes) ? m.unpackPlain(bytes) : await m.unpack(bytes);
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
    levels, scale = quantise_signed(values)
    body = (
        "return Array.from(m.logitsOf({ levels: Int8Array.from(arg.levels), scale: arg.scale }));"
    )
    got = run(page, "surface.js", body, {"levels": levels.ravel().tolist(), "scale": scale})
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


QUEUE = """
    const sent = [];
    const queue = new m.FrameQueue(pull => sent.push({ ...pull }));
    queue.startRun("r", 0, 0);
    const reply = (pull, steps, more = {}) => queue.accept(
        { run: "r", revision: 0, answers: pull.id, stopped: null, ...more },
        steps.map(step => ({ step })));
"""


def test_a_pull_goes_on_where_the_queue_ends_and_only_one_is_under_way(page: Page) -> None:
    body = """queue.replenish(0); queue.replenish(1); reply(sent[0], [1, 2, 3]);
        const first = queue.take(); queue.replenish(2);
        return { sent, first, shown: queue.shownStep };"""
    got = run(page, "queue.js", QUEUE + body)
    assert [(pull["start"], pull["shown"]) for pull in got["sent"]] == [(0, 0), (3, 1)]
    assert got["first"]["step"] == got["shown"] == 1


def test_what_was_asked_before_a_change_is_not_shown_after_it(page: Page) -> None:
    """Speculation about a future that will not happen."""
    body = """queue.replenish(0); queue.flush(1);
        const late = reply(sent[0], [1, 2]); queue.replenish(1);
        const wrong = reply(sent[1], [1], { revision: 0 });
        const right = reply(sent[1], [1], { revision: 1 });
        return { late, wrong, right, length: queue.length, revision: sent[1].revision };"""
    got = run(page, "queue.js", QUEUE + body)
    assert got == {"late": False, "wrong": False, "right": True, "length": 1, "revision": 1}


def test_an_unanswered_pull_is_sent_again_unchanged(page: Page) -> None:
    body = "queue.replenish(0); queue.replenish(3999); queue.replenish(4001); return sent;"
    first, again = run(page, "queue.js", QUEUE + body)
    assert first == again


RECORDER = """
    const frame = step => ({ step, weights: new Float64Array(8),
        surface: { levels: new Int8Array(1000) }, maps: undefined, gradients: null });
"""


def test_the_record_stays_within_its_memory_and_keeps_both_ends(page: Page) -> None:
    body = """const record = m.newRecorder(100000);
        for (let step = 0; step <= 1000; step++) record.push(frame(step));
        const bytes = record.moments.reduce((sum, f) => sum + m.bytesOf(f), 0);
        return { steps: record.moments.map(f => f.step), bytes };"""
    got = run(page, "recorder.js", RECORDER + body)
    assert got["bytes"] <= 100_000
    assert (got["steps"][0], got["steps"][-1]) == (0, 1000)
    assert len(got["steps"]) > 30
    assert len(set(np.diff(got["steps"])[:-1])) == 1, "evenly spread"


def test_a_record_is_cut_searched_and_corrected_by_step(page: Page) -> None:
    body = """const record = m.newRecorder();
        for (let step = 0; step <= 40; step += 4) record.push(frame(step));
        const found = [0, 3, 4, 22, 99].map(step => record.moments[record.indexOf(step)].step);
        record.push(frame(40)); const doubled = record.moments.length;
        record.truncate(20);
        return { found, doubled, last: record.last.step };"""
    got = run(page, "recorder.js", RECORDER + body)
    assert got == {"found": [0, 0, 4, 20, 40], "doubled": 11, "last": 20}


LAYOUT = """
    const layers = [
        { units: 3, shown: [0, 1, 2], parameters: [] }, { units: 1, shown: [0], parameters: [] }];
    const plan = m.layOut(layers, ["x1", "x2"], 400, 300);
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
