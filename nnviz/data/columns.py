"""One column of a table that is read: whether it holds numbers, and which two values.

Only numbers and the codes of two-valued columns are kept, in eight bytes and one byte a cell.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.data.points import FARTHEST
from nnviz.data.rows import number

MISSING = ("", "?", "NA", "N/A")
VALUES_TOLD = 4  # of a column with too many for a label, in the message that says so
NO_VALUE = 255


@dataclass(frozen=True, eq=False)
class Column:
    """One column: ``numbers`` (n_rows,) with NaN where missing, or None if it is not numeric.

    ``values`` are the first few different texts in it, two of them in order; ``codes`` (n_rows,)
    the index of each row's (255: missing), or None if there are more than two. ``refused`` is the
    first cell that is no number, with its row; the gaps are the first rows that lack a number, and
    any text at all.
    """

    name: str
    numbers: NDArray[np.float64] | None
    values: tuple[str, ...]
    codes: NDArray[np.uint8] | None
    refused: tuple[int, str] | None
    gap_of_number: int | None
    gap_of_text: int | None

    @property
    def is_numeric(self) -> bool:
        """Whether all cells that hold anything hold numbers."""
        return self.numbers is not None

    @property
    def is_two_valued(self) -> bool:
        """Whether it can be a label."""
        return self.codes is not None and len(self.values) == 2

    @property
    def counts_rows(self) -> bool:
        """Whether it numbers the rows, as an index does that was saved along."""
        if self.numbers is None:
            return False
        return bool((np.diff(self.numbers) == 1.0).all())


class Growing:
    """A column while it is read, some rows at a time."""

    def __init__(self, name: str, decimal: str) -> None:
        self.name = name
        self.decimal = decimal
        self.numbers = array("d")
        self.refused: tuple[int, str] | None = None
        self.gap_of_number: int | None = None
        self.gap_of_text: int | None = None
        self.index = {"": NO_VALUE}
        self.codes: bytearray | None = bytearray()

    def add(self, cells: Sequence[str], rows: Sequence[int]) -> None:
        """Take the cells of some more rows, whose lines are ``rows``."""
        if self.refused is None:
            self._add_numbers(cells, rows)
        if len(self.index) <= 1 + VALUES_TOLD:
            self._add_values([cell.strip() for cell in cells], rows)

    def _add_numbers(self, cells: Sequence[str], rows: Sequence[int]) -> None:
        found = _all_numbers(cells, self.decimal)
        if found is None:
            found = self._one_by_one(cells, rows)
        self.numbers.extend(found if self.refused is None else ())

    def _one_by_one(self, cells: Sequence[str], rows: Sequence[int]) -> list[float]:
        found = []
        for cell, row in zip(cells, rows, strict=True):
            value = number(cell, self.decimal)
            if value is None and cell.strip() in MISSING:
                value = np.nan
                self.gap_of_number = self.gap_of_number or row
            elif value is None or abs(value) > FARTHEST:
                self.refused = (row, cell)
                self.numbers = array("d")
                return []
            found.append(value)
        return found

    def _add_values(self, cells: list[str], rows: Sequence[int]) -> None:
        for value in dict.fromkeys(cells):
            if value not in self.index and len(self.index) <= 1 + VALUES_TOLD:
                self.index[value] = len(self.index) - 1
        if self.gap_of_text is None and "" in cells:
            self.gap_of_text = rows[cells.index("")]
        if len(self.index) > 3:
            self.codes = None
        elif self.codes is not None:
            self.codes.extend(map(self.index.__getitem__, cells))

    def done(self) -> Column:
        """What has become of it."""
        numbers = np.frombuffer(self.numbers) if self.refused is None else None
        if numbers is not None and np.isnan(numbers).all():
            numbers = None
        values = [value for value in self.index if value]
        codes = None if self.codes is None else np.frombuffer(self.codes, np.uint8)
        if codes is not None and len(values) == 2 and self._is_before(values[1], values[0]):
            values.reverse()
            codes[codes != NO_VALUE] ^= 1
        gaps = (self.gap_of_number, self.gap_of_text)
        return Column(self.name, numbers, tuple(values), codes, self.refused, *gaps)

    def _is_before(self, one: str, other: str) -> bool:
        numbers = number(one, self.decimal), number(other, self.decimal)
        if numbers[0] is not None and numbers[1] is not None and numbers[0] != numbers[1]:
            return numbers[0] < numbers[1]
        return (one.casefold(), one) < (other.casefold(), other)


def _all_numbers(cells: Sequence[str], decimal: str) -> Sequence[float] | None:
    """The numbers if every cell is a plain one, found fast; None if one may not be."""
    text = "".join(cells)
    if not text.isascii() or "_" in text or (decimal == "," and "." in text):
        return None  # float() takes more for a number than people write in a table
    if decimal == ",":
        cells = [cell.replace(",", ".") for cell in cells]
    try:
        found = array("d", map(float, cells))
    except ValueError:
        return None
    return found if bool((np.abs(np.frombuffer(found)) <= FARTHEST).all()) else None
