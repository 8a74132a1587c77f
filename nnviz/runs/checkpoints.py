"""Where a run can be taken back to: a bounded set of snapshots of its past.

Snapshots on an even grid of steps reach back to the start; the grid is coarsened whenever memory
is used up. A few marks are kept besides, from the step that is shown up to the present, so that
going back by what a viewer has not seen yet costs little, however heavy the network is.
"""

from nnviz import limits
from nnviz.training import Snapshot

_FIRST_STRIDE = 16
_OBJECT_BYTES = 512  # what Python adds to the numbers of a snapshot, measured


class Checkpoints:
    """Snapshots by step. The first one added is kept for ever, so every step can be reached."""

    def __init__(self, first: Snapshot) -> None:
        self._first = first
        self._grid: dict[int, Snapshot] = {}
        self._marks: list[Snapshot] = []
        self._stride = _FIRST_STRIDE
        self._capacity = max(2, limits.CHECKPOINT_BYTES // (first.nbytes + _OBJECT_BYTES))

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

    def mark(self, snapshot: Snapshot, shown: int) -> None:
        """Keep a snapshot of any step, for a viewer who is at step ``shown`` or later.

        Of the marks before ``shown`` only the last one stays. When there are too many, those go
        that leave the smallest gap, so that no way back is much longer than the others.
        """
        marks = [mark for mark in self._marks if mark.step < snapshot.step]
        passed = sum(mark.step <= shown for mark in marks)
        marks = [*marks[max(passed - 1, 0) :], snapshot]
        while len(marks) > limits.RECENT_CHECKPOINTS:
            gaps = [
                after.step - before.step for before, after in zip(marks, marks[2:], strict=False)
            ]
            del marks[1 + gaps.index(min(gaps))]
        self._marks = marks

    def latest(self, step: int) -> Snapshot:
        """The snapshot closest before or at ``step``."""
        candidates = [self._first, *self._marks, *self._grid.values()]
        return max((s for s in candidates if s.step <= step), key=lambda s: s.step)

    def forget_after(self, step: int) -> None:
        """Drop what lies after ``step``: that past no longer happened."""
        self._grid = {s: kept for s, kept in self._grid.items() if s <= step}
        self._marks = [s for s in self._marks if s.step <= step]
