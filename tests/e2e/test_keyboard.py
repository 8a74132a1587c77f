"""The main job without a mouse: reach the stage with Tab, play, pause, step, reset."""

from collections import Counter
from typing import Any

from playwright.sync_api import expect

from tools.playground import PATIENCE, Playground

# Focuses all controls of the page, one after the other, and presses the pairs of keys of its kind
# at each. Returns for each control its kind and, for each key, whether it was left to the control,
# whether the stage did what the key is for, whether it plays, and the steps since the pair began.
# A listener keeps from the control what is left to it, so that the walk goes on; with keys that
# the stage takes, and with those of a script, the browser does nothing.
WALK = """async ([pairs, patience]) => {
    const left = [], walked = new Set(), found = [];  // advice comes and goes: numbers would shift
    const reaching = { bubbles: true, cancelable: true };
    const keep = (event) => {
        left.push(event.key);
        event.preventDefault();
        event.stopPropagation();
    };
    document.documentElement.addEventListener("keydown", keep, { capture: true });
    const all = "a[href], button, input, select, textarea, summary, [tabindex]";
    const next = () => [...document.querySelectorAll(all)].find((one) => one.tabIndex >= 0
        && !one.disabled && !walked.has(one) && one.checkVisibility({ visibilityProperty: true }));
    const kindOf = (control) => {
        if (document.activeElement !== control) return "no focus: " + control.outerHTML;
        if (control.type === "range" || control.role === "slider") return "slider";
        if (control.role === "combobox") return "list";
        if (control.matches("input:not([type=checkbox])")) return "field";
        if (control.closest(".nnv-diagram-nodes, [role=toolbar]")) return "row";
        return control.matches("main") ? "page" : "button";
    };
    const until = async (condition) => {
        const end = performance.now() + patience;
        while (!condition() && performance.now() < end) await new Promise(requestAnimationFrame);
    };
    for (let control; (control = next()); ) {
        walked.add(control);
        control.focus();
        control.focus();  // a row sends a focus that comes from outside to its last button
        const kind = kindOf(control), presses = [];
        for (const pair of pairs[kind] ?? []) {
            const start = nnviz.frame.step;
            for (const [number, key] of pair.entries()) {
                const event = new KeyboardEvent("keydown", { key, ...reaching });
                const steps = () => nnviz.frame.step - start;
                const isDone = () => event.defaultPrevented
                    && (key === " " ? nnviz.playing === !number : steps() === 1 - number);
                left.length = 0;
                control.dispatchEvent(event);
                if (!left.length) await until(isDone);
                presses.push([key, left.length > 0, isDone(), nnviz.playing, steps()]);
            }
        }
        found.push([kind, presses]);
    }
    document.documentElement.removeEventListener("keydown", keep, { capture: true });
    return found;
}"""
# A slider's value; the curve's slider is no input.
VALUE = "slider => Number(slider.value ?? slider.ariaValueNow)"
ARROWS = {"ArrowRight", "ArrowLeft"}
CLICKER = {"PageDown", "PageUp"}


def test_play_pause_step_and_reset_by_keyboard(playground: Playground) -> None:
    start = playground.numbers
    keys = playground.page.keyboard

    playground.part("play").focus()
    keys.press("Space")
    playground.until("s.playing")
    playground.play_until_step(10)
    keys.press("Space")
    playground.until("!s.playing")
    rested_at = playground.step_shown

    playground.part("step").focus()
    keys.press("Enter")
    playground.until("s.frame.step === arg", rested_at + 1)

    playground.part("reset").focus()
    keys.press("Enter")
    playground.until("s.frame.step === 0")
    playground.rest()
    assert playground.numbers == start


def test_keys_steer_the_stage_from_anywhere_on_the_page(playground: Playground) -> None:
    keys = playground.page.keyboard
    playground.page.mouse.click(5, 5)
    for space in (" ", "k"):
        keys.press(space)
        playground.until("s.playing")
        keys.press(space)
        playground.until("!s.playing")
    shown = playground.step_shown
    for number, key in enumerate(("s", "ArrowRight"), 1):
        keys.press(key)
        playground.until("s.frame.step === arg", shown + number)
    keys.press("]")
    keys.press("]")
    keys.press("[")
    assert playground.part("speed").input_value() == "1"
    keys.press("Home")
    playground.until("s.frame.step === 0")


