"""Undo and redo: every change of the experiment can be taken back, with the step as it was."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from nnviz.data import DataSpec
from nnviz.experiment import Change, Experiment
from nnviz.experiment.settings import SETTINGS
from nnviz.network import LayerSpec
from nnviz.presets import PRESETS
from nnviz.serve import spell
from nnviz.ui.visit import undo
from nnviz.ui.visit.visit import Visit
from tests.experiments import SMALL
from tests.ui.page import experiment, message, tell, tell_now, usable, visit, watched

State = tuple[Experiment, int]
OTHERS = [
    SMALL,
    SMALL.with_hidden(()),
    SMALL.with_hidden((LayerSpec(2, "relu"),)),
    replace(SMALL, data=DataSpec("xor", 40)),
    replace(SMALL, init_seed=5),
]
EDITS = ("learning_rate", "l2", "theta.0", "theta.7")


def state(of: Visit) -> State:
    return of.experiment, of.step


def edited(now: Experiment, step: int, field: str, value: float) -> Experiment:
    field = field if field in EDITS[:3] or now.network.n_params > 7 else EDITS[2]
    return now.with_change(Change(step, field, value))


# Each action is a function of the visit that makes at most one change at the step shown.
actions = st.one_of(
    st.tuples(st.just("open"), st.sampled_from(OTHERS), st.integers(0, 30)),
    st.tuples(
        st.just("edit"), st.integers(0, 500), st.sampled_from(EDITS), st.sampled_from([0.01, 0.02])
    ),
    st.tuples(st.just("wish"), st.sampled_from([0.01, 0.1, 0.3])),
    st.tuples(st.just("walk"), st.integers(0, 500)),
)


def act(on: Visit, kind: str, *how: object) -> list[State]:
    """Act as a stage or a widget does; return the states that were left, none or one."""
    match kind, *how:
        case "open", Experiment() as wanted, int(step):
            left = state(on)
            on.open(wanted, step)
            return [left]
        case "edit", int(step), str(field), float(value):
            left, wanted = on.experiment, edited(on.experiment, step, field, value)
            on.told(wanted, step, run=on.run)
            return [] if wanted == left else [(left, step)]
        case "wish", float(value):
            left, wanted = on.experiment, edited(on.experiment, on.step, EDITS[0], value)
            on.ask_for(EDITS[0], value)
            assert on.wish is not None
            on.told(wanted, on.step, on.wish.id, run=on.run)
            return [] if wanted == left else [(left, on.step)]
        case "walk", int(step):
            on.told(on.experiment, step, run=on.run)
    return []


@given(st.lists(actions, min_size=undo.MOST, max_size=undo.MOST))
@settings(max_examples=5, deadline=None)
def test_two_hundred_actions_and_back_and_forth_again(made: list[tuple[str, object]]) -> None:
    stage = Visit(SMALL)
    stage.told(SMALL, 0)
    left = [one for action in made for one in act(stage, *action)]
    last = state(stage)
    for wanted in reversed(left):
        stage.travel("undo")
        assert state(stage) == wanted
    stage.travel("undo")
    assert state(stage) == (left or [last])[0], "there is nothing before the first state"
    for wanted in [*left[1:], last]:
        if left:
            stage.travel("redo")
        assert state(stage) == wanted


def test_only_so_many_states_are_kept() -> None:
    visit = Visit(SMALL)
    for step in range(undo.MOST + 7):
        visit.open(SMALL, step)
    for _ in range(undo.MOST + 7):
        visit.travel("undo")
    assert visit.step == 6


def test_a_change_after_undo_ends_redo() -> None:
    visit = Visit(SMALL)
    visit.open(OTHERS[1])
    visit.travel("undo")
    visit.told(SMALL, 3)
    visit.travel("redo")
    assert state(visit) == (OTHERS[1], 0), "walking is no change"
    visit.travel("undo")
    visit.open(OTHERS[2])
    visit.travel("redo")
    assert state(visit) == (OTHERS[2], 0)


def test_what_the_stage_told_before_it_heard_of_the_undo_does_not_take_it_back() -> None:
    stage = Visit(SMALL)
    stage.told(SMALL, 40)
    changed = SMALL.with_change(Change(40, "theta.1", 0.5))
    run = stage.run
    stage.told(changed, 40, run=run)
    stage.travel("undo")
    stage.told(changed, 90, run=run)
    assert state(stage) == (SMALL, 40)


def test_a_wish_that_no_stage_has_answered_is_undone_as_well() -> None:
    stage = Visit(SMALL)
    stage.told(SMALL, 40)
    stage.ask_for("learning_rate", 0.1)
    stage.travel("undo")
    assert (state(stage), stage.wish) == ((SMALL, 40), None)
    stage.travel("redo")
    assert stage.experiment == SMALL.with_change(Change(40, "learning_rate", 0.1))


def test_a_run_that_played_on_is_undone_to_the_step_at_which_it_was_left() -> None:
    stage = Visit(SMALL)
    stage.told(SMALL, 0)
    stage.open(OTHERS[1])
    stage.left_at(spell(OTHERS[2]), 5)
    stage.left_at(spell(SMALL), 321)
    stage.travel("undo")
    assert state(stage) == (SMALL, 321)


# on the page -------------------------------------------------------------------------------------


def _preset(at: AppTest) -> AppTest:
    at.session_state["nnviz"].visit.open(PRESETS["spirals"].experiment)
    return at


CHANGES: dict[str, Callable[[AppTest], AppTest]] = {
    "a setting": lambda at: usable(at.selectbox(key="set_optimizer_0").set_value("adam").run()),
    "layers": lambda at: tell(at, {"layers": []}),
    "a point": lambda at: tell(at, {"place": {"x1": 0.5, "x2": 0.25, "label": 1}}),
    "a removed point": lambda at: tell(at, {"remove": {"x1": 0.5, "x2": 0.25}}),
    "a reset": lambda at: tell(at, {"reset": True}),
    "a weight": lambda at: tell_now(at, Experiment().with_change(Change(40, "theta.4", -1.0)), 40),
    "a preset": _preset,
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_undone_and_redone_by_the_stage(name: str) -> None:
    at = tell_now(watched(), Experiment(), 40)
    assert message(at)[0]["ways"] == []
    at = CHANGES[name](at)
    changed = state(visit(at))
    at = tell(at, {"travel": "undo"})
    assert state(visit(at)) == (Experiment(), 40)
    assert not dict(at.query_params), "the address follows"
    assert message(at)[0]["ways"] == ["redo"]
    at = tell(at, {"travel": "redo"})
    assert state(visit(at)) == changed
    assert message(at)[0]["ways"] == ["undo"]


def test_widgets_show_what_was_undone() -> None:
    at = tell_now(watched(), Experiment(), 40)
    at = CHANGES["a setting"](at)
    at = tell(at, {"travel": "undo"})
    (shown,) = (box for box in at.selectbox if box.label == SETTINGS["optimizer"].label)
    assert shown.value == experiment(at).training.optimizer == Experiment().training.optimizer


@pytest.mark.parametrize("edit", [{"travel": "back"}, {"travel": 1}, {"left": {"step": 1}}])
def test_what_is_no_way_is_ignored(edit: dict[str, object]) -> None:
    at = tell(CHANGES["layers"](watched()), edit)
    assert experiment(at).hidden == ()
    assert not at.warning
