"""One visitor's state. The only place that touches ``st.session_state`` beside the widgets.

The truth is one :class:`Playback` under a key that no widget has: Streamlit forgets a widget's
value once the widget is not drawn. Widgets are set from it before they are drawn, and report to
it when they are changed.

While the stage plays, it sends messages many times a second, and each carries what the browser
believes all widgets hold. When the server has just given them other values (a preset was opened,
a layer was removed on the stage), such a message would look as if a person had set them back. So
widgets belong to a generation: a change that is not their own ends it, the page draws new ones,
and what comes from the old ones is ignored.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from nnviz import limits
from nnviz.codec import KEYS, from_query, to_query
from nnviz.data import OWN, Points
from nnviz.experiment import LIVE_FIELDS, Experiment
from nnviz.export import Saved
from nnviz.network import LayerSpec
from nnviz.presets import PRESETS, Preset
from nnviz.rules import Choice, Number, clip
from nnviz.settings import SETTINGS, Setting
from nnviz.stage import Playback

_PLAYBACK = "nnviz_playback"
_TROUBLE = "nnviz_trouble"
_TOLD = "nnviz_told"
_VISITED = "nnviz_visited"
_SHOWN = "nnviz_shown"
_LINKED = "nnviz_linked"
_CHANGED_HERE = "nnviz_changed_here"
_GENERATION = "nnviz_generation"
_TAKE_HOME = "nnviz_take_home"
_TAKEN_HOME = "nnviz_taken_home"
_OWN = "nnviz_own"

# What a link says of the page, not of the experiment; the stage reads "lecture" itself.
_CONTROLS = "controls"
_PAGE_KEYS = {_CONTROLS, "lecture"}
_SWITCH = Choice({"0": "off", "1": "on"})


def playback() -> Playback:
    """The visitor's run; the first call starts the experiment that the link describes."""
    if _PLAYBACK not in st.session_state:
        st.session_state[_PLAYBACK] = _open_link()
    found: Playback = st.session_state[_PLAYBACK]
    return found


def _open_link() -> Playback:
    try:
        return Playback(_read_link())
    except ValueError as refusal:
        st.session_state[_TROUBLE] = str(refusal)
        return Playback(Experiment())


def _read_link() -> Experiment:
    """What the address describes; what of it cannot be used is told."""
    query = st.query_params.to_dict()
    wanted, notes = from_query(query, own_points())
    for key in _PAGE_KEYS & query.keys():
        try:
            _SWITCH.parse(key, query[key])
        except ValueError as refusal:
            notes.append(f"{key}={clip(query[key])}: {refusal}")
    if notes:
        st.session_state[_TROUBLE] = "Not everything in this link could be used. " + " ".join(notes)
    st.session_state[_LINKED] = query
    return wanted


def follow_link() -> None:
    """Open what the address describes if it was changed there: by hand, or by going back.

    A message that brings a change made on the page may have been sent before the browser knew the
    latest address. The old address it carries is no wish to go back.
    """
    playback()
    changed_here = st.session_state.get(_CHANGED_HERE, False)
    if not changed_here and st.query_params.to_dict() != st.session_state[_LINKED]:
        open_experiment(_read_link())
    st.session_state[_CHANGED_HERE] = False


def write_link() -> None:
    """Let the address hold the experiment, and all keys that are not of an experiment."""
    others = {key: text for key, text in st.query_params.items() if key not in KEYS}
    query = others | to_query(experiment())
    if query != st.query_params.to_dict():
        st.query_params.from_dict(query)
    st.session_state[_LINKED] = query


def link() -> str:
    """The whole address of this page, the experiment in it."""
    parts = urlsplit(st.context.url or "")
    query = urlencode(st.query_params.to_dict())
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


def own_points() -> Points | None:
    """The visitor's own points, kept while other data are looked at."""
    kept: Points | None = st.session_state.get(_OWN)
    return kept


def controls_hidden() -> bool:
    """Whether the link asks for the stage alone."""
    return st.query_params.get(_CONTROLS) == "0"


