"""Train a run of the pool up to a requested step, in slices."""

from nnviz.experiment.rules import Refusal
from nnviz.runs import cost
from nnviz.serve import quota
from nnviz.serve.desk import Progress, Work
from nnviz.serve.pool import Entry


def reach(entry: Entry, step: int, key: str) -> Work:
    """Move the run to ``step``, or to its end if that comes earlier, in slices."""
    run, update = entry.run, cost.seconds_of_update(entry.experiment)
    run.seek(step)
    ahead = (step - run.step) * update
    if ahead > quota.TRAINING_AHEAD and run.stopped is None:
        raise Refusal(
            key,
            f"must need at most {quota.TRAINING_AHEAD:g} s of training, estimated; "
            f"from step {run.step} it would be {ahead:.0f} s",
            str(step),
        )
    while run.step < step and run.advance(step - run.step, seconds=quota.SLICE):
        if run.step < step:
            run.mark()
            yield Progress(run.step, step)
            run = entry.run
            run.seek(step)
