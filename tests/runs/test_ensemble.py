"""Many seeds at once are what each of them is alone: states, numbers, ends and reasons."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnviz.runs.past
from nnviz.data import DataSpec
from nnviz.experiment import Change, Experiment
from nnviz.runs import Ensemble, Run
from nnviz.runs.ensemble import members
from nnviz.runs.lanes import Lanes
from nnviz.runs.parties import Alone
from nnviz.training import StoppingRules, TrainingSettings
from tests.experiments import EXPLOSIVE, SMALL, SMALL_BATCHES, network_of
from tests.runs.wandering import hostile_experiment, with_changes

CLOSE = {"rtol": 1e-12, "atol": 1e-12}
N = 3


def runs_of(ensemble: Ensemble) -> list[Run]:
    """The same networks, each trained by itself."""
    return [Run(experiment) for experiment in ensemble.members]


def check(ensemble: Ensemble, steps: Sequence[int]) -> None:
    """Collect the steps, and visit each of them with every run."""
    moments, runs = ensemble.collect(steps), runs_of(ensemble)
    for row, step in enumerate(moments.step.tolist()):
        for k, run in enumerate(runs):
            run.advance(max(step - run.step, 0))
            np.testing.assert_allclose(moments.theta[row, k], run.theta, **CLOSE)
            np.testing.assert_allclose(moments.metrics[row, k], run.metrics(), **CLOSE)
            assert moments.ended[row, k] == (run.stopped is not None)
    assert moments.epoch.tolist() == [runs[0].epoch_at(step) for step in moments.step]
    for run, end in zip(runs, ensemble.ends, strict=True):
        assert run.stopped is None or (end is not None and end.stopped == run.stopped)
    all_ended = all(run.stopped for run in runs)
    if len(moments):
        assert (ensemble.stopped is not None) == all_ended
        assert ensemble.step == moments.step[-1]
    if not len(moments) or moments.step[-1] < steps[-1]:
        for run in runs:
            run.advance(steps[0])
        assert ensemble.stopped is not None
        assert ensemble.step == max(run.step for run in runs)
    recorded, rows = ensemble.history()
    for k, run in enumerate(runs):
        steps_alone, alone = run.history.until(ensemble.step).all_rows()
        np.testing.assert_array_equal(steps_alone, recorded[: len(steps_alone)])
        np.testing.assert_allclose(rows[: len(steps_alone), k], alone.T, **CLOSE)
        at_its_end = np.broadcast_to(np.array(run.metrics()), rows[len(steps_alone) :, k].shape)
        np.testing.assert_allclose(rows[len(steps_alone) :, k], at_its_end, **CLOSE)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**31), start=st.integers(0, 40), gap=st.integers(1, 12))
def test_each_network_is_its_own_run(seed: int, start: int, gap: int) -> None:
    """Every optimizer, dropout, small batches, edits, rules, divergence; visited at random."""
    random = np.random.RandomState(seed)
    experiment = with_changes(random, hostile_experiment(random))
    vary = str(random.choice(["weights", "weights", "data"]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nnviz.runs.past, "HISTORY_ROWS", (2048, 16, 64)[seed % 3])
        ensemble = Ensemble(experiment, N, vary)
        for _ in range(random.randint(3)):
            ensemble.advance(int(random.randint(60)), seconds=random.choice([None, 0.0, 1e-4]))
            if random.randint(2):
                ensemble.rewind(int(random.randint(ensemble.step + 1)))
            ensemble.seek(int(random.randint(ensemble.step + 30)))
            ensemble.mark()
        check(ensemble, range(start, start + gap * int(random.randint(1, 20)), gap))


FULL = replace(SMALL, data=DataSpec(n_samples=80))
ENDING = {
    "target": StoppingRules(target_loss=0.35),
    "patience": StoppingRules(patience=2),
    "epochs": StoppingRules(max_epochs=130),
    "accuracy": StoppingRules(target_accuracy=0.9, max_epochs=150),
}


@pytest.mark.parametrize("rules", ENDING.values(), ids=ENDING.keys())
@pytest.mark.parametrize("batch_size", [None, 16])
def test_lanes_end_where_their_runs_do(rules: StoppingRules, batch_size: int | None) -> None:
    training = TrainingSettings(learning_rate=0.3, batch_size=batch_size, stopping=rules)
    ensemble = Ensemble(replace(FULL, training=training), 8)
    check(ensemble, range(0, 160, 10))
    ensemble.rewind(ensemble.step // 2)
    check(ensemble, range(3, 160, 7))


def test_a_lane_that_diverged_stays_ended_when_a_change_lets_the_others_go_on() -> None:
    """The trainer forgets which lanes it holds when the rate changes; an ensemble must not."""
    wild = replace(EXPLOSIVE, training=TrainingSettings(learning_rate=0.05))
    changes = tuple(Change(step, "learning_rate", 0.001) for step in (6, 40))
    ensemble = Ensemble(replace(wild, changes=changes), 8)
    check(ensemble, range(0, 60, 3))
    ended = [end is not None and end.step < 40 for end in ensemble.ends]
    assert any(ended), "a test of nothing"


def test_lanes_are_used_where_they_have_the_bits_of_runs() -> None:
    def kinds(ensemble: Ensemble) -> set[type]:
        return {type(party) for party in ensemble._parties}

    assert kinds(Ensemble(FULL, 4)) == {Lanes}
    assert kinds(Ensemble(FULL, 4, "data")) == {Alone}
    assert kinds(Ensemble(SMALL_BATCHES, 4)) == {Alone}
    large = replace(FULL, data=DataSpec(n_samples=600), network=network_of((FULL.hidden[0],) * 2))
    assert kinds(Ensemble(large, 4)) == {Lanes}


def test_several_trainers_are_one_ensemble(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Ensemble(FULL, 8)
    monkeypatch.setattr("nnviz.runs.parties.TRAINER_BYTES", 3 * whole.base.nbytes)
    parts = Ensemble(FULL, 8)
    assert [type(party) for party in parts._parties] == [Lanes] * 3
    steps = range(0, 90, 6)
    one, other = whole.collect(steps), parts.collect(steps)
    np.testing.assert_array_equal(one.theta, other.theta)
    np.testing.assert_array_equal(one.metrics, other.metrics)


def test_seeds_count_up_from_the_experiments_own_and_begin_again_after_the_last() -> None:
    last = replace(SMALL, init_seed=2**32 - 2)
    assert [one.init_seed for one in members(last, 4, "weights")] == [2**32 - 2, 2**32 - 1, 0, 1]
    drawn = members(SMALL, 3, "data")
    assert [one.data.seed for one in drawn] == [0, 1, 2]
    assert {one.init_seed for one in drawn} == {SMALL.init_seed}
    held_out = members(Experiment(data=DataSpec("wine")), 3, "data")
    assert [one.data.split_seed for one in held_out] == [0, 1, 2]


def test_a_network_that_answers_the_share_of_the_classes_is_stuck() -> None:
    """All weights zero but the last bias: the answer is the share of class 1 everywhere."""
    run = Run(FULL)
    share = run.dataset.y_train.mean()
    n_params = run.network.n_params
    changes = [Change(0, f"theta.{i}", 0.0) for i in range(n_params - 1)]
    changes.append(Change(0, f"theta.{n_params - 1}", float(np.log(share / (1 - share)))))
    ensemble = Ensemble(replace(FULL, changes=tuple(changes)), 4)
    assert ensemble.stuck(ensemble.collect([0]).metrics).all()
    good = Ensemble(FULL, 4)
    metrics = good.collect([800]).metrics
    constant = Run(ensemble.experiment).metrics().loss_train
    assert good.stuck(metrics).tolist() == (metrics[..., 0] >= 0.9 * constant).tolist()
    assert not good.stuck(metrics).all()
