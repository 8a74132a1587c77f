"""A stranger's table: read as it was written, or refused with the place and the reason."""

import codecs
import csv
import io
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from random import Random
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnviz.data.points import LONGEST_NAME, MOST_POINTS
from nnviz.data.rows import LONGEST_ROW, MOST_BYTES, MOST_LINES, PIECE_BYTES, Rows
from nnviz.data.table import FEWEST_OF_CLASS, Table, reading
from nnviz.data.window import FARTHEST

T = TypeVar("T")
DELIMITERS = [",", ";", "\t", "|", " "]
PLAIN = b"x,y,kind\n1,2,cat\n3,1,dog\n2,2,dog\n4,4,cat\n"


def written(rows: list[list[str]], delimiter: str = ",", ending: str = "\r\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=ending).writerows(rows)
    return text.getvalue()


def read_table(data: bytes) -> Table:
    *_, table = reading(data)
    assert isinstance(table, Table)
    return table


def shares(data: bytes) -> Iterator[float]:
    return (step for step in reading(data) if isinstance(step, float))


def of_lines(*lines: str) -> Table:
    return read_table("\n".join(lines).encode())


def unless_refused(told: list[str], make: Callable[[], T]) -> T | None:
    try:
        return make()
    except ValueError as refusal:
        told.append(str(refusal))
        return None


numbers = st.floats(-FARTHEST, FARTHEST) | st.integers(-1000, 1000).map(float)
coordinates = st.tuples(numbers, numbers)


@settings(max_examples=150)
@given(
    points=st.lists(coordinates, min_size=4, max_size=30),
    delimiter=st.sampled_from(DELIMITERS),
    header=st.booleans(),
    comma=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    labels=st.sampled_from([("no", "yes"), ("0", "1"), ("-1", "1"), ("Ä b", "é, 'q' \"r\"")]),
)
def test_what_the_csv_module_writes_is_read_back_to_the_very_same_numbers(
    points: list[tuple[float, float]],
    delimiter: str,
    header: bool,
    comma: bool,
    encoding: str,
    ending: str,
    labels: tuple[str, str],
) -> None:
    assume(delimiter != " " or " " not in labels[0])
    decimal_comma = comma and delimiter == ";"
    rows = [["height", "weight", "sex"]] if header else []
    for i, (a, b) in enumerate(points):
        cells = [repr(a), repr(b), labels[i % 2]]
        rows.append([c.replace(".", ",") if decimal_comma else c for c in cells[:2]] + cells[2:])
    table = read_table(written(rows, delimiter, ending).encode(encoding))
    names = ["height", "weight", "sex"] if header else ["column 1", "column 2", "column 3"]
    assert list(table.columns) == names
    made, _ = table.points(*names)
    assert made.rows == tuple((a, b, i % 2) for i, (a, b) in enumerate(points))
    assert made.names == tuple(names[:2])


@settings(max_examples=200)
@given(st.binary(max_size=400) | st.text('0123456789.,;\t|" \r\n\0=ea?NA', max_size=400))
def test_no_bytes_do_anything_but_make_a_table_or_be_refused(data: bytes | str) -> None:
    data = data.encode() if isinstance(data, str) else data
    told: list[str] = []
    table = unless_refused(told, lambda: read_table(data))
    names = list(table.columns) if table else []
    assert len(set(names)) == len(names)
    for chosen in zip(names, names[1:], names[2:], strict=False):
        made = unless_refused(told, partial(table.points, *chosen))
        if made is not None:
            points, notes = made
            assert {row[2] for row in points.rows} == {0, 1}
            told.extend(notes)
    assert all(10 < len(words) < 400 and words.isprintable() for words in told)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 3000), st.integers(0, 2**32 - 1), st.randoms())
def test_a_sample_keeps_both_classes_and_their_shares(
    n: int, m: int, seed: int, order: Random
) -> None:
    assume(n + m >= 4)
    rows = [["a"]] * n + [["b"]] * m
    order.shuffle(rows)
    lines = [f"{i},{-i},{label}" for i, (label,) in enumerate(rows)]
    table = of_lines("x,y,label", *lines)
    points, notes = table.points("x", "y", "label", seed)
    assert points == table.points("x", "y", "label", seed)[0]
    assert len(points.rows) == min(n + m, MOST_POINTS)
    place = [row[0] for row in points.rows]
    assert place == sorted(set(place)), "each row once, in the order of the file"
    assert all((rows[int(x)] == ["b"]) == label for x, _, label in points.rows)
    kept = sum(label for _, _, label in points.rows)
    for got, had in ((kept, m), (len(points.rows) - kept, n)):
        share = had * len(points.rows) / (n + m)
        assert got >= min(had, FEWEST_OF_CLASS)
        assert abs(got - share) <= max(1.0, FEWEST_OF_CLASS)
    drawn = f"{len(points.rows):,} of {n + m:,} rows were drawn at random"
    assert any(drawn in note for note in notes) == (n + m > MOST_POINTS)


