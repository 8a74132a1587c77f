"""One visitor's state in ``st.session_state``, which only this module and the widgets use.

The state is one :class:`Visit` under a key that no widget has, because Streamlit forgets a widget's
value if the widget is not drawn. Widgets get their values from it before they are drawn, and
report changes to it.

Each message of the browser carries the values of all widgets. If the server has just changed
these values (a preset was opened, a layer was removed on the stage), an older message would set
them back. So widgets belong to a generation. A change from elsewhere begins a new generation: the
page draws new widgets, and values from the old ones are ignored.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from nnviz.data import OWN, Points
from nnviz.experiment import LIVE_FIELDS, Experiment
from nnviz.experiment.settings import SETTINGS, Setting
from nnviz.export import Saved
from nnviz.network import LayerSpec
from nnviz.presets import PRESETS, Preset
from nnviz.serve import quota
from nnviz.ui.visit import address
from nnviz.ui.visit.view import View
from nnviz.ui.visit.visit import Visit, differ_in_changes_only

_KEPT = "nnviz"


@dataclass
class _Kept:
    """The state of one visitor between two runs of the page script, without the widgets."""

    visit: Visit | None = None
    visited: bool = False
    waits: bool = False
    """Whether this page is drawn without its controls."""
    page: str = ""
    """The title of the page shown last."""
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


def _kept() -> _Kept:
    if _KEPT not in st.session_state:
        st.session_state[_KEPT] = _Kept()
    found: _Kept = st.session_state[_KEPT]
    return found


def visit() -> Visit:
    """Return the visit; the first call opens the experiment of the address."""
    kept = _kept()
    if kept.visit is None:
        kept.visit = _open_link()
    return kept.visit


def _open_link() -> Visit:
    kept = _kept()
    try:
        wanted = _read_link()
        opened = Visit(wanted, step=kept.view.step or 0, view=kept.view)
    except ValueError as refusal:
        kept.trouble, kept.view = str(refusal), View()
        opened = Visit(Experiment())
    kept.moment = (opened.run, opened.step)
    return opened


def _read_link() -> Experiment:
    """Return the experiment of the address; a notice names the values that cannot be used.

    Side effect: the view of the address becomes the session's.
    """
    kept = _kept()
    kept.query = address.query()
    wanted, kept.view, notes = address.read(kept.own)
    if notes:
        kept.trouble = "Not everything in this link could be used. " + " ".join(notes)
    return wanted


def follow_link(page: str) -> None:
    """Open the experiment of the address if a person has changed the address or gone back.

    An empty query on another page is ignored: a link to a page may have none. The address is also
    ignored if the message brings a change made on the page: it may have been sent before the
    browser had the latest address.
    """
    visit()
    kept, said = _kept(), address.query()
    is_bare = page != kept.page and not said
    if not (kept.changed_here or is_bare) and said != kept.query:
        with change_made_here():
            wanted = _read_link()
            if kept.view.step is None:
                visit().go_over_to(wanted)
            else:
                visit().open(wanted, kept.view.step)
            kept.moment = (visit().run, visit().step)
            replace_widgets()
    kept.changed_here, kept.page = False, page


def query() -> dict[str, str]:
    """Return the query of a link to the experiment, in the view of the address."""
    return address.query_of(experiment(), _kept().view)


def write_address() -> None:
    """Write the experiment into the address."""
    address.write(query())
    _kept().query = address.query()


def moment() -> View:
    """Return the step, the speed and the switches that the stage has told last."""
    return replace(_kept().seen, step=visit().step)


def link_title() -> str:
    """Return the title of the link, or an empty text."""
    return _kept().view.title


def _caption() -> str:
    """Return the title of the link, or else of the preset that is trained, or an empty text."""
    shown = preset_shown()
    return link_title() or (shown.title if shown else "")


def _let_go_of_the_moment() -> None:
    """Drop the moment of the address if the visitor has gone on from there."""
    kept = _kept()
    if kept.moment != (visit().run, visit().step):
        kept.view = kept.view.later


def own_points() -> Points | None:
    """Return the visitor's own points, also while other data are used."""
    return _kept().own


def experiment() -> Experiment:
    """Return the current experiment, without wishes that the stage has not carried out."""
    return visit().experiment


def value_now(field: str) -> float:
    """Return the latest value of a live field, including wishes."""
    return visit().value_now(field)


def generation() -> int:
    """Return the number of the current generation of widgets."""
    return _kept().generation


def replace_widgets() -> None:
    """Give all widgets new keys, so that their pending values are ignored."""
    _kept().generation += 1


def _refuse(reason: ValueError) -> None:
    """Store the reason, to be shown; new widgets show the values in force."""
    _kept().trouble = str(reason)
    replace_widgets()


@contextmanager
def change_made_here() -> Iterator[None]:
    """Surround a change that a person made on the page; if it is refused, show the reason."""
    _kept().changed_here = True
    try:
        yield
    except ValueError as refusal:
        _refuse(refusal)


def open_experiment(wanted: Experiment, step: int = 0, view: View | None = None) -> None:
    """Open a run, and give all widgets new keys, because their values may change."""
    with change_made_here():
        visit().open(wanted, step, view)
        replace_widgets()


def open_preset(name: str) -> None:
    """Open one of the presets, at the speed at which it is worth watching."""
    preset = PRESETS[name]
    _kept().view = View(speed=preset.speed)
    open_experiment(preset.experiment, view=_kept().view)


def section() -> str:
    """Return the section of the gallery that was shown last, or an empty text."""
    return _kept().section


