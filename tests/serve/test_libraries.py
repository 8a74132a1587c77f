"""The libraries over addresses: the record at once, then NumPy and scikit-learn, trained now."""

import json
import time

import pytest

from nnviz import Experiment, Run
from nnviz.frames import unpack
from nnviz.libraries.live import live
from nnviz.libraries.record import PATH
from nnviz.libraries.task import Task
from nnviz.serve import quota, read
from nnviz.serve.answers import NEVER, House
from nnviz.serve.records import read_body
from tests.serve.asking import answered


def told(house, query):
    asked = answered(house, "libraries", query)
    assert asked.status == 200, asked.body
    assert asked.caching == NEVER
    return [unpack(message)[0] for message in read_body(asked.body).messages]


def test_the_record_comes_first_and_then_both_libraries_on_the_experiment():
    house = House()
    record, rows = told(house, "batch=50&layers=6-tanh")
    assert record["recorded"] == json.loads(PATH.read_text())["recorded"]
    assert all(record["sentences"].values())
    ours, theirs, by_itself = rows["live"]
    run = Run(read(rows["experiment"]))
    run.advance(ours["step"])
    assert ours["loss"] == run.metrics().loss_train
    assert ours["accuracy"] == run.metrics().accuracy_train
    assert theirs["largest"] < 1e-9
    assert theirs["step"] == ours["step"]
    assert by_itself["largest"] is None
    assert all(0.0 < row["seconds"][0] <= row["seconds"][1] for row in rows["live"])
    assert told(house, "batch=50&layers=6-tanh") == [record, rows]  # measured once, then kept


def test_what_scikit_learn_cannot_do_is_said_and_the_others_are_trained():
    _, rows = told(House(), "layers=4-sin")
    ours, theirs, by_itself = rows["live"]
    assert theirs["loss"] is None
    assert "sin" in theirs["words"]
    assert ours["loss"] is not None
    assert by_itself["loss"] is not None


@pytest.mark.parametrize("query", ["layers=4-tanh-0.2", "loss=hinge"])
def test_an_experiment_that_no_two_libraries_train_alike_is_said_so(query):
    _, rows = told(House(), query)
    assert rows["live"] == []
    assert "must be" in rows["why"]


def test_a_run_that_overflows_ends_there_in_both_libraries():
    _, rows = told(House(), "rate=10&layers=8-linear+8-linear+8-linear&init=he_normal")
    ours, theirs, _ = rows["live"]
    assert ours["step"] < 100
    assert theirs["step"] in (ours["step"], None)


def test_changes_and_float32_are_left_out_of_the_comparison():
    _, rows = told(House(), "precision=float32&changes=5-learning_rate-0.01")
    assert read(rows["experiment"]) == Experiment()


def test_live_training_pauses_often():
    large = read("layers=64-relu+64-relu+64-tanh&samples=2000&data=spirals")
    work, longest = live(Task(large), 5), 0.0
    finished = False
    while not finished:
        began = time.thread_time()
        finished = next(work, "end") == "end"
        longest = max(longest, time.thread_time() - began)
    # An update in scikit-learn cannot be divided.
    assert longest < 4 * quota.SLICE
