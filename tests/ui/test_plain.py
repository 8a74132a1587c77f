"""Foreign text in a message; how it looks in a browser is checked in tests/e2e/test_dialogs.py."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from nnviz.ui.plain import plain
from tests.hostile import TEXTS

JOINER = "\u2060"

# What Streamlit looks for in Markdown and in the text that Markdown leaves.
ACTIVE = re.compile(
    r"(?<!\\)[`*_\[\]{}<>$~|&#]|:[\w+-]|://|www\.|@\w"
    r"|<->|->|<-|--|>=|<=|~=|^ *([-+=:]|\d+[.)])",
    re.MULTILINE,
)
signs = st.text(alphabet="ab1 :[](){}<>*_`$~|&#!-+=.@/\\\n'\"é") | st.sampled_from(TEXTS)


def active(written: str) -> list[str]:
    """The signs of a Markdown text that would do something; an escaped sign does nothing."""
    return [found[0] for found in ACTIVE.finditer(re.sub(r"\\[^a-z0-9\s]", "\\\\\0", written))]


@given(signs)
def test_nothing_that_streamlit_reads_as_markup_is_left(text: str) -> None:
    assert active(plain(text)) == []


@given(signs)
def test_no_sign_of_the_text_is_lost(text: str) -> None:
    shown = re.sub(r"\\([^a-z0-9\s])", r"\1", plain(text)).replace(JOINER, "")
    assert shown == re.sub(r"^[ \t]+", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("text", ["Learning rate must be a number from 1 to 10; got 0", "a, b é"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


def test_a_message_holds_it_as_one_plain_text() -> None:
    def script() -> None:
        import streamlit as st

        from nnviz.ui.plain import plain

        st.warning(plain("<b>[x](y)</b>"))

    at = AppTest.from_function(script).run()
    assert at.warning[0].value == r"\<b\>\[x\](y)\</b\>"
