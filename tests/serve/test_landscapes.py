"""Landscapes over addresses: those of a run of one's own, in slices, with less said and refused."""

import json

import numpy as np
import pytest

from nnviz import Experiment, Run
from nnviz.experiment.rules import Refusal
from nnviz.runs import cost
from nnviz.runs.landscape import PLANES, landscape, path_steps
from nnviz.serve import quota, read, version
from nnviz.serve.address import read_address
from nnviz.serve.answers import House, settled
from nnviz.serve.desk import Progress
from nnviz.serve.pool import Pool
from nnviz.serve.records import read_body
from nnviz.serve.work import work as work_on
from tests.explain.draining import drain
from tests.serve.asking import answered

LARGE = "layers=64-relu+64-relu+64-tanh+64-tanh&samples=2000"


@pytest.fixture
def house():
    return House()


def asked(house, query, visit="reader"):
    return answered(house, "landscape", query, visit)


def body_of(house, query):
    answer = asked(house, query)
    assert answer.status == 200, answer.body
    return read_body(answer.body)


def experiment_of(query):
    return read(query) if query else Experiment()


@pytest.mark.parametrize("kind", PLANES)
@pytest.mark.parametrize("query", ["", "optimizer=adam&batch=7&precision=float32", "layers=none"])
def test_the_landscape_is_that_of_a_run_of_ones_own(house, query, kind):
    body = body_of(house, f"{query}&at=300&plane={kind}&side=15".lstrip("&"))
    run = Run(experiment_of(query))
    moments = run.collect(path_steps(300, run.network.n_params))
    ours = drain(landscape(run.experiment, run.dataset, moments.step, moments.theta, kind, 15))
    sections, header = body.sections(), body.header
    for name, values in (
        ("loss", ours.loss),
        ("true", ours.true_loss),
        ("plane", ours.plane_loss),
        ("path", ours.path),
    ):
        assert (sections[name] == values).all()
    assert sections["steps"].tolist() == moments.step.tolist()
    assert (sections["differs"] == (ours.difference > 0.1)).all()
    assert header["step"] == 300
    assert header["worst"] == ours.difference.max()
    assert [axis["low"] for axis in header["axes"]] == ours.low.tolist()
    assert [axis["high"] for axis in header["axes"]] == ours.high.tolist()
    if kind == "path":
        assert header["explained"] == list(ours.explained)
        assert f"{sum(ours.explained):.1%} of the path's variance" in header["shares_words"]
    else:
        assert header["explained"] is None


def test_the_true_losses_are_those_of_the_history(house):
    """So that the number beside the ball is the one of the curve."""
    sections = body_of(house, "batch=16&at=64&plane=path&side=11").sections()
    run, losses = Run(read("batch=16")), []
    for step in sections["steps"].tolist():
        run.advance(int(step) - run.step)
        losses.append(run.metrics().loss_train)
    np.testing.assert_allclose(sections["true"], losses, rtol=1e-12)


def test_beyond_the_end_the_path_is_the_whole_run(house):
    body = body_of(house, "epochs=40&at=4096&plane=path&side=11")
    assert body.sections()["steps"].tolist() == list(range(41))
    assert body.header["step"] == 40
    assert body.stopped["step"] == 40
    diverged = body_of(
        house, "layers=8-linear+8-linear+8-linear&rate=10&init=normal_1&at=512&plane=path&side=11"
    )
    assert diverged.stopped["kind"] == "diverged"
    assert diverged.sections()["steps"][-1] == diverged.stopped["step"]


def test_the_words_say_where_the_picture_is_wrong(house):
    body = body_of(house, "at=1024&plane=path&side=11")
    n_wrong = int(body.sections()["differs"].sum())
    assert 0 < n_wrong < 257
    said = " ".join(body.header["sentences"])
    assert f"At {n_wrong} of the 257 points of the path, which are 4 updates apart" in said
    exact = " ".join(body_of(house, "layers=none&at=64&plane=path&side=11").header["sentences"])
    assert "At all 65 points of the path" in exact
    still = body_of(house, "at=0&plane=path&side=11").header
    assert still["explained"] is None
    assert still["shares_words"] == "The parameters have not changed: the path is one point."


def test_a_network_that_takes_too_long_gets_fewer_places_and_the_reason(monkeypatch, house):
    monkeypatch.setattr(quota, "LANDSCAPE", 0.1)
    body = body_of(house, f"{LARGE}&at=2&plane=path&side=61")
    side = body.header["side"]
    assert body.sections()["loss"].shape == (side, side)
    assert side < 61
    less = body.header["sentences"][-1]
    assert less.startswith("61 × 61 places would take about ")
    assert less.endswith(f"the limit is 0.1 s, so there are {side} × {side}.")
    one = cost.seconds_of_loss(read(LARGE))
    assert f"about {61**2 * one:.0f} s" in less
    assert "would take" not in str(body_of(house, "at=2&plane=path&side=61").header)


def test_a_path_that_would_be_trained_too_long_is_refused(house):
    answer = asked(house, f"{LARGE}&at=65536&plane=path&side=61")
    assert answer.status == 400
    refused = json.loads(answer.body)
    assert refused["field"] == "at"
    assert refused["rule"].startswith("must need at most 30 s of training from step 0")


def test_a_large_landscape_tells_its_progress_and_lets_others_in(house):
    """Another visitor's frames come while a landscape of seconds is being made."""
    query = f"{LARGE}&at=32&plane=path&side=41"
    long = house.ask("landscape", version(), query, "reader")
    answered(house, "frames", "from=0&count=1&every=1", "other")
    assert not long.job.over
    shares = set()
    while not long.job.wait(0.05, until_done=True):
        house.ask("landscape", version(), query, "reader")
        answer = json.loads(settled(long).body)
        shares.add(answer["step"] / answer["goal"])
    assert settled(long).status == 200
    assert len(shares) > 5
    assert max(shares) < 1.0


def test_the_bytes_do_not_depend_on_the_slices(monkeypatch):
    """Nor on what else was asked of the run between them."""
    whole, cut, query = Pool(), Pool(), "batch=20&at=300&plane=path&side=21"
    first = b"".join(one for one in work_on(whole, address(query)) if isinstance(one, bytes))
    monkeypatch.setattr(quota, "SLICE", 1e-6)
    pieces, n_slices = [], 0
    for piece in work_on(cut, address(query)):
        if isinstance(piece, Progress):
            n_slices += 1
            cut.entry(read("batch=20")).run.seek(n_slices % 7)
        else:
            pieces.append(piece)
    assert n_slices > 50
    assert b"".join(pieces) == first


def address(query):
    return read_address("landscape", query)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("plane=path&side=61", "at"),
        ("at=3&side=61", "plane"),
        ("at=3&plane=path", "side"),
        ("at=3&plane=level&side=61", "plane"),
        ("at=3&plane=<script>&side=61", "plane"),
        ("at=3&plane=path&side=3", "side"),
        ("at=3&plane=path&side=1001", "side"),
        ("at=-3&plane=path&side=61", "at"),
        ("at=3&plane=path&side=61&side=61", "side"),
    ],
)
def test_a_wrong_address_is_refused_by_name(query, field):
    with pytest.raises(Refusal) as refused:
        address(query)
    assert refused.value.field.strip("'") == field


def test_the_estimate_grows_with_the_network_and_the_points():
    assert cost.seconds_of_loss(read(LARGE)) > 100 * cost.seconds_of_loss(Experiment())
