"""What each visit got lately: computing time, and training for sweeps, which has a budget."""

from collections import deque
from collections.abc import Collection

from nnviz.experiment.rules import Refusal
from nnviz.serve import quota


class Recent:
    """The seconds that each name got within a window of time."""

    def __init__(self) -> None:
        self._got: deque[tuple[float, str, float]] = deque()
        self._sums: dict[str, float] = {}

    def add(self, now: float, name: str, seconds: float) -> None:
        """Add what a name got."""
        self._got.append((now, name, seconds))
        self._sums[name] = self._sums.get(name, 0.0) + seconds

    def forget(self, before: float) -> None:
        """Drop what was got before a time."""
        while self._got and self._got[0][0] < before:
            _, name, seconds = self._got.popleft()
            self._sums[name] -= seconds
            if self._sums[name] < 1e-9:
                del self._sums[name]

    def of(self, name: str) -> float:
        """Return what a name got."""
        return self._sums.get(name, 0.0)

    def when(self, name: str, seconds: float) -> float:
        """Return the time of the last thing to forget until ``seconds`` of a name are forgotten."""
        last = 0.0
        for at, whose, got in self._got:
            if whose == name and seconds > 0.0:
                last, seconds = at, seconds - got
        return last


class Budget:
    """The estimated training that each visit may use for sweeps within ``quota.SWEEP_WINDOW``."""

    def __init__(self) -> None:
        self._used = Recent()

    def take(
        self, now: float, visits: Collection[str], done: float = 0.0, needed: float = 0.0
    ) -> None:
        """Charge the visit that has used least for the seconds ``done``.

        Raises ``Refusal`` if fewer than ``needed`` are left then.
        """
        self._used.forget(now - quota.SWEEP_WINDOW)
        visit = min(visits, key=self._used.of)
        if done:
            self._used.add(now, visit, done)
        used = self._used.of(visit)
        over = used + needed - quota.SWEEP_SECONDS
        if needed and over > 1e-6:
            wait = self._used.when(visit, over) + quota.SWEEP_WINDOW - now
            raise Refusal("sweep", _words(used, wait), f"{needed:.2g} s")


def _words(used: float, wait: float) -> str:
    return (
        f"You have used {round(used, 1):g} of the {quota.SWEEP_SECONDS:g} seconds of training that "
        f"this server allows for your sweeps in {_duration(quota.SWEEP_WINDOW)}. What was trained "
        f"stays, and everything else goes on. Start goes on from there in about {_duration(wait)}"
    )


def _duration(seconds: float) -> str:
    if seconds < 90.0:
        return f"{max(seconds, 1.0):.0f} seconds"
    return f"{seconds / 60.0:.0f} minutes"
