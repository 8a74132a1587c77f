"""The link of the page: the run that it opens, and what the address says after that."""

from dataclasses import replace

from nnviz.experiment import Experiment
from nnviz.ui.visit import address
from nnviz.ui.visit.kept import change_made_here, kept, replace_widgets
from nnviz.ui.visit.view import View
from nnviz.ui.visit.visit import Visit


def visit() -> Visit:
    """Return the visit; the first call opens the experiment of the address."""
    state = kept()
    if state.visit is None:
        state.visit = _open_link()
    return state.visit


def _open_link() -> Visit:
    state = kept()
    try:
        wanted = _read_link()
        opened = Visit(wanted, step=state.view.step or 0, view=state.view)
    except ValueError as refusal:
        state.trouble, state.view = str(refusal), View()
        opened = Visit(Experiment())
    state.moment = (opened.run, opened.step)
    return opened


def _read_link() -> Experiment:
    """Return the experiment of the address; a notice names the values that cannot be used.

    Side effect: the view of the address becomes the session's.
    """
    state = kept()
    state.query = address.query()
    wanted, state.view, notes = address.read(state.own)
    if notes:
        state.trouble = "Not everything in this link could be used. " + " ".join(notes)
    return wanted


def follow(page: str) -> None:
    """Open the experiment of the address if a person has changed the address or gone back.

    An empty query on another page is ignored: a link to a page may have none. The address is also
    ignored if the message brings a change made on the page: it may have been sent before the
    browser had the latest address.
    """
    visit()
    state, said = kept(), address.query()
    is_bare = page != state.page and not said
    if not (state.changed_here or is_bare) and said != state.query:
        with change_made_here():
            wanted = _read_link()
            if state.view.step is None:
                visit().go_over_to(wanted, state.view.of_pages)
            else:
                visit().open(wanted, state.view.step)
            state.moment = (visit().run, visit().step)
            replace_widgets()
    state.changed_here, state.page = False, page


def query() -> dict[str, str]:
    """Return the query of a link to the experiment, in the view of the address.

    What the pages Lab and Sweep show is in their own addresses only.
    """
    state = kept()
    return address.query_of(visit().experiment, state.view.on(state.page))


def write() -> None:
    """Write the experiment into the address."""
    address.write(query())
    kept().query = address.query()


def moment() -> View:
    """Return the step, the speed and the switches that the stage has told last."""
    return replace(kept().seen, step=visit().step)


def title() -> str:
    """Return the title of the link, or an empty text."""
    return kept().view.title


def let_go_of_the_moment() -> None:
    """Drop the moment of the address if the visitor has gone on from there."""
    state = kept()
    if state.moment != (visit().run, visit().step):
        state.view = state.view.later
