"""A number may be typed as people write it. One that is misread marks a right answer wrong."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.explain.numbers import shown
from nnviz.explain.typed import read_typed


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("0.25", 0.25, 0.01),
        ("0,25", 0.25, 0.01),
        ("-0.25", -0.25, 0.01),
        ("−0,250", -0.25, 0.001),
        ("– .5", -0.5, 0.1),
        ("+3", 3.0, 1.0),
        ("3.", 3.0, 1.0),
        ("1.2e-3", 1.2e-3, 1e-4),
        ("1.2E3", 1200.0, 100.0),
        ("1,2·10^-3", 1.2e-3, 1e-4),
        ("1.2 * 10^(-3)", 1.2e-3, 1e-4),
        ("1.2 x 10^3", 1200.0, 100.0),
        ("1.2 × 10⁻³", 1.2e-3, 1e-4),
        ("−5.995 × 10⁻⁴", -5.995e-4, 1e-7),
        ("10^-3", 1e-3, 1e-3),
        ("-10⁻³", -1e-3, 1e-3),
        (" 0.5\u00a0", 0.5, 0.1),
    ],
)
def test_a_number_is_read_as_people_write_it(text, value, unit):
    typed = read_typed(text)
    assert typed.value == pytest.approx(value, rel=1e-12)
    assert typed.unit == pytest.approx(unit, rel=1e-12)


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "e5", "1e", "1.2.3", "1,2,3", "abc", "0x10", "nan", "inf", "1e999", "٣", "1_000",
     "2+3", "1/3", "__import__('os')", "9" * 41, "1e-", "--1", "10^", "1·", "1e1.5"],
)  # fmt: skip
def test_what_is_not_a_number_is_not_read(text):
    assert read_typed(text) is None


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    typed = read_typed(text)
    assert typed is None or (math.isfinite(typed.value) and typed.unit > 0.0)


FORMS = {
    "point": lambda value, digits: f"{value:.{digits - 1}e}",
    "as shown": lambda value, digits: shown(value, digits),
    "comma": lambda value, digits: shown(value, digits).replace(".", ","),
    "caret": lambda value, digits: f"{value:.{digits - 1}e}".replace("e", "·10^"),
    "times": lambda value, digits: f"{value:.{digits - 1}e}".replace("e", " x 10^"),
}


@given(
    st.floats(1e-12, 1e12) | st.floats(-1e12, -1e-12),
    st.integers(2, 6),
    st.sampled_from(sorted(FORMS)),
)
def test_a_rounded_right_number_is_right_in_any_form(value, digits, form):
    assert read_typed(FORMS[form](value, digits)).is_close(value)


def test_more_digits_must_be_right_too():
    assert read_typed("0.84").is_close(0.8449)
    assert not read_typed("0.8600").is_close(0.8449)
    assert not read_typed("0").is_close(0.3)
    assert read_typed("0").is_close(0.0)
    assert read_typed("0.00").is_close(0.004)
    assert not read_typed("0.00").is_close(0.3)
