"""A table that a person brings, as bytes of CSV: its columns, and points made of three of them.

Nothing in it is trusted or evaluated: a formula is text, and text is refused where a number is
needed.

A row without a value in a chosen column is left out, and the first one is named in a note: files
from life have such gaps, and one of them should not keep a learner from looking at the rest. What
stands there but cannot be used is refused instead, with its row, because leaving it out would hide
a mistake. Numbers may be missing as an empty cell, ``?``, ``NA`` or ``N/A``; a label as an empty
cell only.
"""

from array import array
from collections.abc import Generator
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from nnviz.data.columns import NO_VALUE, VALUES_TOLD, Column, understand
from nnviz.data.points import FARTHEST, FEWEST_POINTS, LONGEST_NAME, MOST_POINTS, Points
from nnviz.data.rows import MOST_ROWS, Piece, Rows, shown

MOST_CELLS = 5_000_000  # 45 MB at most, held while a table is looked at
FEWEST_OF_CLASS = 20  # a rare class keeps so many in a sample, or it would be lost in the split


@dataclass(frozen=True, eq=False)
class Table:
    """What was read: the columns, the line of each row, and how the bytes were understood."""

    columns: tuple[Column, ...]
    lines: "array[int]"
    notes: tuple[str, ...]

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise ValueError(f"a column must be one of the table's; got {shown(name)}")

    def suggest(self) -> tuple[str, str, str]:
        """Two features and a label to begin with: the last two-valued column is the label.

        Where nothing fits, it is a column that does not: trying it tells the reason.
        """
        columns = list(reversed(self.columns))
        label = min(columns, key=lambda c: (not c.is_two_valued, c.numbers is not None))
        features = [column for column in self.columns if column is not label]
        # What is two-valued or an index makes a dull picture: last choice among the numbers.
        features.sort(key=lambda c: (c.numbers is None, c.is_two_valued or c.counts_rows))
        return features[0].name, features[1].name, label.name

    def points(self, x1: str, x2: str, label: str, seed: int = 0) -> tuple[Points, list[str]]:
        """Points made of three columns, at most 2,000, and what a person should know of them.

        Class 0 is the label's smaller number, or the text that comes first in the alphabet (no
        before yes). More rows than a run may have are thinned at random, by ``seed`` alone.
        """
        if len({x1, x2, label}) < 3:
            raise ValueError(
                f"features and label must be three different columns; got {shown(x1)}, "
                f"{shown(x2)} and {shown(label)}"
            )
        X = np.column_stack([_feature(self[x1]), _feature(self[x2])])  # (n_rows, 2)
        codes = _label(self[label])
        gaps = np.column_stack([np.isnan(X), codes == NO_VALUE])  # (n_rows, 3)
        kept = np.flatnonzero(~gaps.any(axis=1))
        classes = [kept[codes[kept] == code] for code in (0, 1)]
        values = [shown(value) for value in self[label].values]
        if len(kept) < FEWEST_POINTS or not all(map(len, classes)):
            raise ValueError(
                f"rows with both features and a label must be at least {FEWEST_POINTS}, of both "
                f"classes; got {len(classes[0]):,} rows with {values[0]}, {len(classes[1]):,} "
                f"with {values[1]}"
            )
        notes = [f"Class 0 is {values[0]}, class 1 is {values[1]}."]
        if n_gaps := len(gaps) - len(kept):
            row, column = np.argwhere(gaps)[0]
            left_out = "1 row was" if n_gaps == 1 else f"{n_gaps:,} rows were"
            notes.append(
                f"{left_out} left out for want of a value, the first in row {self.lines[row]}, "
                f"column {(x1, x2, label)[column]}."
            )
        chosen = _thinned(classes, seed)
        if len(chosen) < len(kept):
            ones = int(codes[chosen].sum())
            notes.append(
                f"{len(chosen):,} of {len(kept):,} rows were drawn at random: "
                f"{len(chosen) - ones:,} of class 0 and {ones:,} of class 1."
            )
        for name, same in zip((x1, x2), np.ptp(X[chosen], axis=0) == 0.0, strict=True):
            if same:
                notes.append(f"{name} is the same in every row: it cannot tell the classes apart.")
        rows = zip(X[chosen].tolist(), codes[chosen].tolist(), strict=True)
        return Points(tuple((a, b, code) for (a, b), code in rows), (x1, x2)), notes


