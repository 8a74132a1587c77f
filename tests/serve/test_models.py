"""Metrics and other models over addresses; a fit holds up nobody and ends when nobody asks."""

import json
import threading
import time
from concurrent.futures import Future

import numpy as np
import pytest

from nnviz import Experiment, Run
from nnviz.data import make_dataset
from nnviz.frames.grid import Grid
from nnviz.models import MODELS, decision, fit
from nnviz.runs import picture
from nnviz.runs.metrics import measure
from nnviz.serve import quota, read, version
from nnviz.serve.answers import FOREVER, NEVER, Answer, House
from nnviz.serve.desk import Desk
from nnviz.serve.models import FITTER
from nnviz.serve.records import read_body
from tests.explain.draining import drain
from tests.frames.logits import dequantise_signed
from tests.serve.asking import PATIENCE, answered

LARGE = "layers=64-relu+64-relu+64-tanh&samples=2000&data=spirals"


@pytest.fixture
def house():
    return House()


def told(house, kind, query):
    answer = answered(house, kind, query)
    assert answer.status == 200, answer.body
    body = read_body(answer.body)
    return body.header, body.sections()


@pytest.mark.parametrize("experiment", ["", "precision=float32&batch=7", "data=wine"])
def test_the_metrics_are_those_of_a_run_of_ones_own(house, experiment):
    run = Run(read(experiment) if experiment else Experiment())
    run.advance(30)
    header, sections = told(house, "metrics", f"{experiment}&at=30".lstrip("&"))
    expected, p = drain(measure(run))
    assert header == json.loads(json.dumps(expected))
    for name, values in p.items():
        np.testing.assert_array_equal(sections[name], values)


def test_beyond_the_end_the_metrics_are_those_of_the_last_step(house):
    header, _ = told(house, "metrics", "epochs=5&at=5000")
    assert header["step"] == 5


def test_the_list_has_every_model(house):
    header, _ = told(house, "models", "samples=60")
    assert [one["name"] for one in header["models"]] == list(MODELS)
    assert all(one["title"] and one["words"] and one["settings"] for one in header["models"])
    assert header["salt"]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_the_one_that_is_fitted_here(house, name):
    experiment = read("samples=60")
    data = make_dataset(experiment.data)
    header, sections = told(house, "model", f"samples=60&model={name}")
    expected = fit(MODELS[name], experiment, data)
    assert header["name"] == name
    assert header["accuracy"] == {"train": expected.accuracy_train, "test": expected.accuracy_test}
    assert header["loss_test"] == expected.loss_test
    assert header["notes"] == list(expected.notes)
    compile(header["code"], name, "exec")
    points = Grid.over(data.window, picture.GRID_RESOLUTION).points
    values = decision(expected.estimator, data.inputs(points))
    surface = sections["surface"]
    assert surface.shape == 2 * (picture.GRID_RESOLUTION,)
    drawn = dequantise_signed(surface, header["surface_scale"]).ravel()
    assert (np.abs(drawn - np.clip(values, -12, 12)) <= header["surface_scale"] / 100).all()


def test_a_measured_answer_is_kept_by_no_cache_and_fitted_once(house):
    first = answered(house, "model", "samples=60&model=forest")
    assert first.caching == NEVER
    again = answered(house, "model", "samples=60&model=forest")
    assert again.body == first.body
    assert again.caching == NEVER
    assert answered(house, "models", "samples=60").caching == FOREVER


def test_frames_come_while_a_model_is_fitted(house):
    free = threading.Event()
    FITTER.submit(free.wait, PATIENCE)  # a fit that takes as long as the test wants
    long = house.ask("model", version(), f"{LARGE}&model=mlp", "reader")
    assert not isinstance(long, Answer)
    for step in range(0, 320, 32):
        query = f"from={step}&count=32&every=1"
        answered(house, "frames", query, "other")
        again = house.ask("model", version(), f"{LARGE}&model=mlp", "reader")
        assert again.job is long.job
    assert not long.job.over
    free.set()
    found = answered(house, "model", f"{LARGE}&model=mlp", "reader")
    assert read_body(found.body).header["accuracy"]["train"] > 0.5


def finished(desk, key):
    job = desk.ask(key, key, lambda: iter([b"x"]), key)
    assert job.wait(PATIENCE, until_done=True)


def test_a_job_that_waits_for_a_thread_gets_no_turn_until_that_is_done():
    desk, future, turns = Desk(lambda key, body: None), Future(), []

    def work():
        turns.append("first")
        yield future
        turns.append("second")
        yield future.result()

    job = desk.ask("parked", "parked", work, "one")
    for k in range(5):
        finished(desk, f"quick {k}")
    assert turns == ["first"]
    assert not job.over
    future.set_result(b"made elsewhere")
    assert job.wait(PATIENCE, until_done=True)
    assert job.pieces == [b"made elsewhere"]


def test_a_job_that_waits_is_dropped_if_nobody_asks_any_more(host):
    host(leave=0.05)
    closed = threading.Event()

    def work():
        try:
            yield Future()
        finally:
            closed.set()

    desk = Desk(lambda key, body: None)
    desk.ask("parked", "parked", work, "one")
    assert closed.wait(PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while len(desk) and time.monotonic() < deadline:
        finished(desk, "quick")
    assert len(desk) == 0


@pytest.mark.parametrize(
    ("kind", "query", "field"),
    [
        ("metrics", "", "at"),
        ("metrics", "at=-1", "at"),
        ("metrics", "at=3&threshold=0.5", "threshold"),
        ("metrics", f"at={quota.SHOWN_STEP + 1}", "at"),
        ("models", "at=3", "at"),
        ("model", "", "model"),
        ("model", "model=", "model"),
        ("model", "model=os.system", "model"),
        ("model", "model=svm&model=svm", "model"),
        ("model", "model=svm&at=3", "at"),
    ],
)
def test_a_wrong_address_is_refused_by_name(house, kind, query, field):
    answer = answered(house, kind, query)
    assert answer.status == 400
    assert json.loads(answer.body)["field"].strip("'") == field
