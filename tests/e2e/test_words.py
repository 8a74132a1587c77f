"""The words about what is shown: for screen readers, on the tiles, at neurons and at points."""

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from nnviz.data import Dataset
from nnviz.experiment import Experiment
from nnviz.experiment.query import from_query
from nnviz.frames import Grid
from nnviz.frames.quantise import LEVELS
from nnviz.network.losses import LOSSES
from nnviz.presets import PRESETS
from nnviz.runs import Run
from tests.e2e.lone_stage import LoneStage
from tools.playground import Playground


def module(page: Page, name: str, body: str, arg: Any = None) -> Any:
    """What a function body returns that sees a module as ``m`` and an argument as ``arg``."""
    code = f"async arg => {{ const m = await import('./assets/{name}'); {body} }}"
    return page.evaluate(code, arg)


SIDE = 49
X1, X2 = np.meshgrid(np.linspace(-1, 1, SIDE), np.linspace(-1, 1, SIDE))
R = np.hypot(X1, X2)


@pytest.mark.parametrize(
    ("logits", "words"),
    [
        (X1 + 0.5 * X2, "almost straight"),
        (X2 - 0.05 * np.sin(9 * X1), "almost straight"),
        (X2 - 1.2 * X1**2 + 0.5, "bends once"),
        (X2 - 0.8 * np.cos(4.5 * X1), "bends 3 times"),
        (X2 - 2 * X1**3 + 1.2 * X1, "bends twice"),
        (0.6 - R, "closed curve"),
        (R - 0.6, "closed curve"),
        (np.cos(7 * X1), "4 separate parts"),
        (np.full_like(R, 3.0), "says b everywhere"),
        (-1.0 - R, "says a everywhere"),
        (np.zeros_like(R), "says a everywhere"),
    ],
)
def test_the_boundary_is_described_as_a_person_would(
    lone_page: Page, logits: Any, words: str
) -> None:
    body = f"return m.boundaryWords(Float32Array.from(arg), {SIDE}, ['a', 'b']);"
    assert words in module(lone_page, "words.js", body, logits.ravel().tolist())


@pytest.mark.parametrize("kind", ["noise", "checkers", "spikes", "not numbers"])
def test_hostile_frames_give_whole_sentences(lone_page: Page, kind: str) -> None:
    random = np.random.RandomState(3)
    noise = random.randn(SIDE, SIDE)
    logits = {
        "noise": noise,
        "checkers": np.where(np.indices((SIDE, SIDE)).sum(0) % 2, 1.0, -1.0),
        "spikes": np.where(noise > 2, 12.0, 0.0),
        "not numbers": np.full((SIDE, SIDE), 0.0),
    }[kind]
    body = f"""
        const bad = [NaN, Infinity, -Infinity, 1e300, 0], said = [];
        said.push(m.boundaryWords(Float32Array.from(arg), {SIDE}, ["a", "b"]));
        for (const one of bad) for (const other of bad) {{
            const frame = {{ step: 40, lossTrain: one, lossTest: other,
                accuracyTrain: Math.min(1, other), accuracyTest: NaN }};
            const points = [{{ step: 0, lossTrain: other, lossTest: one }}];
            const counts = {{ train: 3, test: 0 }};
            said.push(...m.accuracyWords(frame, counts), ...m.lossWords(frame, points, counts));
            said.push(...m.lossWords(frame, [], counts));
        }}
        return said;"""
    said = module(lone_page, "words.js", body, logits.ravel().tolist())
    assert len(said) > 20
    for sentence in said:
        assert re.fullmatch(r"[A-Z\d][^.]*(\d\.\d[^.]*)?\.", sentence), sentence
        assert not re.search("NaN|Infinity|undefined|test", sentence), sentence


def mistakes(run: Run, part: str) -> tuple[int, int]:
    """Return the number of wrong answers about a part of the points, and of its points."""
    data = run.dataset
    X, y = (data.X_train, data.y_train) if part == "training" else (data.X_test, data.y_test)
    return (int((run.predict(X) != y).sum()), len(y)) if len(y) else (0, 0)


# The status, the readouts of the tiles, and what is heard of the boundary and of the curve.
HEARD = """() => {
    const one = (selector) => document.querySelector(selector);
    const tiles = ["lossTrain", "lossTest", "accuracyTrain", "accuracyTest"].map((name) =>
        [name, one(`[data-testid=nnviz-${name}-readout]`).textContent]);
    const pictures = [".nnv-surface", ".nnv-curve-overlay"].map((name) => one(name).ariaLabel);
    return [one(".nnv-status").textContent, Object.fromEntries(tiles), pictures];
}"""


