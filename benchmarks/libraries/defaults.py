"""Put back each library's defaults, one at a time, and measure loss, accuracy and time."""

from benchmarks.libraries.peers import peers
from benchmarks.libraries.rows import BASES, ROWS
from benchmarks.libraries.timing import quartiles, spent
from nnviz.libraries.task import Task
from nnviz.runs import Run
from nnviz.serve import read, spell

WARM = 3  # updates that are not timed


def defaults(rounds, bases=BASES):
    """Yield one row per default of the installed libraries."""
    found = peers()
    for row in ROWS:
        if row.library in found:
            yield measured(row, found[row.library], rounds, *bases[row.base])


def measured(row, peer, rounds, experiment, epochs):
    """Return a row of the record: medians with quartiles of so many trainings."""
    changed = row.change(experiment) if row.change else experiment
    task = Task(changed if row.to_all else experiment)
    updates = epochs * task.steps_per_epoch
    losses, accuracies, seconds = [], [], []
    peer(task, **row.options).advance(WARM)
    for seed in range(rounds):
        trained = peer(task, seed, **row.options)
        row.put_back(trained)
        if row.own_loop:
            seconds.append(spent(trained.advance_epochs, epochs))
        else:
            seconds.append(spent(trained.advance, updates))
        loss, accuracy = task.judge(trained.layers())
        losses.append(loss)
        accuracies.append(accuracy)
    says_it = row.change is not None or not row.row
    return {
        "base": row.base,
        "library": row.library,
        "row": row.row,
        "what": row.what,
        "epochs": epochs,
        "loss": quartiles(losses),
        "accuracy": quartiles(accuracies),
        "seconds": quartiles(seconds),
        "numpy": twin(changed, updates, rounds) if says_it else None,
    }


def twin(experiment, updates, rounds):
    """Return what the playground makes of the same settings."""
    text = spell(experiment)
    if read(text) != experiment:
        raise ValueError(f"a run of the playground must be one that a link can say; got {text!r}")
    run = Run(experiment)
    run.advance(updates)
    loss, _, accuracy, _ = run.metrics()
    task = Task(experiment, experiment.precision)
    seconds = []
    for _ in range(rounds):
        trainer = task.trainer()
        seconds.append(spent(trainer.advance, updates))
    return {
        "experiment": text,
        "step": run.step,
        "loss": float(f"{loss:.6g}"),
        "accuracy": float(f"{accuracy:.4g}"),
        "seconds": quartiles(seconds),
    }
