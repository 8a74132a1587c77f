"""A run in a notebook: what it shows there is this very run, and a stranger's names are text."""

import re
from ast import literal_eval
from base64 import b64decode
from dataclasses import replace
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from PIL import Image

from nnviz import Experiment, Run, sweep
from nnviz.data import DataSpec, Points
from nnviz.figures.theme import LIGHT
from tests.experiments import EXPLOSIVE, SMALL

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
SVG = "{http://www.w3.org/2000/svg}"
EVIL = "</svg><script>alert(1)</script>"


def trained(experiment: Experiment, steps: int) -> Run:
    run = Run(experiment)
    run.advance(steps)
    return run


def shown(run: Run) -> ElementTree.Element:
    """What a notebook shows of a run, read strictly."""
    return ElementTree.fromstring(run._repr_html_())


def of_a_stranger() -> Run:
    rows = ((0.0, 0.0, 0), (1.0, 1.0, 1), (0.0, 1.0, 1), (1.0, 0.0, 0))
    experiment = SMALL.with_points(Points(rows, (EVIL, "b"), (EVIL, "%{x} $y$")))
    return trained(replace(experiment, data=replace(experiment.data, train_ratio=1.0)), 3)


# the notebook of the documentation ----------------------------------------------------------------


@pytest.fixture(scope="module")
def executed() -> dict[str, dict[str, Any]]:
    """The results of the cells that have one, by the name of the cell and the kind of data."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells), "it is kept without results"
    NotebookClient(notebook, resources={"metadata": {"path": str(ROOT)}}).execute()
    return {
        cell.id: output.data
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type in ("execute_result", "display_data")
    }


def test_the_notebook_trains_and_shows_the_run(executed: dict[str, dict[str, Any]]) -> None:
    assert executed["train"]["text/html"] == trained(Experiment(), 300)._repr_html_()
    assert executed["back"]["text/plain"] == "True"


def test_the_notebook_shows_the_replay_and_the_figure(executed: dict[str, dict[str, Any]]) -> None:
    run = trained(Experiment(), 300)
    assert executed["replay"]["text/html"] == run.replay(moments=100)._repr_html_()
    figure = executed["figure"]["application/vnd.plotly.v1+json"]
    assert [frame["name"] for frame in figure["frames"]] == [
        frame.name for frame in run.figure(moments=30).frames
    ]


def test_the_notebook_sweeps(executed: dict[str, dict[str, Any]]) -> None:
    grid = {"rate": ["0.03", "0.3"], "layers": ["2-tanh", "8-tanh"]}
    results = list(sweep(Experiment(), grid, seeds=range(2), steps=200))
    assert len(results) == 8
    assert literal_eval(executed["sweep"]["text/plain"]) == [
        (one.experiment.title, one.metrics.accuracy_test) for one in results
    ]


# at a glance --------------------------------------------------------------------------------------


def test_a_glance_has_the_boundary_the_curves_and_the_numbers_in_a_few_kilobytes() -> None:
    run = trained(SMALL, 60)
    text = run._repr_html_()
    assert len(text) < 20_000
    assert "://" not in text.replace("http://www.w3.org/2000/svg", "")
    picture = shown(run)
    (image,) = picture.iter(f"{SVG}image")
    with Image.open(BytesIO(b64decode((image.get("href") or "").partition(",")[2]))) as png:
        colours = {colour for _, colour in png.convert("RGB").getcolors(65_536) or ()}
    for colour in (LIGHT.class_0, LIGHT.class_1):
        assert tuple(bytes.fromhex(colour[1:])) in colours
    words = picture.get("aria-label") or ""
    assert "Moons, layers 2-3-1, gradient descent; step 60" in words
    assert f"{run.metrics().loss_train:.4g}" in words


def test_a_curve_of_a_glance_falls_where_the_loss_falls() -> None:
    run = trained(SMALL, 60)
    loss = next(shown(run).iter(f"{SVG}polyline")).get("points") or ""
    y = np.array([float(place.partition(",")[2]) for place in loss.split()])
    assert np.corrcoef(y, run.history.loss_train)[0, 1] < -0.999, "y points down in an SVG"


@pytest.mark.parametrize(
    ("experiment", "steps"),
    [
        (SMALL, 0),
        (EXPLOSIVE, 1000),
        (replace(SMALL, data=DataSpec(n_samples=40, train_ratio=1.0)), 5),
    ],
    ids=["untrained", "diverged", "without test points"],
)
def test_any_run_can_be_shown(experiment: Experiment, steps: int) -> None:
    run = trained(experiment, steps)
    numbers = [line.get("points") or "" for line in shown(run).iter(f"{SVG}polyline")]
    assert len(numbers) == 4
    assert not re.search("nan|inf", " ".join(numbers))
    assert ("test accuracy" in (shown(run).get("aria-label") or "")) is run.dataset.has_test
    assert len(run.figure(moments=3).frames) == min(run.step + 1, 3)


# what strangers wrote -----------------------------------------------------------------------------


def test_names_of_strangers_are_text_in_all_that_is_shown() -> None:
    run = of_a_stranger()
    assert EVIL not in run._repr_html_()
    assert EVIL not in run.figure().to_html(include_plotlyjs=False)
    assert EVIL not in run.replay()._repr_html_()


# the replay ---------------------------------------------------------------------------------------


def test_a_replay_is_shown_as_the_page_that_is_saved(tmp_path: Path) -> None:
    run = trained(SMALL, 20)
    replay = run.replay()
    replay.save(tmp_path / "replay.html")
    page = (tmp_path / "replay.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    frame = replay._repr_html_()
    (source,) = re.findall('srcdoc="([^"]*)"', frame)
    assert unescape(source) == page
    assert 'sandbox="allow-scripts"' in frame, "it cannot read the notebook"
    assert run.step == 20


def test_a_run_that_was_forked_shows_itself_too() -> None:
    assert "<svg" in Run(SMALL).fork(SMALL)._repr_html_()
