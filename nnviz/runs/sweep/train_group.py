"""Train a group of cells: in slices, or at once as an executor does."""

import time
from collections import deque

from nnviz.runs.lanes import Party
from nnviz.runs.parties import Alone, parties
from nnviz.runs.run import Run
from nnviz.runs.sweep.cells import Cell, Failure, Outcome
from nnviz.runs.sweep.groups import Group


class Training:
    """A group being trained. A cell whose training raises becomes a `Failure`; the others go on.

    >>> from nnviz.experiment import Experiment
    >>> from nnviz.runs.sweep import grouped, plan
    >>> made = plan(Experiment(), {"rate": ["0.1", "0.3"]}, [1, 2], 50)
    >>> [group] = grouped(made.cells, made.steps)
    >>> training = Training(group)
    >>> while not training.advance(0.01): pass
    >>> [result.step for result in training.results()]
    [50, 50, 50, 50]
    """

    def __init__(self, group: Group) -> None:
        self.group = group
        self._found: dict[int, Outcome] = {}  # by the index of the cell
        self._todo = deque([group.cells])  # the first of them is being trained
        self._parties: deque[Party] | None = None

    def advance(self, seconds: float | None = None) -> bool:
        """Train for about ``seconds``, or to the end; return whether all cells are done."""
        deadline = None if seconds is None else time.perf_counter() + seconds
        while self._todo:
            try:
                self._go_on(self._todo[0], deadline)
            except Exception as fault:  # whatever a cell's training raises, it marks only this cell
                self._mark(self._todo.popleft(), fault)
            if deadline is not None and time.perf_counter() >= deadline:
                break
        return not self._todo

    def results(self) -> list[Outcome]:
        """Return what is known so far, in the order of the cells."""
        return [self._found[index] for index in sorted(self._found)]

    @property
    def updates(self) -> int:
        """The updates made so far, of all cells together. A cell that ends early has them all."""
        within = self._parties[0].step * len(self._parties[0]) if self._parties else 0
        return within + self.group.steps * len(self._found)

    def _go_on(self, cells: tuple[Cell, ...], deadline: float | None) -> None:
        """Train the next cells without a result until the deadline."""
        steps = self.group.steps
        left = [cell for cell in cells if cell.index not in self._found]
        if self._parties is None:
            experiments = [cell.experiment for cell in left if cell.experiment is not None]
            base = Run(experiments[0], dataset=self.group.dataset)
            several = len(experiments) > 1
            self._parties = deque(parties(experiments, base) if several else [Alone(base)])
        party = self._parties[0]
        party.go(steps, deadline)
        if party.reached(steps):
            for cell, result in zip(left, party.results(), strict=False):
                self._found[cell.index] = result
            self._parties.popleft()
        if not self._parties:
            self._todo.popleft()
            self._parties = None

    def _mark(self, cells: tuple[Cell, ...], fault: Exception) -> None:
        """Mark a single cell; of several, try each alone."""
        self._parties = None
        left = [cell for cell in cells if cell.index not in self._found]
        if len(left) > 1:
            self._todo.extendleft((cell,) for cell in reversed(left))
            return
        for cell in left:
            self._found[cell.index] = Failure(cell.experiment, _said(fault), cell)


def train_group(group: Group) -> list[Outcome]:
    """Train a group to its end; return what its cells have come to, in their order."""
    training = Training(group)
    training.advance()
    return training.results()


def _said(fault: Exception) -> str:
    return str(fault) or type(fault).__name__
