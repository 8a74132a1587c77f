"""What the tests of the page Lab share: how a view is opened, and what does not fit on a page."""

from urllib.parse import parse_qsl, urlsplit

from tests.e2e.visits import is_noted, note
from tools.playground import Playground

# What is wider than the page.
TOO_WIDE = """() => [...document.querySelectorAll(".nnv-lab *")]
    .filter(one => one.checkVisibility({ visibilityProperty: true }))
    .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)
    .map(one => one.outerHTML.slice(0, 120))"""

# The settings of the views in an address; all others are those of the experiment.
OF_VIEWS = (
    *("lab", "race", "clock", "seeds", "vary", "against", "plane", "upto", "layer"),
    *("threshold", "set", "model", "speed", "step"),
)


def of_experiment(query: str) -> dict[str, str]:
    """The part of a query that is about the experiment."""
    return {name: text for name, text in parse_qsl(query) if name not in OF_VIEWS}


def go(playground: Playground, view: str, query: str = "") -> Playground:
    """Open a link to a view of the Lab."""
    link = f"/lab?lab={view}&{query}"
    playground.page.goto(playground.url + link)
    note(playground, link)
    return is_at_rest(playground, view)


def visit(playground: Playground, view: str, query: str = "") -> Playground:
    """Go to a view of an experiment; a page that was opened for it is kept."""
    page, here = playground.page, urlsplit(playground.page.url)
    is_same = of_experiment(here.query) == of_experiment(query)
    if not (is_same and is_noted(playground, f"/lab?lab={view}&{query}")):
        return go(playground, view, query)
    if here.path != "/lab":
        page.get_by_role("link", name="Lab").click()
    playground.part(f"tab-{view}").click()
    return is_at_rest(playground, view)


def is_at_rest(playground: Playground, view: str) -> Playground:
    """Wait until a view is drawn, and pause it."""
    playground.until("s.frame.run?.startsWith(arg)", view)
    if playground.state["playing"]:
        playground.pause()
    return playground
