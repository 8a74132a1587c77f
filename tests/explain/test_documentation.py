"""`docs/mathematics.md` names true lines of code and true tests, and leaves no formula out."""

import re
from pathlib import Path

import pytest

from nnviz.explain import QUANTITIES
from nnviz.explain.answer import line_of
from nnviz.network import textbook

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "mathematics.md").read_text(encoding="utf-8")
LINES = re.findall(r"^- code: `(.+)`$", TEXT, flags=re.MULTILINE)
TESTS = re.findall(r"^- test: `(.+)::(\w+)`$", TEXT, flags=re.MULTILINE)


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_code_is_in_the_textbook_once(line):
    assert line_of(textbook, line).code == line


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_a_test_exists(file, name):
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


def test_every_line_that_is_shown_is_derived():
    shown = {record.source for record in QUANTITIES.values()}
    shown |= {record.last_source for record in QUANTITIES.values()}
    assert shown - {"", "remember", "move"} <= set(LINES)
