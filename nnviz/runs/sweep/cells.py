"""The plan of a sweep: which trainings it has, in their order. Everything is checked here.

The axes of a grid are settings by their keys in a link, ``layers``, and those of ``axes.py``; their
values are texts as in a link. The texts are not trusted: numbers are limited before a text is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

import numpy as np

from nnviz.experiment import Experiment, limits
from nnviz.experiment.bounds import Bounds
from nnviz.experiment.query import LAYERS
from nnviz.experiment.rules import Number, Refusal, Rule, clip
from nnviz.experiment.settings import SETTINGS
from nnviz.experiment.variants import MOST_CHANGES, read_variant, write_variant
from nnviz.runs.result import Result
from nnviz.runs.sweep.axes import SHAPES, hold_together, vary

MOST_VALUES = 1000
"""Of one axis, and of the seeds."""
MOST_TRAININGS = 100_000
MOST_COMBINATIONS = 1_000_000
"""Of a grid from which a sample is drawn."""

SEED = "init_seed"
"""The setting that is no axis: the seeds of a sweep are given besides."""
_ANY = Bounds()


@dataclass(frozen=True)
class Cell:
    """One training of a sweep.

    Attributes
    ----------
    index : its place among all results, from 0
    texts : the text of each axis by its key
    seed : the seed of the initial weights
    experiment : what is trained; None if the texts do not fit together
    words : why not, or an empty text
    """

    index: int
    texts: tuple[tuple[str, str], ...]
    seed: int
    experiment: Experiment | None
    words: str = ""


@dataclass(frozen=True)
class Failure:
    """A cell without a result: what was to be trained, or None, and why there is none."""

    experiment: Experiment | None
    words: str
    cell: Cell


Outcome = Result | Failure


@dataclass(frozen=True)
class Plan:
    """A sweep that was checked: axes with canonical texts, seeds, steps, and all cells in order."""

    experiment: Experiment
    grid: tuple[tuple[str, tuple[str, ...]], ...]
    seeds: tuple[int, ...]
    steps: int
    sample: tuple[int, int] | None
    cells: tuple[Cell, ...]

    def __len__(self) -> int:
        """Return the number of trainings, with those whose texts do not fit together."""
        return len(self.cells)

    @cached_property
    def seconds(self) -> float:
        """The estimated time of all trainings on one core."""
        from nnviz.runs.sweep.groups import grouped  # it needs the cells

        return sum(group.seconds for group in grouped(self.cells, self.steps))


def plan(
    experiment: Experiment,
    grid: Mapping[str, Sequence[str]],
    seeds: Sequence[int],
    steps: int,
    *,
    sample: tuple[int, int] | None = None,
    bounds: Bounds = _ANY,
) -> Plan:
    """Return the plan of a sweep; ``Refusal`` names the first thing that cannot be done.

    The last axis changes fastest, and the seeds of one combination stand together. ``sample`` is
    how many combinations are drawn, and the seed that draws them.

    >>> made = plan(Experiment(), {"rate": ["0.03", "0.30"]}, [1, 2], 100)
    >>> [(cell.texts, cell.seed) for cell in made.cells][1:3]
    [((('rate', '0.03'),), 2), ((('rate', '0.3'),), 1)]
    """
    _hold(experiment, bounds)
    _check("steps", Number(limits.Range(1, bounds.last_step), whole=True), steps)
    _some("seeds", seeds)
    for seed in seeds:
        _check("seeds", SETTINGS[SEED].rule, seed)
    _each_once("seeds", seeds)
    axes = axes_of(grid, bounds)
    lengths = [len(texts) for _, texts in axes]
    chosen = _combinations(prod(lengths), sample)
    if len(chosen) * len(seeds) > MOST_TRAININGS:
        most = f"must have at most {MOST_TRAININGS:,} trainings"
        raise Refusal("grid", most, f"{len(chosen) * len(seeds):,}")
    cells: list[Cell] = []
    for number in chosen:
        places = np.unravel_index(number, lengths) if lengths else ()
        texts = tuple((key, of[at]) for (key, of), at in zip(axes, places, strict=True))
        cells += _cells(experiment, texts, seeds, len(cells), bounds)
    return Plan(experiment, axes, tuple(seeds), steps, sample, tuple(cells))


def axes_of(
    grid: Mapping[str, Sequence[str]], bounds: Bounds
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return each key with the canonical texts of its values; ``Refusal`` for other grids."""
    if not isinstance(grid, Mapping):
        raise Refusal("grid", "must map keys of a link to lists of texts", clip(grid))
    if len(grid) > MOST_CHANGES:
        raise Refusal("grid", f"must have at most {MOST_CHANGES} axes", str(len(grid)))
    axes = []
    for key, texts in grid.items():
        if not isinstance(key, str):
            raise Refusal("grid", "must name settings by their keys in a link", clip(key))
        if key not in SHAPES and key not in SETTINGS and key != LAYERS:
            also = f"must name settings by their keys in a link, or {', '.join(SHAPES)}"
            raise Refusal("grid", also, clip(key))
        if key == SEED:
            raise Refusal(key, "must not be an axis: the seeds are given besides", clip(texts))
        _some(key, texts)
        read = tuple(_canonical(key, text, bounds) for text in texts)
        _each_once(key, read)
        axes.append((key, read))
    hold_together(grid)
    return tuple(axes)


