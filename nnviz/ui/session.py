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

import streamlit as st

from nnviz import limits
from nnviz.codec import KEYS, from_query, to_query
from nnviz.experiment import LIVE_FIELDS, Experiment
from nnviz.network import LayerSpec
from nnviz.settings import Setting
from nnviz.stage import Playback

_PLAYBACK = "nnviz_playback"
_TROUBLE = "nnviz_trouble"
_TOLD = "nnviz_told"
_VISITED = "nnviz_visited"
_SHOWN = "nnviz_shown"
_LINKED = "nnviz_linked"
_CHANGED_HERE = "nnviz_changed_here"
_GENERATION = "nnviz_generation"


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
    wanted, notes = from_query(query)
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


def experiment() -> Experiment:
    """What is being trained."""
    return playback().experiment


def generation() -> int:
    """Which widgets are the present ones."""
    return int(st.session_state.get(_GENERATION, 0))


def _replace_widgets() -> None:
    st.session_state[_GENERATION] = generation() + 1


def _refuse(reason: ValueError) -> None:
    """Keep the reason to be shown; the widgets return to what is in force."""
    st.session_state[_TROUBLE] = str(reason)
    _replace_widgets()


@contextmanager
def _change_made_here() -> Iterator[None]:
    """Around a change that a person made on the page; a refused one is told and changes nothing."""
    st.session_state[_CHANGED_HERE] = True
    try:
        yield
    except ValueError as refusal:
        _refuse(refusal)


def open_experiment(wanted: Experiment) -> None:
    """Begin a new run that other widgets than its own may have to show."""
    with _change_made_here():
        playback().start(wanted)
        _replace_widgets()


def set_layers(layers: Iterable[LayerSpec]) -> None:
    """Begin a new run with these hidden layers."""
    with _change_made_here():
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
    with _change_made_here():
        if setting.live:
            playback().change(setting.path[-1], value)
        else:
            playback().start(setting.put(as_set_now(), value))


def edit(message: object) -> None:
    """Carry out what was done on the stage: a weight, the layers, or a branch from the past."""
    with _change_made_here():
        match message:
            case {"branch": True}:
                playback().branch()
            case {"field": str(field), "value": float() | int() as value}:
                playback().change(field, value)
            case {"resume": {"experiment": dict(query), "step": int(step)}}:
                wanted, _ = from_query({str(key): str(text) for key, text in query.items()})
                playback().resume(wanted, step)
                _replace_widgets()
            case {"layers": list(layers)} if len(layers) <= limits.HIDDEN_LAYERS.high:
                open_experiment(as_set_now().with_hidden(tuple(_layer(layer) for layer in layers)))


def _layer(message: object) -> LayerSpec:
    match message:
        case {"units": int(units), "activation": str(activation), "dropout": float() | int() as d}:
            return LayerSpec(units, activation, dropout=d)
    raise ValueError("a layer must have units, an activation and a dropout")


def _visited() -> bool:
    return bool(st.session_state.get(_VISITED, False))


def page_is_stale() -> bool:
    """Whether the run, a change of it or a refusal is newer than what the page shows.

    If so, the rerun that will follow carries no wish of the address either.
    """
    shown = (playback().run_id, experiment())
    untold = _visited() and _TROUBLE in st.session_state
    stale = untold or st.session_state.get(_SHOWN) != shown
    st.session_state[_CHANGED_HERE] = stale
    return stale


def begin_page() -> None:
    """First thing on a page: follow the address, and note what the page is going to show."""
    follow_link()
    if _visited():
        st.session_state[_TOLD] = st.session_state.pop(_TROUBLE, None)
    st.session_state[_SHOWN] = (playback().run_id, experiment())


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
    with _change_made_here():
        playback().start(as_set_now())


def trouble() -> str | None:
    """The refusal that this page has to tell, if there was one."""
    told: str | None = st.session_state[_TOLD]
    return told
