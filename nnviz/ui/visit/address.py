"""The address in the browser: the experiment and the view of the page."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from nnviz.data import Points
from nnviz.experiment import Experiment
from nnviz.experiment.query import KEYS, from_query, to_query
from nnviz.experiment.rules import Refusal, clip
from nnviz.serve import quota
from nnviz.ui.visit import view
from nnviz.ui.visit.view import View

# Keys of the page, not of the experiment; the stage reads "lecture" itself.
_CONTROLS, _LECTURE, _SECTION = "controls", "lecture", "section"


def query() -> dict[str, str]:
    """Return the query of the address, without the section of the gallery."""
    return {key: text for key, text in st.query_params.to_dict().items() if key != _SECTION}


def section() -> str:
    """Return the section of the gallery that the address names, or an empty text."""
    found: str = st.query_params.get(_SECTION, "")
    return found


def read(own: Points | None) -> tuple[Experiment, View, list[str]]:
    """Return experiment and view of the address, and a note for each value that cannot be used.

    ``own`` are the visitor's own points, if they were too many for the link.
    """
    return understood(query(), own)


def understood(
    said: Mapping[str, str], own: Points | None = None
) -> tuple[Experiment, View, list[str]]:
    """Return what :func:`read` does, for a query."""
    wanted, notes = from_query(said, own, quota.bounds())
    seen, more = view.read(said)
    notes += more
    if seen.lab is not None:
        lab, more = seen.lab.fitting(wanted)
        seen, notes = replace(seen, lab=lab), notes + more
    for key in {_CONTROLS, _LECTURE} & said.keys():
        try:
            view.SWITCH.parse(key, said[key])
        except ValueError as refusal:
            notes.append(str(Refusal(key, str(refusal), clip(said[key]))))
    return wanted, seen, notes


def query_of(experiment: Experiment, seen: View) -> dict[str, str]:
    """Return the query for an experiment and a view, with all other keys of the present one."""
    others = {key: text for key, text in query().items() if key not in KEYS | view.KEYS}
    return others | to_query(experiment, quota.bounds()) | seen.to_query()


def write(wanted: Mapping[str, str]) -> None:
    """Write a query into the address, if it is not there yet."""
    if wanted != query():
        st.query_params.from_dict(wanted)


def whole(wanted: Mapping[str, str]) -> str:
    """Return the whole address of this page with a query."""
    parts = urlsplit(st.context.url or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", urlencode(wanted), ""))


def hides_controls() -> bool:
    """Return whether the address asks for the stage without the controls."""
    return st.query_params.get(_CONTROLS) == "0"


def hides_sidebar() -> bool:
    """Return whether the address asks for a view without the sidebar."""
    return hides_controls() or st.query_params.get(_LECTURE) == "1"
