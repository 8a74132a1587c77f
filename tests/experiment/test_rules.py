"""The rules for several names and for two numbers: what they take, what they refuse."""

import math
from typing import Any

import pytest

from nnviz.experiment.limits import Range
from nnviz.experiment.rules import Number, Optional, Pair, Subset, from_plain

LETTERS = Subset({"a": "A", "b": "B", "c_1": "C"})
PAIR = Pair(Range(0, 12), "all", "default")


@pytest.mark.parametrize(
    "value",
    [
        (),
        ["a"],
        "a",
        ("a", "a"),
        ("d",),
        ("a", "d"),
        ("a", 1),
        (["a"],),
        ({},),
        None,
        ("a",) * 9999,
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_subset_is_refused_in_few_words(value: Any) -> None:
    with pytest.raises(
        ValueError, match="Letters must be one or more of a, b, c_1, each once; got"
    ):
        LETTERS.check("Letters", value)


def test_a_subset_is_read_in_any_order_and_kept_in_one() -> None:
    assert LETTERS.parse("Letters", "c_1.a") == ("a", "c_1")
    assert LETTERS.format(("a", "c_1")) == "a.c_1"
    assert from_plain(LETTERS, "Letters", ["c_1", "a"]) == ("c_1", "a")


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", "a b", "a.a", "a." * 9999])
def test_text_that_is_no_subset_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Letters must be") as refusal:
        LETTERS.parse("Letters", text)
    assert len(str(refusal.value)) < 130


@pytest.mark.parametrize(
    "value", [(0, 13), (-1, 0), (3, 3), (0,), (0, 1, 2), [0, 1], "none", (0.0, 1), (False, 1), 3]
)
def test_what_is_no_pair_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"Pair must be all, default or two .* from 0 to 12; got"):
        PAIR.check("Pair", value)


@pytest.mark.parametrize("text", ["", "0", "1-1", "0-13", "-1-2", "1--2", "٣-1", "0-1-2", "9" * 99])
def test_text_that_is_no_pair_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Pair must be"):
        PAIR.parse("Pair", text)


@pytest.mark.parametrize("value", [None, "all", (0, 12), (12, 0)])
def test_a_pair_comes_back_from_its_text_and_from_json(value: Any) -> None:
    assert PAIR.parse("Pair", PAIR.format(value)) == value
    assert from_plain(PAIR, "Pair", list(value) if isinstance(value, tuple) else value) == value


@pytest.mark.parametrize("rule", [Number(Range(-1.0, 1.0)), Optional(Number(Range(0, 1)), "off")])
@pytest.mark.parametrize("text", ["-0", "-0.0", "-0e5", "-1e-999"])
def test_minus_zero_is_zero(rule: Any, text: str) -> None:
    """Both are equal, so one may not mean another run than the other."""
    for value in (rule.parse("Noise", text), from_plain(rule, "Noise", -0.0)):
        assert math.copysign(1.0, value) == 1.0
