"""One visitor's state. The only place that touches ``st.session_state`` beside the widgets.

The truth is one :class:`Visit` under a key that no widget has: Streamlit forgets a widget's value
once the widget is not drawn. Widgets are set from it before they are drawn, and report to it when
they are changed.

Each message of the browser carries what it believes all widgets hold. When the server has just
given them other values (a preset was opened, a layer was removed on the stage), a message that was
on its way would look as if a person had set them back. So widgets belong to a generation: a change
that is not their own ends it, the page draws new ones, and what comes from the old ones is ignored.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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
from nnviz.ui.visit.visit import Visit, differ_in_changes_only

_KEPT = "nnviz"


@dataclass
class _Kept:
    """All that is kept of one visitor from one run of a page to the next, beside the widgets."""

    visit: Visit | None = None
    visited: bool = False
    waits: bool = False
    """Whether this page is drawn without its controls."""
    page: str = ""
    """Which page was shown last."""
    query: dict[str, str] = field(default_factory=dict)
    """What the address said when it was read or written last."""
    shown: tuple[object, ...] | None = None
    """What the page shows of the run."""
    trouble: str | None = None
    """A refusal that is still to be told."""
    told: str | None = None
    """The refusal that this page tells."""
    changed_here: bool = False
    """Whether the next message brings a change made on the page."""
    generation: int = 0
    """Which widgets are the present ones."""
    take_home: tuple[Experiment, int] | None = None
    """The run and the step that are still to be offered as files."""
    taken_home: tuple[Experiment, int] | None = None
    """Those that this page offers."""
    own: Points | None = None
    """The visitor's own points, kept while other data are looked at."""


def _kept() -> _Kept:
    if _KEPT not in st.session_state:
        st.session_state[_KEPT] = _Kept()
    found: _Kept = st.session_state[_KEPT]
    return found


def visit() -> Visit:
    """What the visitor trains; the first call opens the experiment that the link describes."""
    kept = _kept()
    if kept.visit is None:
        kept.visit = _open_link()
    return kept.visit


def _open_link() -> Visit:
    try:
        return Visit(_read_link())
    except ValueError as refusal:
        _kept().trouble = str(refusal)
        return Visit(Experiment())


def _read_link() -> Experiment:
    """What the address describes; what of it cannot be used is told."""
    kept = _kept()
    kept.query = address.query()
    wanted, notes = address.read(kept.own)
    if notes:
        kept.trouble = "Not everything in this link could be used. " + " ".join(notes)
    return wanted


def follow_link(page: str) -> None:
    """Open what the address describes if it was changed there: by hand, or by going back.

    Another page may be opened by an address that says nothing.

    A message that brings a change made on the page may have been sent before the browser knew the
    latest address. The old address it carries is no wish to go back.
    """
    visit()
    kept, said = _kept(), address.query()
    is_bare = page != kept.page and not said
    if not (kept.changed_here or is_bare) and said != kept.query:
        with change_made_here():
            visit().go_over_to(_read_link())
            replace_widgets()
    kept.changed_here, kept.page = False, page


def write_address() -> None:
    """Let the address hold the experiment."""
    address.write(experiment())
    _kept().query = address.query()


def own_points() -> Points | None:
    """The visitor's own points, kept while other data are looked at."""
    return _kept().own


def experiment() -> Experiment:
    """What is being trained, without what is only wished for."""
    return visit().experiment


def value_now(field: str) -> float:
    """What a live field was set to last, wishes included."""
    return visit().value_now(field)


def generation() -> int:
    """Which widgets are the present ones."""
    return _kept().generation


def replace_widgets() -> None:
    """Give all widgets new keys, so that their pending values are ignored."""
    _kept().generation += 1


def _refuse(reason: ValueError) -> None:
    """Keep the reason to be shown; the widgets return to what is in force."""
    _kept().trouble = str(reason)
    replace_widgets()


@contextmanager
def change_made_here() -> Iterator[None]:
    """Around a change that a person made on the page; a refused one is told and changes nothing."""
    _kept().changed_here = True
    try:
        yield
    except ValueError as refusal:
        _refuse(refusal)


def open_experiment(wanted: Experiment, step: int = 0) -> None:
    """Open a run that other widgets than its own may have to show."""
    with change_made_here():
        visit().open(wanted, step)
        replace_widgets()


def open_preset(name: str) -> None:
    """Begin one of the experiments worth seeing."""
    open_experiment(PRESETS[name].experiment)


