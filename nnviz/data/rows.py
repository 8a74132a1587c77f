"""From the bytes of a table that a stranger wrote to rows of text: encoding, delimiter, bounds."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import count, islice, product
from typing import Any

import numpy as np

from nnviz.data.columns import understand

MOST_BYTES = 20 * 2**20  # what is refused unread; an upload is held in memory as a whole
MOST_COLUMNS = 200  # each is looked at for what it may be used for, and listed to choose from
FEWEST_COLUMNS = 3  # two features and a label
MOST_ROWS = 1_000_000  # seconds of work: each takes some microseconds, however short
LONGEST_ROW = 100_000  # characters: of a line, of a cell, and of what an open quote swallows
PIECE_BYTES = 65_536  # read in a few hundredths of a second, held as text in some MB

_NAMES = {";": "semicolons", "\t": "tabs", "|": "vertical bars", ",": "commas", " ": "spaces"}
_ENCODINGS = ["cp1252", "cp1251", "cp1253"]  # of programs that do not write Unicode
_SAMPLE_ROWS = 50
_THOUSANDS = re.compile(r"\s*[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+\s*")

Piece = list[tuple[int, list[str]]]


def shown(text: str) -> str:
    """Text of a stranger in quotes, short enough for a message and without hidden characters."""
    return repr(text if len(text) <= 40 else text[:40] + "…")


class Rows:
    """The rows of a table, each with the number of the line that it begins in.

    Lines are counted from 1 as an editor counts them; blank ones are passed over. Encoding,
    delimiter and decimal sign are guessed from the first bytes.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            raise ValueError(
                f"a table must have at most {MOST_BYTES:,} bytes; got {len(data):,}: keep fewer "
                "rows or columns"
            )
        n_lines = max(data.count(b"\n"), data.count(b"\r"))
        if n_lines > MOST_ROWS:
            raise ValueError(f"a table must have at most {MOST_ROWS:,} rows; got {n_lines:,} lines")
        self._data = data
        self._raw = io.BytesIO(data)
        self._begun = 1  # the line that the present row begins in
        self._encoding = _encoding(data[:PIECE_BYTES])
        self._text = io.TextIOWrapper(self._raw, encoding=self._encoding, newline="")
        start = data[:PIECE_BYTES].decode(self._encoding, "ignore")
        lines = list(io.StringIO(start, newline=""))
        if len(data) > PIECE_BYTES and len(lines) > 1:
            del lines[-1]  # it may be cut
        signs = max(product(_NAMES, ".,"), key=lambda signs: _sense(lines, *signs))
        self._delimiter, self.decimal = signs
        self._reader = _reader(self._lines(), self._delimiter, strict=True)

    @property
    def share(self) -> float:
        """How much of the bytes has been taken, from 0 to 1."""
        return self._raw.tell() / max(1, len(self._data))

    @property
    def words(self) -> str:
        """How the bytes were understood, in words."""
        sign = " and a decimal comma" if self.decimal == "," else ""
        encoding = f", read as {self._encoding}" if self._encoding in _ENCODINGS else ""
        return f"separated by {_NAMES[self._delimiter]}{sign}{encoding}"

    def pieces(self) -> Iterator[Piece]:
        """Yield the rows of about ``PIECE_BYTES`` bytes at a time: none, if all lines are blank."""
        piece: Piece = []
        first, width, taken = 0, 0, 0
        try:
            for row in self._reader:
                if row and (len(row) > 1 or row[0].strip()):
                    first, width = (first, width) if width else (self._begun, self._width(row))
                    if len(row) != width:
                        raise ValueError(
                            f"row {self._begun} must have {width} cells, as row {first} has; got "
                            f"{len(row)}"
                        )
                    piece.append((self._begun, row))
                self._begun = self._reader.line_num + 1
                if self._raw.tell() - taken >= PIECE_BYTES:
                    yield piece
                    piece, taken = [], self._raw.tell()
        except csv.Error as error:
            raise ValueError(
                f"row {self._begun}: a quoted cell must end at its closing quote, before the end "
                f"of the table; got: {error}"
            ) from None
        yield piece

    def _width(self, row: list[str]) -> int:
        if not FEWEST_COLUMNS <= len(row) <= MOST_COLUMNS:
            raise ValueError(
                f"row {self._begun} must have {FEWEST_COLUMNS} to {MOST_COLUMNS} columns (two "
                f"features, a label, and what else there is); got {len(row):,}, {self.words}"
            )
        return len(row)

    def _lines(self) -> Iterator[str]:
        """Lines one by one; a line, or a quoted cell of several, ends the reading if too long."""
        length = 0  # of the present row so far
        for number in count(1):
            try:
                line = self._text.readline(LONGEST_ROW + 1)
            except UnicodeDecodeError as error:
                raise ValueError(self._undecodable(error)) from None
            if not line:
                return
            length = len(line) + (length if number > self._begun else 0)
            if length > LONGEST_ROW:
                raise ValueError(
                    f"row {self._begun} must have at most {LONGEST_ROW:,} characters, a quoted "
                    f"cell of many lines included; line {number} begins with {shown(line)}"
                )
            if "\0" in line:
                raise ValueError(
                    f"row {number}: a table must be text; got a zero byte, as in programs, "
                    "pictures and spreadsheets: save it as CSV"
                )
            yield line if self._delimiter != " " else _spaced(line)

    def _undecodable(self, error: UnicodeDecodeError) -> str:
        at = self._raw.tell() - len(error.object) + error.start
        # Ends of lines are the same bytes in all encodings but one.
        above = self._data[:at].decode("utf-16" if self._encoding == "utf-16" else "latin-1")
        row = 1 + above.count("\n") + above.count("\r") - above.count("\r\n")
        return (
            f"row {row}: a table must be {self._encoding.removesuffix('-sig').upper()} text; got "
            f"byte 0x{self._data[at]:02x} at position {at:,}: save it as CSV UTF-8"
        )


def _encoding(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        found = None if b"\0" in start else from_bytes(start, cp_isolation=_ENCODINGS).best()
        return found.encoding if found else "utf-8-sig"
    return "utf-8-sig"


def _reader(lines: Iterable[str], delimiter: str, strict: bool) -> Any:
    # pandas' own reader fills up short rows, takes text after a closing quote, counts no lines.
    return csv.reader(lines, delimiter=delimiter, strict=strict, skipinitialspace=delimiter != " ")


def _spaced(line: str) -> str:
    """Return the line with one space where it has several: csv would see empty cells between."""
    return " ".join(line.split()) + "\n"


def _sense(lines: list[str], delimiter: str, decimal: str) -> float:
    """Return how much sense the signs make of the first lines: even rows, many numbers."""
    source = map(_spaced, lines) if delimiter == " " else lines
    rows = [row for row in islice(_reader(source, delimiter, strict=False), _SAMPLE_ROWS) if row]
    width = len(rows[0]) if rows else 0
    if width < 2 or delimiter == decimal:
        return -1.0
    even = sum(len(row) == width for row in rows) / len(rows)
    cells = [cell for row in rows for cell in row]
    # Only after a semicolon is 1,000 taken for a decimal.
    sure = [cell for cell in cells if delimiter == ";" or not _THOUSANDS.fullmatch(cell)]
    places, _, numbers = understand(sure, decimal)
    n_numbers = np.isfinite(numbers[places]).sum()
    # Among equals the one that finds more columns, as the decimal comma splits one in two.
    return float(even * (0.1 + n_numbers / len(cells)) + 1e-6 * min(width, MOST_COLUMNS))
