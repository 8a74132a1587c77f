"""What a stranger may send: markup of every kind that Streamlit knows, and links of any kind."""

from hypothesis import strategies as st

from nnviz.experiment.query import KEYS

TEXTS = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script> <!-- gone? -->",
    "[a](javascript:alert(1)) ![b](http://example.org/b.png)",
    "$\\LaTeX$ and $$x^2$$",
    ":material/home: :streamlit: :tada: :+1:",
    ":red[x] :blue-background[y] :small[z]",
    "`code` **bold** _slanted_ ~~gone~~",
    "# heading\n- item\n+ item\n1. one\n2) two\n> quote",
    "a | b\n--|--\n1 | 2",
    "https://example.org/?a=b www.example.org me@example.org <https://example.org>",
    "a -> b <- c -- d >= e <= f ~= g <-> h --:$(",
    "&lt;b&gt; &amp; &#58;",
    ":::note\nx\n:::\n::leaf[x]",
    "    indented\n---\n===\n```\nfence\n```",
    "rate='loud': rate must be a number from 0.00001 to 10; got 'loud'",
    "weights[1].W[2][0] must be a finite number; got \\*x\\*",
)
"""Where a message will show it, this has to be read as it stands here."""

FOUR_POINTS = "0_0_0~0_1_1~1_0_1~1_1_0"

_values = (
    st.text(max_size=60)
    | st.from_regex(r"[-+]?[0-9]{1,40}(\.[0-9]{0,30})?(e[-+]?[0-9]{1,5})?", fullmatch=True)
    | st.from_regex(r"([0-9]{0,9}-[a-z_.0-9]{0,14}-?[-0-9.e]{0,9} ?){0,70}", fullmatch=True)
    | st.from_regex(r"([-0-9.e]{0,9}_[-0-9.e]{0,9}_[0-2]~?){0,120}", fullmatch=True)
    | st.sampled_from(["own", "iris", "wine", "pca", "12-0", "0-1", "29-0", "x1.r", FOUR_POINTS])
    | st.sampled_from(["nan", "inf", "-0", "none", "full", "9" * 4001, "4-tanh " * 3000, "\x00"])
    | st.sampled_from(TEXTS)
)
links = st.dictionaries(
    st.sampled_from(sorted(KEYS | {"controls", "lecture", "embed"})) | st.text(max_size=20),
    _values,
    max_size=12,
)
"""Queries of links that nobody made with this page."""
