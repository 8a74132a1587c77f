"""The whole past of a run: go back to any moment, look, and go on from there."""

from playwright.sync_api import expect

from nnviz.experiment.query import from_query
from nnviz.experiment.settings import ROUND_RATES
from tests.e2e.lone_stage import LoneStage
from tools.playground import AFTER_FRAMES, Playground, place_on_curve


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
                const { nnviz, steps } = window;
                if (!steps) return;
                if (nnviz.frame.step !== steps.at(-1)) steps.push(nnviz.frame.step);
                requestAnimationFrame(note);
            };
            note();
        }"""
    )
    playground.play()
    playground.play_until_step(end + 10)
    playground.pause()
    steps = playground.page.evaluate("() => [window.steps, (window.steps = null)][0]")
    assert steps[0] == 5
    assert steps == sorted(set(steps)), "time must not run backwards"


def test_the_epoch_button_is_one_pass_over_the_data(stage: LoneStage) -> None:
    stage.open(from_query({"batch": "10", "samples": "200", "train": "0.8"})[0])
    for epoch in (1, 2):
        stage.part("epoch-step").click()
        stage.until("s.frame.epoch === arg", epoch)
        assert stage.state["frame"]["step"] == 16 * epoch
    stage.page.evaluate(AFTER_FRAMES, 60)
    assert stage.state["frame"]["step"] == 32
    assert not stage.state["playing"]


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


def test_the_curve_is_the_slider_of_time(playground: Playground) -> None:
    """A place on the curve stands for a step, whatever was recorded around it."""
    page, grip = playground.page, playground.part("time")
    playground.go_to_step(3)
    playground.part("speed").fill("5")
    playground.step()
    for step in (32, 64):
        playground.part("play").click()
        playground.play_until_step(step)
        playground.pause()
    newest = playground.step_shown
    assert playground.newest == newest

    playground.scrub_to(30)
    playground.until("s.frame.step === 32")
    expect(grip).to_have_attribute("aria-valuetext", "step 32")
    (x, y), box = place_on_curve(page, 32), grip.bounding_box()
    assert box is not None
    assert abs(box["x"] + box["width"] / 2 - x) < 1.5, "the grip stands where the step is"

    page.mouse.move(x, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(place_on_curve(page, 1)[0], y + 300)
    playground.until("s.frame.step === 1")
    page.mouse.move(place_on_curve(page, newest)[0], y)
    page.mouse.up()
    playground.until("s.frame.step === arg", newest)
    page.mouse.move(x, y)
    playground.rest()
    assert playground.step_shown == newest, "the drag has ended"

    grip.focus()
    for key, step in (("ArrowLeft", None), ("Home", 0), ("ArrowRight", 1), ("End", newest)):
        page.keyboard.press(key)
        playground.until("arg === null || s.frame.step === arg", step)
    assert playground.newest == newest


def test_a_finger_drags_on_the_curve_or_scrolls_the_page(
    phone: Playground,
) -> None:
    playground, page = phone, phone.page
    playground.go_to_step(20)
    (x, y), fingers = place_on_curve(page, 18), page.context.new_cdp_session(page)
    top = playground.part("loss-curve").bounding_box()

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": across, "y": down} for across, down in places]
        fingers.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

    touch("Start", (x, y))
    for by in range(0, 101, 10):
        touch("Move", (x, y + by))
    touch("End")
    playground.rest()
    assert playground.step_shown == 20
    assert playground.part("loss-curve").bounding_box() != top, "the page was scrolled"

    (x, y), (left, _) = place_on_curve(page, 18), place_on_curve(page, 5)
    touch("Start", (x, y))
    for share in range(1, 11):
        touch("Move", (x + (left - x) * share / 10, y))
    touch("End")
    playground.until("s.frame.step < 8")


def test_the_rate_is_changed_beside_the_curve_at_the_shown_moment(playground: Playground) -> None:
    words, lower = playground.page.locator(".nnv-rate"), playground.part("lower-rate")
    expect(words).to_have_text("Starts at rate 0.3.")
    playground.go_to_step(12)
    expect(words).to_have_text("Reached at rate 0.3.")
    playground.scrub_to(10)
    plain = playground.part("loss-curve").locator(".nnv-curve-overlay")
    marks = "canvas => canvas.toDataURL()"
    before = plain.evaluate(marks)
    playground.part("raise-rate").dblclick()
    expect(words).to_have_text("Reached at rate 0.3, goes on at rate 3.")
    assert playground.newest == 10
    assert plain.evaluate(marks) != before
    rate = playground.sidebar.get_by_role("slider", name="Learning rate")
    expect(rate).to_have_attribute("aria-valuetext", "3")
    playground.step()
    expect(words).to_have_text("Reached at rate 3.")
    playground.page.keyboard.press("l")
    for _ in range(ROUND_RATES.index(3.0)):
        lower.click()
    expect(words).to_have_text("Reached at rate 3, goes on at rate 0.00001.")
    expect(lower).to_be_disabled()
    playground.page.keyboard.press("l")
    expect(rate).to_have_attribute("aria-valuetext", "0.00001")
    typed = playground.sidebar.get_by_role("textbox", name="Exact rate")
    expect(typed).to_have_value("0.00001")
    typed.fill("0.123")
    typed.press("Enter")
    expect(words).to_have_text("Reached at rate 3, goes on at rate 0.123.")
    expect(rate).to_have_attribute("aria-valuetext", "0.123")
