"""A run of one's own up to the step that is shown, and recorded if that is asked for.

It starts from what this server has found out already, and leaves alone what others watch. It is the
very same: where a run stands depends on the experiment and the step alone.
"""

import time
from collections.abc import Iterator

from nnviz.experiment import Experiment
from nnviz.export import record
from nnviz.runs import Run
from nnviz.serve import run_at

MOMENTS = 500
_MOMENTS_PER_MESSAGE = 25


class Retrace:
    """Trains to ``step``, or to where the run stops before it, in slices of the caller's choice.

    Raises ``Busy`` when the server has no room for another run.
    """

    def __init__(self, experiment: Experiment, step: int) -> None:
        self.experiment = experiment
        self.step = step
        self.run = run_at(experiment, step)
        self.slices = 0

    @property
    def done(self) -> bool:
        """Whether there is nothing left to train."""
        return self.run.step >= self.step or self.run.stopped is not None

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return 1.0 if self.done else self.run.step / self.step

    def work(self, seconds: float) -> None:
        """Train for about so long."""
        if not self.done:
            self.slices += 1
            self.run.advance(self.step - self.run.step, seconds=seconds)


class Recording:
    """The moments of a run up to where it stands, for its replay, made in slices as well."""

    def __init__(self, run: Run, seconds: float) -> None:
        self.messages: list[bytes] = []
        self.done = False
        self.slices = 0
        self._n_messages = -(-min(MOMENTS, run.step + 1) // _MOMENTS_PER_MESSAGE)
        self._seconds = seconds
        again = run.fork(run.experiment)
        self._making: Iterator[bytes] = record(again, run.step, MOMENTS, seconds)

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return 1.0 if self.done else min(len(self.messages) / self._n_messages, 1.0)

    def work(self) -> None:
        """Record for about ``seconds``."""
        self.slices += 1
        due = time.perf_counter() + self._seconds
        for message in self._making:
            if message:
                self.messages.append(message)
            if time.perf_counter() >= due:
                return
        self.done = True
