"""Runs that are advanced, taken back, changed and branched at random, beside fresh ones."""

from dataclasses import replace
from typing import Any

import numpy as np

from nnviz.data import DataSpec
from nnviz.experiment import LIVE_FIELDS, Change, Experiment
from nnviz.network import ACTIVATIONS, LayerSpec
from nnviz.runs import Run
from nnviz.training import OPTIMIZERS, StoppingRules, TrainingSettings
from tests.experiments import network_of

UNBOUNDED = ["relu", "leaky_relu", "elu", "silu", "gelu", "softplus", "linear"]


def state(run: Run) -> dict[str, Any]:
    """All that can be seen of a run, to the last bit."""
    steps, values = run.history.all_rows()
    return {
        "step": run.step,
        "epoch": run.epoch,
        "theta": run.theta.tobytes(),
        "all rows": steps.tobytes() + values.tobytes(),
        "rows shown": run.history.step.tobytes() + run.history.loss_train.tobytes(),
        "metrics": repr(run.metrics()),
        "stopped": run.stopped,
    }


def hostile_experiment(random: np.random.RandomState) -> Experiment:
    """Rates up to 10, every activation and optimizer, both precisions, unscaled real data.

    Every second one is made to blow up: deep, of units without bounds, with large first weights.
    """
    wild = bool(random.randint(2))
    hidden = tuple(
        LayerSpec(
            int(random.randint(1, 5)),
            str(random.choice(UNBOUNDED if wild else list(ACTIVATIONS))),
            float(random.choice([0.0, 0.0, 0.0, 0.4])),
        )
        for _ in range(random.randint(2, 8) if wild else random.randint(0, 4))
    )
    data = [
        DataSpec("breast_cancer", scaling="none"),
        DataSpec("wine", scaling="none"),
        DataSpec("wine", scaling="standardize"),
        DataSpec("moons", n_samples=30),
        DataSpec("circles", n_samples=24, train_ratio=1.0),
    ][random.randint(5)]
    stopping = StoppingRules(
        max_epochs=random.choice([None, None, 1, 3, 20]),
        target_loss=random.choice([None, None, None, 0.1, 0.6, 1.0]),
        target_accuracy=random.choice([None, None, None, 0.7, 0.95]),
        patience=random.choice([None, None, None, 1, 5]),
    )
    if wild and random.randint(3):
        stopping = StoppingRules()
    training = TrainingSettings(
        optimizer=random.choice(list(OPTIMIZERS)),
        learning_rate=float(random.choice([1.0, 3.0, 10.0] if wild else [0.01, 0.3, 1.0, 3.0])),
        batch_size=random.choice([None, None, 7, 64]),
        l1=float(random.choice([0.0, 0.0, 0.1])),
        l2=float(random.choice([0.0, 0.0, 0.1, 1.0])),
        clip_norm=random.choice([None, None, None, 1.0]),
        schedule=str(random.choice(["constant", "cosine"])),
        decay_steps=30,
        stopping=stopping,
    )
    return Experiment(
        data=data,
        network=network_of(hidden),
        initializer=str(random.choice(["normal_1"] if wild else ["glorot_uniform", "he_normal"])),
        init_seed=int(random.randint(5)),
        precision=str(random.choice(["float32", "float64"])),
        training=training,
    )


def a_change(random: np.random.RandomState, experiment: Experiment, step: int) -> Change:
    """A live field or a weight, changed at this step, now and then beyond all reason."""
    if random.randint(2):
        field = str(random.choice(sorted(LIVE_FIELDS)))
        value = float(random.choice([1e-5, 0.01, 0.5, 1.0]))
        return Change(step, field, 10.0 if field == "learning_rate" and value == 1.0 else value)
    parameter = random.randint(experiment.network.n_params)
    return Change(step, f"theta.{parameter}", float(random.choice([0.0, 0.3, -2.0, 1e3])))


def wander(random: np.random.RandomState, experiment: Experiment, n_moves: int) -> Run:
    """A run after so many moves; where time or a past are given, they must not matter."""
    run = Run(experiment)
    for _ in range(n_moves):
        what = random.randint(10)
        far = int(random.choice([0, 1, 1, 2, 5, 17, 40, 90]))
        seconds = random.choice([None, None, 0.0, 1e-4])
        if what < 3:
            before = run.step
            assert run.advance(far, seconds=seconds) == run.step - before <= far
        elif what == 3:
            run.rewind(random.randint(run.step + 1))
        elif what == 4:
            change = a_change(random, run.experiment, run.step)
            run.change(change.field, change.value)
        elif what == 5:
            step = random.randint(run.step + 10)
            branch = run.experiment.with_change(a_change(random, run.experiment, step))
            run = run.fork(branch)
            run.seek(step)
            assert run.step <= step
            run.advance(max(step - run.step, 0))
        elif what == 6:
            goal = random.randint(run.step + 50)
            nearest = run.nearest(goal)
            run.seek(goal)
            assert run.step == nearest <= goal
            run.advance(0)
        elif what == 7:
            start = random.randint(run.step + 20)
            steps = [start + far * i for i in range(random.randint(1, 12))][: 12 if far else 1]
            run.collect(steps, seconds=seconds)
        elif what == 8:
            run.mark()
            assert run.stopped is None or run.stopped.step == run.step
        else:
            run = Run(run.experiment, past=run.past)
    return run


def with_changes(random: np.random.RandomState, experiment: Experiment) -> Experiment:
    """The same with a few changes before it starts: at step 0, twice at one step, at the end."""
    steps = sorted(random.choice([0, 0, 3, 3, 20, 57], random.randint(4)).tolist())
    last = experiment.training.stopping.max_epochs
    if last is not None and random.randint(2):
        n_train = len(Run(experiment).dataset.y_train)
        size = experiment.training.batch_size or n_train
        steps = sorted([*steps, last * -(-n_train // size)])
    return replace(experiment, changes=tuple(a_change(random, experiment, s) for s in steps))
