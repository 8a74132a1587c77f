"""Puts the stage on a Streamlit page: its components, and the files that the browser loads."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import plotly
import streamlit as st
from streamlit.components.v1 import declare_component

from nnviz.export.modules import bundle
from nnviz.stage.sources import ASSETS, sources

_MESSAGES = "nnviz_messages"

# As single files, the modules would delay the first boundary by a tenth of a second.
_STYLE = "".join(file.read_text("utf-8") for file in sorted(ASSETS.glob("*.css")))
_SCRIPT = f"""{bundle(sources(), "main.js")}
const textContent = {json.dumps(_STYLE)};
document.head.append(Object.assign(document.createElement("style"), {{ textContent }}));
export const {{ mount }} = modules["main.js"];"""
_VERSION = hashlib.sha256(_SCRIPT.encode()).hexdigest()[:12]
_folder = TemporaryDirectory(prefix="nnviz-")

# Streamlit serves the folder of every declared component: here the stage's script, and Plotly's
# from the plotly package. With the version in its name, browsers never use an older script.
_stage = declare_component(f"stage_{_VERSION}", path=_folder.name)
_plotly = declare_component(
    f"plotly_{plotly.__version__.replace('.', '_')}",
    path=Path(plotly.__file__).parent / "package_data",
)

# It belongs to no fragment, for Streamlit on a busy server may take away for a moment what does;
# and it hardly ever changes, so the browser leaves it alone.
_place = st.components.v2.component(
    "nnviz_stage",
    isolate_styles=False,
    js=f"""
const at = (path) => new URL("component/" + path, document.baseURI).href;
const loading = import(at("{_stage.name}/stage.js")), plotly = at("{_plotly.name}/plotly.min.js");
export default ({{ parentElement, data }}) => {{
  loading.then((stage) => stage.mount(parentElement, plotly, data.view, data.glossary));
}};""",
)

# The first carries messages in both directions, the second those to the stage from other fragments.
# The browser evaluates the script with every message: an import here would take some 10 ms.
_messages, _message = (
    st.components.v2.component(
        name,
        js=f"""export default ({{ data, setTriggerValue }}) => {{
  (window.nnvizMessages ??= []).push([data{answer}]);
}};""",
    )
    for name, answer in (("nnviz_messages", ", setTriggerValue"), ("nnviz_message", ""))
)


class Correspondent(Protocol):
    """The server's side of the messages."""

    def message(self) -> bytes:
        """Return the message for the stage."""

    def ask(self, message: object) -> None:
        """Answer, in the next message, a question of a stage that cannot use HTTP."""


def show_stage(
    server: Correspondent,
    on_tell: Callable[[object], None],
    page_is_stale: Callable[[], bool],
    view: str,
    glossary: Sequence[tuple[str, str]],
) -> None:
    """Mount the stage, or give the mounted one its latest message.

    ``view`` is how the page shows it: ``"playground"``, ``"explain"`` in a small form, or empty;
    then the stage is hidden and pauses. ``glossary`` are the terms of the page, each with its
    definition.
    """
    script = Path(_folder.name, "stage.js")
    if not script.exists():  # at first, and after a clean-up of temporary folders
        script.parent.mkdir(exist_ok=True)
        script.write_text(_SCRIPT, "utf-8")
    _place(key="nnviz_stage", data={"view": view, "glossary": [list(term) for term in glossary]})
    _correspond(server, on_tell, page_is_stale)


@st.fragment
def _correspond(
    server: Correspondent, on_tell: Callable[[object], None], page_is_stale: Callable[[], bool]
) -> None:
    """Exchange messages with the stage.

    A message from the stage reruns this fragment only. The whole page is rerun only when something
    changes that it shows.
    """

    # Streamlit loses a message that comes together with a change of page; the stage repeats it.
    def told() -> None:
        if _MESSAGES in st.session_state:
            on_tell(st.session_state[_MESSAGES].tell)

    def asked() -> None:
        if _MESSAGES in st.session_state:
            server.ask(st.session_state[_MESSAGES].ask)

    if page_is_stale():
        st.rerun()
    _messages(key=_MESSAGES, data=server.message(), on_tell_change=told, on_ask_change=asked)


def show_message(name: str, message: bytes | None) -> None:
    """Give the stage its latest message from the fragment ``name``, or none.

    So the change of a widget need not wait for a rerun of the whole page.
    """
    _message(key=f"nnviz_message_{name}", data=message)
