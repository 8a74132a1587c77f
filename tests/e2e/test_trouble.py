"""When a run goes wrong, the page says what happened and stays usable."""

from playwright.sync_api import expect

from tools.playground import EXPLODING, PATIENCE, Playground


def test_a_run_that_diverges_says_where_and_what_to_try_and_the_page_stays_usable(
    tab: Playground,
) -> None:
    playground = tab.open(EXPLODING)
    playground.part("play").click()
    message = playground.trouble()
    expect(message).to_be_visible(timeout=PATIENCE)
    playground.until("!s.playing")
    stopped_at = playground.step_shown
    expect(message).to_contain_text(str(stopped_at))
    expect(message).to_contain_text("learning rate", ignore_case=True)
    frame = playground.frame
    assert frame["lossTrain"] is not None, "the last finite step is shown, not the broken one"

    playground.rest(60)
    assert playground.step_shown == stopped_at

    playground.reset()
    expect(playground.trouble()).to_be_hidden(timeout=PATIENCE)
    with playground.new_run():
        playground.choose_another_data_set()
    playground.step()
    playground.until("s.frame.step === 1")


def test_a_link_that_cannot_be_read_opens_the_page_and_says_so(tab: Playground) -> None:
    playground = tab.open("/?rate=loud&layers=9999-tanh")
    assert playground.step_shown == 0
    expect(playground.page.get_by_text("9999-tanh")).to_be_visible()
    expect(playground.page.get_by_test_id("stException")).to_have_count(0)
