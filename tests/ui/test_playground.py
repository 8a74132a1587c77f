"""The page: every widget sets what its label says, and the stage is told of it."""

from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from streamlit.testing.v1 import AppTest

from nnviz.data import BUNDLED, OWN, PCA, DataSpec
from nnviz.experiment import Change, Experiment
from nnviz.experiment.query import from_query, to_query
from nnviz.experiment.rules import Choice, Number, Optional, Subset
from nnviz.experiment.settings import SETTINGS
from nnviz.network import ACTIVATIONS, LayerSpec
from nnviz.presets import PRESETS
from nnviz.runs import Run
from nnviz.serve import opening, spell, version
from tests.experiments import unusual
from tests.hostile import FOUR_POINTS, links
from tests.ui.page import (
    arrived,
    experiment,
    first_page,
    message,
    packed,
    tell_now,
    usable,
    visit,
    watched,
)

KINDS = ("selectbox", "slider", "select_slider", "number_input", "button_group")


def opened(**query: str) -> AppTest:
    """The page of this link with every section and menu open."""
    return with_all_open(arrived(**query))


def with_all_open(at: AppTest) -> AppTest:
    """The same page with its sections and menus open, which are empty while they are closed."""
    for box in (*at.get("expander"), *at.get("popover")):
        at.session_state[box.key] = True
    return usable(at.run())


def played(at: AppTest, n_updates: int) -> AppTest:
    """The page after a stage has played so far and rests."""
    return tell_now(at, experiment(at), n_updates)


def run_of(at: AppTest) -> int:
    """The number of the run that the stage is to show."""
    number = message(at)[0]["run"]
    assert isinstance(number, int)
    return number


def is_opened_anew(at: AppTest, run: int) -> bool:
    """Whether the stage is to open another run than ``run``, from its first step on."""
    header, _ = message(at)  # its "opening" comes along if the server had time for it
    fresh = (header["step"], header["same_until"], header["experiment"])
    return header["run"] > run and fresh == (0, None, spell(experiment(at)))


def widgets(at: AppTest, label: str) -> list[Any]:
    """The widgets with this label, from top to bottom."""
    return [one for kind in KINDS for one in at.get(kind) if one.label == label]


def widget(at: AppTest, label: str) -> Any:
    (found,) = widgets(at, label)
    return found


def control(at: AppTest, key: str) -> Any:
    """The widget of a setting."""
    return widget(at, SETTINGS[key].label)


def units(at: AppTest, index: int) -> Any:
    return widget(at, f"Layer {index + 1}")


def activation(at: AppTest, index: int) -> Any:
    return widget(at, f"Activation {index + 1}")


def buttons(at: AppTest, label: str) -> list[Any]:
    """The buttons with this label, from top to bottom."""
    return [one for one in at.button if one.label == label]


# opening -----------------------------------------------------------------------------------------


def test_the_stage_comes_first_and_asks_for_the_controls() -> None:
    """Otherwise the browser fetches code for every kind of widget before it shows a boundary."""
    at = first_page()
    assert "opening" in message(at)[1]
    assert not [one for kind in KINDS for one in at.get(kind)]
    assert widgets(tell_now(at, Experiment()), "Data set"), "what it tells first brings them"


def test_the_page_opens_on_a_stage_with_its_first_frame() -> None:
    at = opened()
    header, sections = message(at)
    assert sections["opening"].tobytes() == opening(Experiment())
    assert (header["experiment"], header["version"]) == (spell(Experiment()), version())
    assert (header["run"], header["step"]) == (1, 0)
    assert experiment(at) == Experiment()
    assert not at.warning


def test_a_link_opens_the_experiment_it_describes() -> None:
    wanted = PRESETS["spirals"].experiment
    at = opened(**to_query(wanted))
    assert experiment(at) == wanted
    assert not at.warning


