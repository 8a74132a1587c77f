"""The runs of this server, one for each experiment that is looked at, shared by all who look.

Only the trainer's thread touches it. An experiment that shares a past with one that is held, up to
a change, starts from a copy of that past. Buffers of a run that nobody has asked for are dropped
first, what it has found out later; a run in use keeps its place, and a newcomer for whom there is
no room is refused.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from nnviz.experiment.experiment import Experiment, agree_until
from nnviz.experiment.rules import Refusal
from nnviz.frames import FrameMaker
from nnviz.runs import Past, Run
from nnviz.serve import quota
from nnviz.serve.posted import spell

_LOOK_EVERY = 64  # questions between two looks at what all runs hold


class Busy(Exception):
    """The server has no room now; ``retry_after`` says in how many seconds to ask again."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"the server is busy; ask again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(eq=False)
class _Live:
    """What a run needs in order to train and to be drawn."""

    run: Run
    maker: FrameMaker
    nbytes: int


class Entry:
    """One experiment of the pool: its past, and its live buffers while it is in use."""

    def __init__(self, run: Run, maker: FrameMaker, now: float) -> None:
        self.experiment = run.experiment
        self.asked = now
        self._past = run.past
        self._live: _Live | None = _Live(run, maker, run.nbytes + maker.nbytes)

    def revive(self) -> bool:
        """Build the live buffers anew from the past if they were dropped; whether they were."""
        if self._live is not None:
            return False
        run = Run(self.experiment, past=self._past)
        maker = FrameMaker(run)
        self._live = _Live(run, maker, run.nbytes + maker.nbytes)
        return True

    @property
    def live(self) -> _Live:
        """The run, at whatever step it was left, and what makes frames of it."""
        self.revive()
        assert self._live is not None
        return self._live

    @property
    def run(self) -> Run:
        """The run of `live`."""
        return self.live.run

    @property
    def maker(self) -> FrameMaker:
        """The frame maker of `live`."""
        return self.live.maker

    @property
    def past(self) -> Past:
        """What the run has found out so far."""
        return self._past

    @property
    def live_bytes(self) -> int:
        """Bytes of the live buffers, 0 when they were dropped."""
        return 0 if self._live is None else self._live.nbytes

    def rest(self) -> None:
        """Drop the live buffers; the past stays."""
        self._live = None


class Pool:
    """Runs by the text of their experiment, within bounds of memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self._families: dict[str, set[str]] = {}
        self._asked = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def live_bytes(self) -> int:
        """Bytes of all live buffers."""
        return sum(entry.live_bytes for entry in self._entries.values())

    @property
    def past_bytes(self) -> int:
        """Bytes of all that runs have found out."""
        return sum(entry.past.nbytes for entry in self._entries.values())

    def entry(self, experiment: Experiment) -> Entry:
        """The run of an experiment; a new one shares the longest past that is held of it.

        Raises ``Busy`` where there is no room for it.
        """
        text = spell(experiment)
        entry = self._entries.get(text)
        is_new = entry is None
        if entry is None:
            entry = self._entries[text] = self._start(experiment)
            self._families.setdefault(_family(experiment), set()).add(text)
        entry.asked = self._clock()
        self._asked += 1
        grown = entry.revive() or is_new
        full = grown and self.live_bytes > quota.LIVE_BYTES
        if full or self._asked % _LOOK_EVERY == 0:
            self._make_room()
        if full and is_new and self.live_bytes > quota.LIVE_BYTES:
            self._forget(text)
            raise Busy(retry_after=round(quota.KEPT_IN_USE))
        return entry

    def _start(self, experiment: Experiment) -> Entry:
        family = [self._entries[text] for text in self._families.get(_family(experiment), ())]
        if family:
            changes = experiment.changes
            nearest = max(family, key=lambda one: agree_until(one.experiment.changes, changes))
            run = nearest.run.fork(experiment)
            return Entry(run, nearest.maker.of(run), self._clock())
        try:
            run = Run(experiment)
        except ValueError as reason:  # such as training points of one class only
            raise Refusal("data", str(reason), experiment.data.name) from None
        return Entry(run, FrameMaker(run), self._clock())

    def _make_room(self) -> None:
        """Bring all within its bounds, as far as what is in use allows.

        What has not been asked for longest goes first: its buffers, then its past. Pasts in use
        are thinned, so that going back in them takes longer.
        """
        now = self._clock()
        idle = sorted(
            (entry.asked, text)
            for text, entry in self._entries.items()
            if now - entry.asked > quota.KEPT_IN_USE
        )
        live, past = self.live_bytes, self.past_bytes
        for _, text in idle:
            entry = self._entries[text]
            if live > quota.LIVE_BYTES or past > quota.PAST_BYTES:
                live -= entry.live_bytes
                entry.rest()
            if past > quota.PAST_BYTES:
                past -= entry.past.nbytes
                self._forget(text)
        if past > quota.PAST_BYTES:
            share = quota.PAST_BYTES // len(self._entries)
            for entry in self._entries.values():
                entry.past.shrink(share)

    def _forget(self, text: str) -> None:
        family = _family(self._entries.pop(text).experiment)
        self._families[family].discard(text)
        if not self._families[family]:
            del self._families[family]


def _family(experiment: Experiment) -> str:
    """What experiments have in common that differ in their changes only."""
    return spell(replace(experiment, changes=()))
