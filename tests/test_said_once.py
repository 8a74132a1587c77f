"""What both sides of the wire have to know is named once on each: the browser takes the rest over.

A name that JavaScript repeated would have to be changed in two places, and nothing would fail.
"""

import ast
import inspect
import re
from collections import Counter
from pathlib import Path

import pytest

import nnviz
from nnviz.serve.address import KINDS
from nnviz.training import Metrics
from nnviz.ui.visit import edits

SCRIPTS = {
    path.name: path.read_text() for path in sorted(Path(nnviz.__file__).parent.rglob("*.js"))
}


def found(pattern: str) -> Counter[str]:
    """How often all scripts together say each thing that a pattern's group matches."""
    return Counter(match for text in SCRIPTS.values() for match in re.findall(pattern, text))


def spelled(name: str) -> list[str]:
    """The scripts that spell a name of Python's."""
    return [script for script, text in SCRIPTS.items() if re.search(rf"\b{name}\b", text)]


def edits_carried_out() -> set[str]:
    """The kinds of edit that the server knows, by their patterns: the first key of each."""
    tree = ast.parse(inspect.getsource(edits._apply))
    return {
        ast.literal_eval(case.pattern.keys[0])
        for case in ast.walk(tree)
        if isinstance(case, ast.match_case) and isinstance(case.pattern, ast.MatchMapping)
    }


@pytest.mark.parametrize("name", Metrics._fields)
def test_no_script_repeats_what_a_metric_is_called(name: str) -> None:
    assert spelled(name) == []


def test_a_name_that_is_repeated_is_found() -> None:
    assert spelled("steps_per_epoch"), "the header's names are spelled where they are read"


def test_every_kind_of_question_is_asked_in_one_place() -> None:
    asked = found(r'\b(?:fetcher\.get|lab\.ask)\("(\w+)"')
    played = found(r'\{ kind: "(\w+)", experiment')
    assert asked | Counter(set(played)) == Counter(dict.fromkeys(KINDS, 1))


def test_every_kind_of_edit_is_sent_from_one_place_and_carried_out() -> None:
    assert found(r"\bput\(\{ (\w+):") == Counter(dict.fromkeys(edits_carried_out(), 1))