def test_a_bad_link_opens_the_page_with_what_could_be_used_and_says_the_rest() -> None:
    at = arrived(rate="loud", layers="9999-tanh", data="xor", embed="true")
    (note,) = [warning.value for warning in at.warning]
    assert "rate='loud'" in note
    assert "9999" in note
    assert "embed" not in note
    assert experiment(at) == replace(Experiment(), data=DataSpec("xor"))
    usable(at.run())
    assert not at.warning, "it is said once"
    control(at, "noise").set_value(0.3).run()
    assert experiment(usable(at)).data.noise == 0.3


def one_class_split() -> int:
    """A split seed that puts points of one class alone into a training set of two."""
    for seed in range(64):
        try:
            Run(
                replace(Experiment(), data=DataSpec(n_samples=20, train_ratio=0.1, split_seed=seed))
            )
        except ValueError:
            return seed
    raise AssertionError("no such seed")


def test_a_link_that_cannot_be_trained_opens_the_default_with_the_reason() -> None:
    at = arrived(samples="20", train="0.1", split_seed=str(one_class_split()))
    assert "both classes" in at.warning[0].value
    assert experiment(at) == Experiment()


def test_two_visitors_never_see_each_others_run() -> None:
    one, two = played(opened(), 5), opened()
    control(one, "data").set_value("xor").run()
    assert visit(one) is not visit(two)
    assert message(one)[0]["session"] != message(two)[0]["session"]
    assert (experiment(two.run()), message(two)[0]["step"]) == (Experiment(), 0)


@settings(max_examples=20)
@given(links)
def test_whatever_a_link_says_the_page_opens_within_the_limits(query: dict[str, str]) -> None:
    at = arrived(**query)
    assert replace(experiment(at)) == experiment(at), "its own checks are those of the widgets"
    run = run_of(at)
    if query.get("controls") != "0":
        control(at, "data").set_value("xor").run()
        assert is_opened_anew(usable(at), run)


# widgets -----------------------------------------------------------------------------------------


# Some settings are asked for only where they mean something.
WHERE_SHOWN = {
    "momentum": {"optimizer": "momentum"},
    "rho": {"optimizer": "rmsprop"},
    "beta1": {"optimizer": "adam"},
    "beta2": {"optimizer": "adam"},
    "decay_steps": {"schedule": "step"},
    "decay_rate": {"schedule": "cosine"},
}
WITH_WIDGET = [key for key in SETTINGS if key != "axes"]  # which has three: see below
LIVE = [key for key, setting in SETTINGS.items() if setting.live]


def value_of(shown: Any) -> Any:
    """What a widget shows, as an experiment holds it."""
    return tuple(shown.value) if isinstance(shown.value, list) else shown.value


def another(at: AppTest, key: str) -> Any:
    """A value that the widget of a setting offers and that is not the present one."""
    rule, shown = SETTINGS[key].rule, control(at, key)
    if isinstance(rule, Choice):
        return next(option for option in rule.options if option != shown.value)
    if isinstance(rule, Subset):
        return tuple(rule.options)[1:]
    if shown.type == "select_slider":
        values = [rule.parse(key, text) for text in shown.options if text != "full"]
        return next(value for value in values if value not in (shown.value, 0))
    number = rule.rule if isinstance(rule, Optional) else rule
    assert isinstance(number, Number)
    low, high = number.range.low, number.range.high
    values = [int(low) + 9, int(low) + 3] if number.whole else [(low + high) / 2, (low + high) / 4]
    return next(value for value in values if value != shown.value)


@cache
def unusual_page(**shown: str) -> tuple[AppTest, Experiment]:
    """A page on which nothing is as by default, so that a widget's own idea of it shows."""
    wanted = from_query({**to_query(unusual()), **shown})[0]
    return opened(**to_query(wanted)), wanted


