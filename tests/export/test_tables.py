"""Weights and history as files that other tools read back to the very same numbers."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from nnviz.data import DataSpec
from nnviz.experiment import Experiment
from nnviz.export import history_csv, weights_json, weights_npz
from nnviz.runs import Run
from tests.experiments import SMALL


@pytest.fixture(params=["float64", "float32"])
def run(request: pytest.FixtureRequest) -> Run:
    run = Run(replace(SMALL, precision=request.param))
    run.advance(40)
    return run


def test_an_archive_gives_back_every_array_without_pickles(run: Run) -> None:
    with np.load(io.BytesIO(weights_npz(run)), allow_pickle=False) as arrays:
        assert sorted(arrays) == ["W1", "W2", "b1", "b2"]
        layers = [(arrays["W1"], arrays["b1"]), (arrays["W2"], arrays["b2"])]
        assert arrays["W1"].dtype == run.theta.dtype
    np.testing.assert_array_equal(run.network.pack(layers), run.theta)


def test_json_gives_back_every_weight(run: Run) -> None:
    layers = json.loads(weights_json(run))
    assert [layer["activation"] for layer in layers] == ["tanh", "sigmoid"]
    packed = run.network.pack([(layer["W"], layer["b"]) for layer in layers])
    np.testing.assert_array_equal(packed, run.theta)


def test_a_table_has_the_rows_of_the_curve(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(history_csv(run))))
    assert [int(row["step"]) for row in rows] == run.history.step.tolist()
    for name in ("loss_train", "loss_test", "accuracy_train", "accuracy_test"):
        np.testing.assert_array_equal(
            [float(row[name]) for row in rows], getattr(run.history, name)
        )


def test_without_a_test_set_its_columns_are_empty() -> None:
    run = Run(Experiment(data=DataSpec(n_samples=40, train_ratio=1.0)))
    (row,) = csv.DictReader(io.StringIO(history_csv(run)))
    assert row["loss_test"] == row["accuracy_test"] == ""
    assert float(row["loss_train"]) == run.history.loss_train[0]
