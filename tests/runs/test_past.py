"""What a run has found out: every step can be reached again, at a bounded price."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnviz.runs.past
from nnviz.experiment import Change
from nnviz.runs import Past, Run
from nnviz.training import Snapshot, StopReason, TrainingSettings
from tests.experiments import EXPLOSIVE, SMALL, SMALL_BATCHES
from tests.runs.wandering import state


def snapshot(step: int, n_params: int = 10) -> Snapshot:
    return Snapshot(step, np.full(n_params, float(step)), np.zeros((0, n_params)))


def walked(past: Past, end: int) -> Past:
    """Keep what is due up to ``end``, as a run does."""
    past.begin(snapshot(0))
    step = 0
    while (step := past.next_checkpoint(step)) <= end:
        past.checkpoint(snapshot(step))
    return past


def longest_way(past: Past, end: int) -> int:
    """The most updates that going back to a step up to ``end`` takes."""
    held = sorted({past.latest(step).step for step in range(end + 1)})
    return max(int(np.diff([*held, end + 1]).max()) - 1, 0)


@given(end=st.integers(0, 30_000))
def test_going_back_costs_at_most_a_twentieth_of_what_the_run_has_cost(end: int) -> None:
    assert longest_way(walked(Past(), end), end) <= end / 20


def test_memory_wins_over_the_way_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest networks may not fill the server; their first step is held whatever it takes."""
    free, tight = walked(Past(), 5000), walked(Past(most_bytes=6000), 5000)
    assert tight.nbytes < free.nbytes
    assert longest_way(free, 5000) < longest_way(tight, 5000) < 5000
    before = free.nbytes
    free.shrink(6000)
    assert free.nbytes < before
    assert longest_way(free, 5000) == longest_way(tight, 5000)
    assert walked(Past(most_bytes=1), 5000).latest(10).step == 0


def test_states_that_viewers_were_given_are_held_the_latest_ones_longest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(nnviz.runs.past, "RECENT_CHECKPOINT_BYTES", 1)
    past = Past()
    past.begin(snapshot(0))
    for step in range(1, 20):
        past.mark(snapshot(step))
        past.mark(snapshot(7))
    assert past.latest(100).step == 19
    assert past.latest(16).step == 7, "given again and again"
    assert past.latest(6).step == 0
    monkeypatch.setattr(nnviz.runs.past, "RECENT_CHECKPOINT_BYTES", 100_000)
    for step in range(100, 1000):
        past.mark(snapshot(step))
    assert past.nbytes < 120_000
    assert past.latest(990).step == 990


def test_what_is_shared_ends_where_the_experiments_part() -> None:
    run = Run(SMALL)
    run.advance(300)
    shared = run.past.until(200)
    assert shared.known == 199
    assert shared.latest(1000).step <= 200
    assert shared.nbytes < run.past.nbytes
    assert run.past.known >= 300


def test_an_end_is_shared_only_if_nothing_after_the_parting_could_have_led_to_it() -> None:
    """A divergence follows from steps after the last finite one: a change there may prevent it."""
    past = Past()
    past.begin(snapshot(0))
    past.close(StopReason("diverged", 5, "it grew."), snapshot(5), known_from=8)
    assert past.until(8).end is None
    assert past.until(9).end == past.end
    assert past.until(9).latest(100).step == 5


def test_a_run_goes_on_from_a_kept_past_as_if_it_had_not_been_dropped() -> None:
    """An idle run is evicted to its past; who comes back must not wait for all of it."""
    run = Run(SMALL_BATCHES)
    run.advance(500)
    run.mark()
    wanted = state(run)
    later = Run(SMALL_BATCHES)
    later.advance(620)
    again = Run(SMALL_BATCHES, past=run.past)
    assert again.step == 0
    again.seek(510)
    assert state(again) == wanted
    again.advance(120)
    assert state(again) == state(later)


def test_a_diverged_run_is_back_at_its_end_without_training() -> None:
    run = Run(EXPLOSIVE)
    run.advance(1000)
    again = Run(EXPLOSIVE, past=run.past)
    again.seek(1000)
    assert state(again) == state(run)


@given(step=st.integers(0, 120), on=st.integers(0, 60), back=st.integers(0, 120))
def test_a_fork_and_its_origin_do_not_disturb_each_other(step: int, on: int, back: int) -> None:
    """A visitor who branches off another's run leaves that one alone."""
    run = Run(SMALL_BATCHES)
    run.advance(120)
    branch = SMALL_BATCHES.with_change(Change(step, "theta.2", -3.0))
    fork = run.fork(branch)
    run.rewind(back)
    run.change("l2", 0.25)
    run.advance(on)
    fork.seek(step)
    fork.advance(step + 40 - fork.step)
    run.rewind(run.step // 2)
    run.advance(17)
    for wandered in (run, fork):
        fresh = Run(wandered.experiment)
        fresh.advance(wandered.step)
        assert state(wandered) == state(fresh)


def test_a_fork_starts_from_scratch_where_there_is_nothing_in_common() -> None:
    run = Run(SMALL)
    run.advance(50)
    other = replace(SMALL, training=TrainingSettings(learning_rate=0.1))
    fork = run.fork(other)
    assert fork.past.known == 0
    assert fork.dataset is run.dataset
    fork.advance(50)
    fresh = Run(other)
    fresh.advance(50)
    assert state(fork) == state(fresh)
    elsewhere = run.fork(replace(SMALL, data=replace(SMALL.data, seed=1)))
    assert state(elsewhere) == state(Run(elsewhere.experiment))


def updates_of(run: Run, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many updates the run's trainer makes from now on, call by call."""
    made: list[int] = []
    advance = run._journey.trainer.advance

    def counted(*arguments: object) -> int:
        made.append(advance(*arguments))  # type: ignore[arg-type]  # handed through
        return made[-1]

    monkeypatch.setattr(run._journey.trainer, "advance", counted)
    return made


def test_seeking_trains_nothing_and_says_before_where_it_leads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Counted in updates, because a clock would measure the machine."""
    run = Run(SMALL)
    run.advance(1000)
    made = updates_of(run, monkeypatch)
    for step in (990, 3, 517, 0, 1200):
        nearest = run.nearest(step)
        before = run.step
        assert run.nearest(before) == before
        run.seek(step)
        assert run.step == nearest <= step
    assert sum(made) == 0


def test_a_change_at_a_frame_that_was_given_needs_no_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = Run(SMALL)
    run.advance(2000)
    run.collect(range(2001, 2033))
    run.collect(range(3000, 3032))
    for step in (2001, 2017, 2032, 3007):
        fork = run.fork(run.experiment.with_change(Change(step, "learning_rate", 0.01)))
        made = updates_of(fork, monkeypatch)
        fork.seek(step)
        assert fork.step == step
        assert sum(made) == 0


def test_known_rows_are_not_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(SMALL_BATCHES)
    run.advance(400)
    measured: list[int] = []
    measure = run._journey._meter.measure
    monkeypatch.setattr(
        run._journey._meter, "measure", lambda tape: measured.append(1) or measure(tape)
    )
    run.rewind(10)
    run.advance(380)
    assert not measured
    run.advance(20)
    assert measured
