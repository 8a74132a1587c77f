"""Puts the stage on a Streamlit page: the component, and the files it loads from this server."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import plotly
import streamlit as st
from streamlit.components.v1 import declare_component

_KEY = "stage"
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

# This is sent with every message, so it only loads the real modules.
_JS = f"""
const at = (path) => new URL("component/" + path, document.baseURI).href;
for (const name of {_FILES}) {{
  const link = document.createElement("link");
  link.rel = name.endsWith(".css") ? "stylesheet" : "modulepreload";
  link.href = at("{_assets.name}/" + name);
  document.head.append(link);
}}
const loading = import(at("{_assets.name}/main.js"));
export default function (component) {{
  let call = 0;
  loading.then((stage) => {{
    call = stage.deliver(component, at("{_plotly.name}/plotly.min.js"));
  }});
  return () => {{ loading.then((stage) => stage.release(component.parentElement, call)); }};
}}
"""

_component = st.components.v2.component("nnviz_stage", js=_JS, isolate_styles=False)


# Hands a message to the mounted stage from anywhere on the page.
_letter = st.components.v2.component("nnviz_letter", js="""export default ({ data }) => {
  if (data) window.dispatchEvent(new CustomEvent("nnviz-letter", { detail: data }));
};""")  # fmt: skip


class Correspondent(Protocol):
    """The server's half of the stage's letters."""

    def message(self) -> bytes:
        """What the stage is to be given."""

    def ask(self, message: object) -> None:
        """Answer a question of a stage that cannot use HTTP, in the next message."""


@st.fragment
def show_stage(
    server: Correspondent, on_tell: Callable[[object], None], page_is_stale: Callable[[], bool]
) -> None:
    """Mount the stage, or give the mounted one its latest message.

    What the stage tells and asks reruns this fragment only. The whole page is rerun only when
    something has changed that it shows as well.
    """

    def told() -> None:
        on_tell(st.session_state[_KEY].tell)

    def asked() -> None:
        server.ask(st.session_state[_KEY].ask)

    if page_is_stale():
        st.rerun()
    _component(key=_KEY, data=server.message(), on_tell_change=told, on_ask_change=asked)


def show_letter(name: str, message: bytes | None) -> None:
    """Give the mounted stage its latest message from a fragment that is not its own.

    So a widget's change need not wait until the page is drawn anew. ``name`` tells one letter box
    from the others; without a message it is empty.
    """
    _letter(key=f"nnviz_letter_{name}", data=message)
