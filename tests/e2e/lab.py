"""What the tests of the page Lab share: how a view is opened, and what does not fit on a page."""

from urllib.parse import parse_qsl, urlsplit

from tools.playground import PATIENCE, Playground

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

NOTE = "arg => { window.visited = arg; }"


def visit(playground: Playground, view: str, query: str = "") -> Playground:
    """Go to a view of the Lab at rest, for an experiment; a page that was so opened is kept."""
    page, link = playground.page, f"/lab?lab={view}&{query}"
    here = urlsplit(page.url)
    asked = {name: text for name, text in parse_qsl(here.query) if name not in OF_VIEWS}
    if page.evaluate("() => window.visited") != link or asked != dict(parse_qsl(query)):
        page.goto(playground.url + link)
        page.evaluate(NOTE, link)
    elif here.path != "/lab":
        page.get_by_role("link", name="Lab").click()
    page.wait_for_function(
        "view => window.nnviz?.frame?.run?.startsWith(view)", arg=view, timeout=PATIENCE
    )
    if playground.state["playing"]:
        playground.pause()
    return playground
