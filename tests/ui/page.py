"""The page in AppTest, and what a stage on it tells and asks."""

import json
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from streamlit.components.v2 import manifest_scanner
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from nnviz.experiment import Experiment
from nnviz.frames import unpack
from nnviz.serve import spell
from nnviz.ui.visit.visit import Visit

APP = Path(__file__).parents[2] / "app.py"
NUMBERS = count(1)

# A server reads the metadata of all installed packages once; AppTest does for each new page.
vars(manifest_scanner)["scan_component_manifests"] = cache(
    manifest_scanner.scan_component_manifests
)


def first_page(**query: str) -> AppTest:
    """The first page of a visitor with this link: the stage alone."""
    at = AppTest.from_file(str(APP), default_timeout=60)
    for key, value in query.items():
        at.query_params[key] = value
    return usable(at.run())


def arrived(**query: str) -> AppTest:
    """The whole page, before any stage has told anything."""
    return usable(first_page(**query).run())


def watched(**query: str) -> AppTest:
    """The whole page, with a stage that has told what it shows."""
    at = first_page(**query)
    return tell_now(at, experiment(at))


def usable(at: AppTest) -> AppTest:
    assert not at.exception, at.exception[0].stack_trace
    place, messages = _stage(at)
    assert (place.component_name, messages.component_name) == ("nnviz_stage", "nnviz_messages")
    return at


def _stage(at: AppTest) -> list[Any]:
    """The stage's place and its messages, as the browser receives them."""
    return [found.proto for found in at.main.get("bidi_component")]


def message(at: AppTest) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the stage is given."""
    return unpack(packed(at))


def packed(at: AppTest) -> bytes:
    """What the stage is given, as it is sent."""
    data: bytes = _stage(at)[1].bytes
    return data


def visit(at: AppTest) -> Visit:
    found = at.session_state["nnviz"].visit
    assert isinstance(found, Visit)
    return found


def experiment(at: AppTest) -> Experiment:
    return visit(at).experiment


def trigger(at: AppTest, event: str, value: object) -> AppTest:
    """The page after its component has fired a trigger.

    AppTest has no public way to do that. What the browser believes all widgets hold goes along.
    """
    states = at._tree.get_widget_states()
    fired = states.widgets.add()
    fired.id = _make_trigger_id(_stage(at)[1].id, "events")
    fired.json_trigger_value = json.dumps([{"event": event, "value": value}])
    return usable(at._run(states))


def tell(at: AppTest, *edits: dict[str, Any]) -> AppTest:
    """The page after a stage has sent these edits, numbered in one row over all tests."""
    numbered = [{"id": next(NUMBERS), **edit} for edit in edits]
    return trigger(at, "tell", {"sender": "a stage", "edits": numbered})


def tell_now(at: AppTest, shown: Experiment, step: int = 0, wish: int | None = None) -> AppTest:
    """The page after a stage has told what it shows."""
    return tell(at, {"now": now(shown, step, wish)})


def now(shown: Experiment, step: int = 0, wish: int | None = None) -> dict[str, Any]:
    return {"experiment": spell(shown), "step": step, "wish": wish, "own": None}
