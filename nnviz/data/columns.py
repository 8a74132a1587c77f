"""One column of a table that is read: whether it holds numbers, and which two values.

Only numbers and the codes of two-valued columns are kept, in eight bytes and one byte a cell.
"""

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from nnviz.data.points import FARTHEST

MISSING = ("", "?", "NA", "N/A")
VALUES_TOLD = 4  # of a column with too many for a label, in the message that says so
NO_VALUE = 255

# pandas and float() also take nan, inf, 1_000 and Arabic digits, which are no numbers in a table.
_NUMBER = r"[+-]?([0-9]+([{0}][0-9]*)?|[{0}][0-9]+)([eE][+-]?[0-9]+)?"

Understood = tuple[NDArray[np.intp], list[str], NDArray[np.float64]]


def understand(cells: Iterable[str], decimal: str) -> Understood:
    """Return each cell's place (n_cells,) among the different texts, these, and their numbers.

    A number is NaN where the text says that there is none, infinite where the text is no number.

    >>> understand([" 1.5", "NA", "1.5", "=1+1"], ".")
    (array([0, 1, 0, 2]), ['1.5', 'NA', '=1+1'], array([1.5, nan, inf]))
    """
    import pandas as pd

    places, found = pd.factorize(np.array([cell.strip() for cell in cells], dtype=object))
    texts = pd.Series(found, dtype="str")
    good = texts.str.fullmatch(_NUMBER.format(decimal)).to_numpy(dtype=bool)
    numbers = np.where(texts.isin(MISSING), np.nan, np.inf)
    numbers[good] = texts[good].str.replace(",", ".", regex=False).astype(float)
    return places, list(found), numbers


class Column:
    """One column, which grows while it is read; ``refused`` is the first cell that is no number."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.refused: tuple[int, str] | None = None  # the line, the cell
        self._numbers = array("d")
        self._known: dict[str, float] = {}  # the first few different texts, and their numbers
        self._codes = bytearray()  # the place of each row's text in them

    def add(self, lines: list[int], cells: Understood) -> None:
        """Take the cells of some more rows, whose first lines are ``lines``."""
        places, texts, numbers = cells
        if self.refused is None:
            found = numbers[places]
            self._numbers.frombytes(found.tobytes())
            wrong = np.flatnonzero(np.abs(found) > FARTHEST).tolist()
            if wrong:
                self.refused = (lines[wrong[0]], texts[places[wrong[0]]])
                self._numbers = array("d")
        if len(self._known) <= VALUES_TOLD:
            codes = np.full(len(texts), NO_VALUE, np.uint8)
            for place in dict.fromkeys(places.tolist()):
                if texts[place] and len(self._known) <= VALUES_TOLD:
                    self._known.setdefault(texts[place], float(numbers[place]))
                    codes[place] = list(self._known).index(texts[place])
            self._codes += codes[places].tobytes()
            if len(self._known) > 2:
                self._codes.clear()

    @property
    def numbers(self) -> NDArray[np.float64] | None:
        """Its numbers (n_rows,), NaN where missing; None if there is none, or anything else."""
        numbers = np.frombuffer(self._numbers) if self.refused is None else None
        return None if numbers is None or np.isnan(numbers).all() else numbers

    @property
    def values(self) -> tuple[str, ...]:
        """The first few different texts in it: of two, the smaller number or earlier text first."""
        if not self.is_two_valued:
            return tuple(self._known)
        key = {
            text: (np.fmin(number, np.inf), text.casefold(), text)
            for text, number in self._known.items()
        }
        return tuple(sorted(self._known, key=key.__getitem__))

    @property
    def codes(self) -> NDArray[np.uint8]:
        """Of two values, which one each row has (n_rows,): its place, or 255 where it has none."""
        codes = np.frombuffer(self._codes, np.uint8)
        same = self.values == tuple(self._known)
        return codes if same else np.where(codes == NO_VALUE, codes, codes ^ 1)

    @property
    def is_two_valued(self) -> bool:
        """Whether it can be a label."""
        return len(self._known) == 2

    @property
    def counts_rows(self) -> bool:
        """Whether it numbers the rows, as an index does that was saved along."""
        return self.numbers is not None and bool((np.diff(self.numbers) == 1.0).all())
