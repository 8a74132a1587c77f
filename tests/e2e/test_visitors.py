"""Many visitors, one server: nobody sees, steers or slows the run of another."""

from tools.playground import HEAVIEST, Playground
from tools.server import Server


def test_two_tabs_of_one_browser_are_two_visitors(
    opened: Playground, playground: Playground
) -> None:
    one, other = opened, playground
    start = other.frame
    one.page.bring_to_front()
    one.play()
    one.play_until_step(20)
    other.page.bring_to_front()
    other.rest()
    assert other.frame == start
    assert not other.state["playing"]
    other.go_to_step(1)
    assert not other.state["playing"]

    # The same experiment is the same run for everyone.
    one.page.bring_to_front()
    one.pause()
    one.reset()
    one.go_to_step(1)
    assert one.numbers == other.numbers

    # Another experiment, while the other tab looks at another page.
    other.page.bring_to_front()
    other.go_to_gallery()
    one.page.bring_to_front()
    with one.new_run():
        one.choose_another_data_set()
    assert one.step_shown == 0
    other.page.bring_to_front()
    other.go_to_playground()
    assert (other.query, other.step_shown) == ({}, 1)
    assert "data" in one.query
    assert one.frame["run"] != other.frame["run"]
    shown = other.numbers
    other.go_to_step(2)
    other.scrub_to(1)
    other.until("s.frame.step === 1")
    assert other.numbers == shown


def test_a_reload_in_play_goes_on_stopped_at_the_step_it_left(playground: Playground) -> None:
    playground.play()
    playground.play_until_step(20)
    playground.page.reload()
    playground.until("s.frame.step >= 20")
    stood = playground.numbers
    playground.rest(40)
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
