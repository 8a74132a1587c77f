"""Widgets for the settings: each shows the value of a setting and reports changes.

A widget's key contains its generation, see ``kept.py``. Values from widgets of an older
generation are ignored.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ParamSpec

import streamlit as st

from nnviz.experiment.rules import Choice, Number, Optional, Subset, plain_number
from nnviz.experiment.settings import SETTINGS, Setting
from nnviz.stage.mount import show_message
from nnviz.ui.plain import plain
from nnviz.ui.visit import kept, link, session

P = ParamSpec("P")


def shown_as(key: str, value: Any) -> str:
    """Set the value that a widget of this generation shows; return the widget's key."""
    key = f"{key}_{kept.generation()}"
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key


def if_current(change: Callable[[], None]) -> Callable[[], None]:
    """Wrap a callback so that it is ignored if its widget has been replaced."""
    drawn = kept.generation()

    def changed() -> None:
        if kept.generation() == drawn:
            change()

    return changed


_CHANGED_OFTEN = ("choice_data", "pick_rate")
"""The browser takes about 30 ms to make a message component, so these settings always have one."""


def alone(draw: Callable[P, None]) -> Callable[P, None]:
    """Make a setting's widget a fragment: its change reaches the stage without a page rerun.

    The page is rerun when the stage has made the change, or at once after a refusal.
    """

    @st.fragment
    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        draw(*args, **kwargs)
        if session.has_trouble():
            st.rerun()
        news = link.visit().message() if link.visit().has_news else None
        widget = f"{draw.__name__}_{args[0]}"
        if news is not None or widget in _CHANGED_OFTEN:
            show_message(widget, news)

    return drawn


def section(label: str, key: str, draw: Callable[[], None]) -> None:
    """Draw controls in an expander, but only while it is open.

    The browser draws every element again with every change of the run, even hidden ones.
    """
    box = st.expander(label, key=f"section_{key}", on_change="rerun")
    if box.open:
        with box:
            draw()


@alone
def choice(name: str, offered: Sequence[str] | None = None) -> None:
    """Draw a list of a setting's names, or of those in ``offered``."""
    setting = SETTINGS[name]
    assert isinstance(setting.rule, Choice)
    titles = setting.rule.options
    shared = _prepare(setting, _value(setting))
    options = list(titles) if offered is None else list(offered)
    st.selectbox(options=options, format_func=lambda option: titles[option], **shared)


@alone
def pills(name: str, called: Mapping[str, str] | None = None) -> None:
    """Draw a setting's names as buttons that can be switched on and off.

    ``called`` are texts that are not trusted, for some of the names.
    """
    setting = SETTINGS[name]
    assert isinstance(setting.rule, Subset)
    others = {option: plain(text) for option, text in (called or {}).items()}
    titles = {**setting.rule.options, **others}
    key = shown_as(f"set_{setting.key}", list(_value(setting)))
    changed = if_current(lambda: session.put(setting, tuple(st.session_state[key])))
    st.pills(
        setting.label,
        list(titles),
        selection_mode="multi",
        format_func=lambda option: titles[option],
        key=key,
        on_change=changed,
        help=setting.help,
    )


@alone
def pick(name: str, offered: Sequence[Any]) -> None:
    """Draw a slider over a few round values and the current one."""
    setting = SETTINGS[name]
    value = _value(setting)
    options = list(offered)
    if value not in options:
        numbers = sorted([*(o for o in options if o is not None), value])
        options = numbers + [o for o in options if o is None]
    texts = {option: "full" if option is None else plain_number(option) for option in options}
    shared = _prepare(setting, value)
    st.select_slider(
        options=options, format_func=lambda option: texts.get(option, f"{option}"), **shared
    )


@alone
def type_in(name: str, label: str) -> None:
    """Draw a field for any value of a setting that also has a slider; it needs another label.

    Each value has a field of its own, which ignores that value. Otherwise the next message of the
    slider would bring the field's last value, as if a person had typed it.
    """
    setting = SETTINGS[name]
    assert isinstance(setting.rule, Number)
    value = plain_number(_value(setting))
    key = shown_as(f"type_{setting.key}_{value}", value)

    def changed() -> None:
        if st.session_state[key] != value:
            session.put_text(setting, st.session_state[key])

    st.text_input(
        label,
        key=key,
        on_change=if_current(changed),
        help=f"{setting.label}, {setting.rule.words}. Enter applies it.",
    )


@alone
def slide(name: str, step: float) -> None:
    """Draw a slider over the whole range of a setting."""
    setting = SETTINGS[name]
    assert isinstance(setting.rule, Number)
    allowed = setting.rule.range
    shared = _prepare(setting, float(_value(setting)))
    st.slider(min_value=allowed.low, max_value=allowed.high, step=step, **shared)


@alone
def number(name: str) -> None:
    """Draw a field for a number; it may be empty if the setting can be off."""
    setting = SETTINGS[name]
    optional = isinstance(setting.rule, Optional)
    rule = setting.rule.rule if isinstance(setting.rule, Optional) else setting.rule
    assert isinstance(rule, Number)
    low, high = rule.range.low, rule.range.high
    # Streamlit gives an emptied field its default: None where the setting may be off.
    shared = _prepare(setting, _value(setting)) | {
        "value": None if optional else "min",
        "placeholder": "off" if optional else None,
    }
    if rule.whole:
        st.number_input(min_value=int(low), max_value=int(high), step=1, **shared)
    else:
        st.number_input(min_value=float(low), max_value=float(high), format="%g", **shared)


def _prepare(setting: Setting, value: Any) -> dict[str, Any]:
    """Return the arguments that all widgets of settings share; the widget shows ``value``."""
    key = shown_as(f"set_{setting.key}", value)
    changed = if_current(lambda: session.put(setting, st.session_state[key]))
    return {"label": setting.label, "help": setting.help, "key": key, "on_change": changed}


def _value(setting: Setting) -> Any:
    if setting.live:
        return session.value_now(setting.path[-1])
    return setting.get(session.experiment())
