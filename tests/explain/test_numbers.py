"""What is shown is true: numbers read back, and those of a formula give its shown result."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.experiment import Experiment
from nnviz.explain import Scene, answer, read_ask
from nnviz.explain.answer import digits_of, tree_of
from nnviz.explain.numbers import rounded, shown
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.training import TrainingSettings

_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def read(text: str) -> float:
    """The number that a person reads."""
    found = re.fullmatch(r"(−?[\d.]+)(?: × 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", text)
    assert found, text
    mantissa, power = found[1].replace("−", "-"), (found[2] or "").translate(_RAISED)
    return float(f"{mantissa}e{power or 0}")


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(2, 17))
def test_a_number_reads_back_as_its_rounding(value, digits):
    assert read(shown(value, digits)) == rounded(value, digits)
    assert len(shown(value, digits)) < 40


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (3.0, "3"),
        (0.1, "0.1"),
        (-1234.56, "−1235"),
        (0.00012345, "1.234 × 10⁻⁴"),
        (2.5e12, "2.5 × 10¹²"),
        (0.99999, "1.000"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "not a number"),
    ],
)
def test_numbers_by_hand(value, text):
    assert shown(value) == text


ASKS = (
    *("z.1.1", "a.1.1", "p", "loss", "cost", "slope.1.1", "dz.1.1", "da.1.1"),
    *("dW.1.1.1", "gW.1.1.1", "newW.1.1.1"),
)


@pytest.mark.parametrize("step", [0, 60])
@pytest.mark.parametrize("name", PRESETS)
def test_the_shown_result_follows_from_the_shown_numbers(name, step):
    run = Run(PRESETS[name].experiment)
    run.advance(step)
    scene = Scene(run)
    if not scene.experiment.hidden:
        return
    for ask in ASKS:
        if ask.startswith(("gW", "newW")) and scene.rehearsal is None:
            continue
        found = answer(scene, ask)
        values = {part["ask"]: read(part["shown"]) for part in found["parts"]}
        tree = tree_of(scene, read_ask(ask))
        hidden = [leaf for leaf in tree.leaves() if leaf.ask not in values]
        assert not hidden
        with np.errstate(all="ignore"):
            again = tree.calculate(lambda leaf, v=values: v.get(leaf.ask, _full(scene, leaf.ask)))
        digits = digits_of(scene, read_ask(ask))
        assert shown(again, digits) == found["shown"], (ask, found["numbers"])


def _full(scene: Scene, ask: str) -> float:
    """A number that the formula calculates with but does not write, such as z beside a."""
    return float(answer(scene, ask)["value"])


def test_a_mean_says_how_many_more_terms_there_are():
    run = Run(Experiment())
    found = answer(Scene(run), "cost")
    (rest,) = [part for part in found["parts"] if "~" in part["ask"]]
    assert rest["title"] == "Cost of the network: the sum of the other 152 terms"
    assert rest["symbol"].base == "152 more"


def test_a_new_weight_is_shown_with_the_digits_that_changed():
    scene = Scene(Run(Experiment(training=TrainingSettings(learning_rate=1e-4))))
    new, old = answer(scene, "newW.1.1.1"), scene.theta[scene.position("W", (1, 1, 1))]
    digits = digits_of(scene, read_ask("newW.1.1.1"))
    assert shown(old) == shown(float(new["value"]))
    assert new["shown"] != shown(old, digits)
