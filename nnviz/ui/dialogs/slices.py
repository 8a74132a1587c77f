"""Long work in slices, each of them asked for by the browser.

A press of a button does not interrupt a fragment that is at work: Streamlit lets it finish first.
So work is done for a moment, the page is drawn, and this invisible component asks for the next
moment. Between two of them a press of Cancel is heard. When nobody looks any more, because the
dialog was closed or the tab is gone, nothing asks, and the work rests.
"""

import streamlit as st

SECONDS = 0.1
"""How long one slice may take, if what is worked on can be cut that finely."""

# A question may get lost when many messages cross, so it is repeated until it is answered.
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

_component = st.components.v2.component("nnviz_slices", js=_JS)


def ask_for_the_next(key: str, done: int) -> None:
    """Have this fragment rerun soon; ``done`` slices are behind it, one more than the last time."""
    _component(key=key, data={"slice": done}, on_next_change=_heard)


def _heard() -> None:
    """The rerun itself is all that is asked for."""
