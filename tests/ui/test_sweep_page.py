"""The page Sweep in links: the sweep is in the address of that page, and runs open from it."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnviz.experiment import Experiment
from nnviz.serve import spell
from nnviz.ui.dialogs.share import view_of, with_view
from tests.ui.page import arrived, experiment, first_page, message, tell, watched

SWEEP = "seeds:2;steps:50;rate:0.1|0.3;layers:none|4-tanh 4-tanh"
OTHER = Experiment().with_hidden(())


def on_sweep(at: AppTest) -> AppTest:
    """The same visitor on the page Sweep."""
    return at.switch_page("pages/sweep.py").run()


def test_the_sweep_is_in_the_address_of_its_page_only_and_comes_back() -> None:
    at = tell(on_sweep(watched(rate="0.1")), {"sweep": SWEEP.replace("0.1", "0.10")})
    assert dict(at.query_params) == {"rate": "0.1", "sweep": SWEEP}
    at = at.switch_page("pages/lab.py").run()
    assert dict(at.query_params) == {"rate": "0.1"}
    at = on_sweep(at)
    assert dict(at.query_params) == {"rate": "0.1", "sweep": SWEEP}
    assert message(first_page(sweep=SWEEP))[0]["view"]["sweep"] == SWEEP


@pytest.mark.parametrize("text", ["", "seeds:1;steps:5;rate:11", "x" * 5000, 5, None])
def test_what_no_stage_tells_is_refused(text: Any) -> None:
    at = tell(on_sweep(watched()), {"sweep": SWEEP})
    at = tell(at, {"sweep": text})
    assert bool(at.warning) == isinstance(text, str)
    assert dict(at.query_params) == {"sweep": SWEEP}


def test_a_sweep_of_a_link_that_cannot_be_is_named_and_left_out() -> None:
    at = arrived(sweep="seeds:1;steps:5;rate:11")
    assert "sweep=" in at.warning[0].value.replace("\u2060", "").replace("\\", "")
    assert "sweep" not in message(at)[0]["view"]


def test_a_run_opens_in_the_playground_and_a_ready_sweep_on_the_page() -> None:
    run = {"experiment": spell(OTHER), "own": None, "step": 0}
    at = tell(on_sweep(watched()), {"apply": {**run, "stays": True}})
    assert experiment(at) == OTHER
    assert not at.sidebar.title, "the page stays"
    at = tell(at, {"apply": {**run, "experiment": "", "step": 30, "stays": False}})
    assert experiment(at) == Experiment()
    assert message(at)[0]["step"] == 30
    assert at.sidebar.title, "the playground has its controls there"


def test_the_link_that_is_shared_keeps_the_sweep() -> None:
    url = "http://localhost/sweep?rate=0.1&sweep=seeds&step=3"
    assert with_view(url, {"play": "1"}) == url.replace("step=3", "play=1")
    assert view_of(url) == {"step": "3"}
