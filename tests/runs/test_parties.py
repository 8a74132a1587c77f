"""Lanes with rates, penalties and seeds of their own are what each experiment is alone."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnviz.runs.past
from nnviz.data import DataSpec
from nnviz.experiment import Change, Experiment
from nnviz.runs import Run, train
from nnviz.runs.lanes import Lanes
from nnviz.runs.parties import Alone, likeness, parties
from tests.experiments import SMALL
from tests.runs.wandering import hostile_experiment, with_changes

FULL = replace(SMALL, data=DataSpec(n_samples=80))


def varied(random: np.random.RandomState, experiment: Experiment, n: int) -> list[Experiment]:
    """The experiment n times, with other seeds, rates and penalties; its changes stay."""
    rates = (0.001, 0.1, 1.0, 10.0)
    return [
        replace(
            experiment,
            init_seed=int(random.randint(5)),
            training=replace(
                experiment.training,
                learning_rate=float(random.choice(rates)),
                l1=float(random.choice([0.001, 0.1])) * (experiment.training.l1 > 0.0),
                l2=float(random.choice([0.001, 0.1])) * (experiment.training.l2 > 0.0),
            ),
        )
        for _ in range(n)
    ]


@settings(max_examples=15)
@given(seed=st.integers(0, 2**31), steps=st.integers(0, 120))
def test_each_lane_is_its_own_run_to_the_last_bit(seed: int, steps: int) -> None:
    """Every optimizer and rule, dropout, edits, live changes, divergence; whole and in slices."""
    random = np.random.RandomState(seed)
    experiment = with_changes(random, hostile_experiment(random))
    experiments = varied(random, experiment, 5)
    assert len(set(map(likeness, experiments))) == 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nnviz.runs.past, "HISTORY_ROWS", (2048, 16, 64)[seed % 3])
        found = []
        for party in parties(experiments, Run(experiments[0])):
            while not party.reached(steps):
                party.go(steps, time.perf_counter() + 1e-3 * random.randint(3))
            found += party.results()
        for result, one in zip(found, experiments, strict=True):
            assert result == train(one, steps)


@pytest.mark.parametrize("field", ["learning_rate", "l1", "l2"])
def test_a_change_of_a_live_setting_reaches_every_lane(field: str) -> None:
    values = [0.01, 0.1, 0.3]
    experiments = [
        replace(
            FULL,
            training=replace(FULL.training, **{field: value}),
            changes=(Change(20, field, 0.05), Change(40, "learning_rate", 0.2)),
        )
        for value in values
    ]
    (party,) = parties(experiments, Run(experiments[0]))
    assert isinstance(party, Lanes)
    for steps in (60, 10, 30):  # also back, over both changes
        party.go(steps)
        assert party.results() == [train(one, steps) for one in experiments]
    assert len({result.theta.tobytes() for result in party.results()}) == len(values)


def test_what_is_not_calculated_for_a_run_is_not_calculated_for_its_lane() -> None:
    penalised = replace(FULL, training=replace(FULL.training, l1=0.01))
    assert likeness(FULL) != likeness(penalised)
    assert {type(one) for one in parties([FULL, penalised], Run(FULL))} == {Alone}
