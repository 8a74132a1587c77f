"""The address in the browser: what it says of the experiment, and of the page."""

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from nnviz.codec import KEYS, from_query, to_query
from nnviz.data import Points
from nnviz.experiment import Experiment
from nnviz.rules import Choice, clip
from nnviz.serve import quota

_LAST = "nnviz_address"

# What a link says of the page, not of the experiment; the stage reads "lecture" itself.
_CONTROLS = "controls"
_PAGE_KEYS = {_CONTROLS, "lecture"}
_SWITCH = Choice({"0": "off", "1": "on"})


def read(own: Points | None) -> tuple[Experiment, list[str]]:
    """The experiment that the address describes, and a note for each value that was not taken.

    ``own`` are the points to take where they were too many for the link.
    """
    query = st.query_params.to_dict()
    wanted, notes = from_query(query, own, quota.bounds())
    for key in _PAGE_KEYS & query.keys():
        try:
            _SWITCH.parse(key, query[key])
        except ValueError as refusal:
            notes.append(f"{key}={clip(query[key])}: {refusal}")
    st.session_state[_LAST] = query
    return wanted, notes


def was_changed() -> bool:
    """Return whether the address is another one than was read or written last."""
    changed: bool = st.query_params.to_dict() != st.session_state[_LAST]
    return changed


def write(experiment: Experiment) -> None:
    """Let the address hold the experiment, and all keys that are not of an experiment."""
    others = {key: text for key, text in st.query_params.items() if key not in KEYS}
    query = others | to_query(experiment, quota.bounds())
    if query != st.query_params.to_dict():
        st.query_params.from_dict(query)
    st.session_state[_LAST] = query


def whole() -> str:
    """The whole address of this page, the experiment in it."""
    parts = urlsplit(st.context.url or "")
    query = urlencode(st.query_params.to_dict())
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


def hides_controls() -> bool:
    """Return whether the link asks for the stage alone."""
    return st.query_params.get(_CONTROLS) == "0"
