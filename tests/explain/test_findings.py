"""A finding leads to a number on the page Explain that shows what is wrong."""

import pytest

from nnviz.explain import Scene, answer
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.runs.diagnosis import diagnose


def shown_by(name: str, step: int) -> tuple[str, float]:
    """The first finding's ask, and the number that it leads to."""
    run = Run(PRESETS[name].experiment)
    run.advance(step)
    finding = diagnose(run)[0]
    return finding.ask, float(answer(Scene(run), finding.ask)["value"])


def test_dead_units_lead_to_a_slope_of_zero() -> None:
    ask, value = shown_by("dying-relu", 20)
    assert ask.startswith("slope.2.")
    assert value == 0.0


def test_a_vanishing_gradient_leads_to_the_error_of_the_first_layer() -> None:
    ask, value = shown_by("vanishing", 0)
    assert ask == "dz.1.1"
    assert 0.0 < abs(value) < 1e-2


def test_weights_that_are_all_zero_lead_to_their_gradient() -> None:
    ask, value = shown_by("zeros", 0)
    assert (ask, value) == ("dW.1.1.1", 0.0)


@pytest.mark.parametrize(
    ("name", "step"), [("scales", 0), ("equal", 0), ("rate-too-high", 50), ("saturated", 0)]
)
def test_other_findings_lead_to_a_number_too(name: str, step: int) -> None:
    ask, _ = shown_by(name, step)
    assert ask
