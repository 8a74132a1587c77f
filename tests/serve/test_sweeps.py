"""Sweeps over addresses: the plan, the parts, and what is refused."""

import asyncio
import json
from concurrent.futures import wait
from urllib.parse import quote_plus

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz import Experiment, train
from nnviz.experiment.bounds import Bounds
from nnviz.experiment.rules import Refusal
from nnviz.frames.grid import Grid
from nnviz.frames.quantise import LEVELS
from nnviz.network import Network
from nnviz.runs import Run
from nnviz.runs.sweep import SHAPES, Workers, grouped, plan, train_group
from nnviz.serve import quota, read, version
from nnviz.serve.answers import Answer, House, house, settled
from nnviz.serve.cluster import trained_on
from nnviz.serve.records import read_body
from nnviz.serve.routes import _stream
from nnviz.serve.sweep_text import LONGEST, MOST_AXES, MOST_SEEDS, read_sweep, write_sweep
from nnviz.serve.sweeps import CURVE_POINTS, SIDE
from tests.frames.logits import dequantise_signed
from tests.serve.asking import PATIENCE, answered

TEXT = "seeds:2;steps:40;rate:0.1|10;layers:none|3-linear 3-linear 3-linear"
QUERY = "batch=full&samples=100"


def body(house, kind, query):
    found = answered(house, kind, query)
    assert found.status == 200, found.body
    return read_body(found.body)


def refused(query):
    found = answered(House(), "sweeps", query)
    assert found.status == 400
    return json.loads(found.body)


def test_every_training_has_the_numbers_the_curve_and_the_picture_of_its_own_run():
    house = House()
    plan = body(house, "sweeps", f"{QUERY}&sweep={TEXT}").header
    seen = {}
    for part, size in enumerate(plan["parts"]):
        found = body(house, "sweep", f"{plan['query']}&part={part}")
        arrays = found.sections()
        assert len(arrays["index"]) == size
        assert found.header["failed"] == {}
        for k, index in enumerate(arrays["index"]):
            one = {name: values[k] for name, values in arrays.items()}
            seen[int(index)] = (one, found.header["ended"][k])
    assert sorted(seen) == list(range(8))
    for index, (one, ended) in seen.items():
        opened = body(house, "sweeps", f"{plan['query']}&cell={index}").header["opened"]
        run = Run(read(opened["experiment"]))
        assert run.experiment.init_seed == plan["seeds"][index % 2]
        result = train(run.experiment, 40)
        assert one["step"] == result.step
        np.testing.assert_array_equal(
            [one[name] for name in result.metrics._fields], list(result.metrics)
        )
        assert (ended is None) == (result.stopped is None)
        steps = one["curve_steps"][~np.isnan(one["curve_steps"])]
        assert len(steps) <= CURVE_POINTS
        assert (steps[0], steps[-1]) == (0, result.step)
        points = run.dataset.inputs(Grid.over(run.dataset.window, SIDE).points)
        logits = Network(run.experiment.network).logits(result.theta, points)
        if np.isfinite(logits).all():
            got = dequantise_signed(one["surface"], one["surface_scale"]).ravel()
            clipped = np.clip(logits, -one["surface_scale"], one["surface_scale"])
            np.testing.assert_allclose(got, clipped, atol=2 * one["surface_scale"] / LEVELS)
    assert any(ended is not None and ended["kind"] == "diverged" for _, ended in seen.values())


def test_the_plan_says_how_many_trainings_and_what_cannot_be_trained():
    plan = body(House(), "sweeps", "batch=full&sweep=seeds:5;steps:9;rate:1|2|3").header
    assert plan["words"].startswith("3 combinations × 5 seeds = 15 trainings, about ")
    assert sum(plan["parts"]) == 15
    assert plan["sweep"] == "seeds:5;steps:9;rate:1|2|3"
    first = body(House(), "sweeps", "sweep=").header
    assert first["sweep"] == first["ready"][0]["sweep"]
    clash = "seeds:1;steps:9;axes:0-1|0-99"
    failed = body(House(), "sweeps", f"data=iris&sweep={clash}").header["failed"]
    assert list(failed) == ["1"]
    assert "axes" in failed["1"]


