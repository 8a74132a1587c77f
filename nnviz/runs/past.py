"""The stored results of a run: the rows of its history, snapshots to go back to, and its end.

A run can be dropped while its past is kept; another run continues from it at little cost. The run
of a changed experiment can start from the part that both have in common: see :meth:`Past.until`.
"""

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Sequence

from nnviz.training import History, Snapshot, StopReason

HISTORY_ROWS = 2048
CHECKPOINTS = 40  # evenly spaced: going back costs at most a twentieth of the training so far
CHECKPOINT_BYTES = 32_000_000  # for these; 8 layers of 64 units with Adam need 28 million
RECENT_CHECKPOINT_BYTES = 1_000_000  # for snapshots of steps that were shown lately
RECENT_CHECKPOINTS = 4  # this many of them are kept, whatever their size
_OBJECT_BYTES = 512  # Python's overhead per snapshot, measured


def _size(snapshot: Snapshot) -> int:
    return snapshot.nbytes + _OBJECT_BYTES


class Past:
    """The past of one experiment. Its numbers do not depend on the order of the requests.

    A snapshot holds the state before the changes of its step; the code that restores it applies
    them. All snapshots are at steps that are known to belong to the run. The history holds every
    row that is due before the latest snapshot. Not safe for use by several threads at once.

    Attributes
    ----------
    history : the rows of all recorded steps reached so far, also of those after the current step
    frontier : the latest step known to belong to the run; -1 before step 0 was examined
    end : why and where the run ends, or None if that is not known yet
    """

    def __init__(self, most_bytes: int = CHECKPOINT_BYTES, lanes: tuple[int, ...] = ()) -> None:
        self.history = History(HISTORY_ROWS, lanes)
        self.frontier = -1
        self.end: StopReason | None = None
        self._known_from = -1  # the end depends on the steps up to this one only
        self._most_bytes = most_bytes
        self._stride = 1
        self._first: Snapshot | None = None
        self._last: Snapshot | None = None
        self._grid: dict[int, Snapshot] = {}
        self._recent: OrderedDict[int, Snapshot] = OrderedDict()  # least recently used first
        self._recent_steps: list[int] = []  # the keys of _recent, in rising order
        self._recent_bytes = 0

    @property
    def known(self) -> int:
        """The latest step in the history, or -1. All recorded steps before it are there too."""
        return self.history.last_step

    @property
    def nbytes(self) -> int:
        """The memory it uses, in bytes. What two pasts share is counted in both."""
        kept = [*self._grid.values(), *filter(None, (self._first, self._last))]
        return self.history.nbytes + sum(map(_size, kept)) + self._recent_bytes

    # snapshots ----------------------------------------------------------------------------------

    def begin(self, first: Snapshot) -> None:
        """Store the snapshot of step 0. It is never dropped, so every step can be reached."""
        if self._first is None:
            self._first = first

    def next_checkpoint(self, step: int) -> int:
        """Return the first step after ``step`` at which a snapshot belongs on the grid."""
        found = (step // self._stride + 1) * self._stride
        while not self.history.due(found):
            found += self._stride
        return found

    def checkpoint(self, snapshot: Snapshot) -> None:
        """Store a snapshot of a step on the grid. A full grid gets a larger stride."""
        self._grid[snapshot.step] = snapshot
        self._coarsen()

    def has_room_for(self, snapshots: Sequence[Snapshot]) -> bool:
        """Return whether all of them can be marked without dropping other recent snapshots."""
        return 2 * sum(s.nbytes for s in snapshots) <= RECENT_CHECKPOINT_BYTES

    def mark(self, snapshot: Snapshot) -> None:
        """Store a snapshot of a step that was just shown, until newer ones take its room."""
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
        """Return the latest snapshot at or before ``step``."""
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
        """Limit the grid of snapshots to ``most_bytes`` from now on; going back gets slower."""
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
        """Store the end and the state there. The end depends on steps up to ``known_from`` only."""
        self.end, self._last, self._known_from = end, last, known_from
        self.frontier = end.step
        self._drop_after(end.step)

    def until(self, step: int) -> "Past":
        """Return the past of an experiment that differs from this one from ``step`` on.

        Both are the same before the changes of ``step`` are applied. They share rows and
        snapshots, but a later change of one past does not affect the other.
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