def test_another_seed_draws_other_rows() -> None:
    table = of_lines("x,y,label", *(f"{i},0.5,{i % 2}" for i in range(3000)))
    assert table.points("x", "y", "label", 0)[0] != table.points("x", "y", "label", 1)[0]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], ["at least 4 rows", "got 0"]),
        (["x,y,kind"], ["at least 4 rows", "got 0"]),
        (["x,y,kind", "1,2,a", "2,3,b", "1,1,a"], ["at least 4 rows", "got 3"]),
        (["x,y", "1,2", "3,4"], ["row 1", "3 to 200 columns", "got 2", "commas"]),
        (["x,y,kind", "1,2,a", "", "1,2"], ["row 4", "3 cells, as the first row has", "got 2"]),
        (["x,y,kind", "1,2,a", "1,2,b,"], ["row 3", "got 4"]),
        (["x,y,kind", "1,2,a", '1,2,"b', "1,2,c"], ["row 3", "end of the table"]),
        (["x,y,kind", '1,2,"a"b'], ["row 2", "closing quote"]),
        (["x,y,kind", "1,2,a\0"], ["row 2", "must be text"]),
        ([",".join("x" * 201)], ["row 1", "3 to 200 columns", "got 201"]),
        (["x,y,kind", '1,2,"' + "a\n" * 90_000], ["row 2", "quoted cell", "100,000"]),
        (["x,y,kind", "1,2," + "a" * 100_001], ["row 2", "100,000 characters", "'1,2,aaa"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_refused_table_is_told_by_row_and_rule(lines: list[str], words: list[str]) -> None:
    with pytest.raises(ValueError, match=words[0]) as refusal:
        of_lines(*lines)
    for word in words:
        assert word in str(refusal.value)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    "cell", ["=1+1", "=cmd|' /C calc'!A0", "nan", "inf", "-Infinity", "1e400", "2e9", "1_000", "٣"]
)
@pytest.mark.parametrize("above", [0, 6000], ids=["near the top", "far below"])
def test_what_is_no_number_is_refused_as_a_feature_with_its_row(cell: str, above: int) -> None:
    """Far below, columns have been read in several pieces."""
    many = ["1.5,2,a", "2,3,b", "1,1,a", "4,4,b"] * (above // 4 + 1)
    table = of_lines("x,speed,kind", *many, f'3,"{cell}",a', "1,2,b")
    with pytest.raises(ValueError, match="column speed: a feature must be a number") as refusal:
        table.points("x", "speed", "kind")
    assert f"row {len(many) + 2}," in str(refusal.value)
    assert repr(cell) in str(refusal.value)


def test_a_formula_is_a_label_like_any_other_text() -> None:
    table = of_lines("x,y,kind", "1,2,=1+1", "2,3,<b>b</b>", "1,1,=1+1", "4,4,<b>b</b>")
    points, notes = table.points("x", "y", "kind")
    assert [row[2] for row in points.rows] == [1, 0, 1, 0]
    assert notes == ["Class 0 is '<b>b</b>', class 1 is '=1+1'."]
    assert points.classes == ("<b>b</b>", "=1+1")


@pytest.mark.parametrize(
    ("cells", "classes"),
    [
        (("0", "1"), ("kind 0", "kind 1")),
        (("yes", "no"), ("no", "yes")),
        (("x" * 50 + "a", "x" * 50 + "b"), ("x" * 40, "x" * 34 + " (2)")),
        (("\u200b", "b"), ("b", "class 1")),
    ],
)
def test_classes_are_called_by_their_labels(
    cells: tuple[str, str], classes: tuple[str, str]
) -> None:
    table = of_lines("x,y,kind", *(f"{i},{i % 3},{cells[i % 2]}" for i in range(4)))
    points, _ = table.points("x", "y", "kind")
    assert points.classes == classes


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["a"] * 5, "got 'a'"),
        ([""] * 5, "got empty cells only"),
        (["a", "b", "c", "a", "a"], "got 'a', 'b', 'c'"),
        (["e", "d", "c", "b", "a", "f"], "got 'a', 'b', 'c', 'd', 'e'"),
    ],
)
def test_a_label_has_two_values_and_what_it_has_instead_is_told(
    values: list[str], words: str
) -> None:
    table = of_lines("x,y,kind", *(f"{i},2,{value}" for i, value in enumerate(values)))
    with pytest.raises(ValueError, match="column kind: a label must have two values") as refusal:
        table.points("x", "y", "kind")
    assert str(refusal.value).endswith(words)


