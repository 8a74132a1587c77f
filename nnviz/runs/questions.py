"""Questions that a healthy run raises, each with its answer in measured numbers.

A question is about what is seen at the step, or has just been seen; it trains nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.experiment.rules import plain_number
from nnviz.network import LOSSES
from nnviz.runs.run import Run
from nnviz.training import OPTIMIZERS

RISE = 1.15
LEAST_RISE = 0.03
RECENT_SHARE = 0.5
SETTLED_STEPS = 50
LEARNED = 0.8
EASIER = 0.85
LEAST_GAP = 0.02
MOST_OF_GAP = 0.7


@dataclass(frozen=True)
class Question:
    """What a student may ask here, and the answer; ``kind`` says which question it is."""

    kind: str
    words: str


def _bump(run: Run) -> Question | None:
    """Ask why the training loss rose for a while, after it has fallen again."""
    history = run.history
    steps, losses = history.step, history.loss_train
    if not np.isfinite(losses).all():
        return None
    lowest = np.minimum.accumulate(losses)
    is_bump = (losses >= RISE * lowest) & (losses - lowest >= LEAST_RISE) & (lowest > losses[-1])
    is_recent = steps >= RECENT_SHARE * run.step
    if not (is_bump & is_recent).any():
        return None
    peak = int(np.argmax(np.where(is_bump & is_recent, losses - lowest, 0.0)))
    valley = int(np.flatnonzero(losses[: peak + 1] == lowest[peak])[0])
    start, top = int(steps[valley]), int(steps[peak])
    if any(start <= change.step <= top for change in run.experiment.changes):
        return None  # the visitor knows why
    return Question(
        "bump",
        f"Why did the train loss rise from {losses[valley]:.2f} at step {start:,} to "
        f"{losses[peak]:.2f} at step {top:,}, and then fall to {losses[-1]:.2f}? "
        f"{_cause(run, top)}",
    )


def _cause(run: Run, step: int) -> str:
    experiment, rate = run.experiment, plain_number(run.experiment.value_at("learning_rate", step))
    if any(layer.dropout for layer in experiment.hidden):
        return "Dropout trains another part of the network at every update."
    if run.steps_per_epoch > 1:
        return "Each update helps the points of its batch, and may harm all others."
    if OPTIMIZERS[experiment.training.optimizer].slots:
        return "The updates still followed earlier gradients, and went too far."
    return f"At rate {rate} these updates were too long; shorter ones would have lowered it."


def _easier(run: Run) -> Question | None:
    """Ask why the test loss is below the training loss."""
    now, data = run.metrics(), run.dataset
    if not data.has_test or run.step < SETTLED_STEPS or now.accuracy_train < LEARNED:
        return None
    if now.loss_test > min(EASIER * now.loss_train, now.loss_train - LEAST_GAP):
        return None
    (n_train, costly), (n_test, cheap) = (
        _mistakes(run, data.X_train, data.y_train),
        _mistakes(run, data.X_test, data.y_test),
    )
    if costly - cheap < MOST_OF_GAP * (now.loss_train - now.loss_test):
        return None
    return Question(
        "easier",
        "Why is the test loss below the train loss? The test points are easier by chance: "
        f"mistakes make up {cheap:.2f} of it ({n_test} of {len(data.y_test):,} points), and "
        f"{costly:.2f} of the train loss ({n_train} of {len(data.y_train):,}).",
    )


def _mistakes(run: Run, X: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[int, float]:
    """Return the number of wrongly classified points, and their part of the mean loss."""
    logits = run.network.logits(run.theta, run.dataset.inputs(X))
    losses = LOSSES[run.experiment.network.loss].value(np.where(y == 1, logits, -logits))
    wrong = (logits > 0.0) != (y == 1)
    return int(wrong.sum()), float(losses[wrong].sum() / len(y))


_QUESTIONS: tuple[Callable[[Run], Question | None], ...] = (_bump, _easier)


def questions(run: Run) -> list[Question]:
    """Return the questions that `run` raises at its step, with their answers."""
    return [found for ask in _QUESTIONS if (found := ask(run))]
