"""The ensembles of this server, shared by their viewers, and how many networks one may have.

Only the trainer's thread uses them. The bytes that they may use are limited: unused ones are
dropped, least recently used first; those in use stay, and new ones are refused.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from nnviz.experiment import Experiment
from nnviz.experiment.rules import Refusal
from nnviz.frames.agreement import AgreementMaker
from nnviz.runs import Ensemble, cost
from nnviz.runs.ensemble import SEEDS
from nnviz.runs.parties import may_be_lanes
from nnviz.serve import quota
from nnviz.serve.posted import spell

_LOOK_EVERY = 64  # uses between two checks of the memory


class Seeds(NamedTuple):
    """Which ensemble of an experiment: how many networks, and what their seeds draw."""

    n_members: int
    vary: str


def seconds_of_update(experiment: Experiment, seeds: Seeds) -> float:
    """Estimate the time of one update of all networks, from the sizes alone."""
    lanes = seeds.vary == "weights" and may_be_lanes(experiment)
    return cost.seconds_of_updates(experiment, seeds.n_members, lanes)


def offered(experiment: Experiment, seeds: Seeds) -> tuple[int, str]:
    """Return how many networks this server offers instead, and why in words, or an empty text."""
    why = ""
    for n in sorted((n for n in SEEDS if n <= seeds.n_members), reverse=True):
        fewer = Seeds(n, seeds.vary)
        seconds = seconds_of_update(experiment, fewer) + cost.seconds_of_map(experiment, n)
        n_bytes = n * cost.bytes_of_member(experiment)
        asked, most = f"{seconds:.2f} s", f"{quota.ENSEMBLE_SECONDS:g} s"
        if n_bytes > quota.ENSEMBLE_BYTES // 2:
            asked, most = f"{n_bytes / 1e6:.0f} MB", f"{quota.ENSEMBLE_BYTES / 2e6:.0f} MB"
        elif seconds <= quota.ENSEMBLE_SECONDS:
            return n, _fewer(n, seeds.n_members, why)
        why = why or (
            f"one update of {n} with its picture would need {asked}, estimated, and {most} are "
            "allowed here."
        )
    return min(SEEDS), _fewer(min(SEEDS), seeds.n_members, why)


def _fewer(n: int, asked: int, why: str) -> str:
    return f"{n} networks are trained instead of {asked}: {why}" if n < asked else ""


class Entry:
    """One ensemble, and the maker of its frames."""

    def __init__(self, ensemble: Ensemble, now: float) -> None:
        self.ensemble = ensemble
        self.maker = AgreementMaker(ensemble)
        self.asked = now

    @property
    def nbytes(self) -> int:
        """The memory it uses, in bytes, estimated from the array sizes."""
        return self.ensemble.nbytes + self.maker.nbytes


class Ensembles:
    """The ensembles by experiment and seeds, with limited memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: OrderedDict[tuple[str, Seeds], Entry] = OrderedDict()
        self._asked = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def nbytes(self) -> int:
        """The memory of all ensembles, in bytes."""
        return sum(entry.nbytes for entry in self._entries.values())

    def entry(self, experiment: Experiment, seeds: Seeds) -> Entry | None:
        """Return an ensemble of a number that is offered, or None if there is no room for it."""
        key, now = (spell(experiment), seeds), self._clock()
        found = self._entries.get(key)
        is_new = found is None
        if found is None:
            most, why = offered(experiment, seeds)
            if seeds.n_members > most:
                raise Refusal("seeds", f"must be at most {most}: {why}", str(seeds.n_members))
            try:
                ensemble = Ensemble(experiment, seeds.n_members, seeds.vary)
            except ValueError as reason:  # such as training points of one class only
                raise Refusal("data", str(reason), experiment.data.name) from None
            found = self._entries[key] = Entry(ensemble, now)
        self._entries.move_to_end(key)
        found.asked = now
        self._asked += 1
        if is_new or self._asked % _LOOK_EVERY == 0:
            self._make_room(now)
        if is_new and len(self) > 1 and self.nbytes > quota.ENSEMBLE_BYTES:
            del self._entries[key]
            return None
        return found

    def _make_room(self, now: float) -> None:
        """Drop unused ensembles, least recently used first, until the rest has room."""
        n_bytes = self.nbytes
        for key, entry in list(self._entries.items()):
            if n_bytes <= quota.ENSEMBLE_BYTES or now - entry.asked <= quota.KEPT_IN_USE:
                return
            n_bytes -= entry.nbytes
            del self._entries[key]
