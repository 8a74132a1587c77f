"""Whether a shared tab still has the page that an earlier test of the same file has opened."""

from tools.playground import Playground


def note(playground: Playground, link: str) -> None:
    """Keep a link in the page until it is left or loaded again."""
    playground.page.evaluate("link => { window.visited = link; }", link)


def is_noted(playground: Playground, link: str) -> bool:
    """Return whether the tab has the page for which the link was kept."""
    return bool(playground.page.evaluate("() => window.visited") == link)
