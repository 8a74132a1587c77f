"""A table that a person brings, as bytes of CSV: its columns, and points made of three of them.

Nothing in it is trusted or evaluated: a formula is text, and text is refused where a number is
needed. What a column may be used for is found out while its bytes are read once; only numbers and
codes of two-valued columns are kept, in eight bytes and one byte a cell.

A row without a value in a chosen column is left out, and the first one is named in a note: files
from life have such gaps, and one of them should not keep a learner from looking at the rest. What
stands there but cannot be used is refused instead, with its row, because leaving it out would hide
a mistake. Numbers may be missing as an empty cell, ``?``, ``NA`` or ``N/A``; a label as an empty
cell only.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice

import numpy as np
from numpy.typing import NDArray

from nnviz.data.columns import MISSING, NO_VALUE, VALUES_TOLD, Column, Growing
from nnviz.data.points import FARTHEST, FEWEST_POINTS, LONGEST_NAME, MOST_POINTS, Points
from nnviz.data.rows import MOST_ROWS, Rows, number, shown

MOST_CELLS = 5_000_000  # 45 MB at most, held while a table is looked at
FEWEST_OF_CLASS = 20  # a rare class keeps so many in a sample, or it would be lost in the split

_CELLS_AT_ONCE = 12_000  # read in a few hundredths of a second, held as text in about 1 MB
_HEAD_ROWS = 5
_LONGEST_CELL_SHOWN = 60


@dataclass(frozen=True, eq=False)
class Table:
    """What was read: the columns, the first rows as text, and how the bytes were understood."""

    columns: tuple[Column, ...]
    n_rows: int
    head: tuple[tuple[str, ...], ...]
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
        label = min(columns, key=lambda column: (not column.is_two_valued, column.is_numeric))
        features = [column for column in self.columns if column is not label]
        # What is two-valued or an index makes a dull picture: last choice among the numbers.
        features.sort(
            key=lambda column: (not column.is_numeric, column.is_two_valued or column.counts_rows)
        )
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
        complete = np.isfinite(X).all(axis=1) & (codes != NO_VALUE)
        kept = np.flatnonzero(complete)
        notes = [] if complete.all() else [self._gaps((x1, x2), label, len(complete) - len(kept))]
        classes = [kept[codes[kept] == code] for code in (0, 1)]
        values = self[label].values
        counts = f"{len(classes[0]):,} rows with {shown(values[0])}, {len(classes[1]):,} with "
        counts += shown(values[1])
        if len(kept) < FEWEST_POINTS or not all(map(len, classes)):
            raise ValueError(
                f"rows with both features and a label must be at least {FEWEST_POINTS}, of both "
                f"classes; got {counts}"
            )
        chosen = _thinned(classes, seed)
        if len(chosen) < len(kept):
            ones = int(codes[chosen].sum())
            notes.append(
                f"{len(chosen):,} of {len(kept):,} rows were drawn at random: "
                f"{len(chosen) - ones:,} of class 0 and {ones:,} of class 1."
            )
        for name, values_of_it in zip((x1, x2), X[chosen].T, strict=True):
            if values_of_it.min() == values_of_it.max():
                notes.append(f"{name} is the same in every row: it cannot tell the classes apart.")
        notes.insert(0, f"Class 0 is {shown(values[0])}, class 1 is {shown(values[1])}.")
        rows = zip(X[chosen].tolist(), codes[chosen].tolist(), strict=True)
        return Points(tuple((a, b, code) for (a, b), code in rows), (x1, x2)), notes

    def _gaps(self, features: Sequence[str], label: str, n_rows: int) -> str:
        found = [(self[name].gap_of_number, name) for name in features]
        found.append((self[label].gap_of_text, label))
        row, name = min((row, name) for row, name in found if row is not None)
        left_out = "1 row was" if n_rows == 1 else f"{n_rows:,} rows were"
        return f"{left_out} left out for want of a value, the first in row {row}, column {name}."


def read_table(data: bytes, progress: Callable[[float], None] | None = None) -> Table:
    r"""Read a table of bytes; ``ValueError`` names the row, the column, the rule and the value.

    ``progress`` is told now and then what share of the bytes has been read.

    >>> table = read_table(b"size,age,kind\n1,2,cat\n3,1,dog\n2,2,dog\n4,4,cat\n")
    >>> table.suggest()
    ('size', 'age', 'kind')
    """
    steps = reading(data)
    while True:
        try:
            share = next(steps)
        except StopIteration as end:
            table: Table = end.value
            return table
        if progress is not None:
            progress(share)


def reading(data: bytes) -> Generator[float, None, Table]:
    """Read a table a piece at a time: each step tells the share that is read. Stop at will."""
    rows = Rows(data)
    source = iter(rows)
    first = list(islice(source, 2))
    if not first:
        raise ValueError(f"a table must have names and rows; got {len(data):,} bytes without any")
    has_names = _has_names(rows, [row for _, row in first])
    names = _names(first[0][1] if has_names else [""] * rows.width)
    columns = [Growing(name, rows.decimal) for name in names]
    rest = chain(first[has_names:], source)
    head: list[tuple[str, ...]] = []
    n_rows = 0
    while piece := list(islice(rest, max(1, _CELLS_AT_ONCE // rows.width))):
        n_rows += len(piece)
        if n_rows > MOST_ROWS or n_rows * rows.width > MOST_CELLS:
            raise ValueError(
                f"a table must have at most {MOST_ROWS:,} rows and {MOST_CELLS:,} cells; row "
                f"{piece[-1][0]} of {rows.width} columns is beyond: keep fewer rows or columns"
            )
        top = piece[: _HEAD_ROWS - len(head)]
        head += [tuple(cell[:_LONGEST_CELL_SHOWN] for cell in row) for _, row in top]
        lines = [line for line, _ in piece]
        by_column = zip(*(row for _, row in piece), strict=True)
        for column, cells in zip(columns, by_column, strict=True):
            column.add(cells, lines)
        yield rows.share
    if n_rows < FEWEST_POINTS:
        raise ValueError(
            f"a table must have at least {FEWEST_POINTS} rows below its names; got {n_rows}"
        )
    notes = [f"{n_rows:,} rows and {rows.width} columns, {rows.words}."]
    if not has_names:
        notes.append("The first row holds numbers, so the columns have no names.")
    done = tuple(column.done() for column in columns)
    return Table(done, n_rows, tuple(head), tuple(notes))


def _has_names(rows: Rows, first: list[list[str]]) -> bool:
    """Whether the first row is of names: one stands above a number, or there is no number in it."""
    numbers = [[number(cell, rows.decimal) is not None for cell in row] for row in first]
    if not any(numbers[0]):
        return True
    if len(first) < 2:
        return False
    stacked = zip(first[0], *numbers, strict=True)
    return any(
        not upper and lower and cell.strip() not in MISSING for cell, upper, lower in stacked
    )


def _names(cells: Sequence[str]) -> list[str]:
    """Names that can be shown: printable, short, none empty, none twice."""
    names: list[str] = []
    taken: set[str] = set()
    for position, cell in enumerate(cells, start=1):
        printable = "".join(c if c.isprintable() else " " for c in cell)
        wanted = " ".join(printable.split()) or f"column {position}"
        endings = chain([""], (f" ({nth})" for nth in count(2)))
        name = next(name for ending in endings if (name := _cut(wanted, ending)) not in taken)
        taken.add(name)
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
    if column.codes is not None and len(column.values) == 2:
        return column.codes
    told = ", ".join(map(shown, column.values[:VALUES_TOLD])) or "empty cells only"
    more = " and more" if len(column.values) > VALUES_TOLD else ""
    raise ValueError(
        f"column {column.name}: a label must have two values, one for each class; got {told}{more}"
    )


def _thinned(classes: list[NDArray[np.intp]], seed: int) -> NDArray[np.intp]:
    """Row numbers in their order, at most as many as a run may have, of both classes."""
    sizes = np.array([len(rows) for rows in classes])
    if sizes.sum() <= MOST_POINTS:
        return np.sort(np.concatenate(classes))
    rare = int(sizes.argmin())
    share = round(MOST_POINTS * sizes[rare] / sizes.sum())
    wanted = [0, 0]
    wanted[rare] = min(max(share, FEWEST_OF_CLASS), int(sizes[rare]))
    wanted[1 - rare] = MOST_POINTS - wanted[rare]
    rng = np.random.RandomState(seed)
    return np.sort(
        np.concatenate([rng.permutation(rows)[:n] for rows, n in zip(classes, wanted, strict=True)])
    )
