"""The states that undo and redo go to: each an experiment and the step at which it was left."""

from collections import deque
from dataclasses import dataclass

from nnviz.experiment import Experiment

MOST = 200
"""States in each direction; the oldest are dropped."""

WAYS = {"undo": "redo", "redo": "undo"}
"""The two directions, each with its opposite."""


@dataclass
class State:
    """An experiment, and the step at which it was left."""

    experiment: Experiment
    step: int


class Undo:
    """Two bounded lists of states: those before the present one, and those that were undone."""

    def __init__(self) -> None:
        self._states: dict[str, deque[State]] = {way: deque(maxlen=MOST) for way in WAYS}
        self.left: State | None = None

    @property
    def ways(self) -> list[str]:
        """The directions in which there is a state."""
        return [way for way, states in self._states.items() if states]

    def change(self, left: State) -> None:
        """Store the state that a change has left. What was undone cannot be redone any more."""
        self._states["redo"].clear()
        self._append("undo", left)

    def next(self, way: str) -> State | None:
        """Return the next state in a direction, or None."""
        return self._states[way][-1] if self._states[way] else None

    def go(self, way: str, left: State) -> None:
        """Go to the next state in a direction; from there, ``left`` is one back."""
        self._states[way].pop()
        self._append(WAYS[way], left)

    def _append(self, way: str, left: State) -> None:
        self._states[way].append(left)
        self.left = left
