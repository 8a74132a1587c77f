"""A visitor's table in CSV: its columns, and points made of three of them.

Nothing in it is evaluated: a formula is text, and text is refused where a number is needed. Real
files have gaps, so a row without a value in a chosen column is left out, and a note names the
first one. A value that cannot be used is refused, because leaving it out would hide a mistake. A
missing number is an empty cell, ``?``, ``NA`` or ``N/A``; a missing label is an empty cell.
"""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data.points import CLASSES, FEWEST_POINTS, LONGEST_NAME, MOST_POINTS, Points
from nnviz.data.rows import Rows, shown
from nnviz.data.window import FARTHEST

MOST_CELLS = 5_000_000  # in memory while the dialog is open: 20 MB besides the text itself
FEWEST_OF_CLASS = 20  # of a rare class in a sample, so that both parts of the split have some
MOST_VALUES = 5  # in the message about a column with too many values for a label

# Libraries also read nan, inf, 1_000 and Arabic digits as numbers; a table does not mean them so.
_NUMBER = r"^[+-]?([0-9]+([{0}][0-9]*)?|[{0}][0-9]+)([eE][+-]?[0-9]+)?$"
_MISSING = r"^(\?|NA|N/A)?$"
_THOUSANDS = r"^[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+$"
_SAMPLE_ROWS = 2000


@dataclass(frozen=True, eq=False)
class Table:
    """The columns, each as Arrow text (n_rows,), and the first line of each row."""

    columns: dict[str, Any]
    decimal: str
    lines: Sequence[int]
    notes: tuple[str, ...]

    def suggest(self) -> tuple[str, str, str]:
        """Suggest two features and a label; the label is the last column with two values.

        Only a sample of the rows is checked. If no column fits, one that does not fit is
        suggested; choosing it gives the reason.
        """
        rows = np.random.RandomState(0).permutation(len(self.lines))[:_SAMPLE_ROWS]
        sample = replace(self, columns={name: own.take(rows) for name, own in self.columns.items()})
        numbers = {name: _numbers(own, self.decimal) for name, own in sample.columns.items()}
        texts = {name for name in numbers if np.isinf(numbers[name]).any()}
        pairs = {name for name in numbers if len(sample.values(name)) == 2}

        def is_dull(name: str) -> bool:
            """Return whether a column is empty, constant, two-valued, or numbers the rows."""
            has_number = np.isfinite(numbers[name])
            found = numbers[name][has_number]
            return len(np.unique(found)) < 3 or np.ptp(found - rows[has_number]) == 0.0

        label = min(reversed(numbers), key=lambda name: (name not in pairs, name not in texts))
        x1, x2, *_ = sorted(numbers, key=lambda name: (name == label, name in texts, is_dull(name)))
        return x1, x2, label

    def values(self, name: str) -> list[str]:
        """Return the first few different values of a column, in the order of the classes."""
        import pyarrow as pa

        first = self.columns[name].unique()[:MOST_VALUES].to_pylist()
        texts = [text for text in first if text]
        numbers = np.fmin(_numbers(pa.array(texts, "string"), self.decimal), np.inf)
        ranks = zip(numbers, map(str.casefold, texts), texts, strict=True)
        return [text for *_, text in sorted(ranks)]

    def points(self, x1: str, x2: str, label: str, seed: int = 0) -> tuple[Points, list[str]]:
        """Return at most 2,000 points made of three columns, and notes for the visitor.

        Class 0 is the smaller number of the label, or the text that comes first in the alphabet
        (no before yes). If there are more rows, a random sample is drawn with ``seed``.
        """
        names = (x1, x2, label)
        if len(self.columns.keys() & set(names)) < 3:
            raise ValueError(f"features and label must be three different columns; got {names}")
        X = np.column_stack([self._feature(x1), self._feature(x2)])  # (n_rows, 2)
        y, values = self._label(label)
        gaps = np.column_stack([np.isnan(X), y < 0])  # (n_rows, 3)
        kept = np.flatnonzero(~gaps.any(axis=1))
        sizes = np.bincount(y[kept], minlength=2)
        if len(kept) < FEWEST_POINTS or not sizes.all():
            raise ValueError(
                f"rows with both features and a label must be at least {FEWEST_POINTS}, of both "
                f"classes; got {sizes[0]:,} rows with {values[0]}, {sizes[1]:,} with {values[1]}"
            )
        notes = [f"Class 0 is {values[0]}, class 1 is {values[1]}."]
        if n_gaps := len(gaps) - len(kept):
            row, column = np.argwhere(gaps)[0]
            first = f"row {self.lines[row]}, column {names[column]}"
            notes.append(f"Rows left out for want of a value: {n_gaps:,}, the first is {first}.")
        chosen = _thinned(kept, y, seed)
        if len(chosen) < len(kept):
            notes.append(f"{len(chosen):,} of {len(kept):,} rows were drawn at random.")
        for name, spread in zip((x1, x2), np.ptp(X[chosen], axis=0), strict=True):
            if spread == 0.0:
                notes.append(f"{name} is the same in every row: it cannot tell the classes apart.")
        rows = zip(*X[chosen].T.tolist(), y[chosen].tolist(), strict=True)
        return Points(tuple(rows), (x1, x2), self._classes(label)), notes

    def _classes(self, label: str) -> tuple[str, str]:
        """Return names for both values of a label; a number alone would not say what it counts."""
        import pyarrow as pa

        first, second = values = self.values(label)
        if np.isfinite(_numbers(pa.array(values, "string"), self.decimal)).any():
            first, second = (f"{label} {value}" for value in values)
        name = _name(first, CLASSES[0], ())
        return name, _name(second, CLASSES[1], (name,))

    def _feature(self, name: str) -> NDArray[np.float64]:
        """Return the numbers of a column (n_rows,), NaN where missing."""
        numbers = _numbers(self.columns[name], self.decimal)
        wrong = np.flatnonzero(np.abs(numbers) > FARTHEST).tolist()
        if wrong:
            raise ValueError(
                f"row {self.lines[wrong[0]]}, column {name}: a feature must be a number from "
                f"{-FARTHEST:g} to {FARTHEST:g}; got {shown(self.columns[name][wrong[0]].as_py())}"
            )
        return numbers

    def _label(self, name: str) -> tuple[NDArray[np.int32], list[str]]:
        """Return the class of each row (n_rows,), -1 where missing, and the two values as shown."""
        import pyarrow as pa
        import pyarrow.compute as pc

        values = self.values(name)
        told = [shown(value) for value in values]
        if len(values) != 2:
            raise ValueError(
                f"column {name}: a label must have two values, one for each class; got "
                f"{', '.join(told) or 'empty cells only'}"
            )
        return pc.index_in(self.columns[name], pa.array(values)).fill_null(-1).to_numpy(), told


