"""Find the step at which a run ends. It depends on the experiment alone, not on how it was viewed.

The changes of a step are applied before anything is measured there. A run is *examined* at every
step that its history records, step 0 included, and at the last step of its last epoch.

- It ends at the first such step whose row meets a stopping rule, or at the end of the last epoch.
- It ends earlier if it diverges. Let c be the first examined step whose training loss is not
  finite, and t the last step before an update that is not finite. The run ends at the last step
  up to both c and t whose training loss is finite, or at step 0 if there is none.

So a loss that overflows between two rows and becomes finite again does not end the run. To know
whether a step belongs to the run, it may be necessary to train ahead, up to the next examined
step. The history's stride makes that at most a thousandth of the updates made so far.
"""

import math
from collections.abc import Sequence

import numpy as np

from nnviz.runs.course import Course
from nnviz.runs.meter import Meter, Values
from nnviz.runs.past import Past
from nnviz.training import StoppingRules, StopReason, max_epochs_reached


class Guard:
    """Measures a course, stores the rows in a past, and finds the end of the run.

    When the end is found, the course goes back to it.
    """

    def __init__(
        self, course: Course, meter: Meter, past: Past, stopping: StoppingRules, has_test: bool
    ) -> None:
        self.past = past
        self._course, self._meter = course, meter
        self._stopping, self._has_test = stopping, has_test
        self._steps_per_epoch = course.trainer.steps_per_epoch
        self.last_step = stopping.last_step(self._steps_per_epoch)
        """The last step of the last epoch, or None."""

    def examine(self) -> Values:
        """Measure the current step, and return its metrics (4,).

        If the run ends here or earlier, `past.end` is set.
        """
        step, past = self._course.step, self.past
        row = past.history.row(step)
        if row is not None:
            return np.array(row.metrics)
        values = self._meter.now()
        if step <= past.frontier:
            return values
        if past.history.due(step):
            self.record([step], values[np.newaxis])
        elif math.isfinite(values[0]):
            past.frontier = step
        elif step == self.last_step:
            self._diverged(step)
        if past.end is None and step == self.last_step:
            self._end_here(max_epochs_reached(step, self._stopping.max_epochs), step)
        return values

    def record(self, steps: Sequence[int], values: Values) -> None:
        """Store the rows of the next recorded steps; values has shape (len(steps), 4)."""
        past = self.past
        finite = np.isfinite(values[:, 0])
        n_finite = len(steps) if finite.all() else int(np.argmin(finite))
        if n_finite:
            past.history.extend(steps[:n_finite], values[:n_finite])
            past.frontier = steps[n_finite - 1]
            if past.frontier != self.last_step:
                self._check_rules(steps[0])
        if past.end is None and n_finite < len(steps):
            self._diverged(steps[n_finite])

    def cannot_go_on(self) -> None:
        """Find the end, given that the next update is not finite."""
        self._diverged(self._course.step)

    def look_ahead(self) -> None:
        """Train ahead until it is known whether the run goes beyond the current frontier."""
        past, step = self.past, self._course.step
        while past.end is None and past.frontier <= step:
            if self._course.advance(self._course.step + 1):
                self.examine()
            else:
                self.cannot_go_on()

    def _check_rules(self, first: int) -> None:
        """End the run at the earliest row, from step ``first`` on, that meets a stopping rule."""
        past = self.past
        met = self._stopping.first_met(past.history, first, self._steps_per_epoch, self._has_test)
        if met is not None:
            past.history = past.history.until(met.step)
            self._go_to(met.step)
            self._end_here(met, met.step)

    def _diverged(self, bound: int) -> None:
        """End the run at the last step up to ``bound`` whose training loss is finite."""
        course, step = self._course, max(self.past.frontier, 0)
        self._go_to(step)
        while course.step < bound:
            course.advance(course.step + 1)
            if math.isfinite(self._meter.now()[0]):
                step = course.step
        self._go_to(step)
        self._end_here(course.divergence(), bound)

    def _end_here(self, reason: StopReason, known_from: int) -> None:
        self.past.close(reason, self._course.arrival(), known_from)

    def _go_to(self, step: int) -> None:
        if self._course.step == step:
            return
        self._course.restore(self.past.latest(step))
        self._course.advance(step)
