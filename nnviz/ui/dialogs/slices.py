"""Long work in slices, each requested by the browser.

A click on a button does not interrupt a running fragment: Streamlit lets it finish first. So the
work stops after each slice, the page is drawn, and this invisible component requests the next
slice. A click on Cancel is handled between two slices. If the dialog or the tab was closed, no
slice is requested, and the work stops.
"""

import streamlit as st

SECONDS = 0.1
"""The length of one slice, if the work can be cut that finely."""

# A request may get lost if many messages are sent at once, so it is repeated until it is answered.
_JS = """
const waiting = new WeakMap();
export default function ({ data, parentElement, setTriggerValue }) {
  const ask = () => setTriggerValue("next", data.slice);
  const before = waiting.get(parentElement);
  clearInterval(before?.timer);
  if (before?.slice !== data.slice) ask();
  const now = { slice: data.slice, timer: setInterval(ask, 3000) };
  waiting.set(parentElement, now);
  return () => clearInterval(now.timer);
}
"""

# It presses once, also if it is drawn again.
_PRESS_JS = """
const pressed = new WeakSet();
export default function ({ data, parentElement }) {
  const press = () => {
    const button = document.querySelector(`.st-key-${data.key} button`);
    if (button) button.click();
    else if (parentElement.isConnected) requestAnimationFrame(press);
  };
  if (!pressed.has(parentElement)) press();
  pressed.add(parentElement);
}
"""

_component = st.components.v2.component("nnviz_slices", js=_JS)
_press = st.components.v2.component("nnviz_press", js=_PRESS_JS)


def ask_for_the_next(key: str, done: int) -> None:
    """Make the browser rerun this fragment soon; ``done`` slices are finished."""
    _component(key=key, data={"slice": done}, on_next_change=_heard)


def press(key: str) -> None:
    """Make the browser press the button ``key``, drawn before, once."""
    _press(key=f"nnviz_press_{key}", data={"key": key})


def _heard() -> None:
    """Do nothing, because only the rerun is needed."""