def test_a_third_value_far_below_the_first_two_is_noticed() -> None:
    many = [f"{i},0,{'ab'[i % 2]}" for i in range(20_000)]
    assert of_lines("x,y,kind", *many).points("x", "y", "kind")
    with pytest.raises(ValueError, match="two values, one for each class; got 'a', 'b', 'c'"):
        of_lines("x,y,kind", *many, "1,1,c").points("x", "y", "kind")


def test_rows_without_a_chosen_value_are_left_out_and_the_first_is_named() -> None:
    table = of_lines(
        "x,y,kind,other",
        "1,2,a,",
        "?,1,b,",
        "2,3,b,1",
        "1,,a,",
        "4,NA,b,",
        "3,1,,",
        "5,1,a,",
        "6,6,b,",
    )
    points, notes = table.points("x", "y", "kind")
    assert [row[:2] for row in points.rows] == [(1, 2), (2, 3), (5, 1), (6, 6)]
    assert "Rows left out for want of a value: 4, the first is row 3, column x." in notes


def test_a_gap_in_the_label_is_told_by_the_label_s_own_row() -> None:
    table = of_lines("x,y,kind", "1,2,1", "2,1,0", "3,3,", "1,5,1", "0,1,0")
    assert table.points("x", "y", "kind")[1][1] == (
        "Rows left out for want of a value: 1, the first is row 4, column kind."
    )


def test_too_few_complete_rows_or_one_class_only_are_refused() -> None:
    table = of_lines("x,y,kind,few", "1,2,a,1", ",1,b,", "2,3,a,", "1,1,a,", "4,1,a,2")
    with pytest.raises(ValueError, match="both classes; got 4 rows with 'a', 0 with 'b'"):
        table.points("x", "y", "kind")
    with pytest.raises(ValueError, match="at least 4"):
        table.points("few", "y", "kind")
    with pytest.raises(ValueError, match="three different columns"):
        table.points("y", "y", "kind")
    with pytest.raises(ValueError, match=r"three different columns; got .*'z'"):
        table.points("x", "z", "kind")


def test_a_constant_feature_may_be_looked_at_and_is_told() -> None:
    table = of_lines("x,y,kind", "7,1,a", "7,2,b", "7,3,a", "7,4,b")
    points, notes = table.points("x", "y", "kind")
    assert len(points.rows) == 4
    assert notes[1] == "x is the same in every row: it cannot tell the classes apart."


@pytest.mark.parametrize(
    ("values", "first"),
    [(("yes", "no"), "no"), (("10", "9"), "9"), (("1", "-1"), "-1"), (("True", "False"), "False")],
)
def test_class_0_is_the_smaller_number_or_earlier_in_the_alphabet(
    values: tuple[str, str], first: str
) -> None:
    table = of_lines("x,y,kind", *(f"{i},1,{values[i % 2]}" for i in range(6)))
    points, notes = table.points("x", "y", "kind")
    assert notes[0].startswith(f"Class 0 is '{first}'")
    assert [row[2] for row in points.rows] == [int(values[i % 2] != first) for i in range(6)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (PLAIN.replace(b"cat", bytes(range(128, 160))), ["row 2", "none in UTF-8"]),
        (PLAIN * 3000 + b"1,2,\xff\n", ["row 15001", "none in UTF-8"]),
        (PLAIN.decode().encode("utf-16")[:-1], ["row 5", "none in UTF-16"]),
        (PLAIN.decode().encode("utf-16-le"), ["row 1", "must be text"]),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), ["row 1", "pictures"]),
        (b"PK\3\4" + bytes(100), ["row 1", "spreadsheets"]),
    ],
    ids=["no letter", "mixed", "half a character", "no mark", "picture", "spreadsheet"],
)
def test_what_is_no_text_is_refused_with_the_row_and_the_byte(
    data: bytes, words: list[str]
) -> None:
    with pytest.raises(ValueError, match=words[0]) as refusal:
        read_table(data)
    for word in words:
        assert word in str(refusal.value)


