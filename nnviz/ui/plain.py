r"""Make text from strangers safe for Streamlit's labels and messages.

These read Markdown and more: formulas, ``:red[colours]``, ``:emoji:``, icons, arrows made of
dashes. A backslash before a special character stops most of it. The patterns that Streamlit
replaces afterwards are interrupted with a word joiner, an invisible character without width.
"""

import re

_JOINER = "\u2060"
_SIGN = re.compile(r"([\\`*_\[\]{}<>$~|&#!])")
_BLOCK = re.compile(r"^( *)(?:([-+=:])|(\d+)([.)]))", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_COLON = re.compile(r":(?=\S)")
_ADDRESS = re.compile(r"@|www(?=\.)", re.IGNORECASE)
_ARROW = re.compile(r"(?<=[-<>=~])(?=[-<>=~])")


def plain(text: str) -> str:
    r"""Escape ``text`` so that Streamlit shows it literally; the indent of lines is dropped.

    >>> print(plain("a *bold* [link](x)"))
    a \*bold\* \[link\](x)
    """
    text = _INDENT.sub("", text)
    text = _ARROW.sub(_JOINER, text)
    text = _COLON.sub(":" + _JOINER, text)
    text = _ADDRESS.sub(lambda found: found[0] + _JOINER, text)
    text = _SIGN.sub(r"\\\1", text)
    return _BLOCK.sub(_escaped_start, text)


def _escaped_start(found: re.Match[str]) -> str:
    indent, sign, number, dot = found.groups()
    return f"{indent}\\{sign}" if sign else f"{indent}{number}\\{dot}"