@pytest.mark.parametrize("key", WITH_WIDGET)
def test_every_setting_has_one_widget_with_its_words_and_its_value(key: str) -> None:
    """Otherwise the page shows something else than what is trained."""
    at, wanted = unusual_page(**WHERE_SHOWN.get(key, {}))
    assert experiment(at) == wanted
    setting, shown = SETTINGS[key], control(at, key)
    assert value_of(shown) == setting.get(wanted)
    assert shown.label == setting.label
    assert shown.help == setting.help
    if isinstance(setting.rule, Choice):
        offered = {name: title for name, title in setting.rule.options.items() if name != OWN}
        assert shown.options == list(offered.values())
    if shown.type in ("slider", "number_input"):
        rule = setting.rule.rule if isinstance(setting.rule, Optional) else setting.rule
        assert isinstance(rule, Number)
        assert (shown.min, shown.max) == (rule.range.low, rule.range.high)


@pytest.mark.parametrize("key", WHERE_SHOWN)
def test_what_would_do_nothing_is_not_asked_for(key: str) -> None:
    assert widgets(opened(), SETTINGS[key].label) == []


@pytest.mark.parametrize("key", [key for key in WITH_WIDGET if key not in LIVE])
def test_a_widget_changes_its_setting_keeps_all_others_and_starts_a_new_run(key: str) -> None:
    at = opened(rate="0.1", layers="3-relu 2-tanh", **WHERE_SHOWN.get(key, {}))
    at = played(at, 6)
    before, run = experiment(at), run_of(at)
    value = another(at, key)
    control(at, key).set_value(value).run()
    usable(at)
    assert experiment(at) == SETTINGS[key].put(before, value)
    assert is_opened_anew(at, run)
    assert value_of(control(at, key)) == value


@pytest.mark.parametrize(
    "key", [key for key, setting in SETTINGS.items() if isinstance(setting.rule, Optional)]
)
def test_what_can_be_off_can_be_switched_on_and_off_again(key: str) -> None:
    """An emptied field means never, not the least that could be typed."""
    at = opened()
    before = experiment(at)
    off = TextOfTheBrowser("full") if control(at, key).type == "select_slider" else None
    control(at, key).set_value(another(at, key)).run()
    assert experiment(usable(at)) != before
    control(at, key).set_value(off).run()
    assert experiment(usable(at)) == before
    assert control(at, key).value is None


