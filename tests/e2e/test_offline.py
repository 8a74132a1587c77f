"""The page lives on its own server alone: no CDN, no fonts, no statistics."""

from urllib.parse import urlsplit

from playwright.sync_api import Route

from tests.e2e.conftest import Watch
from tools.playground import Playground


def test_the_whole_job_with_every_other_host_out_of_reach(tab: Playground, watch: Watch) -> None:
    refused: list[str] = []

    def only_the_server(route: Route) -> None:
        if urlsplit(route.request.url).netloc == watch.host:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.abort()

    tab.page.route("**/*", only_the_server)
    playground = tab.open()
    playground.play()
    playground.play_until_step(30)
    with playground.new_run():
        playground.choose_another_data_set()
    playground.pause()
    assert not refused
    assert watch.requests > 10, "the watch saw nothing: it proves nothing"
    assert playground.page.evaluate("() => typeof window.Plotly") == "object"


def test_who_comes_back_fetches_no_script_of_ours_again(playground: Playground) -> None:
    """Plotly is a megabyte and a half, which a server would pack and send to everyone."""
    playground.open()
    sizes = playground.page.evaluate(
        """() => performance.getEntriesByType("resource")
            .filter((entry) => entry.name.includes("/component/nnviz."))
            .map((entry) => [entry.decodedBodySize, entry.transferSize])"""
    )
    assert len(sizes) == 2, "the stage's script, and Plotly"
    for size, sent in sizes:
        assert size > 100_000
        assert sent == 0