def reading(data: bytes) -> Generator[float | Table]:
    r"""Read a table a piece at a time: yields the share that is read, and at last the table.

    Stop at will. ``ValueError`` names the row, the column, the rule and the value.

    >>> *_, table = reading(b"size,age,kind\n1,2,cat\n3,1,dog\n2,2,dog\n4,4,cat\n")
    >>> table.suggest()
    ('size', 'age', 'kind')
    """
    rows = Rows(data)
    columns: list[Column] = []
    lines = array("i")
    has_names = True
    waiting: Piece = []
    for piece in rows.pieces():
        waiting += piece
        if not columns and len(waiting) > 1:
            first = waiting[0][1]
            has_names = _has_names(first, waiting[1][1], rows.decimal)
            columns = [Column(name) for name in _names(first if has_names else [""] * len(first))]
            del waiting[:has_names]
        if columns and waiting:
            new = [line for line, _ in waiting]
            lines.extend(new)
            if len(lines) > MOST_ROWS or len(lines) * len(columns) > MOST_CELLS:
                raise ValueError(
                    f"a table must have at most {MOST_ROWS:,} rows and {MOST_CELLS:,} cells; row "
                    f"{new[-1]} of {len(columns)} columns is beyond: keep fewer rows or columns"
                )
            cells = (cell for _, row in waiting for cell in row)
            places, texts, numbers = understand(cells, rows.decimal)
            for column, own in zip(columns, places.reshape(len(new), -1).T, strict=True):
                column.add(new, (own, texts, numbers))
            waiting.clear()
        yield rows.share
    if not columns and not waiting:
        raise ValueError(f"a table must have names and rows; got {len(data):,} bytes without any")
    if len(lines) < FEWEST_POINTS:
        raise ValueError(
            f"a table must have at least {FEWEST_POINTS} rows below its names; got {len(lines)}"
        )
    notes = [f"{len(lines):,} rows and {len(columns)} columns, {rows.words}."]
    if not has_names:
        notes.append("The first row holds numbers, so the columns have no names.")
    yield Table(tuple(columns), lines, tuple(notes))


def _has_names(upper: list[str], lower: list[str], decimal: str) -> bool:
    """Whether the first row is of names: one stands above a number, or there is no number in it."""
    places, _, numbers = understand([*upper, *lower], decimal)
    first, second = numbers[places].reshape(2, -1)
    return not np.isfinite(first).any() or bool((np.isinf(first) & np.isfinite(second)).any())


def _names(cells: list[str]) -> list[str]:
    """Names that can be shown: printable, short, none empty, none twice."""
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        printable = "".join(c if c.isprintable() else " " for c in cell)
        wanted = " ".join(printable.split()) or f"column {position}"
        name = _cut(wanted, "")
        for nth in count(2):
            if name not in names:
                break
            name = _cut(wanted, f" ({nth})")
        names.append(name)
    return names


def _cut(name: str, ending: str) -> str:
    longest = LONGEST_NAME - len(ending)
    return (name if len(name) <= longest else name[: longest - 1] + "…") + ending


def _feature(column: Column) -> NDArray[np.float64]:
    if column.numbers is not None:
        return column.numbers
    if column.refused is None:
        raise ValueError(f"column {column.name} must hold numbers; got empty cells only")
    row, cell = column.refused
    raise ValueError(
        f"row {row}, column {column.name}: a feature must be a number from {-FARTHEST:g} to "
        f"{FARTHEST:g}; got {shown(cell)}"
    )


def _label(column: Column) -> NDArray[np.uint8]:
    if column.is_two_valued:
        return column.codes
    told = ", ".join(map(shown, column.values[:VALUES_TOLD])) or "empty cells only"
    more = " and more" if len(column.values) > VALUES_TOLD else ""
    raise ValueError(
        f"column {column.name}: a label must have two values, one for each class; got {told}{more}"
    )


def _thinned(classes: list[NDArray[np.intp]], seed: int) -> NDArray[np.intp]:
    """Row numbers in their order, at most as many as a run may have, of both classes."""
    sizes = [len(rows) for rows in classes]
    rare = int(np.argmin(sizes))
    share = round(MOST_POINTS * sizes[rare] / sum(sizes))
    n_rare = min(max(share, FEWEST_OF_CLASS), sizes[rare])
    wanted = (n_rare, MOST_POINTS - n_rare) if rare == 0 else (MOST_POINTS - n_rare, n_rare)
    rng = np.random.RandomState(seed)
    drawn = [rng.permutation(rows)[:n] for rows, n in zip(classes, wanted, strict=True)]
    return np.sort(np.concatenate(drawn))
