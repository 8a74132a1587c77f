"""The benchmark of frames runs, so that it cannot rot."""

import re

import pytest

from benchmarks.frames.__main__ import main
from benchmarks.frames.cases import CASES


def test_both_tables_have_a_row_for_every_network(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--rounds", "1", "--updates", "20"])
    runs, frames = capsys.readouterr().out.split("\n\n")
    for table in (runs, frames):
        rows = table.strip().splitlines()[1:]
        assert len(rows) == len(CASES)
        for row, case in zip(rows, CASES, strict=True):
            assert row.startswith(case.name)
            numbers = re.findall(r"\d+\.\d+", row.removeprefix(case.name))
            assert all(float(number) > 0.0 for number in numbers[:3])
