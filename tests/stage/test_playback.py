"""The viewer sees the truth: whatever the browser asks, in whatever order, and however often."""

import json
import threading
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz import limits
from nnviz.codec import to_query
from nnviz.data import DataSpec
from nnviz.experiment import Change, Experiment
from nnviz.frames import unpack
from nnviz.network import LayerSpec
from nnviz.runs import Run
from nnviz.settings import SETTINGS
from nnviz.stage import Playback
from nnviz.stage.playback import Pull
from tests.experiments import EXPLOSIVE, SMALL, SMALL_BATCHES, SMALL_DROPOUT, can_start, experiments
from tests.stage.browser import Browser, frames_of, frames_of_a_run

HEAVY = Experiment(data=DataSpec(n_samples=2000)).with_hidden((LayerSpec(64, "tanh"),) * 8)
VALID = {
    "run": "a" * 32,
    "id": 7,
    "revision": 2,
    "shown": 100,
    "start": 120,
    "per_frame": 16,
    "frames": 24,
    "fresh": False,
    "gradients": True,
    "again": False,
}


@pytest.fixture(autouse=True)
def no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is slow, not wrong: batches are full unless a test says otherwise."""
    monkeypatch.setattr(limits, "PULL_SECONDS", 3600.0)


# what may be asked -------------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


@given(json_values | st.dictionaries(st.sampled_from(list(VALID)), json_values))
def test_whatever_was_sent_is_a_pull_within_limits_or_nothing(message: object) -> None:
    """The message comes from a browser that anyone can drive."""
    assert_within_limits(Pull.parse(message))


@given(st.sampled_from(list(VALID)), json_values)
def test_one_field_gone_wrong_is_noticed(field: str, value: object) -> None:
    assert_within_limits(Pull.parse({**VALID, field: value}))


def assert_within_limits(pull: Pull | None) -> None:
    if pull is None:
        return
    assert isinstance(pull.run, str)
    assert len(pull.run) <= 32
    for number in (pull.id, pull.revision, pull.shown, pull.start):
        assert type(number) is int
        assert 0 <= number <= 10_000_000
    assert 0 <= pull.per_frame <= limits.UPDATES_PER_FRAME.high
    assert 0 <= pull.frames <= limits.FRAMES_PER_PULL
    assert all(type(flag) is bool for flag in (pull.fresh, pull.gradients, pull.again))


def test_an_honest_pull_is_taken_as_it_is() -> None:
    pull = Pull.parse(VALID)
    assert pull is not None
    assert asdict(pull) == VALID


@pytest.mark.parametrize(
    "field", ["run", "id", "revision", "shown", "start", "per_frame", "frames"]
)
@pytest.mark.parametrize("value", [None, -1, 1.0, True, "1", [], 10**400], ids=repr)
def test_a_wrong_field_makes_it_no_pull(field: str, value: object) -> None:
    if field == "run" and isinstance(value, str):
        value = "a" * 33
    assert Pull.parse({**VALID, field: value}) is None
    assert Pull.parse({key: kept for key, kept in VALID.items() if key != field}) is None


@pytest.mark.parametrize("message", [None, [], "pull", 3, {}, {"run": 1}, {1: 2}], ids=repr)
def test_what_is_no_pull_is_not_answered(message: object) -> None:
    playback = Playback(SMALL)
    before = playback.message
    playback.answer(message)
    assert playback.message is before


few_steps = st.integers(0, 200)
hostile_pulls = st.fixed_dictionaries(
    {
        "id": st.integers(0, 3),
        "revision": st.integers(0, 2),
        "shown": few_steps,
        "start": few_steps | st.just(10_000_000),
        "per_frame": st.integers(0, 20),
        "frames": st.integers(0, 4),
        "fresh": st.booleans(),
        "gradients": st.booleans(),
        "again": st.booleans(),
        "own": st.booleans(),
    }
)


@settings(max_examples=40)
@given(st.lists(hostile_pulls, max_size=8), st.floats(1e-5, 10.0))
def test_after_any_pulls_an_honest_one_is_served_with_the_truth(
    pulls: list[dict[str, object]], rate: float
) -> None:
    """A browser gone mad harms nobody, not even its own next pull."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "PULL_SECONDS", 0.0005)
        playback = Playback(SMALL_BATCHES)
        run = unpack(playback.message)[0]["run"]
        for pull in pulls:
            playback.answer({**pull, "run": run if pull["own"] else "x"})
            assert unpack(playback.message)[0]["run"] == run
        playback.change("learning_rate", rate)
        patch.setattr(limits, "PULL_SECONDS", 3600.0)
        browser = Browser(playback)
        browser.run = ""
        playback.answer(browser.next_pull())
        browser.receive()
        browser.shown = 5
        steps = [frame["step"] for frame in browser.pull(frames=4)]
    assert steps == [5, 6, 7, 8, 9]
    assert browser.queue == frames_of_a_run(playback.experiment, steps)
    assert playback.experiment.value_at("learning_rate", 5) == rate


