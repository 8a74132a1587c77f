"""Puts the stage on a Streamlit page: the component, and the files it loads from this server."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import plotly
import streamlit as st
from streamlit.components.v1 import declare_component

from nnviz.export.modules import bundle

_LETTERS = "nnviz_letters"
_ASSETS = Path(__file__).parent / "assets"


def sources() -> dict[str, str]:
    """Source text of the stage's modules by file name."""
    return {file.name: file.read_text("utf-8") for file in sorted(_ASSETS.glob("*.js"))}


# A browser that asks for the modules one by one shows the first boundary a tenth of a second later.
_STYLE = "".join(file.read_text("utf-8") for file in sorted(_ASSETS.glob("*.css")))
_SCRIPT = f"""{bundle(sources(), "main.js")}
const textContent = {json.dumps(_STYLE)};
document.head.append(Object.assign(document.createElement("style"), {{ textContent }}));
export const {{ mount }} = modules["main.js"];"""
_VERSION = hashlib.sha256(_SCRIPT.encode()).hexdigest()[:12]
_folder = TemporaryDirectory(prefix="nnviz-")

# Registering a folder as a component makes this server hand its files out: the stage's script, and
# the plotly.min.js of the plotly package. The version keeps browsers from using an older script.
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
    script = Path(_folder.name, "stage.js")
    if not script.exists():  # not yet, or no longer: temporary folders are tidied up
        script.parent.mkdir(exist_ok=True)
        script.write_text(_SCRIPT, "utf-8")
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