def preset_shown() -> Preset | None:
    """The preset that is being trained, if it is one."""
    now = as_set_now()
    return next((preset for preset in PRESETS.values() if preset.experiment == now), None)


def open_saved(saved: Saved) -> None:
    """Go on with a saved run at its step."""
    open_experiment(saved.experiment, saved.step)


def set_layers(layers: Iterable[LayerSpec]) -> None:
    """Begin a new run with these hidden layers."""
    with change_made_here():
        visit().open(as_set_now().with_hidden(tuple(layers)))


def rearrange_layers(layers: Iterable[LayerSpec]) -> None:
    """Like `set_layers`, but also give the widgets new keys, because layers moved."""
    open_experiment(as_set_now().with_hidden(tuple(layers)))


def as_set_now() -> Experiment:
    """The experiment with what is set now from its first step on, and no later changes."""
    return experiment().from_the_start({field: value_now(field) for field in LIVE_FIELDS})


def put(setting: Setting, value: Any) -> None:
    """Give a setting a new value: at the shown step if it is a live one, else in a new run."""
    with change_made_here():
        if setting.live:
            visit().ask_for(setting.path[-1], value)
        else:
            visit().open(_put(setting, value))


def ask_to_take_home(shown: Experiment, step: int) -> None:
    """Have the next page offer the run that is shown, as it was at ``step``."""
    quota.bounds().step_rule.check("step", step)
    if not differ_in_changes_only(experiment(), shown):
        raise ValueError("the run to take home must be the one on the page; got another one")
    _kept().take_home = (shown, step)


def taken_home() -> tuple[Experiment, int] | None:
    """The run and the step that this page has to offer as files, if one was asked for."""
    return _kept().taken_home


def take_over(shown: Experiment, step: int, wish: int | None) -> None:
    """Follow what the stage tells that it shows; see :meth:`Visit.told`."""
    before = as_set_now()
    if visit().told(shown, step, wish):
        _kept().trouble = None  # what was missing in the link came from the stage
    if as_set_now() != before:
        replace_widgets()


def _what_is_shown() -> tuple[object, ...]:
    """All that the page shows of the run: it must be redrawn when this is another one."""
    return (visit().run, experiment(), *(value_now(field) for field in LIVE_FIELDS))


def has_trouble() -> bool:
    """Return whether a refusal is still to be told."""
    return _kept().visited and _kept().trouble is not None


def page_is_stale() -> bool:
    """Return whether the page must be redrawn.

    Side effect: if so, the next rerun ignores the address, which is late.
    """
    _keep_time()
    kept = _kept()
    is_other = kept.shown != _what_is_shown()
    kept.changed_here = is_other or has_trouble() or kept.take_home is not None
    return kept.changed_here


def _keep_time() -> None:
    """Carry out a wish that no stage has answered in time."""
    try:
        visit().keep_time()
    except ValueError as refusal:
        _refuse(refusal)


def begin_page(page: str) -> None:
    """First thing on a page: follow the address, and note what the page is going to show."""
    follow_link(page)
    _keep_time()
    kept = _kept()
    if kept.visited:
        kept.told, kept.trouble = kept.trouble, None
    kept.taken_home, kept.take_home = kept.take_home, None
    kept.shown = _what_is_shown()
    kept.own = experiment().data.points or kept.own


def put_controls_off(has_stage: bool) -> None:
    """Have a visitor's very first page drawn without its controls, if it has the stage.

    The browser fetches code for every kind of widget, and would do so before it shows the stage.
    What the stage tells first finds this page out of date, and the next one is whole.
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
    """Begin again from the same initial weights."""
    with change_made_here():
        visit().open(as_set_now())


def _put(setting: Setting, value: Any) -> Experiment:
    now = as_set_now()
    if setting.key != "data":
        return setting.put(now, value)
    own = own_points() if value == OWN else None
    return scaled_for(setting.put(now, value) if own is None else now.with_points(own))


def scaled_for(wanted: Experiment) -> Experiment:
    """The experiment with its inputs standardized if its data come from the world, not if drawn.

    Columns of the world have units, and a network learns little from unlike ones. It is done when
    the kind of data changes only, so that a choice is kept.
    """
    if wanted.data.draws == experiment().data.draws:
        return wanted
    scaled: Experiment = SETTINGS["scaling"].put(
        wanted, "none" if wanted.data.draws else "standardize"
    )
    return scaled


def trouble() -> str | None:
    """The refusal that this page has to tell, if there was one."""
    return _kept().told
