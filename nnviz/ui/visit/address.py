"""The address in the browser: what it says of the experiment, and of the page."""

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from nnviz.data import Points
from nnviz.experiment import Experiment
from nnviz.experiment.query import KEYS, from_query, to_query
from nnviz.experiment.rules import Choice, clip
from nnviz.serve import quota

# What a link says of the page, not of the experiment; the stage reads "lecture" itself.
_CONTROLS = "controls"
_PAGE_KEYS = {_CONTROLS, "lecture"}
_SWITCH = Choice({"0": "off", "1": "on"})


def query() -> dict[str, str]:
    """What stands after the question mark."""
    return st.query_params.to_dict()


def read(own: Points | None) -> tuple[Experiment, list[str]]:
    """The experiment that the address describes, and a note for each value that was not taken.

    ``own`` are the points to take where they were too many for the link.
    """
    said = query()
    wanted, notes = from_query(said, own, quota.bounds())
    for key in _PAGE_KEYS & said.keys():
        try:
            _SWITCH.parse(key, said[key])
        except ValueError as refusal:
            notes.append(f"{key}={clip(said[key])}: {refusal}")
    return wanted, notes


def query_of(experiment: Experiment) -> dict[str, str]:
    """What the address is to say: the experiment, and all keys that are not of an experiment."""
    others = {key: text for key, text in query().items() if key not in KEYS}
    return others | to_query(experiment, quota.bounds())


def write(experiment: Experiment) -> None:
    """Let the address hold the experiment."""
    wanted = query_of(experiment)
    if wanted != query():
        st.query_params.from_dict(wanted)


def whole() -> str:
    """The whole address of this page, the experiment in it."""
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", urlencode(query()), ""))


def hides_controls() -> bool:
    """Return whether the link asks for the stage alone."""
    return st.query_params.get(_CONTROLS) == "0"
