"""What a shared tab still has of an earlier test: the page of its link, or one for other links."""

from urllib.parse import urlsplit

from tools.playground import Playground

# What a browser does when a visitor goes back to another address of the same page.
GO_TO = """address => {
    history.replaceState({}, "", address);
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}"""

IS_FREE = """() => {
    const over = document.querySelector("[role=dialog], dialog[open], form.nnv-editor");
    return Boolean(window.nnviz?.frame) && !over;
}"""


def can_go_on(playground: Playground) -> bool:
    """Return whether the tab has the playground, with nothing open above it."""
    page = playground.page
    return urlsplit(page.url).path == "/" and bool(page.evaluate(IS_FREE))


def follow(playground: Playground, link: str) -> Playground:
    """Go to a link of another experiment without a load of the page, if the tab has the page."""
    if not can_go_on(playground):
        return playground.open(link)
    with playground.new_run():
        playground.page.evaluate(GO_TO, link)
    return playground


def note(playground: Playground, link: str) -> None:
    """Keep a link in the page until it is left or loaded again."""
    playground.page.evaluate("link => { window.visited = link; }", link)


def is_noted(playground: Playground, link: str) -> bool:
    """Return whether the tab has the page for which the link was kept."""
    return bool(playground.page.evaluate("() => window.visited") == link)
