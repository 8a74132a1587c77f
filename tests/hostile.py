"""What a stranger may write where a message will show it: markup of every kind Streamlit knows."""

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
    "rate='loud': rate must be a number from 1e-05 to 10; got 'loud'",
    "weights[1].W[2][0] must be a finite number; got \\*x\\*",
)
