"""Train all cells of a sweep, and give back what they come to in their order."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed

from nnviz.experiment import Experiment
from nnviz.runs.sweep.cells import Cell, Failure, Outcome, Plan, plan
from nnviz.runs.sweep.groups import Group, grouped
from nnviz.runs.sweep.halving import Halving
from nnviz.runs.sweep.journal import Journal
from nnviz.runs.sweep.train_group import train_group

_ATTEMPTS = 2  # of an executor at a group whose worker was lost; the next is made here


def sweep(
    experiment: Experiment,
    grid: Mapping[str, Sequence[str]],
    seeds: Sequence[int],
    steps: int,
    executor: Executor | None = None,
    *,
    sample: tuple[int, int] | None = None,
    halving: Halving | None = None,
    file: str | os.PathLike[str] | None = None,
) -> Iterator[Outcome]:
    """Train an experiment with every combination of settings and with every seed.

    All is checked at once; then the results come in grid order, the seeds of a combination
    together, while the others train. Each equals ``train(its experiment, steps)``, whatever the
    executor. A cell that cannot be trained is a `Failure`.

    Parameters
    ----------
    experiment : what all have in common
    grid : texts as in a link by the keys of a link; the last key changes fastest. Besides,
        ``depth`` is the number of hidden layers, ``width`` the units and ``activation`` the
        activation of all of them.
    seeds : seeds of the initial weights
    steps : the updates of each training
    executor : any executor of ``concurrent.futures``; None trains in this process
    sample : how many combinations to draw, and the seed that draws them; None trains all
    halving : how to stop most combinations early; theirs are the results of their last rung
    file : where results are kept as they come. If it holds results of the same sweep, these are
        not trained again.

    >>> grid = {"rate": ["0.03", "0.3"], "layers": ["4-tanh", "8-tanh 8-tanh"]}
    >>> results = list(sweep(Experiment(), grid, [1, 2, 3], 50))
    >>> len(results)
    12
    >>> [result.experiment.init_seed for result in results[:4]]
    [1, 2, 3, 1]
    """
    made = plan(experiment, grid, seeds, steps, sample=sample)
    return carry_out(made, executor, halving=halving, file=file)


def carry_out(
    made: Plan,
    executor: Executor | None = None,
    *,
    halving: Halving | None = None,
    file: str | os.PathLike[str] | None = None,
    watch: Callable[[int], object] | None = None,
) -> Iterator[Outcome]:
    """Train a plan: see `sweep`. ``watch`` is called with numbers of updates that were made."""
    rungs = [made.steps] if halving is None else halving.steps_of(made.steps)
    journal = None if file is None else Journal(file, made, halving)
    return _all_rungs(made, executor, halving, rungs, journal, watch or (lambda _: None))


def _all_rungs(
    made: Plan,
    executor: Executor | None,
    halving: Halving | None,
    rungs: Sequence[int],
    journal: Journal | None,
    watch: Callable[[int], object],
) -> Iterator[Outcome]:
    n_seeds = len(made.seeds)
    try:
        cells, dropped = list(made.cells), dict[int, Outcome]()
        for steps in rungs[:-1]:
            assert halving is not None, "only halving has several rungs"
            found = list(_in_order(cells, steps, executor, journal, watch))
            starts = range(0, len(cells), n_seeds)
            kept = halving.best([found[start : start + n_seeds] for start in starts])
            going_on = [cells[n_seeds * k + i] for k in kept for i in range(n_seeds)]
            dropped |= {c.index: out for c, out in zip(cells, found, strict=True)}
            cells = going_on
        for cell in cells:
            dropped.pop(cell.index, None)
        last = _in_order(cells, rungs[-1], executor, journal, watch)
        for cell in made.cells:
            yield dropped[cell.index] if cell.index in dropped else next(last)
    finally:
        if journal is not None:
            journal.close()


def _in_order(
    cells: Sequence[Cell],
    steps: int,
    executor: Executor | None,
    journal: Journal | None,
    watch: Callable[[int], object],
) -> Iterator[Outcome]:
    """Train cells for ``steps`` updates; return what they come to in their order."""
    found: dict[int, Outcome] = {}
    for cell in cells:
        if cell.experiment is None:
            found[cell.index] = Failure(None, cell.words, cell)
        elif journal is not None and (known := journal.known(cell, steps)) is not None:
            found[cell.index] = known
    watch(steps * len(found))
    groups = grouped((cell for cell in cells if cell.index not in found), steps)
    done = _here(groups) if executor is None else _on(executor, groups)
    for cell in cells:
        while cell.index not in found:
            group, outcomes = next(done)
            if journal is not None:
                journal.write(group, outcomes)
            watch(steps * len(outcomes))
            found |= {c.index: out for c, out in zip(group.cells, outcomes, strict=True)}
        yield found.pop(cell.index)


def _here(groups: Sequence[Group]) -> Iterator[tuple[Group, list[Outcome]]]:
    for group in groups:
        yield group, train_group(group.with_data())


def _on(executor: Executor, groups: Sequence[Group]) -> Iterator[tuple[Group, list[Outcome]]]:
    """Train on an executor, the largest groups first; return groups as they are done."""
    waiting = sorted(groups, key=lambda group: -group.seconds)
    sent: dict[Future[list[Outcome]], Group] = {}
    try:
        for _ in range(_ATTEMPTS):
            lost: list[Group] = []
            sent = {}
            for group in waiting:
                try:
                    sent[executor.submit(train_group, group.with_data())] = group
                except Exception:  # one that loses its workers just now says so in several ways
                    lost.append(group)
            for future in as_completed(list(sent)):
                group = sent.pop(future)  # results are not kept here
                try:
                    outcomes = future.result()
                except Exception:  # cells mark their own faults, so a worker or its answer was lost
                    lost.append(group)
                else:
                    yield group, outcomes
            waiting = lost
        yield from _here(waiting)
    finally:
        for future in sent:
            future.cancel()