# batches of frames -------------------------------------------------------------------------------


@pytest.mark.parametrize("per_frame", [1, 3, 64])
def test_frames_go_on_from_where_the_queue_ends_at_the_chosen_speed(per_frame: int) -> None:
    browser = Browser(Playback(SMALL))
    first = browser.pull(frames=4, per_frame=per_frame)
    second = browser.pull(frames=3, per_frame=per_frame)
    steps = [frame["step"] for frame in (*first, *second)]
    assert steps == [per_frame * (i + 1) for i in range(7)]
    browser.show(2)
    (third, *_) = browser.pull(frames=2, per_frame=per_frame)
    assert third["step"] == per_frame * 8, "what is shown does not move the queue's end"


@pytest.mark.parametrize("experiment", [SMALL, SMALL_BATCHES, SMALL_DROPOUT, Experiment()])
def test_frames_are_those_of_the_experiment_however_they_are_cut_into_batches(
    experiment: Experiment,
) -> None:
    """So that many viewers of one link see one training, and the same one tomorrow."""
    one, many = Browser(Playback(experiment)), Browser(Playback(experiment))
    one.pull(frames=24)
    for frames in (1, 2, 5, 16):
        many.pull(frames=frames)
    assert one.queue == many.queue
    assert one.queue == frames_of_a_run(experiment, range(1, 25))


def test_speed_changes_what_is_skipped_and_not_what_is_shown() -> None:
    slow, fast = Browser(Playback(SMALL_BATCHES)), Browser(Playback(SMALL_BATCHES))
    by_step = {frame["step"]: frame for frame in slow.pull(frames=24)}
    for frame in fast.pull(frames=4, per_frame=6):
        assert frame == by_step[frame["step"]]


def test_a_pull_that_comes_twice_is_answered_with_the_same_bytes_and_trains_nothing() -> None:
    """A lost answer is asked for again; the network may not be further for it."""
    playback = Playback(SMALL)
    browser = Browser(playback)
    pull = browser.next_pull(frames=5)
    playback.answer(pull)
    answered = playback.message
    for _ in range(3):
        playback.answer(dict(pull))
        assert playback.message is answered
    browser.receive()
    assert [frame["step"] for frame in browser.pull(frames=1)] == [6]


