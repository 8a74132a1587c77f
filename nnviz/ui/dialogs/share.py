"""The dialog that shows the link: to copy, and as a QR code to scan from a projector."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import segno
import streamlit as st

from nnviz.ui.dialogs.network import at_host, is_local, own_address
from nnviz.ui.plain import plain
from nnviz.ui.visit import view
from nnviz.ui.visit.view import LONGEST_TITLE, View, read_title

_KEYS = (view.KEYS - view.OF_PAGES) | {"lecture", "controls"}
"""What the dialog chooses; what the pages Lab and Sweep show stays as it is."""
_LONGEST_LINK = 16_000
_MOST_BYTES_OF_A_CODE = 858
"""The capacity of version 20, 97 × 97 modules: a phone at the back of a room reads no finer one."""

_QUIET_ZONE = 4  # modules, required by the standard


def with_view(url: str, view: Mapping[str, str]) -> str:
    """Return the link that opens in this view; the rest of its query is kept.

    >>> with_view("http://localhost/?rate=0.1&step=3", {"lecture": "1"})
    'http://localhost/?rate=0.1&lecture=1'
    """
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = [(key, text) for key, text in pairs if key not in _KEYS]
    return urlunsplit(parts._replace(query=urlencode([*query, *view.items()])))


def view_of(url: str) -> dict[str, str]:
    """Return the view in which a link opens."""
    if len(url) > _LONGEST_LINK:
        raise ValueError(f"a link must be at most {_LONGEST_LINK:,} characters; got {len(url):,}")
    return {key: text for key, text in parse_qsl(urlsplit(url).query) if key in _KEYS}


def qr_code(url: str) -> str | None:
    """Return the link as a QR code in SVG; None if the code would be too fine to scan."""
    if len(url.encode()) > _MOST_BYTES_OF_A_CODE:
        return None
    code = segno.make_qr(url, error="l")
    return code.svg_inline(border=_QUIET_ZONE, dark="#000", light="#fff", omitsize=True)


def _choose_view(said: Mapping[str, str], moment: View) -> dict[str, str]:
    """Draw the choices; return the view, which is ``said`` at first. ``moment`` is shown now."""
    at_moment = st.checkbox(
        f"Open at this moment: step {moment.step or 0:,}",
        "step" in said,
        key="nnviz_share_moment",
        help="Also with the speed and the switches as they are now.",
    )
    play = st.checkbox("Start to play", said.get("play") == "1", key="nnviz_share_play")
    lecture = st.checkbox(
        "Open in lecture mode", said.get("lecture") == "1", key="nnviz_share_lecture"
    )
    bare = st.checkbox("Without the controls", said.get("controls") == "0", key="nnviz_share_bare")
    title = st.text_input(
        "Title in lecture mode",
        said.get("title", "")[:LONGEST_TITLE],
        max_chars=LONGEST_TITLE,
        key="nnviz_share_title",
        help="A line of text beside the plane. Without one, a preset shows its own title.",
    )
    wanted = replace(moment if at_moment else View(), play=play, title=read_title(title))
    chosen = wanted.to_query()
    if lecture:
        chosen["lecture"] = "1"
    if bare:
        chosen["controls"] = "0"
    return chosen


def _for_others(link: str) -> str:
    """Return the link for other computers, if there is one; else say why there is none."""
    if not is_local(link):
        return link
    host = own_address(st.get_option("server.address"))
    if host is None:
        st.warning(
            "This link works on this computer only: the server listens here only, or there is no "
            "network. A server with the option --server.address 0.0.0.0 can be reached by others."
        )
    elif st.checkbox(f"For others in this network, at {host}", True, key="nnviz_share_network"):
        return at_host(link, host)
    else:
        st.warning("This link works on this computer only.")
    return link


@st.dialog("Share", icon=":material/share:")
def show_share(url: str, moment: View) -> None:
    """Show the link of this page in the chosen view, and its QR code.

    ``moment`` has the step, the speed and the switches that are shown.
    """
    try:
        link = _for_others(with_view(url, _choose_view(view_of(url), moment)))
    except ValueError as refusal:
        st.warning(
            f"**This address cannot be shared.**  \n{plain(str(refusal))}",
            icon=":material/error_outline:",
        )
        return
    st.code(link, language=None, wrap_lines=True)
    code = qr_code(link)
    if code is None:
        st.caption(
            f"This link is too long for a QR code that a projector can show: {len(link):,} "
            "characters. Changes made during the run make a link long."
        )
        return
    st.image(code, width="stretch", alt="QR code of the link")