def test_what_is_heard_equals_the_tiles_and_the_run_in_all_presets(stage: LoneStage) -> None:
    page = stage.page
    for name, preset in PRESETS.items():
        stage.open(preset.experiment)
        stage.until("s.frame.step === 0 && s.frame.run.endsWith(arg)", f"-{stage.header['run']}")
        stage.go_to_step(1)
        said, tiles, pictures = page.evaluate(HEARD)
        assert said.startswith("Paused at step 1."), (name, said)
        run = Run(preset.experiment)
        run.advance(1)
        for part, title in (("Train", "training"), ("Test", "test")):
            wrong, count = mistakes(run, title)
            loss, accuracy = (tiles[f"{kind}{part}"] for kind in ("loss", "accuracy"))
            if count == 0:
                assert title not in said.lower(), (name, said)
                continue
            assert f"{part} accuracy is {accuracy}." in said, (name, said)
            assert re.search(rf"he {part.lower()} loss is {re.escape(loss)}[. ]", said), said
            told = f"One of {count}" if wrong == 1 else f"{wrong} of {count}"
            assert f"{told} {title} points" in said, (name, said)
        for heard in pictures:
            assert "step 1." in heard
            assert heard.split("step 1. ")[1] in said


def test_the_edge_of_a_relu_is_found_between_the_points_of_its_map(lone_page: Page) -> None:
    """Beyond its edge a ReLU is 0 everywhere, so there is nothing to interpolate."""
    side, low, high = 17, -2.0, 2.0
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    z = 0.11 * x - 0.07 * y - 0.4
    body = """const s = await import('./assets/surface.js');
        const map = { ...arg, values: Float32Array.from(arg.values) };
        return s.contourSegments(m.aboveLevel(map, 0), map.side);"""
    levels = np.rint(np.maximum(z, 0) / high * LEVELS)
    values = (levels * high / LEVELS).ravel().tolist()
    arg = {"side": side, "low": low, "high": high, "values": values}
    points = np.reshape(module(lone_page, "edge.js", body, arg), (-1, 2))
    assert len(points) > side
    far = np.abs(0.11 * points[:, 0] - 0.07 * points[:, 1] - 0.4) / np.hypot(0.11, 0.07)
    assert far.max() < 0.1, "of a grid interval; without the slope it is half an interval"


# The darkness of the contour's canvas at places (u, v), fractions of the plane: the most of a few
# pixels around each.
INK = """places => {
    const canvas = document.querySelector(".nnv-contour"), side = canvas.width;
    const { data } = canvas.getContext("2d").getImageData(0, 0, side, side);
    return places.map(([u, v]) => {
        let most = 0;
        for (let dx = -2; dx <= 2; dx++) for (let dy = -2; dy <= 2; dy++) {
            const x = Math.round(u * side) + dx, y = Math.round((1 - v) * side) + dy;
            most = Math.max(most, data[4 * (y * side + x) + 3]);
        }
        return most;
    });
}"""


def zero_line(run: Run, unit: int) -> list[tuple[float, float]]:
    """Return places, fractions of the plane, where a unit of the first layer has z = 0."""
    window = run.dataset.window
    W, b = run.network.unpack(run.theta)[0]
    found = []
    for share in np.linspace(0.1, 0.9, 9):
        across = np.linspace(0.02, 0.98, 400)
        points = np.column_stack(
            [
                np.full(400, window.x1_min + share * (window.x1_max - window.x1_min)),
                window.x2_min + across * (window.x2_max - window.x2_min),
            ]
        )
        z = run.dataset.inputs(points) @ W[:, unit] + b[unit]
        for i in np.flatnonzero(np.diff(np.sign(z))):
            found.append((float(share), float(across[i])))
    return found


def test_a_neuron_shows_its_own_scale_and_its_own_line(stage: LoneStage) -> None:
    page, experiment = stage.page, from_query({"layers": "3-tanh 2-sigmoid"})[0]
    stage.open(experiment)
    stage.until("s.frame.step === 0")
    looked_at = page.locator(".nnv-looked-at")
    caption = page.locator(".nnv-boundary figcaption .nnv-scale")
    expect(caption).to_be_visible()
    run, seen = Run(experiment), 0
    for unit in range(3):
        page.get_by_role("button", name=f"neuron {unit + 1} of layer 1:").hover()
        expect(looked_at).to_contain_text(f"neuron {unit + 1} of layer 1")
        expect(looked_at).to_contain_text("On the line, its output is 0.")
        expect(caption).to_be_hidden()
        places = zero_line(run, unit)
        seen += len(places)
        assert min(page.evaluate(INK, places), default=255) > 200, unit
    assert seen > 9
    page.get_by_role("button", name="neuron 1 of layer 2:").hover()
    expect(looked_at).to_contain_text("On the line, its output is 0.5.")
    data = run.dataset
    points = data.inputs(Grid.over(data.window, 17).points)
    most = run.network.activations(run.theta, points)[1][:, 0].max()
    ends = [float(looked_at.locator(".nnv-scale span").nth(i).inner_text()) for i in (0, 1)]
    assert ends[0] == -ends[1]
    assert ends[1] / 2 < most <= ends[1]
    page.mouse.move(5, 5)
    expect(looked_at).to_be_hidden()
    expect(caption).to_be_visible()


