"""The budget of each visit for sweeps: a sliding window, and words that say when it is open."""

import pytest

from nnviz.experiment.rules import Refusal
from nnviz.serve import quota
from nnviz.serve.recent import Budget, Recent


@pytest.fixture
def budget(host):
    host(sweep_seconds=60.0, sweep_window=600.0)
    return Budget()


def test_what_was_used_is_given_back_after_the_window(budget):
    for now in (0.0, 100.0, 200.0):
        budget.take(now, {"visit"}, needed=20.0)
        budget.take(now, {"visit"}, done=20.0)
    with pytest.raises(Refusal) as refusal:
        budget.take(300.0, {"visit"}, needed=30.0)
    assert refusal.value.field == "sweep"
    assert "used 60 of the 60 seconds" in refusal.value.rule
    assert "in 10 minutes." in refusal.value.rule
    assert refusal.value.rule.endswith("in about 7 minutes")  # 40 seconds are back at 700
    with pytest.raises(Refusal):
        budget.take(601.0, {"visit"}, needed=30.0)
    budget.take(701.0, {"visit"}, needed=30.0)


def test_what_was_not_done_costs_nothing(budget):
    budget.take(0.0, {"visit"}, done=50.0)
    for _ in range(30):
        with pytest.raises(Refusal):
            budget.take(1.0, {"visit"}, needed=11.0)
        budget.take(1.0, {"visit"}, needed=10.0)


def test_each_visit_has_its_own_and_a_part_for_two_is_charged_to_the_one_that_used_less(budget):
    budget.take(0.0, {"one"}, done=50.0)
    budget.take(0.0, {"other"}, done=40.0)
    budget.take(1.0, {"one", "other"}, done=20.0)
    budget.take(2.0, {"one"}, done=10.0)
    with pytest.raises(Refusal):
        budget.take(3.0, {"one", "other"}, needed=1.0)


def test_a_window_forgets_in_order_and_leaves_nothing_behind():
    recent = Recent()
    for k in range(10):
        recent.add(float(k), "ab"[k % 2], 0.1)
    recent.forget(5.0)
    assert (recent.of("a"), recent.of("b")) == pytest.approx((0.2, 0.3))
    recent.forget(10.0)
    assert (recent.of("a"), recent.of("b")) == (0.0, 0.0)


def test_a_sweep_that_is_allowed_fits_into_a_fresh_budget_however_it_is_cut():
    budget, n = Budget(), 997
    for _ in range(n):
        budget.take(0.0, {"visit"}, needed=quota.SWEEP_SECONDS / n)
        budget.take(0.0, {"visit"}, done=quota.SWEEP_SECONDS / n)
