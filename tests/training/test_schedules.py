"""The learning rate follows the drawn curve, so that a page can show it beforehand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.training import SCHEDULES, make_schedule


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("constant", [1, 1, 1, 1, 1]),
        ("step", [1, 1, 0.25, 0.25, 0.0625]),
        ("exponential", [1, 0.5, 0.25, 0.125, 0.0625]),
        ("cosine", [1, 0.625, 0.25, 0.25, 0.25]),
    ],
)
def test_decay_to_a_quarter_over_ten_steps(name, expected):
    factor = make_schedule(name, decay_steps=10, decay_rate=0.25)
    assert [factor(step) for step in (0, 5, 10, 15, 20)] == pytest.approx(expected)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_schedule_starts_at_the_full_rate_and_never_rises(name):
    factor = make_schedule(name, decay_steps=10, decay_rate=0.25)
    factors = [factor(step) for step in range(40)]
    assert factors[0] == 1.0
    assert factors == sorted(factors, reverse=True)
    assert factors[-1] >= 0.0


def test_cosine_is_steepest_in_the_middle():
    factor = make_schedule("cosine", decay_steps=12, decay_rate=0.0)
    assert factor(4) == pytest.approx(0.5 * (1 + math.cos(math.pi / 3)))


@given(st.sampled_from([*SCHEDULES]), st.integers(1, 40), st.integers(0, 60))
def test_warm_up_rises_evenly_and_then_the_schedule_starts(name, warmup, step):
    plain = make_schedule(name, decay_steps=7, decay_rate=0.5)
    warm = make_schedule(name, decay_steps=7, decay_rate=0.5, warmup_steps=warmup)
    if step < warmup:
        assert warm(step) == pytest.approx((step + 1) / warmup)
    else:
        assert warm(step) == plain(step - warmup)
    assert 0.0 < warm(step) <= 1.0


@pytest.mark.parametrize(
    ("hyper", "message"),
    [
        ({"name": "linear"}, "schedule must be one of constant, .* got 'linear'"),
        ({"name": "step", "decay_steps": 0}, "decay_steps must be at least 1; got 0"),
        ({"name": "step", "decay_rate": 1.5}, "decay_rate must be from 0 to 1; got 1.5"),
        ({"name": "step", "warmup_steps": -1}, "warmup_steps must be at least 0; got -1"),
    ],
)
def test_wrong_schedules_are_refused(hyper, message):
    with pytest.raises(ValueError, match=message):
        make_schedule(**hyper)
