"""Where a run can be taken back to: a bounded set of snapshots of its past.

Snapshots on an even grid of steps reach back to the start; the grid is coarsened whenever memory
is used up. The few most recent marks are kept besides, so that going back by what a viewer has
not seen yet costs next to nothing, however heavy the network is.
"""

from collections import deque

from nnviz import limits
from nnviz.training import Snapshot

_FIRST_STRIDE = 16


class Checkpoints:
    """Snapshots by step. The first one added is kept for ever, so every step can be reached."""

    def __init__(self, first: Snapshot) -> None:
        self._first = first
        self._grid: dict[int, Snapshot] = {}
        self._recent: deque[Snapshot] = deque(maxlen=limits.RECENT_CHECKPOINTS)
        self._stride = _FIRST_STRIDE
        self._capacity = max(2, limits.CHECKPOINT_BYTES // max(1, first.nbytes))

    def next_due(self, step: int) -> int:
        """The first step after ``step`` at which a snapshot belongs on the grid."""
        return (step // self._stride + 1) * self._stride

    def add(self, snapshot: Snapshot) -> None:
        """Keep a snapshot of a step on the grid, or an edited first one."""
        if snapshot.step == self._first.step:
            self._first = snapshot
            return
        self._grid[snapshot.step] = snapshot
        while len(self._grid) > self._capacity:
            self._stride *= 2
            self._grid = {s: kept for s, kept in self._grid.items() if s % self._stride == 0}

    def mark(self, snapshot: Snapshot) -> None:
        """Keep a snapshot among the recent ones, whatever its step."""
        self._recent.append(snapshot)

    def latest(self, step: int) -> Snapshot:
        """The snapshot closest before or at ``step``."""
        candidates = [self._first, *self._recent, *self._grid.values()]
        return max((s for s in candidates if s.step <= step), key=lambda s: s.step)

    def forget_after(self, step: int) -> None:
        """Drop what lies after ``step``: that past no longer happened."""
        self._grid = {s: kept for s, kept in self._grid.items() if s <= step}
        recent = [s for s in self._recent if s.step <= step]
        self._recent = deque(recent, maxlen=limits.RECENT_CHECKPOINTS)