def experiment() -> Experiment:
    """What is being trained."""
    return playback().experiment


def generation() -> int:
    """Which widgets are the present ones."""
    return int(st.session_state.get(_GENERATION, 0))


def replace_widgets() -> None:
    """End the generation of the widgets: what the run has now is not what they were told."""
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


def open_experiment(wanted: Experiment) -> None:
    """Begin a new run that other widgets than its own may have to show."""
    with change_made_here():
        playback().start(wanted)
        replace_widgets()


def open_preset(name: str) -> None:
    """Begin one of the experiments worth seeing."""
    open_experiment(PRESETS[name].experiment)


def preset_shown() -> Preset | None:
    """The preset that is being trained, if it is one."""
    now = as_set_now()
    return next((preset for preset in PRESETS.values() if preset.experiment == now), None)


def open_saved(saved: Saved) -> None:
    """Go on with a saved run at its step: trained again, for it is the very same run."""
    with change_made_here():
        playback().restore(saved.experiment, saved.step)
        replace_widgets()


def set_layers(layers: Iterable[LayerSpec]) -> None:
    """Begin a new run with these hidden layers."""
    with change_made_here():
        playback().start(as_set_now().with_hidden(tuple(layers)))


def rearrange_layers(layers: Iterable[LayerSpec]) -> None:
    """The same where layers change their places, and so other widgets than theirs show them."""
    open_experiment(as_set_now().with_hidden(tuple(layers)))


def as_set_now() -> Experiment:
    """The experiment with what is set now from its first step on, and no later changes."""
    return experiment().from_the_start(
        {field: playback().value_now(field) for field in LIVE_FIELDS}
    )


def put(setting: Setting, value: Any) -> None:
    """Give a setting a new value: at the shown step if it is a live one, else in a new run."""
    with change_made_here():
        if setting.live:
            playback().change(setting.path[-1], value)
        else:
            playback().start(_put(setting, value))


def ask_to_take_home(step: int) -> None:
    """Have the next page offer the run as it was at ``step``."""
    Number(limits.SHOWN_STEP, whole=True).check("step", step)
    st.session_state[_TAKE_HOME] = step


def taken_home() -> int | None:
    """The step at which this page has to offer the run as files, if one was asked for."""
    step: int | None = st.session_state[_TAKEN_HOME]
    return step


def _visited() -> bool:
    return bool(st.session_state.get(_VISITED, False))


def page_is_stale() -> bool:
    """Whether the run, a change of it, a refusal or a wish is newer than what the page shows.

    If so, the rerun that will follow carries no wish of the address either.
    """
    shown = (playback().run_id, experiment())
    untold = _visited() and _TROUBLE in st.session_state
    stale = untold or _TAKE_HOME in st.session_state or st.session_state.get(_SHOWN) != shown
    st.session_state[_CHANGED_HERE] = stale
    return stale


def begin_page() -> None:
    """First thing on a page: follow the address, and note what the page is going to show."""
    follow_link()
    if _visited():
        st.session_state[_TOLD] = st.session_state.pop(_TROUBLE, None)
    st.session_state[_TAKEN_HOME] = st.session_state.pop(_TAKE_HOME, None)
    st.session_state[_SHOWN] = (playback().run_id, experiment())
    st.session_state[_OWN] = experiment().data.points or own_points()


def controls_can_wait() -> bool:
    """True on a visitor's very first page, to be drawn without its controls.

    The browser fetches code for every kind of widget, and would do so before it shows the stage.
    The stage's first pull finds this page out of date, and the next one is whole.
    """
    first = not _visited()
    if first:
        st.session_state[_VISITED] = True
        st.session_state[_SHOWN] = None
    return first


def reset() -> None:
    """Begin again from the same initial weights."""
    with change_made_here():
        playback().start(as_set_now())


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


def forget_trouble() -> None:
    """Nothing is to be told after all: what was missing in a link has been found elsewhere."""
    st.session_state.pop(_TROUBLE, None)


def trouble() -> str | None:
    """The refusal that this page has to tell, if there was one."""
    told: str | None = st.session_state[_TOLD]
    return told
