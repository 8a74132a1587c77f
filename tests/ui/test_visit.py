"""What the server keeps of a visit: the experiment, the last step told, and what is wished for."""

import uuid
from dataclasses import replace
from typing import Any

import pytest

from nnviz.data import DataSpec, Points, make_dataset
from nnviz.experiment import Change, Experiment
from nnviz.experiment.settings import SETTINGS
from nnviz.frames import unpack
from nnviz.serve import opening, quota, spell, whole
from nnviz.ui.visit.visit import PATIENCE, Visit
from tests.experiments import SMALL, SMALL_BATCHES

RATE = "learning_rate"
MANY_POINTS = Points(tuple((i / 7, (i % 13) / 3, i % 2) for i in range(300)))


def one_class() -> Experiment:
    """An experiment whose split puts points of one class alone into the training set."""
    for seed in range(64):
        data = DataSpec(n_samples=20, train_ratio=0.1, split_seed=seed)
        try:
            make_dataset(data)
        except ValueError:
            return replace(SMALL, data=data)
    raise AssertionError("no such seed")


ONE_CLASS = one_class()


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def header(visit: Visit) -> dict[str, Any]:
    return unpack(visit.message())[0]


def sections(visit: Visit) -> dict[str, bytes]:
    return {name: part.tobytes() for name, part in unpack(visit.message())[1].items()}


def seen(experiment: Experiment = SMALL, step: int = 0) -> tuple[Visit, Clock]:
    """A visit whose stage has told that it shows the run at this step."""
    clock = Clock()
    visit = Visit(experiment, clock)
    visit.told(experiment, step)
    return visit, clock


def changed(step: int, value: float, field: str = RATE) -> Experiment:
    return SMALL.with_change(Change(step, field, value))


# the message -------------------------------------------------------------------------------------


def test_the_message_opens_the_run_with_its_first_picture() -> None:
    visit = Visit(SMALL)
    told = header(visit)
    assert told["experiment"] == spell(SMALL)
    assert (told["run"], told["seq"], told["step"]) == (1, 1, 0)
    assert [told[k] for k in ("same_until", "wish", "edited", "own", "reply")] == [None] * 5
    assert sections(visit) == {"opening": opening(SMALL)}


def test_the_message_is_made_anew_only_when_something_has_changed() -> None:
    visit, _ = seen()
    first = visit.message()
    assert visit.message() is first
    with visit.carrying_out("a stage", 1):
        pass
    assert header(visit)["seq"] == unpack(first)[0]["seq"] + 1
    assert header(visit)["edited"] == {"sender": "a stage", "id": 1}


def test_two_visits_have_two_names() -> None:
    assert header(Visit(SMALL))["session"] != header(Visit(SMALL))["session"]


def test_an_experiment_too_long_for_an_address_is_sent_whole() -> None:
    experiment = SMALL.with_points(MANY_POINTS)
    visit = Visit(experiment)
    assert header(visit)["experiment"].startswith("id=")
    assert header(visit)["own"] == whole(experiment)


def test_on_a_busy_server_the_stage_is_told_all_but_the_first_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visit, _ = seen()
    monkeypatch.setattr(quota, "WAITING", 0)
    wanted = replace(SMALL, init_seed=2_718_281)  # nobody has asked for it before
    visit.open(wanted)
    assert (header(visit)["experiment"], header(visit)["run"]) == (spell(wanted), 2)
    assert sections(visit) == {}
    with pytest.raises(ValueError, match="both classes"):
        visit.open(ONE_CLASS)


def test_a_run_that_cannot_be_trained_is_refused_and_nothing_is_different() -> None:
    visit, _ = seen()
    before = visit.message()
    with pytest.raises(ValueError, match="both classes"):
        visit.open(ONE_CLASS)
    assert visit.message() is before


# what the stage tells ----------------------------------------------------------------------------


def test_what_the_stage_shows_is_taken_over_within_the_run() -> None:
    visit, _ = seen()
    shown = changed(8, 0.5, "theta.4")
    assert not visit.told(shown, 8)
    assert (visit.experiment, visit.step, visit.run) == (shown, 8, 1)
    assert header(visit)["experiment"] == spell(shown)
    assert sections(visit) == {}


def test_a_new_session_takes_over_what_was_seen_elsewhere() -> None:
    """The server was started anew, or the page was reloaded: nobody loses a run."""
    visit = Visit(Experiment())
    assert visit.told(SMALL_BATCHES, 300)
    assert (visit.experiment, visit.step, visit.run) == (SMALL_BATCHES, 300, 1)
    assert sections(visit) == {}, "the stage has it all"


def test_a_run_that_no_change_leads_to_is_refused_and_the_run_opened_anew() -> None:
    visit, _ = seen(step=40)
    assert not visit.told(SMALL_BATCHES, 3)
    assert (visit.experiment, visit.step, visit.run) == (SMALL, 40, 2)
    assert header(visit)["same_until"] is None
    assert sections(visit) == {"opening": opening(SMALL)}


