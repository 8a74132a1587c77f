"""The whole past of a run: go back to any moment, look, and go on from there."""

from playwright.sync_api import expect

from tools.playground import Playground


def play_to(playground: Playground, step: int) -> None:
    playground.play()
    playground.play_until_step(step)
    playground.pause()
    playground.rest()


def test_scrubbing_back_shows_the_very_picture_and_numbers_of_then(playground: Playground) -> None:
    play_to(playground, 30)
    then, picture = playground.numbers, playground.picture()
    play_to(playground, then["step"] + 30)
    assert playground.numbers != then

    playground.scrub_to(then["step"])
    playground.rest()
    assert playground.numbers == then
    assert playground.picture() == picture


def test_looking_back_changes_nothing(playground: Playground) -> None:
    """After a walk through the past, the present is where it was and goes on as if untouched."""
    playground.go_to_step(13)
    expected = playground.numbers
    playground.reset()
    playground.go_to_step(12)
    now, newest = playground.numbers, playground.newest

    for moment in (0, 7, 3, 11):
        playground.scrub_to(moment)
        playground.until("s.frame.step === arg", moment)
    playground.rest()
    assert playground.newest == newest
    playground.scrub_to(newest)
    assert playground.numbers == now
    playground.step()
    playground.until("s.frame.step === 13")
    assert playground.numbers == expected


def test_continue_from_here_drops_the_future_and_keeps_the_past(playground: Playground) -> None:
    playground.go_to_step(20)
    playground.scrub_to(9)
    before = playground.numbers
    playground.scrub_to(10)
    here = playground.numbers
    playground.scrub_to(11)
    after = playground.numbers

    playground.scrub_to(10)
    playground.part("continue").click()
    expect(playground.part("time")).to_have_attribute("aria-valuemax", "10")
    playground.rest()
    assert playground.numbers == here, "the branch must not train by itself"
    playground.scrub_to(9)
    assert playground.numbers == before
    playground.scrub_to(10)
    playground.step()
    playground.until("s.frame.step === 11")
    assert playground.numbers == after, "with the same settings it is the same run"


def test_a_branch_with_another_rate_leads_elsewhere(playground: Playground) -> None:
    playground.go_to_step(20)
    playground.scrub_to(11)
    after = playground.numbers
    playground.scrub_to(10)
    here = playground.numbers
    with playground.rerun():
        playground.nudge_learning_rate()
    playground.rest()
    assert playground.numbers == here
    playground.step()
    playground.until("s.frame.step === 11")
    assert playground.numbers != after
    assert playground.newest == 11


def test_play_from_the_past_shows_every_moment_and_then_trains_on(playground: Playground) -> None:
    play_to(playground, 20)
    end = playground.step_shown
    playground.scrub_to(5)
    playground.page.evaluate(
        """() => {
            window.steps = [];
            const note = () => {
                const step = window.nnviz.frame.step;
                if (step !== window.steps[window.steps.length - 1]) window.steps.push(step);
                requestAnimationFrame(note);
            };
            note();
        }"""
    )
    playground.play()
    playground.play_until_step(end + 10)
    playground.pause()
    steps = playground.page.evaluate("() => window.steps")
    assert steps[0] == 5
    assert steps == sorted(set(steps)), "time must not run backwards"


def test_the_epoch_button_is_one_pass_over_the_data(playground: Playground) -> None:
    playground.open("/?batch=10&samples=200&train=0.8")
    for epoch in (1, 2):
        playground.part("epoch-step").click()
        playground.until("s.frame.epoch === arg", epoch)
        assert playground.step_shown == 16 * epoch
    playground.rest(60)
    assert playground.step_shown == 32
    assert not playground.state["playing"]


def test_the_past_by_keyboard(playground: Playground) -> None:
    """The keys of a presenter's clicker walk back and forth through what was recorded."""
    playground.go_to_step(5)
    keys = playground.page.keyboard
    playground.page.mouse.click(5, 5)
    for key, step in (("PageUp", 4), ("ArrowLeft", 3), ("PageDown", 4), ("PageDown", 5)):
        keys.press(key)
        playground.until("s.frame.step === arg", step)
    keys.press("e")
    playground.until("s.frame.epoch === 6")
