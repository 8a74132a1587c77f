"""Puts the stage on a Streamlit page: the component, and the files it loads from this server."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import plotly
import streamlit as st
from streamlit.components.v1 import declare_component

_LETTERS = "nnviz_letters"
_ASSETS = Path(__file__).parent / "assets"


def _fingerprint(folder: Path) -> str:
    """Changes with any byte of the files, so that a browser never mixes two versions of them."""
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


# Registering a folder as a component is what makes this server hand its files out: the stage's
# own modules, and the very plotly.min.js that the plotly package carries. No network is needed.
_assets = declare_component(f"stage_{_fingerprint(_ASSETS)}", path=_ASSETS)
_plotly = declare_component(
    f"plotly_{plotly.__version__.replace('.', '_')}",
    path=Path(plotly.__file__).parent / "package_data",
)

# All are fetched at once: one by one, as the modules import each other, takes several round trips.
_FILES = json.dumps(sorted(file.name for file in _ASSETS.iterdir()))

# It belongs to no fragment, for Streamlit on a busy server may take away for a moment what does;
# and it hardly ever changes, so the browser leaves it alone.
_place = st.components.v2.component(
    "nnviz_stage",
    isolate_styles=False,
    js=f"""
const at = (path) => new URL("component/" + path, document.baseURI).href;
const loading = import(at("{_assets.name}/main.js")), plotly = at("{_plotly.name}/plotly.min.js");
for (const name of {_FILES}) {{
  const rel = name.endsWith(".css") ? "stylesheet" : "modulepreload";
  const href = at("{_assets.name}/" + name);
  document.head.append(Object.assign(document.createElement("link"), {{ rel, href }}));
}}
export default ({{ parentElement, data }}) => {{
  loading.then((stage) => stage.mount(parentElement, plotly, data.isSeen));
}};""",
)

# Messages for the stage, and what it tells and asks; then messages from anywhere on the page. The
# browser evaluates the script with every message: an import here would take it some 10 ms.
_letters, _letter = (
    st.components.v2.component(
        name,
        js=f"""export default ({{ data, setTriggerValue }}) => {{
  (window.nnvizLetters ??= []).push([data{answer}]);
}};""",
    )
    for name, answer in (("nnviz_letters", ", setTriggerValue"), ("nnviz_letter", ""))
)


class Correspondent(Protocol):
    """The server's half of the stage's letters."""

    def message(self) -> bytes:
        """What the stage is to be given."""

    def ask(self, message: object) -> None:
        """Answer a question of a stage that cannot use HTTP, in the next message."""


def show_stage(
    server: Correspondent,
    on_tell: Callable[[object], None],
    page_is_stale: Callable[[], bool],
    is_seen: bool,
) -> None:
    """Mount the stage, or give the mounted one its latest message.

    A stage that is not seen rests until it is.
    """
    _place(key="nnviz_stage", data={"isSeen": is_seen})
    _correspond(server, on_tell, page_is_stale)


@st.fragment
def _correspond(
    server: Correspondent, on_tell: Callable[[object], None], page_is_stale: Callable[[], bool]
) -> None:
    """Carry the letters of both sides.

    What the stage tells and asks reruns this fragment only. The whole page is rerun only when
    something has changed that it shows as well.
    """

    # Streamlit forgets a letter that comes together with a change of page; it is sent again.
    def told() -> None:
        if _LETTERS in st.session_state:
            on_tell(st.session_state[_LETTERS].tell)

    def asked() -> None:
        if _LETTERS in st.session_state:
            server.ask(st.session_state[_LETTERS].ask)

    if page_is_stale():
        st.rerun()
    _letters(key=_LETTERS, data=server.message(), on_tell_change=told, on_ask_change=asked)


def show_letter(name: str, message: bytes | None) -> None:
    """Give the mounted stage its latest message from a fragment that is not its own.

    So a widget's change need not wait until the page is drawn anew. ``name`` tells one letter box
    from the others; without a message it is empty.
    """
    _letter(key=f"nnviz_letter_{name}", data=message)
