"""Answers by address: what a viewer gets, and that it follows from the address alone."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from nnviz import Experiment, Run
from nnviz.experiment import Change
from nnviz.frames import unpack
from nnviz.serve import quota, read, spell, version
from nnviz.serve.answers import Answer, House
from nnviz.serve.records import read_body
from nnviz.training import TrainingSettings
from nnviz.training.stopping import StoppingRules
from tests.frames.logits import dequantise_signed
from tests.serve.asking import answered
from tools.server import ROOT

HEAVY = "layers=" + "+".join(["64-tanh"] * 8) + "&samples=2000"


class Viewer:
    """Asks a house of its own until it answers."""

    def __init__(self) -> None:
        self.house = House()

    def ask(self, kind, query, visit="viewer"):
        """The answer as soon as it is whole, or refused."""
        return answered(self.house, kind, query, visit)

    def frames(self, query):
        """The arrays of the frames of an address, and what its end record says."""
        answer = self.ask("frames", query)
        assert answer.status == 200, answer.body
        body = read_body(answer.body)
        return (body.sections() if body.messages else {}), body


@pytest.fixture
def viewer():
    return Viewer()


def stated(viewer, experiment="", every=1):
    body = read_body(viewer.ask("runs", experiment).body)
    return body.header["counts"][every.bit_length() - 1]


def query(experiment, asked):
    return "&".join(part for part in (experiment, asked) if part)


@pytest.mark.parametrize(
    "experiment",
    ["", "optimizer=adam&batch=7", "layers=none", "precision=float32&layers=8-relu+8-relu", HEAVY],
)
def test_frames_are_those_of_a_run_of_ones_own(viewer, experiment):
    count = stated(viewer, experiment, 2)
    block = 2 * count
    sections, body = viewer.frames(query(experiment, f"from={block}&count={count}&every=2"))
    assert body.frames == count
    np.testing.assert_array_equal(sections["step"], block + 2 * np.arange(count))
    run = Run(viewer.house.pool.entry(Experiment()).experiment)
    if experiment == "":
        for step, loss in zip(sections["step"], sections["loss_train"], strict=True):
            run.advance(int(step) - run.step)
            assert loss == run.metrics().loss_train


def test_the_same_address_gives_the_same_bytes_however_the_work_was_cut(viewer):
    asked = "optimizer=adam&batch=5&from=256&count=32&every=4"
    fresh = viewer.ask("frames", asked).body
    other = Viewer()
    other.ask("frames", "optimizer=adam&batch=5&from=300&count=1&every=1")
    other.ask("frames", "optimizer=adam&batch=5&from=17&count=1&every=1")
    other.ask("frames", "optimizer=adam&batch=5&from=0&count=32&every=16")
    assert other.ask("frames", asked).body == fresh


def test_another_process_gives_the_same_bytes(viewer):
    asked = "layers=8-tanh+8-relu&from=64&count=32&every=2"
    script = (
        "import sys; from nnviz.serve import answer, version\n"
        f"path = f'frames/{{version()}}?{asked}'\n"
        "while (found := answer(path)).status == 202: pass\n"
        "sys.stdout.buffer.write(found.body)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == viewer.ask("frames", asked).body


def test_a_change_gives_the_same_bytes_as_the_changed_experiment_from_the_start(viewer):
    sections, body = viewer.frames("from=100&count=32&every=1&then=100-learning_rate-0.05")
    changed = body.header["experiment"]
    assert body.header["same_until"] == 100
    np.testing.assert_array_equal(sections["step"], np.arange(100, 128))
    after = viewer.ask("frames", f"{changed}&from=128&count=32&every=1").body
    assert Viewer().ask("frames", f"{changed}&from=128&count=32&every=1").body == after


def test_a_weight_is_set_at_the_very_frame_of_the_change(viewer):
    sections, body = viewer.frames("from=10&count=1&every=1&then=10-theta.0-5")
    assert body.frames == 1
    header, _ = unpack(body.messages[0])
    assert header["experiment"] == spell(Experiment().with_change(Change(10, "theta.0", 5.0)))
    run = Run(Experiment())
    run.advance(10)
    run.change("theta.0", 5.0)
    assert sections["loss_train"][0] == run.metrics().loss_train


def test_the_sixty_fifth_change_is_refused_by_name(viewer):
    experiment = Experiment()
    for step in range(1, 65):
        experiment = experiment.with_change(Change(step, "learning_rate", 0.1 + step / 1000))
    asked = query(spell(experiment), "from=70&count=1&every=1&then=70-learning_rate-0.5")
    answer = viewer.ask("frames", asked)
    assert answer.status == 400
    assert json.loads(answer.body)["field"] == "then"
    assert "64" in json.loads(answer.body)["rule"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ("from=33&count=32&every=1", "from"),
        ("from=0&count=2&every=1", "count"),
        ("from=0&count=1&every=1&then=1-learning_rate-0.5", "then"),
        ("from=10000000&count=1&every=1", "from"),
    ],
)
def test_what_breaks_a_rule_of_ranges_is_refused_by_name(viewer, asked, field):
    answer = viewer.ask("frames", asked)
    assert answer.status == 400
    assert json.loads(answer.body)["field"] == field
    assert {"field", "rule", "value"} == json.loads(answer.body).keys()


def test_a_run_that_ends_inside_a_batch_shows_its_last_step_and_nothing_after(viewer):
    settings = TrainingSettings(learning_rate=0.3, stopping=StoppingRules(max_epochs=37))
    text = spell(replace(Experiment(), training=settings))
    sections, body = viewer.frames(f"{text}&from=32&count=32&every=1")
    assert list(sections["step"]) == [32, 33, 34, 35, 36, 37]
    assert body.stopped["step"] == 37
    sections, body = viewer.frames(f"{text}&from=0&count=32&every=4")
    assert list(sections["step"]) == [*range(0, 37, 4), 37]
    beyond = read_body(viewer.ask("frames", f"{text}&from=64&count=32&every=1").body)
    assert beyond.frames == 0
    assert beyond.stopped == body.stopped


def test_long_training_ahead_tells_how_far_it_is_and_then_arrives(viewer):
    asked = "layers=32-tanh+32-tanh&from=3000&count=1&every=1"
    steps = []
    while True:
        question = viewer.house.ask("frames", version(), asked, "viewer")
        if isinstance(question, Answer):
            break
        if question.job.wait(quota.FIRST_ANSWER, until_done=True):
            break
        steps.append(question.job.progress)
    assert steps, "this was meant to take longer than one answer"
    assert all(one.goal == 3000 for one in steps)
    assert steps[-1].step > steps[0].step or len(steps) == 1
    sections, _ = viewer.frames(asked)
    assert list(sections["step"]) == [3000]


def test_another_version_is_told_the_present_one(viewer):
    asked = viewer.house.ask("frames", "0" * 16, "from=0&count=1&every=1", "viewer")
    assert (asked.status, json.loads(asked.body)) == (404, {"version": version()})


def test_another_spelling_gets_the_same_bytes_but_none_may_keep_them(viewer):
    canonical = viewer.ask("frames", "rate=0.1&from=0&count=32&every=1")
    other = viewer.ask("frames", "every=1&from=0&rate=%30.10&count=32")
    assert canonical.body == other.body
    assert "immutable" in canonical.caching
    assert other.caching == "no-store"


def test_a_persons_own_points_are_not_for_shared_caches(viewer):
    own = spell(read("data=own&points=0_0_0~0_1_1~1_0_1~1_1_0&train=1"))
    assert viewer.ask("runs", own).caching.startswith("private")
    assert viewer.ask("runs", "").caching.startswith("public")


def test_the_curve_comes_in_blocks_and_is_that_of_the_run(viewer):
    run = Run(Experiment())
    run.advance(4096)
    steps, values = run.history.all_rows()
    first = read_body(viewer.ask("curve", "block=0").body).sections()
    np.testing.assert_array_equal(first["step"], steps[:2048])
    np.testing.assert_array_equal(first["loss_train"], values[0][:2048])
    second = read_body(viewer.ask("curve", "block=1&at=4096").body).sections()
    np.testing.assert_array_equal(second["step"], steps[2048:])


def test_a_moment_tells_what_is_wrong_at_that_very_step(viewer):
    body = read_body(viewer.ask("moment", "init=zeros&at=50").body)
    assert body.header["step"] == 50
    (finding,) = body.header["findings"]
    assert finding["remedy"] == {
        "words": "Use Glorot weights",
        "experiment": spell(Experiment()),
        "own": None,
    }
    assert body.header["questions"] == []
    assert body.header["stopped"] is None


def test_a_finer_surface_has_the_same_logits_at_the_same_places(viewer):
    """Within the rounding of both to bytes: at most a 127th of the scale, see quantise.py."""
    moment = read_body(viewer.ask("moment", "rate=3&at=200&grid=193").body)
    fine_scale = moment.header["surface_scale"]
    fine = dequantise_signed(moment.sections()["surface"], fine_scale)
    frame = read_body(viewer.ask("frames", "rate=3&from=200&count=1&every=1").body).sections()
    scale = float(frame["surface_scale"][0])
    coarse = dequantise_signed(frame["surface"][0], scale)
    assert np.abs(fine[::4, ::4] - coarse).max() <= (scale + fine_scale) / 127


def test_one_unit_and_a_finer_surface_can_be_had(viewer):
    body = read_body(viewer.ask("moment", "at=20&unit=1.3&grid=97").body)
    sections = body.sections()
    assert sections["surface"].shape == (97, 97)
    assert sections["unit"].ndim == 2
    for wrong in ("unit=3.0", "unit=0.0", "unit=1.4", "unit=1", "grid=1000"):
        answer = viewer.ask("moment", f"at=20&{wrong}")
        assert json.loads(answer.body)["field"] == wrong.partition("=")[0]


def test_a_run_of_ones_own_starts_from_what_is_known(viewer):
    viewer.ask("frames", "from=1000&count=1&every=1")
    run = viewer.house.borrow(Experiment())
    run.seek(1000)
    assert run.step > 0
    run.advance(1000 - run.step)
    alone = Run(Experiment())
    alone.advance(1000)
    np.testing.assert_array_equal(run.theta, alone.theta)
    np.testing.assert_array_equal(run.history.loss_train, alone.history.loss_train)
