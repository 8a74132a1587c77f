"""The benchmark of frames runs, so that it cannot rot."""

import re

import pytest

from benchmarks.frames.__main__ import main
from benchmarks.frames.cases import CASES


def test_every_table_has_a_row_for_each_network(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--rounds", "1", "--updates", "20"])
    runs, frames, diagnosis = capsys.readouterr().out.split("\n\n")
    cases = [case.name for case in CASES]
    for table, names in (
        (runs, cases),
        (frames, cases),
        (diagnosis, ["no unit dead", "all units dead"]),
    ):
        rows = table.strip().splitlines()[1:]
        assert len(rows) == len(names)
        for row, name in zip(rows, names, strict=True):
            assert row.startswith(name)
            numbers = re.findall(r"\d+\.\d+", row.removeprefix(name))
            assert numbers
            assert all(float(number) > 0.0 for number in numbers[:3])
