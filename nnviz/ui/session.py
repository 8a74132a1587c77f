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
from typing import Any

import streamlit as st

from nnviz.data import OWN, Points
from nnviz.experiment import LIVE_FIELDS, Experiment
from nnviz.export import Saved
from nnviz.network import LayerSpec
from nnviz.presets import PRESETS, Preset
from nnviz.serve import quota
from nnviz.settings import SETTINGS, Setting
from nnviz.ui import address
from nnviz.ui.visit import Visit, differ_in_changes_only

_VISIT = "nnviz_visit"
_TROUBLE = "nnviz_trouble"
_TOLD = "nnviz_told"
_VISITED = "nnviz_visited"
_SHOWN = "nnviz_shown"
_CHANGED_HERE = "nnviz_changed_here"
_GENERATION = "nnviz_generation"
_TAKE_HOME = "nnviz_take_home"
_TAKEN_HOME = "nnviz_taken_home"
_OWN = "nnviz_own"


def visit() -> Visit:
    """What the visitor trains; the first call opens the experiment that the link describes."""
    if _VISIT not in st.session_state:
        st.session_state[_VISIT] = _open_link()
    found: Visit = st.session_state[_VISIT]
    return found


def _open_link() -> Visit:
    try:
        return Visit(_read_link())
    except ValueError as refusal:
        st.session_state[_TROUBLE] = str(refusal)
        return Visit(Experiment())


def _read_link() -> Experiment:
    """What the address describes; what of it cannot be used is told."""
    wanted, notes = address.read(own_points())
    if notes:
        st.session_state[_TROUBLE] = "Not everything in this link could be used. " + " ".join(notes)
    return wanted


def follow_link() -> None:
    """Open what the address describes if it was changed there: by hand, or by going back.

    A message that brings a change made on the page may have been sent before the browser knew the
    latest address. The old address it carries is no wish to go back.
    """
    visit()
    changed_here = st.session_state.get(_CHANGED_HERE, False)
    if not changed_here and address.was_changed():
        with change_made_here():
            visit().go_over_to(_read_link())
            replace_widgets()
    st.session_state[_CHANGED_HERE] = False


def own_points() -> Points | None:
    """The visitor's own points, kept while other data are looked at."""
    kept: Points | None = st.session_state.get(_OWN)
    return kept


def experiment() -> Experiment:
    """What is being trained, without what is only wished for."""
    return visit().experiment


def value_now(field: str) -> float:
    """What a live field was set to last, wishes included."""
    return visit().value_now(field)


def generation() -> int:
    """Which widgets are the present ones."""
    return int(st.session_state.get(_GENERATION, 0))


def replace_widgets() -> None:
    """Give all widgets new keys, so that their pending values are ignored."""
    st.session_state[_GENERATION] = generation() + 1


def _refuse(reason: ValueError) -> None:
    """Keep the reason to be shown; the widgets return to what is in force."""
    st.session_state[_TROUBLE] = str(reason)
    replace_widgets()


@contextmanager
def change_made_here() -> Iterator[None]:
    """Around a change that a person made on the page; a refused one is told and changes nothing."""
    st.session_state[_CHANGED_HERE] = True
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
    st.session_state[_TAKE_HOME] = (shown, step)


def taken_home() -> tuple[Experiment, int] | None:
    """The run and the step that this page has to offer as files, if one was asked for."""
    wanted: tuple[Experiment, int] | None = st.session_state[_TAKEN_HOME]
    return wanted


def take_over(shown: Experiment, step: int, wish: int | None) -> None:
    """Follow what the stage tells that it shows; see :meth:`Visit.told`."""
    before = as_set_now()
    if visit().told(shown, step, wish):
        _forget_trouble()
    if as_set_now() != before:
        replace_widgets()


def _visited() -> bool:
    return bool(st.session_state.get(_VISITED, False))


def _what_is_shown() -> tuple[object, ...]:
    """All that the page shows of the run: it must be redrawn when this is another one."""
    return (visit().run, experiment(), *(value_now(field) for field in LIVE_FIELDS))


def has_trouble() -> bool:
    """Return whether a refusal is still to be told."""
    return _visited() and _TROUBLE in st.session_state


def page_is_stale() -> bool:
    """Return whether the page must be redrawn.

    Side effect: if so, the next rerun ignores the address, which is late.
    """
    _keep_time()
    is_other = st.session_state.get(_SHOWN) != _what_is_shown()
    stale = is_other or has_trouble() or _TAKE_HOME in st.session_state
    st.session_state[_CHANGED_HERE] = stale
    return stale


def _keep_time() -> None:
    """Carry out a wish that no stage has answered in time."""
    try:
        visit().keep_time()
    except ValueError as refusal:
        _refuse(refusal)


def begin_page() -> None:
    """First thing on a page: follow the address, and note what the page is going to show."""
    follow_link()
    _keep_time()
    if _visited():
        st.session_state[_TOLD] = st.session_state.pop(_TROUBLE, None)
    st.session_state[_TAKEN_HOME] = st.session_state.pop(_TAKE_HOME, None)
    st.session_state[_SHOWN] = _what_is_shown()
    st.session_state[_OWN] = experiment().data.points or own_points()


def controls_can_wait() -> bool:
    """True on a visitor's very first page, to be drawn without its controls.

    The browser fetches code for every kind of widget, and would do so before it shows the stage.
    What the stage tells first finds this page out of date, and the next one is whole.
    """
    first = not _visited()
    if first:
        st.session_state[_VISITED] = True
        st.session_state[_SHOWN] = None
    return first


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


def _forget_trouble() -> None:
    """Tell nothing of the link: what was missing in it came from the stage."""
    st.session_state.pop(_TROUBLE, None)


def trouble() -> str | None:
    """The refusal that this page has to tell, if there was one."""
    told: str | None = st.session_state[_TOLD]
    return told
