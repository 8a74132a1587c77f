"""Answer with a batch of frames of any source, in slices.

Batches are canonical, so that viewers share them: see `counts`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from nnviz.experiment.rules import Refusal
from nnviz.runs import Run, cost
from nnviz.serve import quota
from nnviz.serve.address import Address
from nnviz.serve.desk import Progress, Work
from nnviz.serve.pool import Entry
from nnviz.serve.reach import Source, reach
from nnviz.serve.writer import Sections, Writer

PIECES = (1, 7, 24)
"""Frames per message of a batch. The first frame comes alone, so that it comes soon."""


@dataclass(frozen=True)
class RunSource:
    """The frames of a run of the pool."""

    entry: Entry
    gradients: bool = False

    @property
    def run(self) -> Run:
        """The run, at the step of its last use."""
        return self.entry.run

    @cached_property
    def seconds_of_update(self) -> float:
        """The time of an update, estimated."""
        return cost.seconds_of_update(self.entry.experiment)

    @cached_property
    def seconds_of_frame(self) -> float:
        """The time of a frame, estimated."""
        return cost.seconds_of_frame(self.entry.experiment)

    def make(self, steps: Sequence[int]) -> Sections:
        """Return the frames at the ``steps``."""
        return self.entry.maker.make_many(self.run.collect(steps), self.gradients)


def counts(source: Source) -> list[int]:
    """Return the number of frames of one batch, for 1, 2, 4, … updates between frames.

    A batch takes about ``quota.BATCH_SECONDS`` of computing time, estimated from the sizes.
    """
    update, frame = source.seconds_of_update, source.seconds_of_frame
    stated, every = [], 1
    while every <= quota.FASTEST:
        n_frames = quota.BATCH
        while n_frames > 1 and n_frames * (every * update + frame) > quota.BATCH_SECONDS:
            n_frames //= 2
        stated.append(n_frames)
        every *= 2
    return stated


def batch(source: Source, address: Address, header: Mapping[str, Any] | None = None) -> Work:
    """Answer ``from``, ``count`` and ``every`` of an address; ``header`` goes with the first frame.

    After a change of the run, ``from`` need not begin a batch: the rest of that batch follows.
    """
    first, count, every = (address.number(key) for key in ("from", "count", "every"))
    stated = counts(source)[every.bit_length() - 1]
    if count not in (1, stated):
        raise Refusal("count", f"must be 1 or {stated} for every={every}", str(count))
    if count > 1 and not address.then and first % (count * every):
        raise Refusal("from", f"must be a multiple of {count * every}", str(first))
    end = (first // (count * every) + 1) * count * every if count > 1 else first + 1
    following = range((first // every + 1) * every, end, every)
    letter, cutter = _Letter(header or {}), _Cutter()
    shown = None
    for group in _groups([first, *following], source, every):
        if shown is not None:
            yield Progress(shown, group[0])
        yield from reach(source, group[0], "from")
        if source.run.step < group[0]:
            break
        made = source.make(group)
        shown = int(made["step"][-1])
        yield from letter.write(cutter.cut(made))
    yield from reach(source, end - 1, "from")
    ended = source.run.stopped
    if ended is not None and shown is not None and ended.step > shown:
        yield from letter.write(cutter.cut(source.make([ended.step])))
    yield from letter.write(cutter.rest())
    yield letter.writer.end(ended)


class _Letter:
    """Writes messages of frames; the first one gets the header."""

    def __init__(self, header: Mapping[str, Any]) -> None:
        self.writer, self._header = Writer(), dict(header)

    def write(self, messages: Iterator[Sections]) -> Iterator[bytes]:
        for sections in messages:
            yield self.writer.frames(self._header, sections)
            self._header = {}


class _Cutter:
    """Groups frames into the messages of a batch, of the sizes in ``PIECES``."""

    def __init__(self) -> None:
        self._sizes = list(PIECES)
        self._held: list[Sections] = []

    def cut(self, sections: Sections) -> Iterator[Sections]:
        """Add frames, and yield every message that is full."""
        self._held.append(sections)
        while self._sizes and self._n_held >= self._sizes[0]:
            yield self._take(self._sizes.pop(0))

    def rest(self) -> Iterator[Sections]:
        """Yield the remaining frames, if there are any."""
        if self._n_held:
            yield self._take(self._n_held)

    @property
    def _n_held(self) -> int:
        return sum(len(sections["step"]) for sections in self._held)

    def _take(self, size: int) -> Sections:
        joined = self._held[0]
        if len(self._held) > 1:
            joined = {name: np.concatenate([one[name] for one in self._held]) for name in joined}
        self._held = [{name: array[size:] for name, array in joined.items()}]
        return {name: array[:size] for name, array in joined.items()}


def _groups(steps: Sequence[int], source: Source, every: int) -> Iterator[Sequence[int]]:
    """Yield the steps of each slice, by estimated time; the first slice is shorter."""
    one = every * source.seconds_of_update + source.seconds_of_frame
    size = max(1, int(quota.FIRST_SLICE / one))
    yield steps[:size]
    more = max(1, int(quota.SLICE / one))
    for start in range(size, len(steps), more):
        yield steps[start : start + more]