def reading(data: bytes) -> Generator[float | Table]:
    r"""Read a table piece by piece: yield the share read so far, and finally the table.

    The caller may stop at any time. ``ValueError`` names row, column, rule and value.

    >>> *_, table = reading(b"size,age,kind\n1,2,cat\n3,1,dog\n2,2,dog\n4,4,cat\n")
    >>> table.suggest()
    ('size', 'age', 'kind')
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = Rows(data)
    pieces = []
    for n_bytes, cells in rows.pieces():
        pieces.append(pc.utf8_trim_whitespace(pa.array(cells, "string")))
        if len(rows.lines) * rows.width > MOST_CELLS:
            raise ValueError(
                f"a table must have at most {MOST_CELLS:,} cells; row {rows.lines[-1]} of "
                f"{rows.width} columns is beyond: keep fewer rows or columns"
            )
        yield n_bytes / max(1, len(data))
    text = pa.chunked_array(pieces)
    decimal = _decimal(text[: _SAMPLE_ROWS * rows.width], rows.delimiter)
    top = _numbers(text[: 2 * rows.width], decimal)
    first, second = top[: rows.width], top[-rows.width :]
    above_number = np.isinf(first) & np.isfinite(second)
    has_names = bool(above_number.any()) or not np.isfinite(first).any()
    lines = rows.lines[has_names:]
    if len(lines) < FEWEST_POINTS:
        raise ValueError(
            f"a table must have at least {FEWEST_POINTS} rows below its names; got {len(lines)}"
        )
    columns: dict[str, Any] = {}
    for place, cell in enumerate(text[: rows.width].to_pylist()):
        name = _name(cell if has_names else "", f"column {place + 1}", columns)
        columns[name] = text[place + rows.width * has_names :: rows.width].combine_chunks()
        yield 1.0
    sign = ", with a decimal comma" if decimal == "," else ""
    notes = [f"{len(lines):,} rows and {len(columns)} columns, {rows.words}{sign}."]
    if not has_names:
        notes.append("The first row holds numbers, so the columns have no names.")
    yield Table(columns, decimal, lines, tuple(notes))


def _numbers(cells: Any, decimal: str) -> NDArray[np.float64]:
    """Return the numbers (n_cells,) in Arrow text: NaN where missing, infinite for other text."""
    import pyarrow.compute as pc

    is_number = pc.match_substring_regex(cells, _NUMBER.format(decimal))
    others = pc.if_else(pc.match_substring_regex(cells, _MISSING), "nan", "inf")
    text = pc.if_else(is_number, pc.replace_substring(cells, decimal, "."), others)
    return np.asarray(text.cast("float64"))


def _decimal(cells: Any, delimiter: str) -> str:
    """Return the decimal sign of most numbers; 1,000 counts only where semicolons separate."""
    import pyarrow.compute as pc

    if delimiter != ";":
        cells = cells.filter(pc.invert(pc.match_substring_regex(cells, _THOUSANDS)))
    return max(".,", key=lambda sign: np.isfinite(_numbers(cells, sign)).sum())


def _name(cell: str, otherwise: str, taken: Iterable[str]) -> str:
    """Return a name that can be shown: printable, short, not empty, not taken."""
    printable = "".join(c if c.isprintable() else " " for c in cell)
    wanted = " ".join(printable.split()) or otherwise
    name, nth = wanted[:LONGEST_NAME], 1
    while name in taken:
        nth += 1
        name = f"{wanted[: LONGEST_NAME - 6]} ({nth})"
    return name


def _thinned(rows: NDArray[np.intp], y: NDArray[np.int32], seed: int) -> NDArray[np.intp]:
    """Draw a random sample of both classes, at most as many rows as a run may have, in order."""
    rare, common = sorted((rows[y[rows] == code] for code in (0, 1)), key=len)
    share = round(MOST_POINTS * len(rare) / len(rows))
    n_rare = min(max(share, FEWEST_OF_CLASS), len(rare))
    rng = np.random.RandomState(seed)
    drawn = [rng.permutation(rare)[:n_rare], rng.permutation(common)[: MOST_POINTS - n_rare]]
    return np.sort(np.concatenate(drawn))