def test_a_new_session_takes_over_nothing_that_cannot_be_trained() -> None:
    visit = Visit(SMALL)
    with pytest.raises(ValueError, match="both classes"):
        visit.told(ONE_CLASS, 3)
    assert visit.experiment == SMALL


def test_what_was_told_before_another_run_was_opened_is_ignored() -> None:
    visit, _ = seen(step=40)
    visit.open(SMALL_BATCHES)
    opened = visit.message()
    visit.told(changed(50, 0.01), 50)
    assert visit.message() is opened


def ended(visit: Visit, *wanted: Experiment) -> None:
    """Carry out edit 5, and let Streamlit end the script, by an exception that is no Exception."""
    with visit.carrying_out("a stage", 5):
        for experiment in wanted:
            visit.open(experiment)
        raise KeyboardInterrupt


def test_an_edit_that_has_had_its_effect_is_not_made_again_if_its_script_is_ended() -> None:
    visit, _ = seen()
    with pytest.raises(KeyboardInterrupt):
        ended(visit)
    assert visit.last_edit_of("a stage") == 0, "it is to be sent again"
    with pytest.raises(KeyboardInterrupt):
        ended(visit, SMALL_BATCHES)
    assert visit.last_edit_of("a stage") == 5
    assert visit.last_edit_of("another") == 0
    assert header(visit)["edited"] == {"sender": "a stage", "id": 5}


# wishes ------------------------------------------------------------------------------------------


def test_a_wish_changes_nothing_until_the_stage_has_carried_it_out() -> None:
    visit, _ = seen(step=20)
    visit.ask_for(RATE, 0.1)
    assert header(visit)["wish"] == {"id": 1, "changes": ["learning_rate-0.1"]}
    assert (visit.experiment, visit.value_now(RATE)) == (SMALL, 0.1)
    visit.told(changed(33, 0.1), 33, wish=1)
    assert visit.experiment == replace(SMALL, changes=(Change(33, RATE, 0.1),))
    assert (visit.step, visit.run) == (33, 1)
    assert header(visit)["wish"] is None


def test_a_wish_that_was_refused_at_the_shown_step_is_dropped() -> None:
    visit, _ = seen()
    visit.ask_for(RATE, 0.1)
    visit.told(SMALL, 90, wish=1)
    assert visit.wish is None
    assert visit.value_now(RATE) == SMALL.training.learning_rate


def test_wishes_before_an_answer_are_one_with_the_latest_values() -> None:
    """A slider that is dragged sends many values."""
    visit, _ = seen()
    for rate in (0.1, 0.5):
        visit.ask_for(RATE, rate)
    visit.ask_for("l2", 0.01)
    visit.ask_for(RATE, 0.7)
    assert header(visit)["wish"] == {"id": 4, "changes": ["learning_rate-0.7", "l2-0.01"]}


def test_the_answer_to_an_earlier_wish_leaves_the_later_one_open() -> None:
    visit, clock = seen()
    visit.ask_for(RATE, 0.1)
    clock.seconds += 0.9 * PATIENCE
    visit.ask_for(RATE, 0.7)
    visit.told(changed(5, 0.1), 5, wish=1)
    assert visit.experiment == changed(5, 0.1)
    assert visit.value_now(RATE) == 0.7
    clock.seconds += 0.9 * PATIENCE
    visit.keep_time()
    assert header(visit)["wish"]["id"] == 2, "the stage is there: it has its time anew"


def test_a_wish_that_nobody_answers_takes_effect_at_the_last_step_told() -> None:
    visit, clock = seen(step=20)
    visit.ask_for(RATE, 0.1)
    clock.seconds += 0.99 * PATIENCE
    visit.keep_time()
    assert visit.experiment == SMALL
    clock.seconds += 0.01 * PATIENCE
    visit.keep_time()
    assert visit.experiment == changed(20, 0.1)
    told = header(visit)
    assert (told["run"], told["step"], told["same_until"], told["wish"]) == (2, 20, 20, None)
    assert sections(visit) == {"opening": opening(visit.experiment)}


def test_a_stage_that_tells_something_else_first_is_waited_for() -> None:
    """On a busy server an answer takes its time; the step that is shown is known meanwhile."""
    visit, clock = seen()
    visit.ask_for(RATE, 0.1)
    clock.seconds += 0.9 * PATIENCE
    visit.told(SMALL, 70)
    clock.seconds += 0.9 * PATIENCE
    visit.keep_time()
    assert (visit.experiment, header(visit)["wish"]["id"]) == (SMALL, 1)
    clock.seconds += 0.1 * PATIENCE
    visit.keep_time()
    assert visit.experiment == changed(70, 0.1)


def test_the_late_answer_to_a_wish_that_was_carried_out_here_is_ignored() -> None:
    """The stage has to open the run as it is here."""
    visit, clock = seen(step=20)
    visit.ask_for(RATE, 0.1)
    clock.seconds += PATIENCE
    visit.keep_time()
    carried_out = visit.message()
    visit.told(changed(60, 0.1), 60, wish=1)
    assert visit.message() is carried_out


