"""Questions arise where there is something to ask, and their answers quote the run."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.data import DataSpec
from nnviz.experiment import Change, Experiment
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.runs.questions import Question, questions
from nnviz.training import TrainingSettings

BUMPY = Experiment(training=TrainingSettings(learning_rate=1.0))


def asked(experiment: Experiment, steps: int) -> tuple[Run, Question | None, int]:
    """Train until a bump is asked for; return the run, the question and the step."""
    run = Run(experiment)
    while run.advance(1) and run.step < steps:
        for question in questions(run):
            if question.kind == "bump":
                return run, question, run.step
    return run, None, run.step


def test_a_bump_of_the_loss_is_told_with_its_height_and_its_cause() -> None:
    run, question, step = asked(BUMPY, 200)
    assert question is not None
    losses = run.history.loss_train
    first_rise = int(np.argmax(np.diff(losses) > 0))
    top = first_rise + int(np.argmax(losses[first_rise:]))
    assert f"to {losses[top]:.2f} at step {top}," in question.words
    assert f"fall to {losses[step]:.2f}?" in question.words
    assert "At rate 1 these updates were too long; shorter ones would" in question.words
    # It is true of the updates that raised the loss.
    back = Run(BUMPY)
    back.advance(top - 1)
    before = back.metrics().loss_train
    back.change("learning_rate", 0.01)
    back.advance(1)
    assert back.metrics().loss_train < before < losses[top]


def test_while_the_loss_is_still_high_nobody_asks_why_it_rose() -> None:
    run = Run(BUMPY)
    run.advance(200)
    losses = run.history.loss_train
    top = 40 + int(np.argmax(losses[40:70]))
    run.rewind(top)
    assert [one.kind for one in questions(run)] in ([], ["easier"])


def test_a_bump_long_ago_and_one_that_the_visitor_made_are_not_asked_for() -> None:
    _, question, step = asked(BUMPY, 200)
    assert question is not None
    run = Run(BUMPY)
    run.advance(4 * step)
    assert "bump" not in [one.kind for one in questions(run)]
    by_hand = replace(BUMPY, changes=(Change(step - 10, "theta.4", 0.5),))
    assert asked(by_hand, step + 2)[1] is None


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"batch_size": 10}, "points of its batch"),
        ({"optimizer": "momentum", "learning_rate": 0.5}, "followed earlier gradients"),
    ],
)
def test_the_cause_is_that_of_the_kind_of_training(settings: dict[str, object], words: str) -> None:
    training = replace(BUMPY.training, **settings)
    _, question, _ = asked(replace(BUMPY, training=training), 400)
    assert question is not None
    assert question.words.endswith(".")
    assert words in question.words


def test_an_easier_test_set_is_told_by_its_mistakes() -> None:
    run = Run(Experiment())
    run.advance(500)
    (question,) = questions(run)
    assert question.kind == "easier"
    data = run.dataset
    for X, y in ((data.X_train, data.y_train), (data.X_test, data.y_test)):
        wrong = run.predict(X) != y
        p = run.predict_proba(X)
        part = abs(np.log(np.where(y == 1, p, 1 - p))[wrong].sum()) / len(y)
        assert f" {part:.2f} of " in question.words
        assert f"({wrong.sum()} of {len(y)}" in question.words


@pytest.mark.parametrize(
    "experiment",
    [
        PRESETS["overfitting"].experiment,
        replace(Experiment(), data=DataSpec(train_ratio=1.0)),
        PRESETS["circles-line"].experiment,
    ],
)
def test_a_test_set_that_is_not_easier_is_not_asked_about(experiment: Experiment) -> None:
    run = Run(experiment)
    for _ in range(10):
        run.advance(50)
        assert questions(run) == []
