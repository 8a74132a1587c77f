"""``nnviz sweep``: train all cells with a progress bar, and print a table of the combinations."""

import csv
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Executor
from math import isnan
from pathlib import Path
from statistics import median

from tqdm import tqdm

from nnviz.runs import Result
from nnviz.runs.sweep import Halving, Outcome, Plan, carry_out
from nnviz.training.history import COLUMNS

_ROWS = 40
"""Of the table; all are in the CSV file."""

_ACCURACY, _LOSS = Halving(by="accuracy_test"), Halving(by="loss_test")


def sweep(
    made: Plan,
    executor: Executor | None,
    halving: Halving | None,
    file: Path | None,
    table: Path | None,
) -> None:
    """Train a plan, print its table, and write one line per training to ``table``."""
    total = halving.updates(made) if halving else len(made) * made.steps
    with tqdm(total=total, unit=" updates", unit_scale=True) as bar:
        results = carry_out(made, executor, halving=halving, file=file, watch=bar.update)
        outcomes = list(results)
    if table is not None:
        _write_csv(table, made, outcomes)
    for line in _table(made, outcomes):
        print(line)


def _table(made: Plan, outcomes: Sequence[Outcome]) -> list[str]:
    """Return the lines of a table: a row for each combination, the best first."""
    found: dict[tuple[str, ...], list[Outcome]] = {}
    for cell, outcome in zip(made.cells, outcomes, strict=True):
        found.setdefault(tuple(text for _, text in cell.texts), []).append(outcome)
    best_first = sorted(found.items(), key=lambda row: _order(row[1]))
    head = (*(key for key, _ in made.grid), "steps", "accuracy", "range", "loss", "ended")
    rows = [head, *((*texts, *_summary(seeds)) for texts, seeds in best_first[:_ROWS])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(word.ljust(n) for word, n in zip(row, widths, strict=True)) for row in rows]
    if len(best_first) > _ROWS:
        lines.append(f"and {len(best_first) - _ROWS} more combinations")
    return [line.rstrip() for line in lines]


def _order(outcomes: Sequence[Outcome]) -> tuple[float, ...]:
    """Return what sorts the best combination first: trained longest, then most accurate."""
    steps = max((one.step for one in outcomes if isinstance(one, Result)), default=0)
    return -steps, _ACCURACY.score(outcomes), _LOSS.score(outcomes)


def _summary(outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """Return steps, median and range of the accuracy, median loss, and which seeds ended early."""
    results = [one for one in outcomes if isinstance(one, Result)]
    kinds = Counter(one.stopped.kind for one in results if one.stopped is not None)
    kinds["failed"] = len(outcomes) - len(results)
    ended = ", ".join(f"{n} {kind.replace('_', ' ')}" for kind, n in kinds.items() if n)
    if not results:
        return "", "", "", "", ended
    shares = [_test_or_train(one, "accuracy") for one in results]
    loss = median(_test_or_train(one, "loss") for one in results)
    steps = str(max(one.step for one in results))
    spread = f"{min(shares):.1%} to {max(shares):.1%}"
    return steps, f"{median(shares):.1%}", spread, f"{loss:.4g}", ended


def _test_or_train(result: Result, name: str) -> float:
    test: float = getattr(result.metrics, f"{name}_test")
    train: float = getattr(result.metrics, f"{name}_train")
    return train if isnan(test) else test


def _write_csv(path: Path, made: Plan, outcomes: Sequence[Outcome]) -> None:
    """Write one line per training, in the order of the results."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*(key for key, _ in made.grid), "seed", "step", *COLUMNS, "ended", "why"))
        for cell, one in zip(made.cells, outcomes, strict=True):
            row = [*(text for _, text in cell.texts), cell.seed]
            if not isinstance(one, Result):
                writer.writerow((*row, "", *[""] * len(COLUMNS), "failed", one.words))
                continue
            kind, why = ("", "") if one.stopped is None else (one.stopped.kind, str(one.stopped))
            numbers = ("" if isnan(value) else repr(value) for value in one.metrics)
            writer.writerow((*row, one.step, *numbers, kind, why))
