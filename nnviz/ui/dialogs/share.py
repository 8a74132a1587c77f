"""The dialog that shows the link: to copy, and as a QR code to scan from a projector."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import segno
import streamlit as st

from nnviz.ui.plain import plain

_LONGEST_LINK = 16_000
_MOST_BYTES_OF_A_CODE = 858
"""The capacity of version 20, 97 × 97 modules: a phone at the back of a room reads no finer one."""

_QUIET_ZONE = 4  # modules, required by the standard


def with_view(url: str, lecture: bool, controls: bool) -> str:
    """Return the link that opens in this view; the rest of its query is kept.

    >>> with_view("http://localhost/?rate=0.1", lecture=True, controls=False)
    'http://localhost/?rate=0.1&lecture=1&controls=0'
    """
    if len(url) > _LONGEST_LINK:
        raise ValueError(f"a link must be at most {_LONGEST_LINK:,} characters; got {len(url):,}")
    parts = urlsplit(url)
    query = [
        (key, text)
        for key, text in parse_qsl(parts.query, keep_blank_values=True)
        if key not in ("lecture", "controls")
    ]
    if lecture:
        query.append(("lecture", "1"))
    if not controls:
        query.append(("controls", "0"))
    return urlunsplit(parts._replace(query=urlencode(query)))


def view_of(url: str) -> tuple[bool, bool]:
    """Return whether a link opens in lecture mode, and whether it shows the controls."""
    query = dict(parse_qsl(urlsplit(url[:_LONGEST_LINK]).query))
    return query.get("lecture") == "1", query.get("controls") != "0"


def qr_code(url: str) -> str | None:
    """Return the link as a QR code in SVG; None if the code would be too fine to scan."""
    if len(url.encode()) > _MOST_BYTES_OF_A_CODE:
        return None
    code = segno.make_qr(url, error="l")
    return code.svg_inline(border=_QUIET_ZONE, dark="#000", light="#fff", omitsize=True)


@st.dialog("Share", icon=":material/share:")
def show_share(url: str) -> None:
    """Show the link of this page in the chosen view, and its QR code."""
    try:
        in_lecture, with_controls = view_of(url)
        lecture = st.checkbox("Open in lecture mode", in_lecture, key="nnviz_share_lecture")
        bare = st.checkbox("Without the controls", not with_controls, key="nnviz_share_bare")
        link = with_view(url, lecture, not bare)
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
