"""Train the article's network to its 95 %, in NumPy and in Keras, each with both settings.

With the settings of the article, NumPy and Keras are in lockstep, so both need the updates that the
preset needs. A part of them is timed, because all of them cost the same. With Keras's own settings,
both train until the test accuracy is met, and check it after every epoch.
"""

import numpy as np

from benchmarks.engine import target
from benchmarks.engine.timing import timed
from benchmarks.installed import is_installed
from benchmarks.libraries.peers import peer_of
from benchmarks.libraries.timing import quartiles
from nnviz.libraries.task import Task
from nnviz.presets import PRESETS

PRESET = PRESETS["article-plain"]
TIMED = 1000


def article(rounds):
    """Yield a row for NumPy and for Keras with each of both settings."""
    task, updates = Task(PRESET.experiment), PRESET.steps
    trainings = {"NumPy": target.ours, "Keras": target.keras}
    libraries = [name for name in trainings if name == "NumPy" or is_installed(name)]
    for name in libraries:
        seconds = [
            timed(peer_of(name)(task).advance, TIMED)[0] * updates / TIMED for _ in range(rounds)
        ]
        yield _row(name, "article", updates, TIMED, [updates] * rounds, seconds)
    steps = -(-len(task.X) // target.BATCH_SIZE)
    for name in libraries:
        seconds, epochs = zip(
            *(timed(trainings[name], "float32", seed) for seed in range(rounds)), strict=True
        )
        updates = steps * round(np.median(epochs))
        yield _row(name, "keras", updates, updates, epochs, seconds)


def _row(library, settings, updates, timed, epochs, seconds):
    return {
        "library": library,
        "settings": settings,
        "updates": updates,
        "timed": timed,
        "epochs": quartiles(epochs),
        "seconds": quartiles(seconds),
    }