def test_every_axis_that_is_offered_can_be_planned_with_its_first_values():
    for query in ("batch=full&", "layers=none&precision=float32&", "data=iris&"):
        for axis in body(House(), "sweeps", f"{query}sweep=").header["settings"]:
            assert len(axis["label"]) > 1
            sweep = quote_plus(f"seeds:1;steps:1;{axis['key']}:{'|'.join(axis['values'])}")
            plan = body(House(), "sweeps", f"{query}sweep={sweep}").header
            assert plan["axes"][0]["values"] == axis["values"]
            for other in axis["not_with"]:
                both = f"{query}sweep={sweep}{quote_plus(f';{other}:1')}"
                assert "must" in refused(both)["rule"]


@pytest.mark.parametrize("name", range(4))
def test_every_ready_sweep_is_within_the_limits_of_a_server(name):
    ready = body(House(), "sweeps", "sweep=").header["ready"][name]
    query = "&".join(filter(None, [ready["experiment"], f"sweep={quote_plus(ready['sweep'])}"]))
    plan = body(House(), "sweeps", query).header
    assert plan["experiment"] == ready["experiment"]
    assert plan["sweep"] == ready["sweep"]


@pytest.mark.parametrize(
    ("sweep", "field"),
    [
        ("rate:1", "seeds"),
        ("seeds:1;rate:1", "steps"),
        ("seeds:1;steps:5", "sweep"),
        ("seeds:0;steps:5;rate:1", "seeds"),
        (f"seeds:{MOST_SEEDS + 1};steps:5;rate:1", "seeds"),
        ("seeds:1;steps:5;rate:11", "rate"),
        ("seeds:1;steps:5;rate:1|1.0", "rate"),
        ("seeds:1;steps:5;rate:1;rate:2", "sweep"),
        ("seeds:1;steps:5;tempo:1", "grid"),
        ("seeds:1;steps:5;init_seed:1", "init_seed"),
        ("seeds:1;steps:5;layers:65-tanh", "layers"),
        ("seeds:1;steps:5;width:65", "width"),
        ("seeds:1;steps:5;depth:9", "depth"),
        ("seeds:1;steps:5;layers:4-tanh;depth:2", "depth"),
        ("seeds:1;steps:5;" + "x" * LONGEST, "sweep"),
        ("seeds:32;steps:5;rate:" + "|".join(str(k / 10) for k in range(1, 40)), "sweep"),
        ("seeds:32;steps:9999999;rate:1|2|3", "sweep"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused_by_name(sweep, field):
    found = refused(f"sweep={sweep}")
    assert found["field"] == field
    assert "must" in found["rule"]


def test_a_server_that_allows_less_offers_less_and_refuses_the_rest(monkeypatch):
    first = body(House(), "sweeps", "sweep=").header["sweep"]
    for name, most in (("SWEEP_TRAININGS", 10), ("SWEEP_SECONDS", 0.1)):
        with monkeypatch.context() as host:
            host.setattr(quota, name, most)
            assert sum(body(House(), "sweeps", "sweep=").header["parts"]) == 1
            found = refused(f"sweep={quote_plus(first)}")
            assert found["field"] == "sweep"
            assert f"at most {most}" in found["rule"]


def test_a_part_or_a_training_that_is_not_there_is_refused():
    house = House()
    for kind, key, n in (("sweep", "part", 1), ("sweeps", "cell", 1)):
        found = answered(house, kind, f"batch=full&sweep=seeds:1;steps:5;rate:1&{key}={n}")
        assert found.status == 400
        assert json.loads(found.body)["field"] == key


keys = st.sampled_from(
    ["rate", "layers", "seeds", "steps", "noise", "optimizer", "batch", "ä", "", *SHAPES]
)
values = st.lists(
    st.sampled_from(["0.1", "1", "7", "adam", "relu", "4-tanh", "8-relu 8-relu", "full", "-1", ""])
    | st.sampled_from(["nan", "1e9"])
    | st.text(max_size=6),
    max_size=5,
).map("|".join)
texts = st.lists(st.tuples(keys, values).map(":".join), max_size=8).map(";".join)
plausible = st.tuples(st.integers(-1, 40), st.integers(-1, 10**8), texts).map(
    lambda of: f"seeds:{of[0]};steps:{of[1]};{of[2]}"
)


def read_or_refuse(text):
    try:
        return read_sweep(text, quota.bounds())
    except Refusal as refusal:
        return refusal


@settings(max_examples=1_000)
@given(texts | plausible | st.text(max_size=60))
def test_what_a_stranger_writes_is_a_sweep_within_the_limits_or_refused_by_name(text):
    found = read_or_refuse(text)
    if isinstance(found, Refusal):
        assert found.field
        assert len(str(found)) < 1_000
        return
    assert 1 <= found.n_seeds <= MOST_SEEDS
    assert 1 <= found.steps <= quota.SHOWN_STEP
    assert 1 <= len(found.grid) <= MOST_AXES
    assert read_sweep(write_sweep(found), Bounds()) == found


def test_a_visit_has_one_sweep_at_a_time_and_a_dropped_one_makes_room():
    house = House()
    one, other = (f"sweep=seeds:1;steps:100000;rate:{rate}&part=0" for rate in (1, 2))
    first = house.ask("sweep", version(), one, "viewer")
    refusal = house.ask("sweep", version(), other, "viewer")
    assert refusal.status == 503
    elsewhere = house.ask("sweep", version(), other, "another viewer")
    for question in (first, elsewhere):
        house.desk.drop(question.job)
    assert len(house.desk) == 0
    again = house.ask("sweep", version(), other, "viewer")
    assert not again.job.over
    house.desk.drop(again.job)


def test_a_visit_has_so_many_seconds_for_sweeps_and_all_else_goes_on(host):
    house, sweep, more = House(), f"{QUERY}&sweep={TEXT}", "sweep=seeds:1;steps:40;rate:0.2&part=0"
    plan = body(house, "sweeps", sweep).header
    host(sweep_seconds=plan["seconds"])
    parts = [f"{plan['query']}&part={k}" for k in range(len(plan["parts"]))]
    first = [body(house, "sweep", part) for part in parts]

    found = answered(house, "sweep", more)
    assert found.status == 400
    rule = json.loads(found.body)["rule"]
    assert rule.startswith(f"You have used {round(plan['seconds'], 1):g} of the ")
    assert "Start goes on from there in about 10 minutes" in rule
    again = [body(house, "sweep", part).sections()["index"] for part in parts]
    np.testing.assert_array_equal(np.concatenate(again), np.concatenate(indices(first)))
    assert body(house, "race", "race=rate:0.1").header["racers"]
    other = house.ask("sweep", version(), more, "another viewer")
    assert other.job.wait(PATIENCE, until_done=True)
    assert settled(other).status == 200
    assert answered(house, "sweep", more).status == 200, "it is on the shelf"


def indices(bodies):
    return [one.sections()["index"] for one in bodies]


def streamed(query, connection):
    """The status that a visitor gets for a part, and the job if it is not done yet."""
    question = house().ask("sweep", version(), query, "leaving viewer")
    if isinstance(question, Answer):
        return question.status, None
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(_stream(send, question, connection))
    return sent[0]["status"], question.job


def test_the_work_on_a_part_ends_when_its_visitor_leaves():
    query = "sweep=seeds:1;steps:100000;rate:0.7&part=0"

    async def leaves():
        return {"type": "http.disconnect"}

    _, job = streamed(query, leaves)
    again = house().ask("sweep", version(), query, "leaving viewer").job
    assert again is not job
    house().desk.drop(again)


def test_the_work_on_a_part_goes_on_while_its_visitor_asks_again():
    query = "sweep=seeds:1;steps:40000;rate:0.6&part=0"

    async def stays():
        await asyncio.Event().wait()

    status, job = streamed(query, stays)
    assert status == 202
    while status == 202:
        status, same = streamed(query, stays)
        assert same in (job, None), "nothing is trained twice"
    assert status == 200
    assert read_body(b"".join(job.pieces)).header["failed"] == {}


def test_what_an_executor_trains_is_what_this_process_trains_and_a_lost_executor_is_noticed():
    made = plan(Experiment(), {"rate": ["0.1", "1"]}, [1, 2], 20)
    [group] = grouped(made.cells, made.steps)
    with Workers(1) as workers:
        training = trained_on(workers, group.with_data())
        wait([next(training)])
        with pytest.raises(StopIteration) as done:
            next(training)
        assert done.value.value == train_group(group)
    with pytest.raises(StopIteration) as done:
        next(trained_on(workers, group))
    assert done.value.value is None