def keep_section(name: str) -> None:
    """Keep the section of the gallery for the next visit of that page."""
    _kept().section = name


def preset_shown() -> Preset | None:
    """Return the preset that is being trained, or None."""
    now = as_set_now()
    return next((preset for preset in PRESETS.values() if preset.experiment == now), None)


def open_saved(saved: Saved) -> None:
    """Open a saved run at its step."""
    _kept().view = View()
    open_experiment(saved.experiment, saved.step)


def travel(way: str) -> None:
    """Undo or redo; see :meth:`Visit.travel`."""
    with change_made_here():
        visit().travel(way)
        replace_widgets()


def set_layers(layers: Iterable[LayerSpec]) -> None:
    """Begin a new run with these hidden layers."""
    with change_made_here():
        visit().open(as_set_now().with_hidden(tuple(layers)))


def rearrange_layers(layers: Iterable[LayerSpec]) -> None:
    """Like `set_layers`, but also give the widgets new keys, because layers moved."""
    open_experiment(as_set_now().with_hidden(tuple(layers)))


def as_set_now() -> Experiment:
    """Return the experiment with the latest settings from step 0 on, without changes."""
    return experiment().from_the_start({field: value_now(field) for field in LIVE_FIELDS})


def put(setting: Setting, value: Any) -> None:
    """Set a value: at the shown step if the setting is live, else in a new run."""
    with change_made_here():
        if setting.live:
            visit().ask_for(setting.path[-1], value)
        else:
            visit().open(_put(setting, value))


def put_text(setting: Setting, text: str) -> None:
    """Set a value that was typed; see :func:`put`."""
    with change_made_here():
        put(setting, setting.rule.parse(setting.label, text.strip()))


def ask_to_take_home(shown: Experiment, step: int) -> None:
    """Make the next page offer the shown run at ``step`` for download."""
    quota.bounds().step_rule.check("step", step)
    if not differ_in_changes_only(experiment(), shown):
        raise ValueError("the run to take home must be the one on the page; got another one")
    _kept().take_home = (shown, step)


def taken_home() -> tuple[Experiment, int] | None:
    """Return the run and the step that this page offers for download, or None."""
    return _kept().taken_home


def ask_to_share() -> None:
    """Make the next page show the dialog that shares the link."""
    _kept().share = True


def shares() -> bool:
    """Return whether this page shows the dialog that shares the link."""
    return _kept().shares


def take_over(shown: Experiment, step: int, wish: int | None, run: int | None, seen: View) -> None:
    """Take over the state that the stage reports; see :meth:`Visit.told`."""
    before = as_set_now()
    _kept().seen = seen
    if visit().told(shown, step, wish, run):
        _kept().trouble = None  # the stage had what the link could not hold
    if as_set_now() != before:
        replace_widgets()


def _what_is_shown() -> tuple[object, ...]:
    """Return all that the page shows of the run; if it changes, the page must be redrawn."""
    live = (value_now(field) for field in LIVE_FIELDS)
    return (visit().run, experiment(), _kept().view, *live)


def has_trouble() -> bool:
    """Return whether a refusal must still be shown."""
    return _kept().visited and _kept().trouble is not None


def page_is_stale() -> bool:
    """Return whether the page must be redrawn.

    Side effect: if so, the next rerun ignores the address, which is out of date.
    """
    _keep_time()
    _let_go_of_the_moment()
    kept = _kept()
    is_other = kept.shown != _what_is_shown()
    kept.changed_here = is_other or has_trouble() or kept.share or kept.take_home is not None
    return kept.changed_here


def _keep_time() -> None:
    """Carry out a wish that no stage has answered in time."""
    try:
        visit().keep_time()
    except ValueError as refusal:
        _refuse(refusal)


def begin_page(page: str) -> None:
    """Follow the address, and note what the page will show; every page begins with this."""
    follow_link(page)
    _keep_time()
    _let_go_of_the_moment()
    visit().show_caption(_caption())
    kept = _kept()
    if kept.visited:
        kept.told, kept.trouble = kept.trouble, None
    kept.taken_home, kept.take_home = kept.take_home, None
    kept.shares, kept.share = kept.share, False
    kept.shown = _what_is_shown()
    kept.own = experiment().data.points or kept.own


def put_controls_off(has_stage: bool) -> None:
    """Draw a visitor's first page without its controls, if it has the stage.

    Otherwise the browser would fetch the code of every kind of widget before it shows the stage.
    The stage's first message makes the page draw again, with all controls.
    """
    kept = _kept()
    kept.waits = has_stage and not kept.visited
    kept.visited = True
    if kept.waits:
        kept.shown = None


def controls_wait() -> bool:
    """Whether this page is drawn without its controls."""
    return _kept().waits


def reset() -> None:
    """Open the run again at its initial weights."""
    with change_made_here():
        visit().open(as_set_now())


def _put(setting: Setting, value: Any) -> Experiment:
    now = as_set_now()
    if setting.key != "data":
        return setting.put(now, value)
    own = own_points() if value == OWN else None
    return keep_scaling(setting.put(now, value) if own is None else now.with_points(own))


def keep_scaling(wanted: Experiment) -> Experiment:
    """Return the experiment with the present scaling, if the kind of its data is the present one.

    For another kind of data, generated or not, it has the scaling that suits them.
    """
    now = experiment().data
    if wanted.data.draws != now.draws:
        return wanted
    scaled: Experiment = SETTINGS["scaling"].put(wanted, now.scaling)
    return scaled


def trouble() -> str | None:
    """Return the refusal that this page shows, or None."""
    return _kept().told
