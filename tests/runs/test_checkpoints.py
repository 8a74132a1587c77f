"""Every step of the past can be reached, at a bounded price in memory and in time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz import limits
from nnviz.runs import Run
from nnviz.runs.checkpoints import Checkpoints
from nnviz.training import Snapshot
from tests.experiments import SMALL


def snapshot(step: int, n_params: int = 10) -> Snapshot:
    return Snapshot(step, np.full(n_params, float(step)), np.zeros((0, n_params)))


def walked(checkpoints: Checkpoints, start: int, end: int) -> None:
    """Add what is due on the way from one step to another, as a run does."""
    step = start
    while (step := checkpoints.next_due(step)) <= end:
        checkpoints.add(snapshot(step))


@given(end=st.integers(0, 5000), asked=st.integers(0, 5000))
def test_no_step_is_out_of_reach(end: int, asked: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "CHECKPOINT_BYTES", 6000)
        checkpoints = Checkpoints(snapshot(0))
    walked(checkpoints, 0, end)
    assert 0 <= checkpoints.latest(asked).step <= asked


def test_the_grid_is_coarsened_evenly_and_stays_within_its_memory() -> None:
    """A run of a million steps may not cost a million snapshots, nor lose its middle."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "CHECKPOINT_BYTES", 16 * 600)
        checkpoints = Checkpoints(snapshot(0))
    walked(checkpoints, 0, 100_000)
    reached = {checkpoints.latest(step).step for step in range(0, 100_001, 50)}
    assert 8 <= len(reached) <= 17
    assert len(set(np.diff(sorted(reached)))) == 1


def test_even_the_largest_network_keeps_a_way_back() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "CHECKPOINT_BYTES", 1)
        checkpoints = Checkpoints(snapshot(0))
    walked(checkpoints, 0, 1000)
    assert checkpoints.latest(1000).step > 0
    assert checkpoints.latest(5).step == 0


@given(made=st.lists(st.integers(1, 30), min_size=1, max_size=40), pulls_behind=st.integers(0, 20))
def test_the_way_back_to_what_is_shown_is_a_fraction_of_what_lies_ahead_of_it(
    made: list[int], pulls_behind: int
) -> None:
    """A widget that is changed while a heavy network plays may not wait for a long replay.

    Of n marks over a span of steps, the two closest gaps make at most 2 / (n - 1) of it.
    """
    checkpoints = Checkpoints(snapshot(0))
    at, widest = [0], 0
    for n_updates in made:
        at.append(at[-1] + n_updates)
        shown = at[max(len(at) - 1 - pulls_behind, 0)]
        checkpoints.mark(snapshot(at[-1]), shown)
        kept = sorted({checkpoints.latest(step).step for step in at if step >= shown})
        assert len(kept) <= limits.RECENT_CHECKPOINTS + 1
        widest = max(widest, at[-1] - kept[0])
        if kept[0] > 0:
            longest = max(np.diff(kept), default=0)
            assert longest <= max(2 * widest / (limits.RECENT_CHECKPOINTS - 1), max(made))


def test_what_no_longer_happened_is_forgotten() -> None:
    """After a change the old future may not be come back to."""
    checkpoints = Checkpoints(snapshot(0))
    walked(checkpoints, 0, 100)
    checkpoints.mark(snapshot(99), shown=90)
    checkpoints.mark(snapshot(103), shown=90)
    checkpoints.forget_after(98)
    assert checkpoints.latest(1000).step == 96
    checkpoints.forget_after(95)
    assert checkpoints.latest(1000).step == 80


def test_an_edited_start_replaces_the_start() -> None:
    """A weight edited before the first update is part of where every replay begins."""
    checkpoints = Checkpoints(snapshot(0))
    edited = Snapshot(0, np.full(10, 7.0), np.zeros((0, 10)))
    checkpoints.add(edited)
    assert checkpoints.latest(0) is edited


def test_a_mark_of_the_same_step_replaces_the_older_one() -> None:
    checkpoints = Checkpoints(snapshot(0))
    older, newer = snapshot(5), snapshot(5)
    checkpoints.mark(older, shown=5)
    checkpoints.mark(newer, shown=5)
    assert checkpoints.latest(5) is newer


def test_a_run_replays_no_further_than_its_marks_make_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in updates, because a clock would measure the machine."""
    monkeypatch.setattr(limits, "CHECKPOINT_BYTES", 1)
    run = Run(SMALL)
    run.advance(1000)
    for _ in range(8):
        run.mark(shown=1000)
        run.advance(2)
    updates = 0
    advance = run._trainer.advance

    def counted(n_updates: int) -> int:
        nonlocal updates
        made = advance(n_updates)
        updates += made
        return made

    monkeypatch.setattr(run._trainer, "advance", counted)
    run.rewind(1007)
    assert run.step == 1007
    assert updates <= 7
    updates = 0
    run.rewind(1000)
    assert updates == 0
