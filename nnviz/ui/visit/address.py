"""The address in the browser: the experiment and the view of the page."""

from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from nnviz.data import Points
from nnviz.experiment import Experiment
from nnviz.experiment.query import KEYS, from_query, to_query
from nnviz.experiment.rules import Choice, clip
from nnviz.serve import quota

# Keys of the page, not of the experiment; the stage reads "lecture" itself.
_CONTROLS, _LECTURE = "controls", "lecture"
_PAGE_KEYS = {_CONTROLS, _LECTURE}
_SWITCH = Choice({"0": "off", "1": "on"})


def query() -> dict[str, str]:
    """Return the query of the address."""
    return st.query_params.to_dict()


def read(own: Points | None) -> tuple[Experiment, list[str]]:
    """Return the experiment of the address, and a note for each value that cannot be used.

    ``own`` are the visitor's own points, if they were too many for the link.
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
    """Return the query for an experiment, with the present keys that are not the experiment's."""
    others = {key: text for key, text in query().items() if key not in KEYS}
    return others | to_query(experiment, quota.bounds())


def write(experiment: Experiment) -> None:
    """Write the experiment into the address, if it is not there yet."""
    wanted = query_of(experiment)
    if wanted != query():
        st.query_params.from_dict(wanted)


def whole() -> str:
    """Return the whole address of this page, including the experiment."""
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", urlencode(query()), ""))


def hides_controls() -> bool:
    """Return whether the address asks for the stage without the controls."""
    return st.query_params.get(_CONTROLS) == "0"


def hides_sidebar() -> bool:
    """Return whether the address asks for a view without the sidebar."""
    return hides_controls() or st.query_params.get(_LECTURE) == "1"
