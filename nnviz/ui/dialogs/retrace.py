"""Train a private copy of the shown run up to the shown step, and record it for a replay.

The copy starts from the past that this server holds, and does not affect the shared run. Its
numbers are the same, because they depend on the experiment and the step alone.
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
    """Trains to ``step``, or to the end of the run if that comes earlier, in slices.

    Raises ``Busy`` if the server has no room for another run.
    """

    def __init__(self, experiment: Experiment, step: int) -> None:
        self.experiment = experiment
        self.step = step
        self.run = run_at(experiment, step)
        self.slices = 0

    @property
    def done(self) -> bool:
        """Whether the training is finished."""
        return self.run.step >= self.step or self.run.stopped is not None

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return 1.0 if self.done else self.run.step / self.step

    def work(self, seconds: float) -> None:
        """Train for about ``seconds``."""
        if not self.done:
            self.slices += 1
            self.run.advance(self.step - self.run.step, seconds=seconds)


class Recording:
    """Records the moments of a run up to its current step for a replay, in slices."""

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
