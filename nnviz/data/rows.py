"""From the bytes of a table that a stranger wrote to rows of text: encoding, delimiter, bounds.

The bytes are decoded and cut into rows as they are asked for, so that no more than a few rows are
held as text at a time.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import islice

MOST_BYTES = 20 * 2**20  # what is refused unread; an upload is held in memory as a whole
MOST_COLUMNS = 200  # each is looked at for what it may be used for, and listed to choose from
FEWEST_COLUMNS = 3  # two features and a label
MOST_ROWS = 1_000_000  # seconds of work: each takes some microseconds, however short
LONGEST_ROW = 100_000  # characters: of a line, of a cell, and of what an open quote swallows

_DELIMITERS = (";", "\t", "|", ",", " ")
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars", " ": "spaces"}
_SAMPLE_BYTES = 65_536
_SAMPLE_ROWS = 50
_LONGEST_SHOWN = 40
_EXPONENT = r"(e[+-]?\d+)?"
_NUMBERS = {
    sign: re.compile(rf"[+-]?(\d+({sign}\d*)?|{sign}\d+){_EXPONENT}", re.ASCII | re.I)
    for sign in (r"\.", ",")
}
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+", re.ASCII)


def shown(text: str) -> str:
    """Text of a stranger in quotes, short enough for a message and without hidden characters."""
    cut = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
    return repr(cut)


def number(cell: str, decimal: str) -> float | None:
    """The number that a cell is, or None; ``decimal`` is the only decimal sign there is.

    >>> number(" -1,5 ", ","), number("1.5", ","), number("=1+1", "."), number("nan", ".")
    (-1.5, None, None, None)
    """
    text = cell.strip()
    if _NUMBERS["," if decimal == "," else r"\."].fullmatch(text) is None:
        return None
    return float(text.replace(",", "."))


class Rows:
    """The rows of a table, once, each with the number of the line that it begins in.

    Lines are counted from 1 as an editor counts them; blank ones are passed over. Cells are text
    as it stands there. ``delimiter`` and ``decimal`` are guessed from the first rows; ``width`` is
    the number of cells of the first row, which all others must have too.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            raise ValueError(
                f"a table must have at most {MOST_BYTES:,} bytes; got {len(data):,}: keep fewer "
                "rows or columns"
            )
        lines = data.count(b"\n")
        if lines > MOST_ROWS:
            raise ValueError(f"a table must have at most {MOST_ROWS:,} rows; got {lines:,} lines")
        self._data = data
        marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        self._encoding = "utf-16" if data.startswith(marks) else "utf-8-sig"
        self._line = 0  # the last one taken
        self._begun = 0  # the first one of the present row
        self._record = 0  # characters of the present row so far
        self._raw = io.BytesIO(data)
        self._text = io.TextIOWrapper(self._raw, encoding=self._encoding, newline="")
        self.delimiter, self.decimal = _guess(self._sample())
        self.width = 0

    @property
    def share(self) -> float:
        """How much of the bytes has been taken, from 0 to 1."""
        return self._raw.tell() / max(1, len(self._data))

    @property
    def words(self) -> str:
        """How cells are told apart, in words."""
        sign = " and a decimal comma" if self.decimal == "," else ""
        return f"separated by {_NAMES[self.delimiter]}{sign}"

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        reader = _reader(self._lines(), self.delimiter, strict=True)
        while True:
            begun = self._begun = self._line + 1
            self._record = 0
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise ValueError(self._broken(begun, error)) from None
            if not row or (len(row) == 1 and not row[0].strip()):
                continue
            if not self.width:
                self.width = self._first(begun, row)
                first = begun
            if len(row) != self.width:
                raise ValueError(
                    f"row {begun} must have {self.width} cells, as row {first} has; got {len(row)}"
                )
            yield begun, row

    def _sample(self) -> list[str]:
        start = self._data[:_SAMPLE_BYTES]
        with io.StringIO(start.decode(self._encoding, "ignore"), newline="") as text:
            lines = list(text)
        return lines[:-1] if len(self._data) > _SAMPLE_BYTES and len(lines) > 1 else lines

    def _lines(self) -> Iterator[str]:
        """Lines one by one; a line, or a quoted cell of several, ends the reading if too long."""
        while line := self._read():
            self._line += 1
            self._record += len(line)
            if self._record > LONGEST_ROW:
                raise ValueError(self._too_long(line))
            if "\0" in line:
                raise ValueError(
                    f"row {self._line}: a table must be text; got a zero byte, as in programs, "
                    "pictures and spreadsheets: save it as CSV"
                )
            # What spaces separate has any number of them; csv would see empty cells between.
            yield line if self.delimiter != " " else " ".join(line.split()) + "\n"

    def _read(self) -> str:
        try:
            return self._text.readline(LONGEST_ROW + 1)
        except UnicodeDecodeError:
            raise ValueError(self._undecodable()) from None

    def _undecodable(self) -> str:
        encoding = self._encoding.removesuffix("-sig")
        try:
            self._data.decode(encoding)
        except UnicodeDecodeError as error:
            above = self._data[: error.start].decode(encoding, "ignore")
            row = 1 + len(re.findall("\r\n|\r|\n", above))
            return (
                f"row {row}: a table must be {encoding.upper()} text; got byte "
                f"0x{self._data[error.start]:02x} at position {error.start:,}: save it as "
                "CSV UTF-8"
            )
        raise AssertionError("bytes that could not be decoded in pieces can be as a whole")

    def _too_long(self, line: str) -> str:
        if self._line == self._begun:
            return (
                f"row {self._line} must have at most {LONGEST_ROW:,} characters; it begins with "
                f"{shown(line)}"
            )
        return (
            f"row {self._begun}: a quoted cell must be closed within {LONGEST_ROW:,} characters; "
            f"this one still is open in row {self._line}"
        )

    def _broken(self, begun: int, error: csv.Error) -> str:
        if "unexpected end" in str(error):
            return f"row {begun}: a quoted cell must end with a quote; got the end of the table"
        if "expected after" in str(error):
            return f"row {self._line}: a quoted cell must end at its closing quote; got more text"
        return f"row {begun} must be a row of CSV; got one that cannot be read ({error})"

    def _first(self, line: int, row: list[str]) -> int:
        if not FEWEST_COLUMNS <= len(row) <= MOST_COLUMNS:
            raise ValueError(
                f"row {line} must have {FEWEST_COLUMNS} to {MOST_COLUMNS} columns (two features, "
                f"a label, and what else there is); got {len(row):,}, {self.words}"
            )
        return len(row)