def test_one_press_is_one_press(playground: Playground) -> None:
    """A button that hears both the key and the click it causes would play and pause at once."""
    playground.part("play").focus()
    for key in ("Space", "Enter"):
        playground.page.keyboard.press(key)
        playground.until("s.playing")
        playground.rest(10)
        assert playground.state["playing"]
        playground.page.keyboard.press(key)
        playground.until("!s.playing")
        playground.rest(10)
        assert not playground.state["playing"]


def test_space_plays_and_does_not_press_again_what_was_clicked(playground: Playground) -> None:
    page = playground.page
    playground.part("step").click()
    playground.until("s.frame.step === 1")
    page.keyboard.press("Space")
    playground.until("s.playing")
    playground.pause()

    playground.part("take-home").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="NumPy script")).to_be_visible(timeout=PATIENCE)
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    page.keyboard.press("Space")
    playground.until("s.playing")
    playground.rest()
    expect(dialog).to_have_count(0)


def test_tab_reaches_every_control_of_the_stage_in_order(playground: Playground) -> None:
    playground.part("play").focus()
    reached = ["nnviz-play"]
    for _ in range(12):
        playground.page.keyboard.press("Tab")
        focused = playground.page.evaluate("() => document.activeElement.dataset.testid")
        if focused:
            reached.append(focused)
    wanted = ["nnviz-play", "nnviz-step", "nnviz-reset", "nnviz-speed"]
    assert [name for name in reached if name in wanted] == wanted


def test_the_focused_control_can_be_seen(playground: Playground) -> None:
    """Who steers by keyboard must see where they are: focus changes how the button looks."""
    play = playground.part("play")
    expect(play).to_be_visible()
    playground.part("step").focus()
    before = play.screenshot()
    playground.page.keyboard.press("Shift+Tab")
    expect(play).to_be_focused()
    assert play.screenshot() != before


def test_typing_into_a_widget_does_not_steer_the_stage(playground: Playground) -> None:
    """What is typed into a field belongs to the field."""
    keys = playground.page.keyboard
    playground.units_of_layer(1).focus()
    for key in ("Space", "s", "k", "e", "l", "ArrowRight", "PageDown"):
        keys.press(key)
    playground.rest()
    assert not playground.state["playing"]
    assert playground.step_shown == 0
    expect(playground.sidebar).to_be_in_viewport()
    with playground.new_run():  # an "e" alone is no number: left, the field holds its least
        playground.page.mouse.click(5, 5)
    keys.press("s")
    playground.until("s.frame.step === 1")


PAIRS = ((" ", " "), ("PageDown", "PageUp"), ("ArrowRight", "ArrowLeft"))


def test_keys_do_at_every_control_what_the_list_of_keys_says(tab: Playground) -> None:
    """A clicker must not go back because a slider has the focus, nor steal what is typed.

    In the second walk, controls are reached after a click. Then Space plays at all buttons, and a
    list leaves its letters to the stage; nothing else depends on how a control was reached.
    """
    own = {
        "field": {" "} | ARROWS | CLICKER,
        "list": {" "} | ARROWS,
        "row": {" "} | ARROWS,
        "button": {" "},
        "slider": ARROWS,
        "page": set(),
    }
    tab.open()
    for title in (
        "Regularization",
        "When to stop",
    ):  # parts of the sidebar that are closed at first
        with tab.rerun():
            tab.sidebar.get_by_text(title).click()
    expect(tab.sidebar.get_by_role("slider", name="L2")).to_be_visible()

    tab.page.keyboard.press("Tab")
    seen = walk(tab, own, {kind: PAIRS for kind in own})
    assert set(seen) == set(own)
    assert seen["slider"] >= 8
    assert seen["button"] >= 30

    tab.page.mouse.click(5, 5)
    for kind in ("list", "row", "button"):
        own[kind].remove(" ")
    again = walk(tab, own, {kind: PAIRS[:1] for kind in own} | {"list": PAIRS})
    assert again["button"] >= 30
    for counts in (seen, again):
        del counts["button"]  # advice comes and goes with buttons of its own
    assert again == seen


