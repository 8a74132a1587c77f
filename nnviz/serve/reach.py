"""Train a source up to a requested step, in slices.

A source is what is played: it advances step by step, and yields frames.
"""

from collections.abc import Sequence
from typing import Protocol

from nnviz.experiment.rules import Refusal
from nnviz.serve import quota
from nnviz.serve.desk import Progress, Work
from nnviz.serve.writer import Sections
from nnviz.training import StopReason


class Trained(Protocol):
    """What a source trains, such as a run; see `nnviz.runs.Run` for its methods."""

    @property
    def step(self) -> int:
        """The number of updates made."""

    @property
    def stopped(self) -> StopReason | None:
        """Why it ends at this step, or None."""

    def seek(self, step: int) -> None:
        """Go to the nearest stored state at or before ``step``, without training."""

    def advance(self, n_updates: int, *, seconds: float | None = None) -> int:
        """Make up to ``n_updates`` updates; return how many were made."""

    def mark(self) -> None:
        """Store the current state for a while."""


class Source(Protocol):
    """What batches are made of. Its memory may be dropped between two slices of work."""

    @property
    def run(self) -> Trained:
        """What is trained, at the step of its last use."""

    @property
    def seconds_of_update(self) -> float:
        """The time of an update, estimated from the sizes alone."""

    @property
    def seconds_of_frame(self) -> float:
        """The time of a frame, estimated from the sizes alone."""

    def make(self, steps: Sequence[int]) -> Sections:
        """Train through the rising ``steps`` and return their frames, ``step`` among the arrays.

        If the run ends earlier, there are fewer frames, and the last one is at the end.
        """


def reach(source: Source, step: int, key: str) -> Work:
    """Move the source to ``step``, or to its end if that comes earlier, in slices."""
    run = source.run
    run.seek(step)
    ahead = (step - run.step) * source.seconds_of_update
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
            run = source.run
            run.seek(step)