def _reader(lines: Iterable[str], delimiter: str, strict: bool) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter, strict=strict, skipinitialspace=delimiter != " ")


def _guess(lines: list[str]) -> tuple[str, str]:
    """Delimiter and decimal sign that make most sense of a few lines: even rows, many numbers."""
    best, guess = 0.0, (",", ".")
    for delimiter in _DELIMITERS:
        source = (" ".join(line.split()) for line in lines) if delimiter == " " else iter(lines)
        rows = [row for row in islice(_reader(source, delimiter, False), _SAMPLE_ROWS) if row]
        width = len(rows[0]) if rows else 0
        if width < 2:
            continue
        even = sum(len(row) == width for row in rows) / len(rows)
        cells = [cell for row in rows for cell in row]
        decimal = _decimal(cells, delimiter)
        numbers = sum(number(cell, decimal) is not None for cell in cells) / len(cells)
        # Among equals the one that finds more columns, as the decimal comma splits one in two.
        value = even * (0.1 + numbers) + 1e-6 * min(width, MOST_COLUMNS)
        if value > best:
            best, guess = value, (delimiter, decimal)
    return guess


def _decimal(cells: list[str], delimiter: str) -> str:
    """The sign that more numbers have. Only after a semicolon is 1,000 taken for a decimal."""
    if delimiter == ",":
        return "."
    points = commas = 0
    for cell in cells:
        points += "." in cell and number(cell, ".") is not None
        if "," in cell and number(cell, ",") is not None:
            commas += delimiter == ";" or _THOUSANDS.fullmatch(cell.strip()) is None
    return "," if commas > points else "."
