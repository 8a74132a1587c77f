"""What a change of a widget does to the run: some keep it, some start a new one."""

from playwright.sync_api import expect

from tools.playground import LOSS_CURVE_POINTS, Playground


def test_a_learning_rate_change_keeps_the_run_and_the_page(playground: Playground) -> None:
    run = playground.frame["run"]
    playground.play()
    playground.play_until_step(20)
    for _ in range(3):
        shown = playground.step_shown
        with playground.rerun():
            playground.nudge_learning_rate()
        playground.play_until_step(shown + 10)
    state = playground.state
    assert state["mounts"] == 1, "the stage was built again: the picture blinked"
    assert state["playing"], "the change stopped the run"
    assert state["frame"]["run"] == run


def test_a_learning_rate_change_takes_effect_at_the_shown_step(playground: Playground) -> None:
    """The frames that were already on their way belong to the old rate and must not be shown."""
    playground.play()
    playground.play_until_step(20)
    rested_at = playground.pause()
    before = playground.frame
    playground.step()
    playground.until("s.frame.step === arg", rested_at + 1)
    with_old_rate = playground.frame["lossTrain"]

    playground.reset()
    playground.go_to_step(rested_at)
    assert playground.frame["lossTrain"] == before["lossTrain"]
    with playground.rerun():
        playground.nudge_learning_rate()
    playground.rest()
    assert playground.step_shown == rested_at
    assert playground.frame["lossTrain"] == before["lossTrain"], "a change must not train"
    playground.step()
    playground.until("s.frame.step === arg", rested_at + 1)
    assert playground.frame["lossTrain"] != with_old_rate


def test_a_change_of_data_or_layers_starts_a_new_run(playground: Playground) -> None:
    for change in (
        playground.choose_another_data_set,
        playground.add_layer,
        playground.more_noise,
    ):
        playground.play()
        playground.play_until_step(20)
        playground.pause()
        picture = playground.picture()

        with playground.new_run():
            change()
        assert playground.step_shown == 0
        playground.page.wait_for_function(f"() => ({LOSS_CURVE_POINTS})() <= 1")
        assert playground.picture() != picture
    assert playground.state["mounts"] == 1


def test_a_new_run_while_playing_never_shows_an_old_frame_and_the_page_follows(
    playground: Playground,
) -> None:
    playground.play()
    playground.play_until_step(60)
    playground.page.evaluate(
        """() => {
            window.seen = [];
            const note = () => {
                const f = window.nnviz.frame;
                if (!window.seen) return;
                window.seen.push([f.run, f.step]);
                requestAnimationFrame(note);
            };
            note();
        }"""
    )
    with playground.new_run():
        playground.choose("Data set", "Circles")
    playground.rest(60)
    seen = playground.page.evaluate("() => [window.seen, (window.seen = null)][0]")
    new = playground.frame["run"]
    first = next(i for i, (run, _) in enumerate(seen) if run == new)
    assert seen[first][1] <= 1, "the new run must begin at its beginning"
    assert all(run == new for run, _ in seen[first:]), "a frame of the old run came back"

    playground.page.wait_for_url("**/?data=circles")
    expect(playground.sidebar.get_by_role("combobox", name="Data set")).to_have_value("Circles")
    playground.play_until_step(20)
    assert playground.state["mounts"] == 1


def test_layers_can_be_added_and_removed(playground: Playground) -> None:
    start = playground.numbers
    with playground.new_run():
        playground.add_layer()
    assert playground.numbers != start
    with playground.new_run():
        playground.remove_layer()
    assert playground.numbers == start


def test_many_quick_changes_end_at_the_last_one(playground: Playground) -> None:
    """Each press interrupts the rerun of the press before it; the page must settle on the sum."""
    playground.play()
    playground.play_until_step(20)
    rate = playground.sidebar.get_by_role("slider", name="Learning rate")
    rate.focus()
    for key in ("ArrowRight",) * 3 + ("ArrowLeft",) * 5:
        playground.page.keyboard.press(key)
    playground.page.wait_for_url(lambda url: url.endswith("-learning_rate-0.03"))
    playground.play_until_step(playground.step_shown + 20)
    expect(playground.page.locator(".nnv-rate")).to_have_text("Reached at rate 0.03.")
    expect(rate).to_have_attribute("aria-valuetext", "0.03")
    assert playground.state["mounts"] == 1


def test_a_refused_change_is_told_and_the_run_plays_on(playground: Playground) -> None:
    playground.play()
    playground.play_until_step(20)
    run = playground.frame["run"]
    for name in ("x₁", "x₂"):
        playground.sidebar.get_by_role("button", name=name, exact=True).click()
    expect(playground.sidebar.get_by_test_id("stAlert")).to_contain_text("inputs must")
    shown = playground.step_shown
    playground.play_until_step(shown + 20)
    assert playground.frame["run"] != run, "one input less is another network"
