"""Read the bytes of a table as rows of text: encoding, delimiter, limits. They are not trusted."""

import codecs
import csv
import io
import re
from array import array
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

MOST_BYTES = 20 * 2**20  # more is refused without reading; an upload is in memory as a whole
MOST_LINES = 1_000_000  # a second of work: even an empty line takes a microsecond
MOST_COLUMNS = 200  # all are checked, and listed in the dialog
FEWEST_COLUMNS = 3  # two features and a label
LONGEST_ROW = 100_000  # characters, also of a quoted cell of many lines
PIECE_BYTES = 65_536  # a few hundredths of a second of work

_NAMES = {";": "semicolons", "\t": "tabs", "|": "vertical bars", ",": "commas", " ": "spaces"}
_ENCODINGS = ["cp1252", "cp1251", "cp1253"]  # common in files that are not Unicode
_SAMPLE_ROWS = 50
_NUMBER = re.compile(r"\s*[+-]?[0-9]*[.,]?[0-9]+([eE][+-]?[0-9]+)?\s*")


class Rows:
    """The rows of a table: ``lines`` holds each row's first line, ``width`` the number of cells.

    Lines are counted from 1, as in an editor; blank lines are skipped. Encoding and delimiter are
    guessed from the first bytes; ``words`` names them.
    """

    def __init__(self, data: bytes) -> None:
        n_lines = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
        for got, most, unit in [(len(data), MOST_BYTES, "bytes"), (n_lines, MOST_LINES, "lines")]:
            if got > most:
                raise ValueError(
                    f"a table must have at most {most:,} {unit}; got {got:,}: keep fewer rows or "
                    "columns"
                )
        encoding = _encoding(data[:PIECE_BYTES])
        sample = data[:PIECE_BYTES].decode(encoding, "ignore")
        self.delimiter = max(_NAMES, key=lambda delimiter: _fit(sample, delimiter))
        told = f", read as {encoding}" if encoding in _ENCODINGS else ""
        self.words = f"separated by {_NAMES[self.delimiter]}{told}"
        self.lines = array("i")
        self.width = 0
        self._bytes = io.BytesIO(data)
        self._text = io.TextIOWrapper(self._bytes, encoding, "nnviz.zeros", newline="")
        self._begun, self._length = 1, 0  # the current row: its first line, its characters so far

    def pieces(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the number of bytes read so far, and the cells of the rows since the last time."""
        cells: list[str] = []
        taken = 0
        reader = _reader(self._lines(), self.delimiter, strict=True)
        try:
            for row in reader:
                if len(row) > 1 or "".join(row).strip():
                    self._check_width(len(row))
                    self.lines.append(self._begun)
                    cells += row
                self._begun, self._length = reader.line_num + 1, 0
                if self._bytes.tell() - taken >= PIECE_BYTES:
                    taken = self._bytes.tell()
                    yield taken, cells
                    cells = []
        except csv.Error as error:
            raise ValueError(
                f"row {self._begun}: a quoted cell must end at its closing quote, before the end "
                f"of the table; got: {error}"
            ) from None
        yield self._bytes.tell(), cells

    def _check_width(self, width: int) -> None:
        if self.width and width != self.width:
            raise ValueError(
                f"row {self._begun} must have {self.width} cells, as the first row has; got {width}"
            )
        if not FEWEST_COLUMNS <= width <= MOST_COLUMNS:
            raise ValueError(
                f"row {self._begun} must have {FEWEST_COLUMNS} to {MOST_COLUMNS} columns (two "
                f"features, a label, and what else there is); got {width:,}, {self.words}"
            )
        self.width = width

    def _lines(self) -> Iterator[str]:
        while line := self._text.readline(LONGEST_ROW + 1):
            self._length += len(line)
            if self._length > LONGEST_ROW:
                raise ValueError(
                    f"row {self._begun} must have at most {LONGEST_ROW:,} characters, a quoted "
                    f"cell of many lines included; got more, at {shown(line)}"
                )
            if "\0" in line:
                raise ValueError(
                    f"row {self._begun}: a table must be text; got bytes that are none in "
                    f"{self._text.encoding.removesuffix('-sig').upper()}, as in programs, pictures "
                    "and spreadsheets: save it as CSV UTF-8"
                )
            yield line


def shown(text: str) -> str:
    """Return untrusted text in quotes, shortened for a message, without hidden characters."""
    return repr(text if len(text) <= 40 else text[:40] + "…")


def _zeros(error: UnicodeError) -> tuple[str, int]:
    """Decode invalid bytes as a zero character, which is refused with the number of its row."""
    assert isinstance(error, UnicodeDecodeError)
    return "\0", error.end


codecs.register_error("nnviz.zeros", _zeros)


def _encoding(start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    with suppress(UnicodeDecodeError):
        codecs.getincrementaldecoder("utf-8")().decode(start)  # its end may cut a character
        return "utf-8-sig"
    from charset_normalizer import from_bytes

    found = from_bytes(start, cp_isolation=_ENCODINGS).best()
    return found.encoding if found else "utf-8-sig"


def _reader(lines: Iterable[str], delimiter: str, strict: bool) -> Any:
    """Split lines into rows of cells; several spaces between two cells count as one."""
    spaced = (" ".join(line.split()) + "\n" for line in lines) if delimiter == " " else lines
    return csv.reader(spaced, delimiter=delimiter, strict=strict, skipinitialspace=spaced is lines)


def _fit(sample: str, delimiter: str) -> float:
    """Return a score for a delimiter: higher for rows of equal length, three columns, numbers."""
    reader = _reader(io.StringIO(sample, newline=""), delimiter, strict=False)
    rows = [row for row in islice(reader, _SAMPLE_ROWS) if row] or [[""]]
    width = len(rows[0])
    even = sum(len(row) == width for row in rows) / len(rows)
    cells = [cell for row in rows for cell in row]
    n_numbers = sum(_NUMBER.fullmatch(cell) is not None for cell in cells)
    return min(width - 1, FEWEST_COLUMNS - 1) * even * (0.1 + n_numbers / len(cells))
