"""What a run has found out: the rows of its history, snapshots to go back to, and its end.

A run can be dropped and its past be kept; another run goes on from there at little cost. What a
changed experiment has in common with this one, its own run can start from: see :meth:`Past.until`.
"""

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Sequence

from nnviz.training import History, Snapshot, StopReason

HISTORY_ROWS = 2048
CHECKPOINTS = 40  # evenly over the past: going back costs a twentieth of what it has cost
CHECKPOINT_BYTES = 32_000_000  # of these; 8 layers of 64 units with Adam need 28 million
RECENT_CHECKPOINT_BYTES = 1_000_000  # of steps that viewers were given
RECENT_CHECKPOINTS = 4  # as many are kept, however large they are
_OBJECT_BYTES = 512  # what Python adds to the numbers of a snapshot, measured


def _size(snapshot: Snapshot) -> int:
    return snapshot.nbytes + _OBJECT_BYTES


class Past:
    """The past of one experiment. Nothing in it depends on how often, or how, it was visited.

    A snapshot holds the state on arrival at its step, before the changes of that step are made;
    whoever restores it makes them. All snapshots stand at steps that are known to belong to the
    run, and every due row before the latest of them is in the history. Not safe for use by several
    threads at once.

    Attributes
    ----------
    history : the rows of all steps reached so far, also of those after the present one
    frontier : the latest step known to belong to the run; -1 before the first is looked at
    end : why and where the run ends, or None while that is not known
    """

    def __init__(self, most_bytes: int = CHECKPOINT_BYTES) -> None:
        self.history = History(HISTORY_ROWS)
        self.frontier = -1
        self.end: StopReason | None = None
        self._known_from = -1  # the step up to which the end follows from
        self._most_bytes = most_bytes
        self._stride = 1
        self._first: Snapshot | None = None
        self._last: Snapshot | None = None
        self._grid: dict[int, Snapshot] = {}
        self._recent: OrderedDict[int, Snapshot] = OrderedDict()  # given longest ago comes first
        self._recent_steps: list[int] = []  # the same, rising
        self._recent_bytes = 0

    @property
    def known(self) -> int:
        """The latest step whose row is in the history, or -1: all due steps before it are too."""
        return self.history.last_step

    @property
    def nbytes(self) -> int:
        """Bytes that it holds; what it shares with another past is counted in both."""
        kept = [*self._grid.values(), *filter(None, (self._first, self._last))]
        return self.history.nbytes + sum(map(_size, kept)) + self._recent_bytes

    # snapshots ----------------------------------------------------------------------------------

    def begin(self, first: Snapshot) -> None:
        """Note where the run begins. That snapshot is kept for ever: every step can be reached."""
        if self._first is None:
            self._first = first

    def next_checkpoint(self, step: int) -> int:
        """Return the first step after ``step`` at which a snapshot belongs on the grid."""
        found = (step // self._stride + 1) * self._stride
        while not self.history.due(found):
            found += self._stride
        return found

    def checkpoint(self, snapshot: Snapshot) -> None:
        """Keep a snapshot of a step on the grid; the grid is coarsened when it is full."""
        self._grid[snapshot.step] = snapshot
        self._coarsen()

    def has_room_for(self, snapshots: Sequence[Snapshot]) -> bool:
        """Return whether all of them can be marked without driving out what is as recent."""
        return 2 * sum(s.nbytes for s in snapshots) <= RECENT_CHECKPOINT_BYTES

    def mark(self, snapshot: Snapshot) -> None:
        """Keep a snapshot of a step that a viewer was given, until others are more recent."""
        if snapshot.step in self._recent:
            self._recent.move_to_end(snapshot.step)
            return
        self._recent[snapshot.step] = snapshot
        insort(self._recent_steps, snapshot.step)
        self._recent_bytes += _size(snapshot)
        while (
            self._recent_bytes > RECENT_CHECKPOINT_BYTES and len(self._recent) > RECENT_CHECKPOINTS
        ):
            step, oldest = self._recent.popitem(last=False)
            del self._recent_steps[bisect_left(self._recent_steps, step)]
            self._recent_bytes -= _size(oldest)

    def latest(self, step: int) -> Snapshot:
        """Return the snapshot closest before or at ``step``."""
        assert self._first is not None, "a run begins its past before it goes back"
        kept = max((s for s in self._grid if s <= step), default=-1)
        n_recent = bisect_right(self._recent_steps, step)
        recent = self._recent_steps[n_recent - 1] if n_recent else -1
        found = self._first
        if self._last is not None and found.step <= self._last.step <= step:
            found = self._last
        if kept > found.step:
            found = self._grid[kept]
        if recent > found.step:
            found = self._recent[recent]
        return found

    def shrink(self, most_bytes: int) -> None:
        """Hold the grid of snapshots to so many bytes from now on: memory wins over time."""
        self._most_bytes = most_bytes
        self._coarsen()

    def _coarsen(self) -> None:
        if not self._grid:
            return
        a_snapshot = next(iter(self._grid.values()))
        most = min(CHECKPOINTS, max(1, self._most_bytes // _size(a_snapshot)))
        while len(self._grid) > most:
            self._stride *= 2
            self._grid = {s: kept for s, kept in self._grid.items() if s % self._stride == 0}

    # the end, and other pasts -------------------------------------------------------------------

    def close(self, end: StopReason, last: Snapshot, known_from: int) -> None:
        """Note the end, which follows from the steps up to ``known_from``, and the state there."""
        self.end, self._last, self._known_from = end, last, known_from
        self.frontier = end.step
        self._drop_after(end.step)

    def until(self, step: int) -> "Past":
        """Return what an experiment has in common that is another one from ``step`` on.

        Up to the arrival at ``step`` both are the same; the changes made there may differ. Rows
        and snapshots are shared, and neither past disturbs the other.
        """
        shared = Past(self._most_bytes)
        shared.history = self.history.until(step - 1)
        shared.frontier = shared.known
        shared._stride = self._stride
        shared._first = self._first
        shared._grid = dict(self._grid)
        shared._recent, shared._recent_bytes = OrderedDict(self._recent), self._recent_bytes
        shared._recent_steps = list(self._recent_steps)
        if self.end is not None and self._known_from < step:
            shared.end, shared._known_from = self.end, self._known_from
            shared.frontier = self.frontier
        if self._last is not None and self._last.step <= step:
            shared._last = self._last
        shared._drop_after(step)
        return shared

    def _drop_after(self, step: int) -> None:
        self._grid = {s: kept for s, kept in self._grid.items() if s <= step}
        n_kept = bisect_right(self._recent_steps, step)
        for later in self._recent_steps[n_kept:]:
            self._recent_bytes -= _size(self._recent.pop(later))
        del self._recent_steps[n_kept:]