def walk(
    playground: Playground,
    own: dict[str, set[str]],
    pairs: dict[str, tuple[tuple[str, str], ...]],
) -> Counter[str]:
    """Press ``pairs`` at each control, and return how many there are of each kind.

    A pair goes back to where it began; the keys ``own`` of a kind are left to the control.
    """
    found = playground.page.evaluate(WALK, [pairs, PATIENCE])
    for number, (kind, presses) in enumerate(found):
        assert kind in own, kind
        assert len(presses) == 2 * len(pairs[kind])
        for key, is_left, is_done, is_playing, steps in presses:
            what = f"{key!r} at control {number}, a {kind}"
            assert is_left == (key in own[kind]), what
            if is_left:
                assert (is_playing, steps) == (False, 0), what
            else:
                assert is_done, what
    return Counter(kind for kind, _ in found)


def _value(slider: Any) -> float:
    return float(slider.evaluate(VALUE))


def test_clicker_and_space_leave_a_focused_slider_alone_but_arrows_move_it(
    playground: Playground,
) -> None:
    page, keys = playground.page, playground.page.keyboard
    playground.go_to_step(3)
    rate = playground.sidebar.get_by_role("slider", name="Learning rate")
    for slider in (playground.part("time"), playground.part("speed"), rate):
        start, value = playground.step_shown, _value(slider)
        slider.focus()
        keys.press("PageDown")
        playground.until("s.frame.step === arg", start + 1)
        keys.press("PageUp")
        playground.until("s.frame.step === arg", start)
        assert _value(slider) == value
        keys.press("Space")
        playground.until("s.playing")
        keys.press("Space")
        playground.until("!s.playing")
        expect(slider).to_be_focused()
        before = _value(slider)
        keys.press("ArrowLeft" if before else "ArrowRight")
        wanted = before - 1 if before else 1
        page.wait_for_function(
            f"([slider, wanted]) => ({VALUE})(slider) === wanted",
            arg=[slider.element_handle(), wanted],
        )


def test_arrows_reach_all_buttons_of_a_row(playground: Playground) -> None:
    """Tab goes to one button of the row only, so the arrows must go to the others."""
    inputs = playground.sidebar.get_by_role("toolbar", name="Inputs").get_by_role("button")
    inputs.first.focus()
    playground.page.keyboard.press("ArrowRight")
    expect(inputs.nth(1)).to_be_focused()
    playground.rest()
    assert playground.step_shown == 0


def test_space_plays_after_a_choice_from_a_list_by_mouse(playground: Playground) -> None:
    with playground.new_run():
        playground.choose("Data set", "Circles")
    data = playground.sidebar.get_by_role("combobox", name="Data set")
    expect(data).to_be_focused()
    playground.page.keyboard.press("Space")
    playground.until("s.playing")
    playground.page.keyboard.press("Space")
    playground.until("!s.playing")
    expect(data).to_have_value("Circles")

    data.click()
    playground.page.keyboard.type("s k")
    expect(data).to_have_value("s k")
    assert not playground.state["playing"]


def test_play_is_two_tab_stops_from_the_address_bar(opened: Playground) -> None:
    keys = opened.page.keyboard
    keys.press("Tab")
    expect(opened.page.get_by_role("link", name="Skip to main content")).to_be_in_viewport()
    keys.press("Enter")
    keys.press("Tab")
    expect(opened.part("play")).to_be_focused()
    keys.press("Space")
    opened.until("s.playing")


def test_the_gallery_has_its_own_page_keys(playground: Playground) -> None:
    playground.go_to_gallery()
    for key in ("PageDown", "Space", "."):
        playground.page.keyboard.press(key)
    playground.rest()
    expect(playground.page.locator("dialog[open]")).to_have_count(0)
    assert playground.step_shown == 0
    assert not playground.state["playing"]
