"""The runs of this server: one for each experiment, shared by all its viewers.

Only the trainer's thread uses the pool. A changed experiment starts from a copy of the longest
past that a run in the pool has in common with it. If memory is short, the working memory of unused
runs is dropped first, and their pasts later. Runs in use stay, and new ones are refused.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from nnviz.experiment.experiment import Experiment, agree_until
from nnviz.experiment.rules import Refusal
from nnviz.frames import FrameMaker
from nnviz.runs import Past, Run
from nnviz.serve import quota
from nnviz.serve.ensemble_pool import Ensembles
from nnviz.serve.posted import spell

_LOOK_EVERY = 64  # questions between two checks of the memory that all runs use


class Busy(Exception):
    """The server is too busy. The request may be repeated after ``retry_after`` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"the server is busy; ask again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(eq=False)
class _Live:
    """The working memory of a run: for training it, and for making its frames."""

    run: Run
    maker: FrameMaker
    nbytes: int


class Entry:
    """One experiment of the pool: its past, and its working memory while it is in use."""

    def __init__(self, run: Run, maker: FrameMaker, now: float) -> None:
        self.experiment = run.experiment
        self.asked = now
        self._past = run.past
        self._live: _Live | None = _Live(run, maker, run.nbytes + maker.nbytes)

    def revive(self) -> bool:
        """Rebuild the working memory if it was dropped; return whether it was."""
        if self._live is not None:
            return False
        run = Run(self.experiment, past=self._past)
        maker = FrameMaker(run)
        self._live = _Live(run, maker, run.nbytes + maker.nbytes)
        return True

    @property
    def live(self) -> _Live:
        """The run, at the step of its last use, and its frame maker."""
        self.revive()
        assert self._live is not None
        return self._live

    @property
    def run(self) -> Run:
        """The run, at the step of its last use."""
        return self.live.run

    @property
    def maker(self) -> FrameMaker:
        """The run's frame maker."""
        return self.live.maker

    @property
    def past(self) -> Past:
        """The results of the run so far."""
        return self._past

    @property
    def live_bytes(self) -> int:
        """The size of the working memory in bytes; 0 if it was dropped."""
        return 0 if self._live is None else self._live.nbytes

    def rest(self) -> None:
        """Drop the working memory, and keep the past."""
        self._live = None


class Pool:
    """Runs by the text of their experiment, with limited memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: dict[str, Entry] = {}
        self._families: dict[str, set[str]] = {}
        self._asked = 0
        self.ensembles = Ensembles(clock)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def live_bytes(self) -> int:
        """The working memory of all runs, in bytes."""
        return sum(entry.live_bytes for entry in self._entries.values())

    @property
    def past_bytes(self) -> int:
        """The memory of all pasts, in bytes."""
        return sum(entry.past.nbytes for entry in self._entries.values())

    def entry(self, experiment: Experiment) -> Entry:
        """Return the entry of an experiment; a new one starts from the longest common past.

        Raises ``Busy`` if there is no room for a new one.
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
        """Reduce the memory to its limits, as far as the runs in use allow.

        Unused runs lose their working memory and then their past, least recently used first. If
        that is not enough, all pasts keep fewer snapshots, so that going back takes longer.
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
    """Return the text that all experiments share which differ in their changes only."""
    return spell(replace(experiment, changes=()))
