"""Many visitors, one server: nobody sees, steers or slows the run of another."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext

from tools.playground import HEAVIEST, Playground
from tools.server import Server


def test_two_visitors_never_see_each_others_run(
    new_playground: Callable[..., Playground],
) -> None:
    one, other = new_playground().open(), new_playground().open()
    start = other.frame

    one.play()
    one.play_until_step(30)
    other.rest()
    assert other.frame == start
    assert not other.state["playing"]

    with other.new_run():
        other.choose_another_data_set()
    assert other.step_shown == 0
    shown, run = one.step_shown, one.frame["run"]
    one.play_until_step(shown + 30)
    assert one.frame["run"] == run


def test_two_tabs_of_one_browser_are_two_visitors(
    new_context: Callable[..., BrowserContext], server: Server
) -> None:
    context = new_context()
    one = Playground(context.new_page(), server.url).open()
    other = Playground(context.new_page(), server.url).open()
    one.page.bring_to_front()
    one.play()
    one.play_until_step(30)
    other.page.bring_to_front()
    other.rest()
    assert other.step_shown == 0
    other.step()
    other.until("s.frame.step === 1")
    assert not other.state["playing"]


def test_the_same_experiment_is_the_same_run_for_everyone(
    new_playground: Callable[..., Playground],
) -> None:
    one, other = new_playground().open(), new_playground().open()
    for tab in (one, other):
        tab.step()
        tab.until("s.frame.step === 1")
    assert one.numbers == other.numbers


def test_a_reload_in_play_goes_on_stopped_at_the_step_it_left(playground: Playground) -> None:
    playground.play()
    playground.play_until_step(20)
    playground.page.reload()
    playground.until("s.frame.step >= 20")
    stood = playground.numbers
    playground.rest(60)
    assert playground.numbers == stood
    assert not playground.state["playing"]


def test_a_visitor_who_leaves_ends_their_own_training_and_nobody_else_s(
    new_playground: Callable[..., Playground], server: Server
) -> None:
    gone, stays = new_playground().open(HEAVIEST), new_playground().open()
    gone.set_speed_to_fastest()
    gone.play()
    gone.until("s.frame.step > 0")
    gone.page.close()
    stays.play()
    stays.play_until_step(50)
    stays.pause()
    server.until_idle()
