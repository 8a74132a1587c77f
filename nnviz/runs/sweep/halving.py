"""Successive halving: short trainings of all combinations, longer ones of the best."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from nnviz.experiment.limits import Range
from nnviz.experiment.rules import Number, Refusal, clip
from nnviz.runs.sweep.cells import Failure, Outcome, Plan
from nnviz.training.history import COLUMNS

_KEEP = Range(0.05, 0.95)
_RUNGS = Range(1, 10)


@dataclass(frozen=True)
class Halving:
    """Which combinations go on, and after how many steps. Every rung trains anew from step 0.

    With the defaults, nine and more combinations need a third of the updates of the full grid.

    Attributes
    ----------
    keep : the share of combinations that go on to the next rung, and of the steps before it
    rungs : how many times the combinations are trained
    by : the metric that decides, by its median over the seeds; without a test set, that of the
        training set
    """

    keep: float = 1 / 3
    rungs: int = 3
    by: str = "loss_test"

    def __post_init__(self) -> None:
        Number(_KEEP).check("keep", self.keep)
        Number(_RUNGS, whole=True).check("rungs", self.rungs)
        if self.by not in COLUMNS:
            raise ValueError(f"by must be one of {', '.join(COLUMNS)}; got {clip(self.by)}")

    def steps_of(self, steps: int) -> list[int]:
        """Return the steps of each rung; the last has them all.

        >>> Halving().steps_of(900)
        [100, 300, 900]
        """
        found = [round(steps * self.keep**k) for k in reversed(range(self.rungs))]
        if found[0] < 1:
            raise Refusal("steps", f"must be enough for {self.rungs} rungs", str(steps))
        return found

    def sizes(self, n_combinations: int) -> list[int]:
        """Return how many combinations each rung trains.

        >>> Halving().sizes(20)
        [20, 6, 2]
        """
        found = [n_combinations]
        while len(found) < self.rungs:
            found.append(self._n_kept(found[-1]))
        return found

    def updates(self, made: Plan) -> int:
        """Return the updates of all rungs of a plan together."""
        n_combinations = len(made) // len(made.seeds)
        rungs = zip(self.sizes(n_combinations), self.steps_of(made.steps), strict=True)
        return len(made.seeds) * sum(n * steps for n, steps in rungs)

    def best(self, combinations: Sequence[Sequence[Outcome]]) -> list[int]:
        """Return the places of those that go on, rising. Each has an outcome for every seed.

        A diverged or failed training counts as the worst. Of equal ones, the first goes on.
        """
        order = sorted(range(len(combinations)), key=lambda k: self.score(combinations[k]))
        return sorted(order[: self._n_kept(len(combinations))])

    def _n_kept(self, n_combinations: int) -> int:
        return max(1, math.floor(n_combinations * self.keep + 1e-9))

    def score(self, outcomes: Sequence[Outcome]) -> float:
        """Return the median over the seeds; less is better."""
        return median(map(self._score, outcomes))

    def _score(self, outcome: Outcome) -> float:
        if isinstance(outcome, Failure):
            return math.inf
        if outcome.stopped is not None and outcome.stopped.kind == "diverged":
            return math.inf
        value: float = getattr(outcome.metrics, self.by)
        if math.isnan(value):
            value = getattr(outcome.metrics, self.by.replace("test", "train"))
        return value if self.by.startswith("loss") else -value
