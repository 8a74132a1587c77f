"""Many visitors, one server: nobody sees, steers or slows the run of another."""

from collections.abc import Callable

from tools.playground import HEAVIEST, Playground
from tools.server import Server


def test_two_visitors_never_see_each_others_run(
    playground: Playground, new_playground: Callable[..., Playground]
) -> None:
    one, other = playground, new_playground().open()
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
    opened: Playground, playground: Playground
) -> None:
    one, other = opened, playground
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
    opened: Playground, playground: Playground
) -> None:
    one, other = opened, playground
    for tab in (one, other):
        tab.page.bring_to_front()
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
    playground: Playground, tab: Playground, server: Server
) -> None:
    stays, gone = playground, tab.open(HEAVIEST)
    gone.set_speed_to_fastest()
    gone.play()
    gone.until("s.stalls > 20", why="a frame that takes the server long")
    gone.page.close()
    stays.page.bring_to_front()
    stays.play()
    stays.play_until_step(50)
    stays.pause()
    server.until_idle()
