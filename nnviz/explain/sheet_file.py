"""The worksheet as a file to print: one HTML page, and the solution on a page of its own."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

_STYLE = """
body { font: 11pt/1.4 Georgia, serif; max-width: 46em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 16pt; } h2 { font-size: 13pt; }
table { border-collapse: collapse; width: 100%; }
td { padding: 0.15em 0.6em 0.15em 0; vertical-align: top; }
td.symbol { white-space: nowrap; font-style: italic; }
td.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
ol > li { margin: 0 0 0.6em; break-inside: avoid; }
.line { display: inline-block; width: 14em; border-bottom: 1px solid; height: 1.4em; }
.work { color: #555; font-size: 10.5pt; }
.solution { break-before: page; page-break-before: always; }
sup, sub { font-size: 70%; line-height: 0; }
@page { margin: 18mm; }
@media screen { .solution { margin-top: 40em; } }
"""


def printable(sheet: Mapping[str, Any], solution: Sequence[Mapping[str, Any]]) -> str:
    """Return the whole page, for a sheet and its solution as `worksheet` makes them."""
    title = escape(sheet["title"])
    given = "".join(
        f'<tr><td class="symbol">{_symbol(one["symbol"])}</td>'
        f'<td class="number">{escape(one["shown"])}</td><td>{escape(one["title"])}</td></tr>'
        for one in sheet["given"]
    )
    blanks = "".join(
        f'<li>{_symbol(one["symbol"])} = <span class="line"></span>'
        f'<br><span class="work">{escape(one["prompt"])}</span></li>'
        for one in sheet["blanks"]
    )
    notes = "".join(f"<p>{escape(words)}</p>" for words in sheet["notes"])
    answers = "".join(
        f"<li>{_symbol(one['symbol'])} = <b>{escape(one['shown'])}</b>"
        f'<br><span class="work">{_tokens(one["formula"])}</span>'
        f'<br><span class="work">{_tokens(one["numbers"])}</span></li>'
        for one in solution
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>{notes}"
        f"<h2>Given</h2><table>{given}</table><h2>Calculate</h2><ol>{blanks}</ol>"
        f'<section class="solution"><h2>Solution</h2><ol>{answers}</ol></section>'
        "</body></html>\n"
    )


def _symbol(symbol: Iterable[str]) -> str:
    """Return a symbol with its layer raised and its unit lowered."""
    base, above, below = (escape(part) for part in symbol)
    above = f"<sup>[{above}]</sup>" if above else ""
    return f"<i>{base}</i>{above}{f'<sub>{below}</sub>' if below else ''}"


def _tokens(tokens: Iterable[str | Mapping[str, Any]]) -> str:
    """Return a line of a formula, of symbols or of numbers."""
    return "".join(
        escape(one)
        if isinstance(one, str)
        else _symbol(one["symbol"])
        if "symbol" in one
        else escape(one["shown"])
        for one in tokens
    )
