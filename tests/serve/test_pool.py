"""What the server keeps of runs, for whom, and within which bounds."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz import Experiment, Run
from nnviz.experiment import Change
from nnviz.experiment.rules import Refusal
from nnviz.serve import quota
from nnviz.serve.address import read
from nnviz.serve.pool import Busy, Pool


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pool(clock):
    return Pool(clock)


@pytest.fixture
def watchful(monkeypatch):
    """Look at every question whether there is room."""
    monkeypatch.setattr("nnviz.serve.pool._LOOK_EVERY", 1)


def numbered(seed):
    return replace(Experiment(), init_seed=seed)


def test_the_same_experiment_has_one_run(pool):
    assert pool.entry(Experiment()) is pool.entry(read("init_seed=3"))
    assert len(pool) == 1


def test_a_changed_experiment_starts_from_the_longest_common_past(pool):
    first = pool.entry(Experiment())
    first.run.advance(500)
    first.run.mark()
    once = Experiment().with_change(Change(200, "learning_rate", 0.1))
    pool.entry(once).run.advance(400)
    pool.entry(once).run.mark()
    twice = once.with_change(Change(400, "learning_rate", 0.2))
    run = pool.entry(twice).run
    assert run.nearest(400) == 400
    run.seek(400)
    run.advance(100)
    alone = Run(twice)
    alone.advance(500)
    np.testing.assert_array_equal(run.theta, alone.theta)
    np.testing.assert_array_equal(run.history.loss_train, alone.history.loss_train)


def test_idle_runs_lose_their_buffers_first_and_keep_their_past(pool, clock, monkeypatch):
    old = pool.entry(numbered(1))
    old.run.advance(300)
    monkeypatch.setattr(quota, "LIVE_BYTES", old.live_bytes)
    clock.now += 2 * quota.KEPT_IN_USE
    pool.entry(numbered(2))
    assert old.live_bytes == 0
    assert old.past.frontier >= 300
    assert pool.live_bytes <= quota.LIVE_BYTES
    clock.now += 2 * quota.KEPT_IN_USE
    again = pool.entry(numbered(1)).run
    again.seek(300)
    assert again.step > 0


def test_a_run_in_use_is_not_dropped_and_the_newcomer_is_refused(pool, clock, monkeypatch):
    used = pool.entry(numbered(1))
    monkeypatch.setattr(quota, "LIVE_BYTES", used.live_bytes)
    clock.now += quota.KEPT_IN_USE / 2
    with pytest.raises(Busy) as busy:
        pool.entry(numbered(2))
    assert busy.value.retry_after > 0
    assert used.live_bytes > 0
    assert len(pool) == 1


@pytest.mark.usefixtures("watchful")
def test_pasts_stay_within_their_bound(pool, clock, monkeypatch):
    monkeypatch.setattr(quota, "PAST_BYTES", 300_000)
    for seed in range(30):
        pool.entry(numbered(seed)).run.advance(600)
        clock.now += 2 * quota.KEPT_IN_USE
    pool.entry(numbered(99))
    assert pool.past_bytes <= quota.PAST_BYTES
    assert len(pool) < 30


@pytest.mark.usefixtures("watchful")
def test_pasts_in_use_are_thinned_rather_than_grown_without_bound(pool, monkeypatch):
    entry = pool.entry(read("optimizer=adam&layers=64-tanh+64-tanh"))
    entry.run.advance(200)
    before = entry.past.nbytes
    monkeypatch.setattr(quota, "PAST_BYTES", before // 2)
    pool.entry(Experiment())
    assert entry.past.nbytes < before
    entry.run.seek(150)
    entry.run.advance(150 - entry.run.step)
    assert entry.run.step == 150


def test_what_cannot_be_trained_is_refused_by_name(pool):
    with pytest.raises(Refusal) as refusal:
        pool.entry(read("data=own&points=0_0_1~0_1_1~1_0_1~1_1_1"))
    assert refusal.value.field == "data"
    assert len(pool) == 0
