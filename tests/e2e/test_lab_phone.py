"""Every view of the Lab fits a phone, and has buttons that are large enough for a finger."""

from collections.abc import Callable

from tests.e2e.conftest import Watch
from tests.e2e.lab import TOO_WIDE, visit
from tests.e2e.shared import SharedTab
from tools.playground import Playground

TOO_SMALL = """() => [...document.querySelectorAll(".nnv-lab :is(button, select)")]
    .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 44)
    .map(one => one.outerHTML.slice(0, 120))"""

THREE_RACERS = "layers=3-tanh&race=rate:0.1;rate:1;optimizer:adam,rate:0.1"


def test_views_fit_a_phone_and_a_finger(
    tab_of_a_phone: SharedTab, watch: Watch, take_back: Callable[[Playground], None]
) -> None:
    lab = visit(tab_of_a_phone.lend(watch.attach), "race", THREE_RACERS)
    assert lab.page.locator(".nnv-racer").count() == 3
    for view in ("race", "hidden"):
        lab.part(f"tab-{view}").tap()
        lab.until("s.frame.run?.startsWith(arg)", view)
        assert lab.page.evaluate(TOO_WIDE) == []
        assert lab.page.evaluate(TOO_SMALL) == []
    take_back(lab)
