"""Cut the cells of a sweep into groups, the pieces of work that executors get.

Cells that can be lanes of one trainer are in one group, until it is large enough. The groups
depend on the cells alone, and results do not depend on the groups.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from nnviz.data import Dataset, DataSpec, make_dataset
from nnviz.experiment import Experiment
from nnviz.runs import cost
from nnviz.runs.parties import TRAINER_BYTES, likeness, may_be_lanes
from nnviz.runs.sweep.cells import Cell

SECONDS = 1.0
"""The estimated time of a group: what is trained again if a worker is lost."""

FEW_LANES = 16
"""This many lanes are one group even if that takes longer: they share the overhead of a call."""

_MOST_SENT = 10_000  # samples that are sent with a group


@dataclass(frozen=True, eq=False)
class Group:
    """Cells that are trained together, in order; all have an experiment. Can be pickled.

    ``dataset`` are the data of all cells, if they are worth to be sent with them: a worker that
    makes its own has to import scikit-learn, which takes a second.
    """

    cells: tuple[Cell, ...]
    steps: int
    seconds: float
    dataset: Dataset | None = None

    @property
    def experiments(self) -> list[Experiment]:
        """What is trained."""
        return [cell.experiment for cell in self.cells if cell.experiment is not None]

    def with_data(self) -> "Group":
        """Return the group with its data, if they can be made and are small."""
        data = {experiment.data for experiment in self.experiments}
        dataset = _small_dataset(data.pop()) if len(data) == 1 else None
        return Group(self.cells, self.steps, self.seconds, dataset)


def grouped(cells: Iterable[Cell], steps: int) -> list[Group]:
    """Return groups of all cells that have an experiment, in the order of their first cells."""
    alike: dict[Experiment, list[Cell]] = {}
    for cell in cells:
        if cell.experiment is not None:
            alike.setdefault(likeness(cell.experiment), []).append(cell)
    groups = [
        Group(part, steps, _seconds(part, steps))
        for like in alike.values()
        for part in _cut(like, steps)
    ]
    return sorted(groups, key=lambda group: group.cells[0].index)


def _cut(cells: Sequence[Cell], steps: int) -> list[tuple[Cell, ...]]:
    """Return parts of nearly equal size."""
    experiment = cells[0].experiment
    assert experiment is not None, "only cells with an experiment are cut"
    most = int(SECONDS * len(cells) / _seconds(cells, steps))
    if may_be_lanes(experiment):
        most = min(max(most, FEW_LANES), TRAINER_BYTES // cost.bytes_of_member(experiment))
    n_parts = -(-len(cells) // max(most, 1))
    bounds = [len(cells) * k // n_parts for k in range(n_parts + 1)]
    return [tuple(cells[a:b]) for a, b in pairwise(bounds)]


def _seconds(cells: Sequence[Cell], steps: int) -> float:
    experiment = cells[0].experiment
    assert experiment is not None, "only cells with an experiment take time"
    lanes = may_be_lanes(experiment)
    return steps * cost.seconds_of_updates(experiment, len(cells), lanes)


@lru_cache(maxsize=4)
def _small_dataset(spec: DataSpec) -> Dataset | None:
    """Return data that are worth to be sent, else None: a worker makes or refuses them."""
    n_samples = spec.n_samples if spec.points is None else len(spec.points.rows)
    if n_samples > _MOST_SENT:
        return None
    try:
        return make_dataset(spec)
    except ValueError:
        return None
