"""The curve of a run is the same however it was watched, cut or taken back, and stays small."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.training import History, Metrics


def fill(history, start, stop):
    """Record every due step from `start` to `stop`, with values that tell the step."""
    for step in range(start, stop + 1):
        if history.due(step):
            history.append(step, Metrics(step + 0.1, step + 0.2, step + 0.3, step + 0.4))
    return history


def shown(history):
    return (
        history.step.tolist(),
        history.loss_train.tolist(),
        history.loss_test.tolist(),
        history.accuracy_train.tolist(),
        history.accuracy_test.tolist(),
    )


@given(st.integers(1, 40), st.integers(0, 2000))
def test_rows_are_even_bounded_and_end_near_the_last_step(max_rows, end):
    history = fill(History(max_rows), 0, end)
    step = history.step
    assert step[0] == 0
    assert len(history) == len(step) <= max_rows + 1
    assert len(set(np.diff(step))) <= 1
    assert end - step[-1] < history.stride(end)
    assert history.stride(end) == 1 or 2 * len(step) >= max_rows
    np.testing.assert_allclose(history.loss_train, step + 0.1)
    np.testing.assert_allclose(history.accuracy_test, step + 0.4)


@given(st.integers(1, 30), st.integers(0, 700), st.integers(0, 700))
def test_up_to_a_step_it_is_what_it_was_there(max_rows, end, back):
    history = fill(History(max_rows), 0, end)
    earlier = history.until(back)
    assert shown(earlier) == shown(fill(History(max_rows), 0, min(back, end)))
    fill(earlier, min(back, end) + 1, end + 50)
    assert shown(earlier) == shown(fill(History(max_rows), 0, end + 50))
    assert shown(history) == shown(fill(History(max_rows), 0, end))


@given(st.integers(1, 30), st.integers(0, 200), st.integers(0, 200))
def test_what_two_have_in_common_is_not_disturbed_by_either(max_rows, end, back):
    """A branch that is trained on may not write into the curve it came from."""
    history = fill(History(max_rows), 0, end)
    branch, other = history.until(back), history.until(back)
    for step in range(min(back, end) + 1, end + 9):
        if branch.due(step):
            branch.append(step, Metrics(-1.0, -2.0, -3.0, -4.0))
    fill(history, end + 1, end + 9)
    assert shown(history) == shown(fill(History(max_rows), 0, end + 9))
    assert shown(other) == shown(fill(History(max_rows), 0, min(back, end)))
    assert set(branch.loss_train[branch.step > min(back, end)]) <= {-1.0}


@given(st.integers(1, 30), st.integers(0, 300), st.integers(0, 300), st.integers(1, 40))
def test_due_steps_of_a_stretch_are_those_that_are_due(max_rows, start, length, most):
    history = History(max_rows)
    due = [step for step in range(start, start + length) if history.due(step)]
    assert history.due_between(start, start + length, most) == due[:most]


def test_a_row_is_found_by_its_step():
    history = fill(History(4), 0, 9)
    assert history.row(8) == (8, (8.1, 8.2, 8.3, 8.4))
    assert history.row(9) is history.row(10) is History().row(0) is None


def test_what_is_kept_grows_with_the_logarithm_of_the_steps():
    history = History(64)
    for step in (k for k in range(64 * 2**10 + 1) if history.due(k)):
        history.append(step, Metrics(0.0, 0.0, 0.0, 0.0))
    steps, values = history.all_rows()
    assert len(steps) == values.shape[1] <= 64 + 1 + 10 * 32


def test_ten_million_steps_are_quick_to_place():
    history = History()
    assert history.stride(10_000_000) == 8192
    assert history.due(8192 * 1100)
    assert not history.due(8192 * 1100 + 4096)


def test_last_row_and_emptiness():
    history = History()
    assert history.last is None
    assert len(history) == 0
    assert shown(history) == ([], [], [], [], [])
    history.append(0, Metrics(0.7, np.nan, 0.5, np.nan))
    assert history.last.step == 0
    assert history.last.metrics[::2] == (0.7, 0.5)
    assert np.isnan(history.loss_test[0])


def test_a_step_out_of_order_or_off_the_grid_is_refused():
    history = fill(History(4), 0, 8)
    with pytest.raises(ValueError, match="step must be after 8; got 8"):
        history.append(8, Metrics(0, 0, 0, 0))
    with pytest.raises(ValueError, match="step must be due, a multiple of 4; got 10"):
        history.append(10, Metrics(0, 0, 0, 0))
    with pytest.raises(ValueError, match="max_rows must be a whole number of at least 1; got 0"):
        History(0)
