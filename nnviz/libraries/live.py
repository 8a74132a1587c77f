"""NumPy and scikit-learn on one experiment, trained now, beside each other."""

import time
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
from numpy.random import RandomState
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier

from nnviz.libraries.scikit_learn import ScikitLearn
from nnviz.libraries.task import Task

ROUNDS = 5
_PAUSE = 0.02  # seconds after which work pauses for others

Row = dict[str, Any]
Slices = Generator[None, None, list[Row]]


def live(task: Task, n_updates: int) -> Slices:
    """Make updates in both libraries, in slices; return a row for each training.

    A row has ``step``, ``loss`` and ``accuracy`` over the training points, and the quartiles of an
    update's ``seconds`` (processor time of this thread). ``largest`` is the largest difference of a
    parameter from NumPy's, and ``reason`` says why there are no numbers.
    """
    trainer = task.trainer()
    seconds = yield from _times(trainer.advance, n_updates)
    ours = task.network.unpack(trainer.theta)
    rows = [_row("NumPy", n_updates, *task.judge(ours), seconds)]
    try:
        there = ScikitLearn(task)
        seconds = yield from _times(there.advance, n_updates)
        off = np.abs(task.network.pack(there.layers()) - trainer.theta).max()
        rows.append(_row(there.name, n_updates, *task.judge(there.layers()), seconds))
        rows[-1]["largest"] = float(off)
    except ValueError as reason:
        rows.append(dict.fromkeys(rows[0]) | {"title": ScikitLearn.name, "reason": str(reason)})
    rows.append((yield from _with_its_defaults(task, -(-n_updates // task.steps_per_epoch))))
    return rows


def _with_its_defaults(task: Task, n_epochs: int) -> Generator[None, None, Row]:
    """Train as many epochs in scikit-learn with all of its defaults but the layers' sizes."""
    sizes = [layer.units for layer in task.experiment.hidden]
    model, seconds = MLPClassifier(sizes, random_state=RandomState(0)), []
    n_batches = -(-len(task.y) // 200)
    for _ in range(n_epochs):
        began = time.thread_time()
        model.partial_fit(task.X, task.y, classes=[0, 1])
        seconds.append((time.thread_time() - began) / n_batches)
        yield
    p = model.predict_proba(task.X)[:, 1]
    loss, accuracy = log_loss(task.y, p, labels=[0, 1]), np.mean((p > 0.5) == (task.y == 1))
    title = "scikit-learn with its own defaults"
    return _row(title, n_epochs * n_batches, float(loss), float(accuracy), seconds)


def _times(run: Callable[[int], object], n_updates: int) -> Generator[None, None, list[float]]:
    """Make updates with pauses; return the seconds of one, for each of `ROUNDS` parts."""
    ends = [n_updates * (k + 1) // ROUNDS for k in range(ROUNDS)]
    found, done, size = [], 0, 1
    for end in ends:
        spent, first = 0.0, done
        while done < end:
            n = min(size, end - done)
            began = time.thread_time()
            run(n)
            took = time.thread_time() - began
            spent, done = spent + took, done + n
            size = max(1, min(2 * n, int(n * _PAUSE / max(took, 1e-9))))
            yield
        if done > first:
            found.append(spent / (done - first))
    return found


def _row(title: str, step: int, loss: float, accuracy: float, seconds: list[float]) -> Row:
    quartiles = np.quantile(seconds, [0.25, 0.5, 0.75]).tolist() if seconds else None
    return {
        "title": title,
        "step": step,
        "loss": loss if np.isfinite(loss) else None,
        "accuracy": accuracy,
        "seconds": quartiles,
        "largest": None,
        "reason": "",
    }