@pytest.mark.parametrize("loss", LOSSES)
def test_a_point_tells_its_class_the_answer_and_its_loss(stage: LoneStage, loss: str) -> None:
    page, network = stage.page, replace(Experiment().network, loss=loss)
    experiment = Experiment(network=network)
    stage.open(experiment)
    stage.until("s.frame.step === 0")
    run = Run(experiment)
    data = run.dataset
    plane = page.locator(".nnv-contour").bounding_box()
    tip = page.locator(".nnv-point")
    for x, y in alone(data)[:3]:
        u, v = share(data, x)
        page.mouse.move(plane["x"] + u * plane["width"], plane["y"] + (1 - v) * plane["height"])
        p = float(run.predict_proba(x[np.newaxis])[0])
        logit = math.log(p / (1 - p))
        cost = float(LOSSES[loss].value(np.array([logit if y else -logit]))[0])
        expect(tip).to_contain_text(f"class {y}, a training point")
        answer = int(p > 0.5)
        right = "right" if answer == y else "wrong"
        expect(tip).to_contain_text(f"The network is {right}: it says class {answer}, with p")
        text = tip.inner_text()
        assert float(text.split("=\u00a0")[1][:4]) == pytest.approx(max(p, 1 - p), abs=0.02)
        told = float(re.search(r"loss is about (\d+\.\d\d)\.", text)[1])
        assert told == pytest.approx(cost, abs=0.03)
        expect(page.locator(".nnv-probe")).to_be_hidden()
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()


def test_a_loss_that_the_picture_cannot_hold_is_called_a_lower_bound(lone_page: Page) -> None:
    body = "const of = m.lossTable([6, 3, 0, 0, 0], 4); return [-9, -4, -3, -1, 1, 9].map(of);"
    assert module(lone_page, "pointed.js", body) == [
        "Its loss is 6.00 or more.",
        "Its loss is 6.00 or more.",
        "Its loss is about 4.50.",
        "Its loss is about 1.50.",
        "Its loss is about 0.00.",
        "Its loss is about 0.00.",
    ]


def share(data: Dataset, x: Any) -> tuple[float, float]:
    """Return the place of a point as fractions of the plane."""
    (low1, high1), (low2, high2) = data.window.spans
    return (x[0] - low1) / (high1 - low1), (x[1] - low2) / (high2 - low2)


def alone(data: Dataset) -> list[tuple[Any, int]]:
    """Return training points of both classes, the ones farthest from all other points first."""
    every = np.vstack([data.X_train, data.X_test])
    gaps = np.sort(np.hypot(*(data.X_train[:, np.newaxis] - every).transpose(2, 0, 1)), axis=1)
    order = np.argsort(-gaps[:, 1])
    return [(data.X_train[i], int(data.y_train[i])) for i in order]


def test_every_tile_says_what_it_is(stage: LoneStage) -> None:
    page = stage.page
    stage.open()
    about = page.get_by_role("tooltip")
    tiles = page.get_by_role("group", name="State of the run").get_by_role("button")
    expect(tiles).to_have_count(5)
    expect(tiles.first).to_have_accessible_name("Step = epoch 0")
    said = set()
    for tile in tiles.all():
        tile.hover()
        said.add(about.inner_text())
    assert len(said) == 5
    page.mouse.move(5, 5)
    expect(about).to_be_hidden()
    tiles.nth(1).focus()
    guess = LOSSES["binary_cross_entropy"].value(np.zeros(1))[0]
    expect(about).to_contain_text(f"p = 0.5 everywhere would cost {guess:.2f}.")
    page.keyboard.press("Escape")
    expect(about).to_be_hidden()

    stage.open(from_query({"batch": "32"})[0])
    expect(tiles).to_have_count(6)
    expect(tiles.first).to_have_accessible_name("Step 0")
    tiles.nth(1).focus()
    steps = -(-Run(Experiment()).dataset.y_train.size // 32)
    expect(about).to_contain_text(f"Here it takes {steps} steps")


def test_the_legend_opens_closes_and_leaves_the_network_in_sight(playground: Playground) -> None:
    page, button = playground.page, playground.part("legend")
    legend = page.get_by_role("group", name="Legend of the network")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    page.keyboard.press("Enter")
    expect(legend).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    for size in ((1400, 900), (1280, 720)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        playground.rest(5)
        box, network = legend.bounding_box(), page.locator(".nnv-diagram-box").bounding_box()
        assert box is not None
        assert network is not None
        assert box["x"] + box["width"] <= network["x"], size
    page.keyboard.press("Escape")
    expect(legend).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    playground.part("loss-curve").get_by_role("heading").click()
    expect(legend).to_be_hidden()
