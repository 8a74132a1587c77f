"""One visitor's state between two runs of the page script, in ``st.session_state``.

It is under a key that no widget has, because Streamlit forgets a widget's value if the widget is
not drawn. Widgets get their values from the state before they are drawn, and report changes to it.

Each message of the browser carries the values of all widgets. If the server has just changed
these values (a preset was opened, a layer was removed on the stage), an older message would set
them back. So widgets belong to a generation. A change from elsewhere begins a new generation: the
page draws new widgets, and values from the old ones are ignored.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import streamlit as st

from nnviz.data import Points
from nnviz.experiment import Experiment
from nnviz.ui.visit.view import View
from nnviz.ui.visit.visit import Visit

_KEPT = "nnviz"


@dataclass
class Kept:
    """The state of one visitor between two runs of the page script, without the widgets."""

    visit: Visit | None = None
    visited: bool = False
    waits: bool = False
    """Whether this page is drawn without its controls."""
    page: str = ""
    """The title of the page shown last."""
    leaves: bool = False
    """Whether the page Lab or Sweep gives way to the playground, where a run of it was opened."""
    query: dict[str, str] = field(default_factory=dict)
    """The query of the address when it was last read or written."""
    view: View = field(default_factory=View)
    """The view of the address; its moment is dropped when the visitor goes on from there."""
    moment: tuple[int, int] = (0, 0)
    """The number of the run and the step that the address has opened."""
    seen: View = field(default_factory=View)
    """Speed and switches that the stage has told last."""
    shown: tuple[object, ...] | None = None
    """The state of the run that the page shows."""
    trouble: str | None = None
    """A refusal that the next page will show."""
    told: str | None = None
    """The refusal that this page shows."""
    changed_here: bool = False
    """Whether the next message of the browser brings a change made on the page."""
    generation: int = 0
    """The number of the current generation of widgets."""
    take_home: tuple[Experiment, int] | None = None
    """The run and the step that the next page will offer for download."""
    taken_home: tuple[Experiment, int] | None = None
    """The run and the step that this page offers for download."""
    share: bool = False
    """Whether the next page will show the dialog that shares the link."""
    shares: bool = False
    """Whether this page shows it."""
    own: Points | None = None
    """The visitor's own points, also while other data are used."""
    section: str = ""
    """The section of the gallery that was shown last."""


def kept() -> Kept:
    """Return the state of this visitor."""
    if _KEPT not in st.session_state:
        st.session_state[_KEPT] = Kept()
    found: Kept = st.session_state[_KEPT]
    return found


def generation() -> int:
    """Return the number of the current generation of widgets."""
    return kept().generation


def replace_widgets() -> None:
    """Give all widgets new keys, so that their pending values are ignored."""
    kept().generation += 1


def refuse(reason: ValueError) -> None:
    """Store the reason, to be shown; new widgets show the values in force."""
    kept().trouble = str(reason)
    replace_widgets()


@contextmanager
def change_made_here() -> Iterator[None]:
    """Surround a change that a person made on the page; if it is refused, show the reason."""
    kept().changed_here = True
    try:
        yield
    except ValueError as refusal:
        refuse(refusal)