def _canonical(key: str, text: object, bounds: Bounds) -> str:
    if not isinstance(text, str):
        raise Refusal(key, "must be texts as in a link", clip(text))
    if key in SHAPES:
        try:
            return SHAPES[key].canonical(text, bounds)
        except ValueError as reason:
            raise Refusal(key, str(reason), clip(text)) from None
    try:
        found = read_variant(f"{key}:{text}", bounds)
    except Refusal as refusal:
        if refusal.field == key:
            raise
        found = {}
    if list(found) != [key]:
        raise Refusal(key, "must be one value of one setting", clip(text))
    return write_variant(found).partition(":")[2]


def _cells(
    experiment: Experiment,
    texts: tuple[tuple[str, str], ...],
    seeds: Sequence[int],
    first: int,
    bounds: Bounds,
) -> list[Cell]:
    """Return the cells of one combination; they are marked if the texts do not fit together."""
    try:
        varied = vary(experiment, dict(texts), bounds)
    except ValueError as refusal:
        return [Cell(first + k, texts, seed, None, str(refusal)) for k, seed in enumerate(seeds)]
    return [
        Cell(first + k, texts, seed, replace(varied, init_seed=seed))
        for k, seed in enumerate(seeds)
    ]


def _combinations(total: int, sample: tuple[int, int] | None) -> list[int]:
    """Return the numbers of the combinations to train, rising."""
    if total > MOST_COMBINATIONS:
        most = f"must have at most {MOST_COMBINATIONS:,} combinations"
        raise Refusal("grid", most, f"{total:,}")
    if sample is None:
        return list(range(total))
    if not isinstance(sample, tuple) or len(sample) != 2:
        raise Refusal("sample", "must be how many and a seed", clip(sample))
    n, seed = sample
    _check("sample", Number(limits.Range(1, total), whole=True), n)
    _check("sample", Number(limits.SEED, whole=True), seed)
    drawn = np.random.RandomState(seed).permutation(total)[:n]
    return sorted(drawn.tolist())


def _hold(experiment: Experiment, bounds: Bounds) -> None:
    try:
        bounds.hold(experiment)
    except ValueError as reason:
        raise Refusal("experiment", str(reason), "") from None


def _check(name: str, rule: Rule, value: object) -> None:
    try:
        rule.check(name, value)
    except ValueError as reason:
        raise Refusal(name, str(reason), clip(value)) from None


def _some(name: str, values: object) -> None:
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise Refusal(name, "must be a list", clip(values))
    if not 0 < len(values) <= MOST_VALUES:
        raise Refusal(name, f"must be a list of 1 to {MOST_VALUES}", str(len(values)))


def _each_once(name: str, values: Sequence[object]) -> None:
    seen = set()
    for value in values:
        if value in seen:
            raise Refusal(name, "must be given once each", clip(value))
        seen.add(value)
