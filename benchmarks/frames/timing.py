"""The timed work: batches of frames as the server makes them, and a run with its bare trainer."""

import time
from collections.abc import Callable
from itertools import pairwise

from nnviz.data import make_dataset
from nnviz.experiment import Experiment
from nnviz.frames import FrameMaker, pack
from nnviz.network import Network
from nnviz.runs import Run
from nnviz.runs.diagnosis import diagnose
from nnviz.training import Trainer, limit_blas_threads

BATCH = 32


def spent(work: Callable[[], object]) -> float:
    """Return the processor seconds of this process for one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def trainer_of(experiment: Experiment) -> Trainer:
    """Return the trainer of a run of the experiment, without the run."""
    limit_blas_threads()
    data = make_dataset(experiment.data)
    network = Network(experiment.network, dtype=experiment.precision)
    theta = network.initialize(experiment.initializer, experiment.init_seed, experiment.biases)
    return Trainer(network, data.inputs(data.X_train), data.y_train, experiment.training, theta)


def run_and_trainer(experiment: Experiment, n_updates: int, rounds: int) -> tuple[float, float]:
    """Return the best seconds of `rounds` for the updates of a new run, and of its trainer."""
    runs, trainers = [], []
    for _ in range(rounds):
        run, trainer = Run(experiment), trainer_of(experiment)
        runs.append(spent(lambda run=run: run.advance(n_updates)))
        trainers.append(spent(lambda trainer=trainer: trainer.advance(n_updates)))
    return min(runs), min(trainers)


def diagnosis_and_update(experiment: Experiment, rounds: int) -> tuple[float, float]:
    """Return the best seconds of a diagnosis at the first step, and of an update of all points."""
    run, trainer = Run(experiment), trainer_of(experiment)
    looks, updates = [], []
    for _ in range(rounds):
        looks.append(spent(lambda: diagnose(run)))
        updates.append(spent(lambda: trainer.advance(1)))
    return min(looks), min(updates)


def frames(experiment: Experiment, rounds: int) -> tuple[dict[str, float], float]:
    """Return per frame the best seconds of each part of the work and of all parts, and the bytes.

    Each round is the next batch of a playing run, with one update per frame.
    """
    run = Run(experiment)
    maker = FrameMaker(run)
    n_bytes, best = 0, dict.fromkeys(("train and evaluate", "draw", "pack", "all"), float("inf"))
    for i in range(rounds + 1):
        marks = [time.process_time()]
        moments = run.collect(range(i * BATCH, (i + 1) * BATCH))
        marks.append(time.process_time())
        sections = maker.make_many(moments)
        marks.append(time.process_time())
        n_bytes += len(pack({"start": i * BATCH}, sections))
        marks.append(time.process_time())
        parts = [b - a for a, b in pairwise(marks)]
        if i:  # the first one warms up
            for name, seconds in zip(best, [*parts, sum(parts)], strict=True):
                best[name] = min(best[name], seconds / BATCH)
    return best, n_bytes / (rounds + 1) / BATCH