def test_without_a_stage_a_wish_takes_effect_at_once() -> None:
    visit = Visit(SMALL)
    visit.ask_for(RATE, 0.1)
    assert visit.experiment == SETTINGS["rate"].put(SMALL, 0.1)
    assert header(visit)["wish"] is None


def test_a_wish_for_what_is_in_force_opens_no_other_run() -> None:
    visit = Visit(SMALL)
    visit.ask_for(RATE, SMALL.training.learning_rate)
    assert (visit.run, visit.wish) == (1, None)


@pytest.mark.parametrize(
    ("field", "value"), [(RATE, 99.0), (RATE, float("nan")), ("l1", -1.0), ("units", 3.0)]
)
def test_a_wish_against_the_rules_is_refused_and_nothing_is_different(
    field: str, value: float
) -> None:
    visit, _ = seen()
    before = visit.message()
    with pytest.raises(ValueError, match="must be"):
        visit.ask_for(field, value)
    assert visit.message() is before


def test_one_change_too_many_is_refused_by_name() -> None:
    full = replace(SMALL, changes=tuple(Change(k, "theta.1", 0.1) for k in range(quota.CHANGES)))
    visit, _ = seen(full, step=100)
    before = visit.message()
    with pytest.raises(ValueError, match="start a new run to make more"):
        visit.ask_for(RATE, 0.5)
    assert visit.message() is before


def test_a_wish_that_has_become_one_too_many_is_refused_by_name_and_dropped() -> None:
    """The stage has edited weights meanwhile, and does not answer any more."""
    visit, clock = seen()
    visit.ask_for(RATE, 0.5)
    full = replace(SMALL, changes=tuple(Change(k, "theta.1", 0.1) for k in range(quota.CHANGES)))
    visit.told(full, 100)
    clock.seconds += PATIENCE
    with pytest.raises(ValueError, match="start a new run to make more"):
        visit.keep_time()
    visit.keep_time()
    assert (visit.experiment, visit.wish, visit.run) == (full, None, 1)


def test_another_run_forgets_what_was_wished_for_in_the_last_one() -> None:
    visit, clock = seen(step=20)
    visit.ask_for(RATE, 0.1)
    visit.open(SMALL_BATCHES)
    clock.seconds += PATIENCE
    visit.keep_time()
    assert (visit.experiment, visit.step, visit.wish) == (SMALL_BATCHES, 0, None)


# another run with the same past ------------------------------------------------------------------


@pytest.mark.parametrize(("told_step", "stands"), [(20, 20), (90, 60)])
def test_the_past_that_two_runs_share_is_kept(told_step: int, stands: int) -> None:
    visit, _ = seen(step=told_step)
    visit.go_over_to(changed(60, 0.1))
    told = header(visit)
    assert (told["run"], told["same_until"], told["step"]) == (2, 60, stands)


def test_runs_that_share_nothing_begin_at_the_start() -> None:
    visit, _ = seen(step=20)
    visit.go_over_to(SMALL_BATCHES)
    assert (header(visit)["same_until"], visit.step) == (None, 0)


# the component as the carrier --------------------------------------------------------------------


def question(number: int, query: str = "from=0&count=1&every=1") -> dict[str, Any]:
    version = header(Visit(SMALL))["version"]
    path = f"frames/{version}?{spell(SMALL)}&{query}"
    return {"id": number, "path": path, "visit": uuid.uuid4().hex}


def test_a_question_is_answered_with_the_next_message() -> None:
    visit = Visit(SMALL)
    visit.ask(question(7))
    assert header(visit)["reply"] == {"id": 7, "status": 200}
    assert sections(visit).keys() == {"reply"}, "who asks for frames has the first picture"


def test_a_question_that_comes_twice_gets_the_same_message() -> None:
    visit = Visit(SMALL)
    asked = question(7)
    visit.ask(asked)
    answered = visit.message()
    visit.ask(asked)
    assert visit.message() is answered
    visit.ask({**asked, "id": 8})
    assert header(visit)["reply"]["id"] == 8


def test_a_refused_question_has_its_status_and_its_rule() -> None:
    visit = Visit(SMALL)
    visit.ask(question(1, "from=loud&count=1&every=1"))
    assert header(visit)["reply"]["status"] == 400
    assert b'"rule"' in sections(visit)["reply"]


@pytest.mark.parametrize(
    "message",
    [
        None,
        "frames",
        {"id": 1},
        {**question(1), "id": -1},
        {**question(1), "id": 10**300},
        {**question(1), "path": "x" * 100_000},
        {**question(1), "visit": "x" * 100_000},
        {**question(1), "visit": None},
    ],
    ids=lambda message: str(message)[:30],
)
def test_what_is_no_question_is_left_alone(message: object) -> None:
    visit = Visit(SMALL)
    before = visit.message()
    visit.ask(message)
    assert visit.message() is before
