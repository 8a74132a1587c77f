"""The way of one experiment from step to step: its trainer, with the changes made on the way."""

from bisect import bisect_right

from nnviz.experiment import LIVE_FIELDS, Change, Experiment
from nnviz.network.arrays import FloatArray
from nnviz.training import Snapshot, StopReason, Tape, Trainer


class Course:
    """Takes a trainer along an experiment. It stands where the changes of its step are made.

    A snapshot is the state on arrival, before them: what follows from it depends on the changes
    of the experiment alone.
    """

    def __init__(self, trainer: Trainer, experiment: Experiment) -> None:
        self.trainer = trainer
        self._arrival: Snapshot | None = None
        self.follow(experiment)

    def follow(self, experiment: Experiment) -> None:
        """Take the changes from this experiment; a `restore` must follow."""
        self._experiment = experiment
        self._changes: dict[int, list[Change]] = {}
        for change in experiment.changes:
            self._changes.setdefault(change.step, []).append(change)
        self._change_steps = sorted(self._changes)

    @property
    def step(self) -> int:
        """How many updates have been made."""
        return self.trainer.step

    @property
    def theta(self) -> FloatArray:
        """The parameters, (n_params,), a live view."""
        return self.trainer.theta

    def edits(self, step: int) -> bool:
        """Return whether parameters are set at this step, so that they differ from the arrival."""
        return any(c.parameter is not None for c in self._changes.get(step, ()))

    def arrival(self) -> Snapshot:
        """Return the state on arrival at the present step."""
        return self._arrival or self.trainer.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Go to where the snapshot was taken, and make the changes of that step."""
        self.trainer.restore(snapshot)
        for field in LIVE_FIELDS:
            value = self._experiment.value_at(field, snapshot.step)
            if getattr(self.trainer, field) != value:
                setattr(self.trainer, field, value)
        self._arrive()

    def advance(self, step: int, tape: Tape | None = None) -> bool:
        """Train up to ``step``, making the changes on the way; False if an update is not finite.

        Then it stands at the last finite step. Rows of wanted steps go to ``tape``.
        """
        while self.step < step:
            following = bisect_right(self._change_steps, self.step)
            goal = step
            if following < len(self._change_steps):
                goal = min(step, self._change_steps[following])
            if self.trainer.advance(goal - self.step, tape):
                self._arrival = None
            if self.step < goal:
                return False
            self._arrive()
        return True

    def divergence(self) -> StopReason:
        """Return the reason to give where nothing after the present step is finite."""
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
                theta[change.parameter] = change.value
        if self.edits(self.step):
            self._arrival = self.trainer.snapshot()
            self.trainer.set_theta(theta)