def test_pulls_of_two_threads_train_once() -> None:
    """Streamlit may start a new script run while the old one still is in the callback."""
    playback = Playback(SMALL)
    browser = Browser(playback)
    pull = browser.next_pull(frames=20)
    together = threading.Barrier(4)

    def answer() -> None:
        together.wait()
        playback.answer(dict(pull))

    threads = [threading.Thread(target=answer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert browser.receive()["seq"] == 2
    assert browser.queue == frames_of_a_run(SMALL, range(1, 21))


def test_gradients_and_the_frame_of_the_start_come_when_asked_for() -> None:
    browser = Browser(Playback(SMALL))
    assert "gradients" not in browser.sections
    browser.pull(frames=3, gradients=True, again=True)
    assert [frame["step"] for frame in browser.queue] == [0, 1, 2, 3]
    run = Run(SMALL)
    np.testing.assert_allclose(
        np.sort(browser.sections["gradients"][0]), np.sort(run.gradient()), rtol=1e-6
    )


# changes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("experiment", [SMALL, SMALL_BATCHES], ids=["full", "batches"])
@pytest.mark.parametrize("field", ["learning_rate", "theta.3"])
@pytest.mark.parametrize("shown", [0, 5, 16])
def test_a_change_is_made_at_the_step_on_the_screen_although_the_run_is_ahead(
    experiment: Experiment, field: str, shown: int
) -> None:
    """What was computed ahead is speculation: the viewer changed what the viewer saw."""
    playback = Playback(experiment)
    browser = Browser(playback)
    browser.pull(frames=24)
    if shown:
        browser.show(shown)
    playback.change(field, 0.75)
    browser.receive()
    assert browser.queue == [], "the speculation is thrown away"
    frames = browser.pull(frames=6)
    assert [frame["step"] for frame in frames] == list(range(shown, shown + 7))
    wanted = experiment.with_change(Change(shown, field, 0.75))
    assert playback.experiment == wanted
    assert frames == frames_of_a_run(wanted, range(shown, shown + 7))


def test_the_curve_before_a_change_stays_and_the_curve_after_it_is_the_changed_runs() -> None:
    playback = Playback(SMALL)
    browser = Browser(playback)
    browser.pull(frames=24)
    browser.show(10)
    playback.change("learning_rate", 1.5)
    browser.receive()
    browser.pull(frames=20)
    browser.show(16)
    browser.pull(frames=1)
    browser.forget()
    playback.answer(browser.next_pull())
    browser.receive()
    changed = Run(playback.experiment)
    changed.advance(25)
    plain = Run(SMALL)
    plain.advance(10)
    curve = browser.sections["history_loss_train"]
    assert browser.sections["history_step"].tolist() == list(range(26))
    np.testing.assert_array_equal(curve[:11], plain.history.loss_train)
    np.testing.assert_array_equal(curve, changed.history.loss_train)


def test_a_change_trains_nothing_by_itself_and_is_seen_at_once_by_the_page() -> None:
    playback = Playback(SMALL)
    Browser(playback).pull(frames=3)
    before = playback.experiment
    playback.change("learning_rate", 0.9)
    assert playback.value_now("learning_rate") == 0.9
    assert playback.experiment == before
    header, sections = unpack(playback.message)
    assert header["flush"]
    assert sections == {}


def test_the_last_of_several_changes_before_the_next_pull_counts() -> None:
    """A slider that is dragged sends many values."""
    playback = Playback(SMALL)
    browser = Browser(playback)
    for rate in (0.1, 0.5, 0.7):
        playback.change("learning_rate", rate)
    playback.change("theta.1", -2.0)
    browser.receive()
    browser.pull()
    wanted = replace(SMALL, training=replace(SMALL.training, learning_rate=0.7))
    assert playback.experiment == replace(wanted, changes=(Change(0, "theta.1", -2.0),))


def test_branching_from_the_past_drops_the_changes_made_after_it() -> None:
    playback = Playback(SMALL)
    browser = Browser(playback)
    browser.pull(frames=10)
    browser.show(8)
    playback.change("theta.2", 3.0)
    browser.receive()
    browser.pull(frames=10)
    browser.show(5)
    browser.shown, browser.queue = 4, []
    playback.branch()
    browser.receive()
    browser.pull(frames=6)
    assert playback.experiment == SMALL
    assert browser.queue == frames_of_a_run(SMALL, range(4, 11))


@pytest.mark.parametrize(
    ("field", "value"),
    [("learning_rate", 99.0), ("learning_rate", float("nan")), ("theta.13", 0.0), ("units", 3.0)],
)
def test_a_refused_change_is_raised_at_once_and_nothing_is_different(
    field: str, value: float
) -> None:
    assert SMALL.network.n_params == 13
    playback = Playback(SMALL)
    browser = Browser(playback)
    before = playback.message
    with pytest.raises(ValueError, match="must"):
        playback.change(field, value)
    assert playback.message is before
    assert browser.pull(frames=4) == frames_of_a_run(SMALL, range(1, 5))


def test_when_no_more_changes_are_possible_it_is_said_and_the_run_plays_on() -> None:
    playback = Playback(SMALL)
    browser = Browser(playback)
    for i in range(limits.CHANGES):
        browser.pull(frames=2)
        browser.show(1 if not i else 2)
        playback.change("learning_rate", 0.1 + i / 1000)
        browser.receive()
    browser.pull(frames=2)
    browser.show(2)
    browser.pull(frames=2)
    with pytest.raises(ValueError, match="start a new run to make more"):
        playback.change("learning_rate", 0.5)
    assert len(browser.pull(frames=3)) == 3
    assert len(playback.experiment.changes) == limits.CHANGES


def test_a_change_that_is_too_many_by_the_time_it_is_shown_is_refused_at_once() -> None:
    """The browser has shown more than it has told of, and passed the changes of a link there."""
    changes = tuple(Change(5 + k, "theta.1", 0.1) for k in range(limits.CHANGES))
    playback = Playback(replace(SMALL, changes=changes))
    browser = Browser(playback)
    browser.pull(frames=32)
    browser.pull(frames=32)
    browser.pull(frames=32)
    with pytest.raises(ValueError, match="start a new run to make more"):
        playback.change("learning_rate", 0.5)
    browser.show(90)
    assert len(browser.pull(frames=3)) == 3
    assert playback.experiment.changes == changes


def test_of_changes_made_together_none_is_made_if_one_is_refused() -> None:
    playback = Playback(SMALL)
    browser = Browser(playback)
    before = playback.message
    with pytest.raises(ValueError, match="must name one of"):
        playback.change_all({"theta.1": 0.5, "theta.13": 0.5})
    assert playback.message is before
    assert browser.pull(frames=4) == frames_of_a_run(SMALL, range(1, 5))


# what is no longer meant -------------------------------------------------------------------------


def test_a_pull_from_before_a_change_is_ignored() -> None:
    """Its frames belong to a future that will not happen."""
    playback = Playback(SMALL)
    browser = Browser(playback)
    stale = browser.next_pull()
    playback.change("learning_rate", 0.01)
    flush = playback.message
    playback.answer(stale)
    assert playback.message is flush
    assert playback.experiment == SMALL


def test_a_pull_for_another_run_is_ignored() -> None:
    playback = Playback(SMALL)
    browser = Browser(playback)
    old = browser.next_pull()
    playback.start(SMALL_BATCHES)
    opening = playback.message
    playback.answer(old)
    assert playback.message is opening
    assert unpack(opening)[1]["step"].tolist() == [0]


def test_a_stage_that_knows_nothing_gets_everything_at_the_step_it_left() -> None:
    """After another page was visited, the picture is where it was."""
    playback = Playback(SMALL)
    browser = Browser(playback)
    browser.pull(frames=20)
    browser.show(12)
    browser.pull(frames=1)
    browser.forget()
    playback.answer(browser.next_pull())
    header = browser.receive()
    assert header["opening"]
    assert browser.shown == 12
    assert frames_of(browser.sections) == frames_of_a_run(SMALL, [12])
    assert browser.sections["history_step"].tolist() == list(range(13))
    assert browser.pull(frames=3) == frames_of_a_run(SMALL, range(13, 16))


def test_a_stage_mounted_again_is_served_even_if_it_counts_its_pulls_from_one() -> None:
    """Its first pull may look exactly like one that an earlier stage was answered."""
    playback = Playback(SMALL)
    browser = Browser(playback)
    served = browser.next_pull(frames=3)
    playback.answer(served)
    playback.answer({**served, "run": "", "fresh": True})
    assert unpack(playback.message)[0]["opening"]
    playback.answer(served)
    header, sections = unpack(playback.message)
    assert header["answers"] == served["id"]
    assert frames_of(sections) == frames_of_a_run(SMALL, range(1, 4))


def test_a_new_run_has_a_new_name_and_starts_at_its_first_step() -> None:
    playback = Playback(SMALL)
    browser = Browser(playback)
    browser.pull(frames=5)
    playback.change("learning_rate", 0.2)
    old_run, old_seq = browser.run, browser.seq
    playback.start(SMALL_BATCHES)
    header = browser.receive()
    assert header["opening"]
    assert browser.run != old_run
    assert browser.run == playback.run_id
    assert header["seq"] > old_seq
    assert browser.shown == 0
    assert playback.value_now("learning_rate") == SMALL_BATCHES.training.learning_rate, (
        "the change is forgotten"
    )
    assert browser.pull(frames=3) == frames_of_a_run(SMALL_BATCHES, range(1, 4))


def test_the_same_experiment_started_again_is_a_new_run_with_the_same_frames() -> None:
    """Reset: the same initial weights, the same training."""
    playback = Playback(SMALL_BATCHES)
    browser = Browser(playback)
    run, first = browser.run, browser.pull(frames=9)
    playback.start(SMALL_BATCHES)
    browser.receive()
    assert browser.run != run
    assert browser.pull(frames=9) == first


def test_a_refused_start_leaves_the_run_in_progress() -> None:
    playback = Playback(SMALL)
    browser = Browser(playback)
    browser.pull(frames=4)
    before = playback.message
    one_class = next(
        experiment
        for seed in range(64)
        if is_refused(
            experiment := replace(
                SMALL, data=DataSpec(n_samples=20, train_ratio=0.1, split_seed=seed)
            )
        )
    )
    with pytest.raises(ValueError, match="both classes"):
        playback.start(one_class)
    assert playback.message is before
    assert [frame["step"] for frame in browser.pull(frames=2)] == [5, 6]


def is_refused(experiment: Experiment) -> bool:
    try:
        Run(experiment)
    except ValueError:
        return True
    return False


def test_messages_are_numbered_so_that_one_delivered_twice_is_known() -> None:
    playback = Playback(SMALL)
    browser = Browser(playback)
    numbers = [browser.seq]
    for _ in range(2):
        browser.pull(frames=2)
        numbers.append(browser.header["seq"])
        playback.change("learning_rate", 0.1 * len(numbers))
        numbers.append(browser.receive()["seq"])
        playback.start(SMALL)
        numbers.append(browser.receive()["seq"])
    assert numbers == sorted(set(numbers))


# what a pull may cost ----------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0.0, 0.1])
def test_the_heaviest_network_makes_a_frame_with_every_pull(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However slow, it moves: eight layers of 64 units on 2,000 samples."""
    monkeypatch.setattr(limits, "PULL_SECONDS", seconds)
    browser = Browser(Playback(HEAVY))
    steps = [browser.pull(frames=24, per_frame=512)[-1]["step"] for _ in range(3)]
    assert 0 < steps[0] < steps[1] < steps[2]
    assert steps[2] < 3 * 512, "frames shrink to fit the time"


def test_a_pull_without_time_still_brings_one_update_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "PULL_SECONDS", 0.0)
    browser = Browser(Playback(SMALL))
    assert [frame["step"] for frame in browser.pull(frames=24, per_frame=100)] == [1]


def test_a_queue_far_ahead_of_the_run_is_caught_up_with_in_several_pulls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No single pull may hold the server up, and none may lead nowhere."""
    playback = Playback(SMALL)
    browser = Browser(playback)
    monkeypatch.setattr(limits, "PULL_SECONDS", 0.02)
    browser.shown = 100_000
    assert browser.pull(frames=1) == []
    browser.shown = 3000
    pulls = 0
    while not browser.pull(frames=1):
        pulls += 1
        assert pulls < 1000
    assert browser.queue[0]["step"] == 3001


# the rest of what is sent ------------------------------------------------------------------------


def test_the_opening_holds_all_that_does_not_change() -> None:
    playback = Playback(SMALL_BATCHES)
    browser = Browser(playback)
    header = browser.header
    data = Run(SMALL_BATCHES).dataset
    assert header["window"] == list(asdict(data.window).values())
    assert header["steps_per_epoch"] == 5
    assert header["has_test"] is True
    assert header["stopped"] is None
    boundary = json.loads(header["figures"]["boundary"])
    assert sum(len(trace["x"]) for trace in boundary["data"]) == 40
    assert [layer["units"] for layer in header["layers"]] == [3, 1]
    assert [layer["activation"] for layer in header["layers"]] == ["tanh", "sigmoid"]
    assert frames_of(browser.sections) == frames_of_a_run(SMALL_BATCHES, [0])


def test_the_opening_says_what_the_network_is_fed() -> None:
    """Otherwise the stage could not draw the input neurons."""
    inputs = ("x2", "x1_squared", "theta")
    browser = Browser(Playback(SETTINGS["inputs"].put(SMALL, inputs)))
    keys = [one["key"] for one in browser.header["inputs"]]
    assert tuple(keys) == inputs
    assert [one["name"] for one in browser.header["inputs"]] == ["x₂", "x₁²", "θ"]
    assert browser.header["names"] == ["x1", "x2"]
    maps = browser.sections["input_maps"]
    assert maps.shape == (3, 17, 17)
    assert maps.dtype == np.int8
    assert browser.sections["maps"].shape[2:] == maps.shape[1:]
    (first,) = [np.array(layer["parameters"]) for layer in browser.header["layers"][:1]]
    assert first.shape == (3, 1 + len(inputs)), "a bias and a weight from every input"


def test_the_opening_names_the_axes_in_the_words_of_the_data() -> None:
    browser = Browser(Playback(SETTINGS["data"].put(SMALL, "iris")))
    assert browser.header["names"] == ["petal length (cm)", "petal width (cm)"]


@given(experiments().filter(can_start))
@settings(max_examples=40)
def test_any_experiment_opens_on_the_stage_and_plays(experiment: Experiment) -> None:
    """Points of a billion in every square and sine included: no warning, no number lost."""
    browser = Browser(Playback(experiment))
    header, sections = browser.header, browser.sections
    assert len(header["inputs"]) == len(sections["input_maps"]) == len(experiment.data.inputs)
    assert header["names"] == list(Run(experiment).dataset.names)
    assert header["experiment"] == to_query(experiment)
    assert np.isfinite(header["window"]).all()
    browser.pull(frames=2)
    assert browser.header["stopped"] or browser.queue


def test_a_batch_does_not_repeat_what_the_opening_said() -> None:
    browser = Browser(Playback(Experiment()))
    opening = len(browser.playback.message)
    browser.pull(frames=1)
    assert "figures" not in browser.header
    assert len(browser.playback.message) < opening


def test_the_curve_of_a_long_run_is_thinned_to_what_a_screen_can_show() -> None:
    playback = Playback(SMALL)
    browser = Browser(playback)
    browser.pull(frames=24, per_frame=100)
    browser.show(24)
    browser.pull(frames=1)
    browser.forget()
    playback.answer(browser.next_pull())
    browser.receive()
    steps = browser.sections["history_step"]
    assert 100 < len(steps) <= 501
    assert steps[0] == 0
    assert steps[-1] > 2300
    assert len(set(np.diff(steps))) == 1


def test_a_diverged_run_sends_its_last_frame_and_the_reason_and_can_be_saved() -> None:
    playback = Playback(EXPLOSIVE)
    browser = Browser(playback)
    frames = browser.pull(frames=24)
    stopped = browser.header["stopped"]
    assert stopped["kind"] == "diverged"
    assert stopped["step"] == (frames[-1]["step"] if frames else 0)
    assert "learning rate" in stopped["advice"]
    assert browser.pull(frames=24) == [], "there is no more"

    browser.queue, browser.shown = [], 0
    playback.change("learning_rate", 1e-5)
    browser.receive()
    saved = browser.pull(frames=6)
    assert [frame["step"] for frame in saved] == list(range(7))
    assert browser.header["stopped"] is None
    assert saved == frames_of_a_run(playback.experiment, range(7))