@pytest.mark.parametrize(
    ("encoding", "labels"),
    [
        ("cp1252", ("Mäuse", "Straße")),
        ("cp1252", ("château", "niño")),
        ("cp1251", ("кошка", "собака")),
        ("cp1253", ("γάτα", "σκύλος")),
    ],
)
def test_what_spreadsheets_write_without_unicode_is_read_and_the_encoding_told(
    encoding: str, labels: tuple[str, str]
) -> None:
    lines = (f"{i},{i * i % 7},{labels[i % 2]}" for i in range(8))
    table = read_table("\n".join(["x,y,kind", *lines]).encode(encoding))
    assert table.values("kind") == list(labels)
    assert f"read as {encoding}" in table.notes[0]


@pytest.mark.parametrize("data", [PLAIN, codecs.BOM_UTF8 + PLAIN, PLAIN.decode().encode("utf-16")])
def test_a_mark_of_the_encoding_is_no_part_of_a_name(data: bytes) -> None:
    assert read_table(data).suggest() == ("x", "y", "kind")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("1.5,2.5,a;b\n" * 4, ["1.5", "2.5", "a;b"]),
        ("1,5;2,5;a\n" * 4, ["1,5", "2,5", "a"]),
        ("x  y   kind\n" + "  1.5\t-2    a \n" * 4, ["1.5", "-2", "a"]),
        ("1,5\t2,25\ta\n" * 4, ["1,5", "2,25", "a"]),
        ("when,x,y\n" + "2020-01-01 10:00,1.5,2\n" * 4, ["2020-01-01 10:00", "1.5", "2"]),
        ('"a, b"|1|2\n' * 4, ["a, b", "1", "2"]),
        ('x, y, "kind"\n' + '1, 2, "a, b"\n' * 4, ["1", "2", "a, b"]),
        ('1,2,"a;b;c"\n' * 4, ["1", "2", "a;b;c"]),
        ("1,5 2,25 a\n" * 4, ["1,5", "2,25", "a"]),
        ('"1,5","2,25",a\n' * 4, ["1,5", "2,25", "a"]),
    ],
)
def test_the_delimiter_is_the_one_that_makes_sense_of_the_rows(text: str, row: list[str]) -> None:
    _, cells = next(Rows(text.encode()).pieces())
    assert [cell.strip() for cell in cells[-3:]] == row


def test_thousands_are_not_taken_for_decimals_where_both_could_be_meant() -> None:
    """1,000 after a tab is a thousand to some and one to others: it is no number here."""
    tabs = read_table(b"x\ty\tkind\n" + b"1,000\t1\ta\n2,000\t2\tb\n" * 2)
    with pytest.raises(ValueError, match=r"got '1,000'"):
        tabs.points("x", "y", "kind")
    decimal = read_table(b"x\ty\tkind\n" + b"1,5\t1\ta\n2,25\t2\tb\n" * 2)
    assert [row[0] for row in decimal.points("x", "y", "kind")[0].rows] == [1.5, 2.25] * 2
    with pytest.raises(ValueError, match=r"got '1.234'"):
        read_table(b"x;y;kind\n1,5;1;a\n2,5;2;b\n3,5;1;a\n1.234;1;b\n").points("x", "y", "kind")


def test_names_are_short_printable_and_told_apart() -> None:
    hostile = ["a\u202eb", "", "same", "same", "same (2)", "n" * 99, "n" * 98, '"a\nb"']
    table = of_lines(",".join(hostile), *[",".join("12345678")] * 4)
    names = list(table.columns)
    assert names[:5] == ["a b", "column 2", "same", "same (2)", "same (2) (2)"]
    assert names[7] == "a b (2)"
    assert names[5] == "n" * LONGEST_NAME
    assert all(0 < len(name) <= LONGEST_NAME and name.isprintable() for name in names)
    assert len(set(names)) == len(names)


def test_a_name_may_be_a_number_where_another_is_text_above_numbers() -> None:
    assert list(of_lines("x,2020,kind", *["1,2,a"] * 4).columns) == ["x", "2020", "kind"]


@pytest.mark.parametrize("names", ["id age size kind", "ok age size kind", "kind age note size"])
@pytest.mark.parametrize("n_rows", [6, 30_000])
def test_columns_that_make_a_picture_are_suggested(names: str, n_rows: int) -> None:
    """Not what numbers the rows, not what has two values unless it is the label."""
    lines = []
    for i in range(n_rows):
        cells = {"id": i, "ok": i % 2, "kind": "ab"[i % 2], "note": f"hello {i}"}
        cells |= {"age": i * 7 % 5, "size": i * 3 % 4 + 0.5}
        lines.append(",".join(str(cells[name]) for name in names.split()))
    assert of_lines(names.replace(" ", ","), *lines).suggest() == ("age", "size", "kind")