class TextOfTheBrowser:
    """An option as the browser sends it: by its text. AppTest takes None for no choice at all."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __format__(self, spec: str) -> str:
        return self.text


@pytest.mark.parametrize("key", LIVE)
def test_a_live_setting_changes_within_the_run_at_the_step_that_is_shown(key: str) -> None:
    """No reset: the stage is asked to go on with another value, and tells where it did."""
    at = played(opened(), 9)
    before, run = experiment(at), run_of(at)
    value = another(at, key)
    control(at, key).set_value(value).run()
    header, sections = message(usable(at))
    field = SETTINGS[key].path[-1]
    change = Change(30, field, value)
    assert header["wish"]["changes"] == [f"{field}-{SETTINGS[key].rule.format(value)}"]
    assert (header["run"], header["experiment"]) == (run, spell(before)), "not yet"
    assert sections == {}, "a change must reach the stage at once"
    assert control(at, key).value == value
    assert control(usable(at.run()), key).value == value

    at = tell_now(at, before.with_change(change), 30, header["wish"]["id"])
    header, _ = message(at)
    assert experiment(at) == replace(before, changes=(change,))
    assert (header["run"], header["step"], header["wish"]) == (run, 30, None)
    assert control(at, key).value == value


@pytest.mark.parametrize("key", LIVE)
def test_without_a_stage_a_live_setting_changes_at_once(key: str) -> None:
    at = opened()
    value = another(at, key)
    control(at, key).set_value(value).run()
    assert experiment(usable(at)) == SETTINGS[key].put(Experiment(), value)
    assert control(at, key).value == value


@pytest.mark.parametrize("key", LIVE)
def test_a_changed_live_setting_is_kept_when_other_data_start_a_new_run(key: str) -> None:
    at = opened()
    value = another(at, key)
    control(at, key).set_value(value).run()
    control(at, "data").set_value("circles").run()
    wanted = SETTINGS[key].put(replace(Experiment(), data=DataSpec("circles")), value)
    assert experiment(usable(at)) == wanted
    assert control(at, key).value == value


def test_a_value_between_the_marks_of_a_slider_is_shown_as_it_is() -> None:
    """A link may hold any value; the page may not round it."""
    at = opened(rate="0.0123", samples="123", batch="33", noise="0.123", train="0.77")
    assert control(at, "rate").value == 0.0123
    assert control(at, "samples").value == 123
    assert control(at, "batch").value == 33
    assert control(at, "noise").value == 0.123
    assert control(at, "train").value == 0.77
    control(at, "data").set_value("xor").run()
    assert experiment(at).data == DataSpec("xor", n_samples=123, noise=0.123, train_ratio=0.77)


def typed_rate(at: AppTest) -> Any:
    return next(field for field in at.text_input if field.label == "Exact rate")


def test_a_typed_rate_takes_effect_at_the_shown_step_and_is_checked() -> None:
    at = played(opened(rate="0.1"), 6)
    assert typed_rate(at).value == "0.1"
    typed_rate(at).input(" 5e-4 ").run()
    assert message(at)[0]["wish"]["changes"] == ["learning_rate-0.0005"]
    assert control(at, "rate").value == 0.0005
    for wrong in ("20", "0", "nan", "fast", ""):
        typed_rate(at).input(wrong).run()
        rule = f"Learning rate must be a number from 0.00001 to 10; got '{wrong}'"
        assert rule.split("; got")[0] in at.warning[0].value
        assert typed_rate(at).value == "0.0005"
        assert control(at, "rate").value == 0.0005


# layers ------------------------------------------------------------------------------------------

STACK = (LayerSpec(3, "relu"), LayerSpec(5, "tanh", dropout=0.2), LayerSpec(7, "sigmoid"))
STACK_LINK = "3-relu 5-tanh-0.2 7-sigmoid"


def test_layers_are_drawn_in_their_order() -> None:
    at = opened(layers=STACK_LINK)
    assert [units(at, i).value for i in range(3)] == [3, 5, 7]
    activations = [activation(at, i).value for i in range(3)]
    assert activations == ["relu", "tanh", "sigmoid"]


def test_units_and_activation_are_edited_in_their_own_layer() -> None:
    at = opened(layers=STACK_LINK)
    units(at, 1).set_value(11).run()
    assert experiment(usable(at)).hidden == (STACK[0], replace(STACK[1], units=11), STACK[2])
    activation(at, 2).set_value("relu").run()
    assert experiment(usable(at)).hidden[2] == LayerSpec(7, "relu")
    assert experiment(at).hidden[1].dropout == 0.2, "what is not edited is kept"


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_activation_can_be_chosen(name: str) -> None:
    at = opened(layers="3-sin" if name != "sin" else "3-relu")
    activation(at, 0).set_value(name).run()
    assert experiment(usable(at)).hidden == (LayerSpec(3, name),)


def test_a_layer_is_added_at_the_output_end() -> None:
    at = opened(layers=STACK_LINK)
    buttons(at, "Add a layer")[0].click().run()
    assert experiment(usable(at)).hidden == (*STACK, LayerSpec(7, "sigmoid"))
    assert units(at, 3).value == 7


def test_after_eight_layers_no_more_can_be_added() -> None:
    at = opened(layers=" ".join(["2-tanh"] * 7))
    assert not buttons(at, "Add a layer")[0].disabled
    buttons(at, "Add a layer")[0].click().run()
    assert len(experiment(usable(at)).hidden) == 8
    assert buttons(at, "Add a layer")[0].disabled


@pytest.mark.parametrize("index", range(3))
def test_a_layer_is_removed(index: int) -> None:
    at = opened(layers=STACK_LINK)
    buttons(at, "Remove")[index].click().run()
    assert experiment(usable(at)).hidden == STACK[:index] + STACK[index + 1 :]


def test_all_layers_can_go_and_come_back() -> None:
    at = opened(layers="3-relu")
    buttons(at, "Remove")[0].click().run()
    assert experiment(usable(at)).hidden == ()
    assert any("straight line" in caption.value for caption in at.caption)
    buttons(at, "Add a layer")[0].click().run()
    assert len(experiment(usable(at)).hidden) == 1


@pytest.mark.parametrize(
    ("label", "index", "order"),
    [
        ("Move towards the inputs", 1, (1, 0, 2)),
        ("Move towards the inputs", 2, (0, 2, 1)),
        ("Move towards the output", 0, (1, 0, 2)),
        ("Move towards the output", 1, (0, 2, 1)),
    ],
)
def test_a_layer_moves_by_one_place_with_all_that_is_its_own(
    label: str, index: int, order: tuple[int, ...]
) -> None:
    at = opened(layers=STACK_LINK)
    buttons(at, label)[index].click().run()
    assert experiment(usable(at)).hidden == tuple(STACK[i] for i in order)


def test_without_layers_a_line_is_straight_in_what_the_network_is_fed() -> None:
    plain, squared = (opened(layers="none", inputs=keys) for keys in ("x1.x2", "x1.x1_squared"))
    words = [
        next(c.value for c in at.caption if c.value.startswith("None")) for at in (plain, squared)
    ]
    assert words[0].endswith("straight line.")
    assert words[1].endswith("straight line in its inputs.")


def test_the_ends_of_the_stack_cannot_move_beyond_it() -> None:
    at = opened(layers=STACK_LINK)
    assert [one.disabled for one in buttons(at, "Move towards the inputs")] == [True, False, False]
    assert [one.disabled for one in buttons(at, "Move towards the output")] == [False, False, True]


def test_another_stack_of_layers_starts_a_new_run_of_the_same_seeds() -> None:
    at = played(opened(init_seed="8", layers=STACK_LINK), 4)
    run = run_of(at)
    buttons(at, "Remove")[1].click().run()
    assert is_opened_anew(usable(at), run)
    assert experiment(at).init_seed == 8


# presets -----------------------------------------------------------------------------------------


def sentences(at: AppTest) -> list[str]:
    return [caption.value for caption in at.caption]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_opens_by_its_link_and_tells_what_to_watch_for(name: str) -> None:
    preset = PRESETS[name]
    at = opened(**to_query(preset.experiment))
    assert experiment(at) == preset.experiment
    assert f"**{preset.title}.** {preset.sentence}" in sentences(at)


def test_what_is_no_preset_is_called_none() -> None:
    at = opened(data="stripes", noise="0.5")
    assert not [sentence for sentence in sentences(at) if sentence.startswith("**")]


def test_every_page_can_be_opened_with_an_experiment_and_keeps_it() -> None:
    at = opened(data="stripes")
    for page in ("gallery", "playground"):
        at.switch_page(f"pages/{page}.py").run()
        assert experiment(usable(at)).data.name == "stripes"
        assert urlencode(at.query_params, doseq=True) == "data=stripes"


def test_what_is_no_longer_a_preset_is_no_longer_called_one() -> None:
    at = opened()
    first = f"**{PRESETS['first'].title}.** {PRESETS['first'].sentence}"
    assert first in sentences(at)
    control(at, "noise").set_value(0.4).run()
    assert first not in sentences(usable(at))
    control(at, "noise").set_value(0.2).run()
    assert first in sentences(usable(at))


# data --------------------------------------------------------------------------------------------


def test_what_only_drawn_points_have_is_asked_for_with_drawn_points_only() -> None:
    at = opened()
    control(at, "data").set_value("wine").run()
    assert widgets(usable(at), SETTINGS["noise"].label) == []
    assert widgets(at, SETTINGS["samples"].label) == []
    told = f"{BUNDLED['wine'].teaches} Class 1: the first grower."
    assert told in sentences(at)
    control(at, "data").set_value("moons").run()
    assert control(usable(at), "noise").value == 0.2


def test_real_data_are_standardized_at_first_and_drawn_ones_are_not() -> None:
    at = opened()
    for name, scaling in (("wine", "standardize"), ("iris", "standardize"), ("xor", "none")):
        control(at, "data").set_value(name).run()
        assert experiment(usable(at)).data.scaling == scaling
    control(at, "scaling").set_value("standardize").run()
    control(at, "data").set_value("moons").run()
    assert experiment(usable(at)).data.scaling == "standardize", "a choice is kept"


def test_own_points_are_there_again_after_a_look_at_other_data() -> None:
    at = opened(data="own", points=FOUR_POINTS, train="1")
    points = experiment(at).data.points
    control(at, "data").set_value("circles").run()
    assert experiment(usable(at)).data.points is None
    control(at, "data").set_value(OWN).run()
    assert experiment(usable(at)).data.points == points


def test_columns_of_real_data_are_chosen_by_name() -> None:
    at = opened(data="iris")
    names = BUNDLED["iris"].features
    across, upwards = widget(at, "Across"), widget(at, "Upwards")
    assert (across.value, upwards.value) == BUNDLED["iris"].pair
    assert upwards.options == [name for i, name in enumerate(names) if i != across.value]
    across.set_value(0).run()
    assert experiment(usable(at)).data.axes == (0, BUNDLED["iris"].pair[1])


def test_principal_components_take_the_columns_place() -> None:
    at = opened(data="breast_cancer")
    at.toggle[0].set_value(True).run()
    assert experiment(usable(at)).data.axes == PCA
    assert widgets(at, "Across") == []
    at.toggle[0].set_value(False).run()
    assert experiment(usable(at)).data.axes is None


def test_a_network_without_inputs_is_refused() -> None:
    at = opened()
    control(at, "inputs").set_value([]).run()
    assert "inputs must be one or more of" in usable(at).warning[0].value
    assert control(at, "inputs").value == ["x1", "x2"]


def test_points_of_a_link_are_trained_on_and_said_to_be_in_it() -> None:
    rows = "~".join(f"{i}_{i % 3}_{i % 2}" for i in range(8))
    at = opened(data="own", points=rows, train="1")
    assert [row[0] for row in experiment(at).data.points.rows] == list(range(8))
    assert "8 points, all of them in the link." in sentences(at)
    assert control(at, "data").value == OWN


def test_points_that_a_link_cannot_hold_are_told() -> None:
    at = arrived(data="own")
    assert "a link holds at most 100 points" in at.warning[0].value
    assert experiment(at) == Experiment()


# the view that a link asks for -------------------------------------------------------------------


def test_a_link_can_hide_the_controls() -> None:
    at = arrived(controls="0", data="xor", rate="loud")
    assert experiment(at).data.name == "xor"
    assert not at.sidebar.children
    assert "rate=" in at.warning[0].value
    assert at.query_params["controls"] == "0"


@pytest.mark.parametrize("key", ["controls", "lecture"])
def test_a_view_that_is_none_is_told_and_left_out_of_account(key: str) -> None:
    at = arrived(**{key: "maybe"})
    assert f"{key}='maybe': {key} must be one of 0, 1" in at.warning[0].value
    assert widgets(at, "Data set")


# the message -------------------------------------------------------------------------------------


def test_a_rerun_of_the_page_sends_the_very_same_message() -> None:
    at = played(opened(), 7)
    before = packed(at.run())
    for _ in range(3):
        assert packed(usable(at.run())) == before


def test_the_first_picture_is_sent_until_the_stage_has_told_that_it_has_the_run() -> None:
    at = opened()
    assert "opening" in message(usable(at.run()))[1]
    at = played(at, 0)
    assert "opening" not in message(at)[1]
    control(at, "data").set_value("xor").run()
    assert message(usable(at))[1]["opening"].tobytes() == opening(experiment(at))


# the address -------------------------------------------------------------------------------------


def address(at: AppTest) -> dict[str, str]:
    return {
        key: value if isinstance(value, str) else value[-1]
        for key, value in at.query_params.items()
    }


def test_the_address_always_holds_the_experiment() -> None:
    """What is copied from it opens the same thing elsewhere."""
    at = opened()
    assert address(at) == {}
    control(at, "noise").set_value(0.35).run()
    assert address(at) == {"noise": "0.35"}
    buttons(at, "Add a layer")[0].click().run()
    assert address(usable(at)) == to_query(experiment(at))
    assert experiment(opened(**address(at))) == experiment(at)


def test_a_change_on_the_way_is_in_the_address_once_it_was_made() -> None:
    at = watched()
    control(at, "rate").set_value(0.03).run()
    assert address(usable(at)) == {}
    changed = replace(Experiment(), changes=(Change(12, "learning_rate", 0.03),))
    at = tell_now(at, changed, 12, message(at)[0]["wish"]["id"])
    assert address(at) == {"changes": "12-learning_rate-0.03"}
    assert experiment(opened(**address(at))) == experiment(at)


def test_keys_that_are_not_of_the_experiment_stay_in_the_address() -> None:
    at = opened(embed="true", noise="0.4")
    control(at, "noise").set_value(0.2).run()
    assert address(usable(at)) == {"embed": "true"}


def test_what_a_bad_link_could_not_say_leaves_the_address() -> None:
    at = opened(rate="loud", data="xor")
    assert address(at) == {"data": "xor"}


def test_going_back_in_the_address_goes_back_in_the_experiment() -> None:
    at = opened(data="xor")
    control(at, "data").set_value("spirals").run()
    assert experiment(usable(at)).data.name == "spirals"
    at.query_params["data"] = "xor"
    at.run()
    assert experiment(usable(at)).data.name == "xor"
    assert control(at, "data").value == "xor"
    assert message(at)[0]["step"] == 0


def test_going_back_before_a_change_keeps_the_past_until_there() -> None:
    """The stage need not forget what both runs have seen."""
    changed = replace(Experiment(), changes=(Change(12, "learning_rate", 0.03),))
    at = tell_now(watched(), changed, 40)
    run = run_of(at)
    at.query_params.clear()
    header, sections = message(usable(at.run()))
    assert experiment(at) == Experiment()
    assert header["run"] > run
    assert (header["same_until"], header["step"]) == (12, 12)
    assert "opening" in sections


def test_two_quick_changes_are_both_kept() -> None:
    """The second one leaves the browser before it has learnt the address of the first."""
    at = opened()
    control(at, "noise").set_value(0.35).run()
    at.query_params.clear()
    control(at, "data").set_value("xor").run()
    assert experiment(usable(at)).data == DataSpec("xor", noise=0.35)


def test_the_address_does_not_restart_what_it_describes() -> None:
    at = opened(data="xor")
    run = run_of(at)
    at = played(at, 5)
    for _ in range(3):
        header, _ = message(usable(at.run()))
        assert (header["run"], header["step"]) == (run, 5)


# trouble -----------------------------------------------------------------------------------------


def test_a_refused_setting_keeps_the_run_in_progress_and_says_why() -> None:
    """One class alone in the training set: nothing could be learned."""
    at = played(opened(samples="20", train="0.5", split_seed=str(one_class_split())), 6)
    before, in_progress = experiment(at), message(at)
    control(at, "train").set_value(0.1).run()
    assert "both classes" in usable(at).warning[0].value
    assert experiment(at) == before
    assert message(at)[0] == in_progress[0]
    assert control(at, "train").value == 0.5, "the widget shows what is trained"
    at.run()
    assert not at.warning
    control(at, "samples").set_value(200).run()
    assert experiment(usable(at)).data.n_samples == 200
