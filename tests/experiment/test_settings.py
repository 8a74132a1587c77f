"""One table serves widgets, links and checks: each record has to hold together."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.experiment import Experiment
from nnviz.experiment.limits import Range
from nnviz.experiment.rules import Number
from nnviz.experiment.settings import SETTINGS
from tests.experiments import another_value, experiments


@pytest.mark.parametrize("key", SETTINGS)
def test_putting_a_value_changes_this_setting_and_no_other(key: str) -> None:
    """Otherwise a widget would alter what its neighbour says."""
    before = Experiment()
    wanted = another_value(SETTINGS[key].rule, SETTINGS[key].get(before))
    after = SETTINGS[key].put(before, wanted)
    assert SETTINGS[key].get(after) == wanted
    for other in SETTINGS.values():
        if other.key != key:
            assert other.get(after) == other.get(before)
    assert after.hidden == before.hidden
    assert SETTINGS[key].put(after, SETTINGS[key].get(before)) == before


@pytest.mark.parametrize("key", SETTINGS)
def test_the_default_follows_its_own_rule_and_has_words(key: str) -> None:
    setting = SETTINGS[key]
    setting.rule.check(setting.label, setting.get(Experiment()))
    assert setting.label
    assert setting.help.endswith(".")
    assert [s.label for s in SETTINGS.values()].count(setting.label) == 1


@given(experiments())
def test_every_value_reads_back_from_its_own_text(experiment: Experiment) -> None:
    """Otherwise a link says something else than the page it was copied from."""
    for setting in SETTINGS.values():
        value = setting.get(experiment)
        assert setting.rule.parse(setting.label, setting.rule.format(value)) == value


HOSTILE = ["", " ", "nan", "inf", "-inf", "1_0", "\uff10", "\u0663", "1e400", "0x10", "True",
           "None", "1\n", " 1", "--1", "1.2.3", "9" * 3000, "1" + "0" * 30, "\x00", "\ud800",
           "__class__", "1e99999"]  # fmt: skip


@pytest.mark.parametrize("key", SETTINGS)
@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_text_that_is_no_value_is_refused_in_few_words(key: str, text: str) -> None:
    """A stranger may have written the link; the note about it has to fit on the page."""
    with pytest.raises(ValueError, match="must be") as refusal:
        SETTINGS[key].rule.parse(SETTINGS[key].label, text)
    assert str(refusal.value).startswith(SETTINGS[key].label)
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize("whole", [True, False])
@given(value=st.none() | st.booleans() | st.text() | st.lists(st.integers()) | st.binary())
def test_what_is_no_number_is_refused(whole: bool, value: object) -> None:
    """True counts as one in Python; as a number of samples it is a mistake."""
    with pytest.raises(ValueError, match=r"Size must be a .*number from 0 to 9; got"):
        Number(Range(0, 9), whole=whole).check("Size", value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 9.0001, -0.0001])
def test_numbers_beyond_the_range_are_refused_with_the_range(value: float) -> None:
    with pytest.raises(ValueError, match=f"Size must be a number from 0 to 9; got {value!r}"):
        Number(Range(0, 9)).check("Size", value)


def test_both_ends_of_a_range_are_allowed() -> None:
    for value in (0, 9, 0.0, 9.0):
        Number(Range(0, 9)).check("Size", value)
    for value in (0, 9):
        Number(Range(0, 9), whole=True).check("Size", value)
    with pytest.raises(ValueError, match="whole"):
        Number(Range(0, 9), whole=True).check("Size", 4.0)


def test_large_bounds_are_written_out_in_full() -> None:
    """A bound of 4.29497e+09 helps nobody who wants to type a seed."""
    seed = SETTINGS["data_seed"]
    with pytest.raises(ValueError, match="from 0 to 4294967295; got -1"):
        seed.rule.check(seed.label, -1)


def test_an_optional_number_reads_its_word_as_none() -> None:
    batch = SETTINGS["batch"].rule
    assert batch.parse("Batch size", "full") is None
    assert batch.format(None) == "full"
    assert batch.parse("Batch size", "32") == 32
    batch.check("Batch size", None)
    with pytest.raises(ValueError, match="Batch size must be"):
        batch.check("Batch size", 0)
