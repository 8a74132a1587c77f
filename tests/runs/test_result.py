"""A result is a value: trained anywhere, carried anywhere, it is the same."""

import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest

from nnviz import Experiment, Metrics, Result, Run, train
from nnviz.data import DataSpec
from tests.experiments import EXPLOSIVE, SMALL

ELSEWHERE = """
import pickle, sys
from nnviz import train
trainings = pickle.loads(sys.stdin.buffer.read())
sys.stdout.buffer.write(pickle.dumps([train(*training) for training in trainings]))
"""


def loaded(pickled: bytes) -> Any:
    return pickle.loads(pickled)  # noqa: S301  # written by this very test


TRAININGS = {
    "usual": (Experiment(), 100),
    "without a test set": (replace(SMALL, data=DataSpec(train_ratio=1.0)), 9),
    "diverging": (EXPLOSIVE, 500),
}


def test_what_another_process_has_trained_equals_what_this_one_trains() -> None:
    """A sweep over many processes must be the sweep of one."""
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        input=pickle.dumps([*TRAININGS.values()]),
        stdout=subprocess.PIPE,
        check=True,
    )
    for name, there in zip(TRAININGS, loaded(done.stdout), strict=True):
        here = train(*TRAININGS[name])
        assert there == here, name
        assert hash(there) == hash(here), name
        assert not there.theta.flags.writeable, name


def test_it_says_what_the_run_says() -> None:
    run, result = Run(SMALL), train(SMALL, 30)
    run.advance(30)
    assert (result.experiment, result.step, result.metrics) == (SMALL, 30, run.metrics())
    assert result.history == run.history
    np.testing.assert_array_equal(result.theta, run.theta)
    assert result.stopped is None


def test_a_run_that_ends_says_where_and_why() -> None:
    result = train(EXPLOSIVE, 500)
    assert result.step < 500
    assert result.stopped is not None
    assert (result.stopped.kind, result.stopped.step) == ("diverged", result.step)


RESULT = train(SMALL, 20)


@pytest.mark.parametrize(
    "other",
    [
        replace(RESULT, experiment=Experiment()),
        replace(RESULT, step=21),
        replace(RESULT, metrics=Metrics(*RESULT.metrics[:3], 0.123)),
        replace(RESULT, history=RESULT.history.until(19)),
        replace(RESULT, theta=np.nextafter(RESULT.theta, 9.0)),
        replace(RESULT, stopped=train(EXPLOSIVE, 500).stopped),
        RESULT.theta.tolist(),
    ],
    ids=["experiment", "step", "metrics", "history", "theta", "stopped", "no result"],
)
def test_what_differs_in_anything_is_not_equal(other: object) -> None:
    assert other != RESULT


def test_nothing_of_it_can_be_changed_by_mistake() -> None:
    with pytest.raises(ValueError, match="read-only"):
        RESULT.theta[0] = 1.0
    with pytest.raises(FrozenInstanceError):
        RESULT.step = 3  # type: ignore[misc]  # that is what is tried


def test_a_result_stays_what_it_is_when_its_run_goes_on() -> None:
    run = Run(SMALL)
    run.advance(20)
    result = Result(SMALL, 20, run.metrics(), run.history, run.theta, run.stopped)
    run.advance(50)
    run.rewind(10)
    run.change("learning_rate", 0.5)
    run.advance(50)
    assert result == RESULT
