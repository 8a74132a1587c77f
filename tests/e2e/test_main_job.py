"""The main job: open the page, press play, watch the network learn, look closer, start again."""

from playwright.sync_api import expect

from tools.playground import Playground


def test_opens_stopped_at_step_zero_with_something_to_look_at(opened: Playground) -> None:
    state = opened.state
    assert state["frame"]["step"] == 0
    assert not state["playing"]
    expect(opened.part("boundary")).to_be_visible()
    expect(opened.part("loss-curve")).to_be_visible()
    expect(opened.part("play")).to_be_enabled()

    opened.rest()
    assert opened.step_shown == 0, "it must not start by itself"


def test_play_moves_the_boundary_and_grows_the_cost_curve(playground: Playground) -> None:
    picture, points = playground.picture(), playground.curve_points()
    start = playground.frame

    playground.play()
    playground.play_until_step(60)
    playground.pause()

    now = playground.frame
    assert now["lossTrain"] < start["lossTrain"]
    assert now["epoch"] > 0
    assert playground.picture() != picture
    playground.until_curve_has_more_points_than(points)


def test_the_boundary_bends_within_five_seconds_of_play(playground: Playground) -> None:
    """The opening preset has to show something at once: its accuracy climbs while one watches."""
    start = playground.frame
    playground.play()
    playground.until(
        "s.frame.lossTrain < 0.8 * arg", start["lossTrain"], patience=5_000, why="a lower cost"
    )


def test_pause_rests_and_step_is_exactly_one_parameter_update(playground: Playground) -> None:
    playground.play()
    playground.play_until_step(20)
    rested_at = playground.pause()
    picture = playground.picture()
    playground.rest(60)
    assert playground.step_shown == rested_at
    assert playground.picture() == picture

    for pressed in (1, 2, 3):
        playground.step()
        playground.until("s.frame.step !== arg", rested_at + pressed - 1)
        assert playground.step_shown == rested_at + pressed
    playground.rest(60)
    assert playground.step_shown == rested_at + 3
    assert not playground.state["playing"]


def test_step_from_the_start_shows_the_same_losses_as_play_did(playground: Playground) -> None:
    """Play and step are two ways to see one run, not two runs."""
    playground.go_to_step(3)
    stepped = playground.numbers

    playground.reset()
    playground.play()
    playground.play_until_step(20)
    playground.pause()
    playground.reset()
    playground.go_to_step(3)
    assert playground.numbers == stepped


def test_reset_returns_to_the_same_initial_network(playground: Playground) -> None:
    """After a reset in mid-play, too, no frame of the old run's future may be shown."""
    start, picture = playground.numbers, playground.picture()
    for is_playing in (False, True):
        playground.play()
        playground.play_until_step(40)
        if not is_playing:
            playground.pause()
        assert playground.numbers != start

        playground.reset()
        playground.rest(60)
        assert playground.numbers == start
        assert playground.picture() == picture
        assert not playground.state["playing"]


def test_faster_speed_shows_more_steps_a_frame(playground: Playground) -> None:
    playground.set_speed_to_fastest()
    before = playground.state
    playground.play()
    playground.until("s.painted >= arg", before["painted"] + 20)
    playground.pause()
    after = playground.state
    steps = after["frame"]["step"] - before["frame"]["step"]
    assert steps > 2 * (after["painted"] - before["painted"])
