"""A run ends when its rules say so, and says why."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.network import Network, NetworkSpec
from nnviz.training import History, Metrics, StoppingRules, Trainer, TrainingSettings


def history_of(rows):
    history = History()
    for step, row in enumerate(rows):
        history.append(step, Metrics(*row))
    return history


NO_TEST = (np.nan, 0.9, np.nan)


@pytest.mark.parametrize(
    ("rules", "rows", "kind"),
    [
        (StoppingRules(), [(0.0, 0.0, 1.0, 1.0)], None),
        (StoppingRules(target_loss=0.2), [(0.3, 0.1, 1.0, 1.0)], None),
        (StoppingRules(target_loss=0.2), [(0.2, 0.5, 1.0, 1.0)], "target_loss"),
        (StoppingRules(target_accuracy=0.95), [(0.3, 0.3, 1.0, 0.94)], None),
        (StoppingRules(target_accuracy=0.95), [(0.3, 0.3, 0.5, 0.95)], "target_accuracy"),
        (StoppingRules(target_accuracy=0.9), [(0.3, *NO_TEST)], "target_accuracy"),
        # An epoch is two steps here. The minimum is at row 1.
        (StoppingRules(patience=1), [(9, t, 1, 1) for t in (0.5, 0.4, 0.45)], None),
        (StoppingRules(patience=1), [(9, t, 1, 1) for t in (0.5, 0.4, 0.4, 0.6)], "patience"),
        (StoppingRules(patience=1), [(9, t, 1, 1) for t in (0.5, 0.4, 0.6, 0.3)], None),
        (StoppingRules(patience=1), [(t, *NO_TEST) for t in (0.5, 0.4, 0.6, 0.7)], "patience"),
        # A test loss that is no number is no minimum, wherever it stands.
        (StoppingRules(patience=1), [(9, t, 1, 1) for t in (0.5, np.nan, 0.4)], None),
        (StoppingRules(patience=1), [(9, t, 1, 1) for t in (0.5, np.nan, np.nan)], "patience"),
        (StoppingRules(target_accuracy=0.9), [(0.3, 0.3, 1.0, np.nan)], None),
    ],
)
def test_rules_speak_at_the_right_row(rules, rows, kind):
    has_test = not np.isnan(rows[0][1])
    last = len(rows) - 1
    for first in range(len(rows)):
        reason = rules.first_met(history_of(rows), first, 2, has_test)
        assert (reason and reason.kind) == kind
        if reason:
            assert reason.step == last
            assert str(reason).startswith(f"Stopped at step {reason.step}: ")


def test_an_empty_history_gives_no_reason():
    assert StoppingRules(target_loss=1.0, patience=1).first_met(History(), 0, 1, True) is None


@given(
    st.lists(st.tuples(*[st.sampled_from([0.1, 0.2, 0.3, 0.9])] * 4), min_size=1, max_size=12),
    st.integers(0, 12),
)
def test_the_earliest_row_counts_however_many_are_looked_at(rows, first):
    """Rows are looked at many at a time: that may not let a run go on for a few more."""
    rules = StoppingRules(target_loss=0.1, target_accuracy=0.9, patience=2)
    history = history_of(rows)
    one_by_one = (
        rules.first_met(history.until(step), step, 1, True) for step in range(first, len(rows))
    )
    earliest = next((reason for reason in one_by_one if reason), None)
    assert rules.first_met(history, first, 1, True) == earliest


def test_the_last_epoch_ends_the_training():
    network = Network(NetworkSpec.from_dims((2, 3, 1)))
    X, y = np.random.RandomState(0).randn(10, 2), np.arange(10) % 2
    settings = TrainingSettings(batch_size=4, stopping=StoppingRules(max_epochs=2))
    trainer = Trainer(network, X, y, settings, network.initialize("normal_1", 0))
    start = trainer.snapshot()
    assert trainer.advance(5) == 5
    assert trainer.stopped is None
    assert trainer.advance(100) == 1  # an epoch is 4 + 4 + 2 samples
    assert (trainer.stopped.kind, trainer.stopped.step) == ("max_epochs", 6)
    assert trainer.advance(1) == 0
    trainer.restore(start)
    assert trainer.stopped is None
    assert trainer.advance(100) == 6


def test_rules_and_reasons_are_plain_values():
    rules = StoppingRules(max_epochs=3, target_loss=0.1)
    assert StoppingRules(**json.loads(json.dumps(asdict(rules)))) == rules
    assert len({rules, StoppingRules(max_epochs=3, target_loss=0.1)}) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_epochs", 0),
        ("max_epochs", 1.5),
        ("target_loss", -0.1),
        ("target_loss", float("nan")),
        ("target_accuracy", 1.1),
        ("patience", 0),
        ("patience", True),
    ],
)
def test_wrong_rules_are_refused(field, value):
    with pytest.raises(ValueError, match=f"{field} must be .* got {value}"):
        StoppingRules(**{field: value})