def test_where_no_column_fits_the_suggestion_tells_why() -> None:
    table = of_lines("x,y,z", "a,=1,1", "c,d,2", "e,f,3", "g,h,4")
    assert table.suggest() == ("z", "x", "y")
    with pytest.raises(ValueError, match=r"row 2, column x: a feature must be a number .* got 'a'"):
        table.points(*table.suggest())


def test_the_label_is_a_column_that_numbers_leave_free() -> None:
    table = of_lines("x,y,flag,kind", "1,1,0,a", "2,2,1,b", "3,5,1,c", "4,4,0,a")
    assert table.suggest()[2] == "flag"
    assert of_lines("kind,x,y", "a,1,1", "b,2,2", "c,3,5", "a,4,4").suggest() == ("y", "x", "kind")


def test_size_is_refused_before_anything_is_done() -> None:
    tracemalloc.start()
    try:
        for data in (bytes(50 * 2**20), b"1,2,3\n" * (MOST_BYTES // 6), b"\n" * (MOST_LINES + 1)):
            held = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            with pytest.raises(ValueError, match="must have at most"):
                read_table(data)
            assert tracemalloc.get_traced_memory()[1] - held < 100_000
    finally:
        tracemalloc.stop()


def test_a_million_columns_cost_no_more_than_the_longest_row() -> None:
    data = (",".join(map(str, range(10**6))) + "\n").encode() * 2
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="row 1 must have at most 100,000 characters"):
            read_table(data)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_a_large_table_is_held_as_bytes_not_as_objects() -> None:
    """Arrow's memory is counted by itself: a cell's bytes, and four to say where they begin."""
    lines = b"".join(
        b"%d.25,%d.5,%s\n" % (i, i * 7 % 1000, b"ab"[i % 2 :][:1]) for i in range(60_000)
    )
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    try:
        table = read_table(b"x,y,kind\n" + lines)
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(table.lines) == 60_000
    assert 0 < pa.total_allocated_bytes() - before < len(lines) + 60_000 * 3 * 4
    assert held < 60_000 * 4 + 500_000
    assert peak < 60_000 * 4 + 4_000_000


def test_progress_is_told_in_order_and_reading_can_be_left() -> None:
    data = b"x,y,kind\n" + b"1.5,2,a\n2.5,3,b\n" * 20_000
    told = list(shares(data))
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) >= 5
    left = reading(data)
    share = next(left)
    assert isinstance(share, float)
    assert 0.0 < share < 0.5
    left.close()
    assert not list(left)


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n" * MOST_LINES,
        b"\r" * MOST_LINES + b"\n" * MOST_LINES,
        (b" " * 90_000 + b"\n") * 200,
        b"\r" * 500_000 + b"x,y,kind\r" + b"1,2,a\r2,3,b\r" * 20_000,
        b"x,y,kind\n" + (b'1,2,"' + b"a" * 90_000 + b'"\n') * 200,
        b"\r" * MOST_BYTES,
    ],
    ids=["blank lines", "line ends", "spaces", "blank lines above", "long cells", "returns"],
)
def test_no_piece_takes_more_than_its_share_of_the_bytes(data: bytes) -> None:
    """Between two pieces a Cancel is heard."""
    told: list[str] = []
    taken = [0.0]
    unless_refused(told, lambda: taken.extend(share * len(data) for share in shares(data)))
    assert np.diff(taken).max(initial=0.0) <= PIECE_BYTES + LONGEST_ROW
    assert len(taken) > len(data) // (PIECE_BYTES + LONGEST_ROW) or "lines" in told[0]


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnviz.data.table.MOST_CELLS", 60_000)
    assert read_table(b"1,2,3\n" * 20_000).lines[-1] == 20_000
    with pytest.raises(ValueError, match="60,000 cells; row 20001 of 3 columns"):
        read_table(b"1,2,3\n" * 20_001)


def test_numbers_are_those_of_numpy() -> None:
    """The same file through another reader."""
    values = np.random.RandomState(0).randn(50, 2)
    text = io.StringIO()
    np.savetxt(text, np.column_stack([values, np.arange(50) % 2]), delimiter=" ")
    table = read_table(text.getvalue().encode())
    points, _ = table.points("column 1", "column 2", "column 3")
    np.testing.assert_array_equal(np.array(points.rows)[:, :2], values)
