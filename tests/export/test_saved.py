"""A saved run comes back as it was, and a file that is none is refused before anything is made."""

import contextlib
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data import FEATURES, Points
from nnviz.data.points import MOST_POINTS
from nnviz.experiment import Experiment
from nnviz.experiment.settings import SETTINGS
from nnviz.export import open_file, save_file
from nnviz.network import LayerSpec
from nnviz.runs import Run
from nnviz.runs.past import HISTORY_ROWS
from tests.experiments import EXPLOSIVE, QUOTAS, SMALL, can_start, experiments


def trained(experiment: Experiment, steps: int = 30) -> Run:
    run = Run(experiment)
    run.advance(steps)
    return run


def check(run: Run) -> None:
    saved = open_file(save_file(run))
    assert saved.experiment == run.experiment
    assert saved.step == run.step
    assert saved.theta.dtype == run.theta.dtype
    np.testing.assert_array_equal(saved.theta, run.theta)
    for kept, had in zip(saved.history.all_rows(), run.history.all_rows(), strict=True):
        np.testing.assert_array_equal(kept, had)


@given(experiments().filter(can_start))
@settings(max_examples=40)
def test_any_run_comes_back_from_its_file(experiment: Experiment) -> None:
    check(trained(experiment, 2))


def test_a_run_on_as_many_points_as_can_be_brought_comes_back() -> None:
    rows = tuple((i / 7, -1e9 + i / 3, i % 2) for i in range(MOST_POINTS))
    check(trained(SMALL.with_points(Points(rows, ("a", '"'))), 3))


def test_a_long_run_and_one_that_diverged_come_back() -> None:
    check(trained(SMALL, 5000))
    check(trained(EXPLOSIVE))


def test_bytes_are_read_as_well_as_text() -> None:
    text = save_file(trained(SMALL))
    assert open_file(text.encode()).step == open_file(text).step == 30


FILE = json.loads(save_file(trained(SMALL, 3)))


def altered(path: str, value: Any) -> str:
    """The file with one value replaced, or with ``...`` removed."""
    contents = json.loads(json.dumps(FILE))
    *parents, last = (int(key) if key.isdigit() else key for key in path.split("."))
    place = contents
    for key in parents:
        place = place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps(contents)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("nnviz", 2, "nnviz: this file has version 2, and only 1 can be opened here"),
        ("nnviz", True, "nnviz: this file has version True, and only 1"),
        ("nnviz", ..., "this is no saved run"),
        ("step", ..., "step is missing"),
        ("step", -1, "step must be a whole number from 0 to 10000000; got -1"),
        ("step", 1.5, "step must be a whole number"),
        ("step", 2, "history, row 4: step must be at most the file's own, 2; got 3"),
        ("extra", 1, "the file: 'extra' is unknown; known are nnviz, experiment"),
        (
            "experiment.training.learning_rate",
            "fast",
            "experiment.training.learning_rate: Learning rate must be a number from 0.00001 to 10; "
            "got 'fast'",
        ),
        ("weights", {}, "weights must be a list; got an object"),
        ("weights", [], "weights must have 2 entries, one per layer; got 0"),
        ("weights.1.W.2.0", "x", "weights[1].W[2][0] must be a finite number; got 'x'"),
        ("weights.1.W.2.0", 10**399, "weights[1].W[2][0] must be a finite number; got 1000"),
        ("weights.1.b.0", False, "weights[1].b[0] must be a finite number; got False"),
        ("weights.1.b", ..., "weights[1].b must be a list; got None"),
        ("weights.0.W.0", [1.0, 2.0], "weights[0].W[0] must have 3 entries; got 2"),
        ("weights.0.W.0", [1.0] * 4, "weights[0].W[0] must have at most 3 entries; got 4"),
        ("weights.0.c", 1, "weights[0]: 'c' is unknown; known are W, b"),
        ("history.step", [0, 1, 2], "history.loss_train must have 3 entries"),
        ("history.step.1", 0, "history, row 2: step must be after 0; got 0"),
        ("history.loss_train.2", None, "history, row 3: loss_train[2] must be a finite number"),
        ("history.loss_train.2", -1, "history, row 3: loss_train[2] must be at least 0; got -1"),
        ("history.accuracy_test.0", 2, "history, row 1: accuracy_test[0] must be from 0 to 1"),
        ("history.accuracy_test", ..., "accuracy_test is missing"),
    ],
)
def test_a_refusal_says_where_and_what(path: str, value: Any, message: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011  # its whole text is looked at below
        open_file(altered(path, value), QUOTAS)
    assert message in str(refusal.value)
    assert len(str(refusal.value)) < 400, "a hostile file must not fill the page"


def test_weights_that_half_the_precision_cannot_hold_are_refused() -> None:
    contents = json.loads(altered("weights.0.b.0", 1e300))
    contents["experiment"]["precision"] = "float32"
    with pytest.raises(ValueError, match="weights must be finite in float32"):
        open_file(json.dumps(contents))


def test_a_file_above_the_bound_is_refused_unread() -> None:
    with pytest.raises(ValueError, match="at most 4,000,000 bytes; got 50,000,000"):
        open_file(b"[" * 50_000_000, QUOTAS)


def test_the_longest_run_fits_the_bound() -> None:
    """Otherwise a run could be saved and never be opened."""
    rows = HISTORY_ROWS
    longest = QUOTAS.last_step
    kept = rows + (int(np.ceil(np.log2(longest / rows)))) * rows // 2
    assert kept <= QUOTAS.saved_rows
    widest = (LayerSpec(QUOTAS.units),) * QUOTAS.hidden_layers
    fed = SETTINGS["inputs"].put(Experiment(), tuple(FEATURES))
    n_numbers = 5 * kept + fed.with_hidden(widest).network.n_params + 3 * QUOTAS.samples
    assert n_numbers * len("-1.2345678901234567e-300, ") < QUOTAS.saved_bytes


@given(st.data())
@settings(max_examples=150)
def test_a_damaged_file_is_refused_or_read_and_nothing_else(data: st.DataObject) -> None:
    text = save_file(trained(SMALL, 3)).encode()
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(len(text), start + 40)))
    damaged = text[:start] + data.draw(st.binary(max_size=20)) + text[stop:]
    with contextlib.suppress(ValueError):
        open_file(damaged)
