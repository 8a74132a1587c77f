r"""Text that somebody else wrote, made safe for Streamlit's labels and messages.

They read Markdown, and more than Markdown: formulas, ``:red[colours]``, ``:emoji:``, icons, arrows
made of dashes. A backslash before a sign stops most of it. What Streamlit looks for after that, in
finished text, is broken up with a word joiner: a character without width, which is not seen.
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
    r"""What Streamlit shows as ``text`` itself, sign by sign; a line's indent is dropped.

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
