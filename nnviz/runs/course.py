"""Train one experiment from step to step, and apply its changes at the right steps."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import numpy as np

from nnviz.experiment import LIVE_FIELDS, Change, Experiment
from nnviz.network.arrays import FloatArray
from nnviz.training import Snapshot, StopReason, Tape, Trainer


class Course:
    """Moves a trainer through an experiment. The changes of the current step are always applied.

    A trainer with lanes has an experiment for each lane; their changes are the same.

    A snapshot holds the state before the changes of its step, so it can also be used by an
    experiment with other changes from that step on.

    Attributes
    ----------
    fallen : the lanes that ever diverged; a change makes the trainer forget what it holds
    """

    def __init__(self, trainer: Trainer, experiments: Sequence[Experiment]) -> None:
        self.trainer = trainer
        self.fallen: set[int] = set()
        self._arrival: Snapshot | None = None
        self.follow(experiments)

    def follow(self, experiments: Sequence[Experiment]) -> None:
        """Use the changes of these experiments; the caller must call `restore` next."""
        self._experiments = experiments
        self._changes: dict[int, list[Change]] = {}
        for change in experiments[0].changes:
            self._changes.setdefault(change.step, []).append(change)
        self._change_steps = sorted(self._changes)

    @property
    def step(self) -> int:
        """The number of updates made so far."""
        return self.trainer.step

    @property
    def theta(self) -> FloatArray:
        """The parameters, (…, n_params), a live view."""
        return self.trainer.theta

    def edits(self, step: int) -> bool:
        """Return whether a change sets a parameter at this step."""
        return any(c.parameter is not None for c in self._changes.get(step, ()))

    def arrival(self) -> Snapshot:
        """Return the state at the current step, before the changes of that step."""
        return self._arrival or self.trainer.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Restore a snapshot, and apply the changes of its step."""
        self.trainer.restore(snapshot)
        for field in LIVE_FIELDS:
            setattr(self.trainer, field, self._value_at(field, snapshot.step))
        self._arrive()

    def _value_at(self, field: str, step: int) -> Any:
        """Return the value of a live field at ``step``: a number, or one per lane (n_lanes,)."""
        values = [experiment.value_at(field, step) for experiment in self._experiments]
        return values[0] if len(set(values)) == 1 else np.array(values)

    def advance(self, step: int, tape: Tape | None = None) -> bool:
        """Train up to ``step`` and apply the changes on the way.

        Return False if an update is not finite; then the course stays at the last finite step.
        ``tape`` records the steps that it wants.
        """
        while self.step < step:
            following = bisect_right(self._change_steps, self.step)
            goal = step
            if following < len(self._change_steps):
                goal = min(step, self._change_steps[following])
            if self.trainer.advance(goal - self.step, tape):
                self._arrival = None
            self.fallen.update(self.trainer.held)
            if self.step < goal:
                return False
            self._arrive()
        return True

    def divergence(self) -> StopReason:
        """Return the stop reason for a next update that is not finite."""
        return self.trainer.divergence()

    def _arrive(self) -> None:
        self._arrival = None
        changes = self._changes.get(self.step)
        if changes is None:
            return
        theta = self.theta.copy()
        for change in changes:
            if change.parameter is None:
                setattr(self.trainer, change.field, change.value)
            else:
                theta[..., change.parameter] = change.value
        if self.edits(self.step):
            self._arrival = self.trainer.snapshot()
            self.trainer.set_theta(theta)
