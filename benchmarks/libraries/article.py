"""Train the article's network to its 95 %, in NumPy and in Keras, each with both settings.

With the settings of the article, NumPy and Keras are in lockstep, so the number of updates is the
same; it is that of the first one after which the test accuracy is met. With Keras's own settings,
both check the accuracy after every epoch.
"""

import numpy as np

from benchmarks.engine import target
from benchmarks.engine.timing import timed
from benchmarks.libraries.peers import NumPy, peers
from benchmarks.libraries.rows import ARTICLE
from benchmarks.libraries.timing import quartiles
from nnviz.libraries.task import Task
from nnviz.runs import Run


def updates_to_target(experiment):
    """Return the number of updates after which the test accuracy is first met."""
    run, found = Run(experiment), []

    def check(run):
        if not found and run.metrics().accuracy_test >= target.TARGET:
            found.append(run.step)

    while not found:
        run.advance(1000, check)
    return found[0]


def article(rounds):
    """Yield a row for each library and each of both settings."""
    task, updates = Task(ARTICLE), updates_to_target(ARTICLE)
    libraries = {"NumPy": NumPy} | {name: peer for name, peer in peers().items() if name == "Keras"}
    for name, library in libraries.items():
        seconds = [timed(library(task).advance, updates)[0] for _ in range(rounds)]
        yield _row(name, "article", updates, [updates] * rounds, seconds)
    steps = -(-len(task.X) // target.BATCH_SIZE)
    for name, train in (("NumPy", target.ours), ("Keras", target.keras)):
        if name in libraries:
            seconds, epochs = zip(*(timed(train, "float32", k) for k in range(rounds)), strict=True)
            yield _row(name, "keras", round(np.median(epochs)) * steps, epochs, seconds)


def _row(library, settings, updates, epochs, seconds):
    return {
        "library": library,
        "settings": settings,
        "updates": updates,
        "epochs": quartiles(epochs),
        "seconds": quartiles(seconds),
    }
