"""The experiment is the one truth: a value that compares, hashes, and refuses what cannot be."""

from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.data import DATA_TITLES, OWN, DataSpec, Points
from nnviz.experiment import LIVE_FIELDS, Change, Experiment, limits
from nnviz.experiment.settings import SETTINGS
from nnviz.network import LayerSpec, NetworkSpec
from nnviz.training import TrainingSettings
from tests.experiments import SMALL, changes_of, experiments


def rebuilt(experiment: Experiment) -> Experiment:
    """The same values in records of their own."""
    layers = tuple(replace(layer) for layer in experiment.network.layers)
    stopping = replace(experiment.training.stopping)
    return Experiment(
        data=replace(experiment.data),
        network=replace(experiment.network, layers=layers),
        initializer=experiment.initializer,
        biases=experiment.biases,
        init_seed=experiment.init_seed,
        precision=experiment.precision,
        training=replace(experiment.training, stopping=stopping),
        changes=tuple(replace(change) for change in experiment.changes),
    )


@given(experiments())
def test_equal_values_make_equal_experiments_of_one_hash(experiment: Experiment) -> None:
    """Otherwise the page would not recognise a preset, nor share one training by its link."""
    other = rebuilt(experiment)
    assert other == experiment
    assert hash(other) == hash(experiment)


@given(experiments(), experiments())
def test_experiments_differ_exactly_when_something_can_be_named_that_differs(
    one: Experiment, two: Experiment
) -> None:
    named = [s.get(one) == s.get(two) for s in SETTINGS.values()]
    others = [(e.hidden, e.changes, e.data.points) for e in (one, two)]
    assert (one == two) is (all(named) and others[0] == others[1])


def test_an_experiment_cannot_be_altered_in_place() -> None:
    """Two viewers may hold the same one."""
    with pytest.raises(FrozenInstanceError):
        Experiment().init_seed = 4  # type: ignore[misc]  # this is the point


def test_changes_given_as_a_list_hash_as_well() -> None:
    changes = [Change(2, "learning_rate", 0.1)]
    assert hash(replace(SMALL, changes=changes)) == hash(replace(SMALL, changes=tuple(changes)))


def test_the_default_is_what_the_page_opens_with() -> None:
    experiment = Experiment()
    assert experiment.data == DataSpec("moons", n_samples=200, noise=0.2)
    assert experiment.network.dims == (2, 4, 2, 1)
    assert [layer.activation for layer in experiment.hidden] == ["tanh", "tanh"]
    assert experiment.changes == ()


# what is refused --------------------------------------------------------------------------------


def with_(key: str, value: object) -> Experiment:
    return SETTINGS[key].put(Experiment(), value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("samples", 19),
        ("samples", 1_000_001),
        ("samples", 100.0),
        ("noise", 0.51),
        ("train", 0.05),
        ("data_seed", -1),
        ("data_seed", 2**32),
        ("split_seed", 0.5),
        ("init_seed", -1),
        ("init", "magic"),
        ("biases", "random"),
        ("precision", "float16"),
        ("batch", 1_000_001),
    ],
)
def test_values_out_of_bounds_are_refused_by_label_rule_and_value(key: str, value: object) -> None:
    """Otherwise a mistake shows as a strange picture, or as a server out of memory."""
    with pytest.raises(ValueError, match="must be") as refusal:
        with_(key, value)
    assert str(refusal.value).startswith(SETTINGS[key].label)
    assert str(refusal.value).endswith(f"got {value!r}")


@pytest.mark.parametrize("rate", [0.0, -0.1, 1e-6, 10.1, float("nan"), float("inf")])
def test_learning_rates_out_of_bounds_are_refused(rate: float) -> None:
    with pytest.raises(ValueError, match=r"learning_rate must be .*got"):
        with_("rate", rate)


def test_a_hundred_hidden_layers_and_four_thousand_units_are_the_most() -> None:
    most = (*(LayerSpec(2),) * 99, LayerSpec(4096))
    assert SMALL.with_hidden(most).hidden == most
    with pytest.raises(ValueError, match=r"Hidden layers must be .* from 0 to 100; got 101"):
        SMALL.with_hidden((LayerSpec(1),) * 101)
    with pytest.raises(ValueError, match=r"Units of a layer must be .* from 1 to 4096; got 4097"):
        SMALL.with_hidden((LayerSpec(4097),))


def test_dropout_beyond_what_a_link_can_say_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Dropout of a layer must be .* 0\.9; got 0\.95"):
        SMALL.with_hidden((LayerSpec(4, dropout=0.95),))


def test_the_network_has_an_input_for_every_feature_that_it_is_fed() -> None:
    """Nobody has to say it twice: the data decide, and two ways to say it are one experiment."""
    three = ("x1", "x2", "sin_x1")
    data = DataSpec(inputs=three)
    narrow, wide = (NetworkSpec.from_dims([n, 4, 1]) for n in (2, 3))
    assert Experiment(data=data, network=narrow).network == wide
    assert Experiment(data=data, network=narrow) == Experiment(data=data, network=wide)
    assert with_("inputs", three).network.dims == (3, 4, 2, 1)
    assert SETTINGS["inputs"].put(with_("inputs", three), ("x1", "x2")) == Experiment()
    assert Experiment(data=data).with_hidden((LayerSpec(5),)).network.dims == (3, 5, 1)


OWN_POINTS = Points(((0.0, 1.0, 0), (1.0, 0.5, 1), (2.0, 0.0, 1), (0.5, 1.5, 0)), ("width", "x2"))


@given(experiments(), st.sampled_from([name for name in DATA_TITLES if name != OWN]))
def test_every_data_set_can_follow_every_experiment(experiment: Experiment, name: str) -> None:
    """Otherwise a choice on the page would be refused for columns that nobody sees any more."""
    after = SETTINGS["data"].put(replace(experiment, changes=()), name)
    assert after.data.name == name
    assert after.data.points is None
    if name != experiment.data.name:
        assert after.data.axes is None
    assert after.data.inputs == experiment.data.inputs


@given(experiments())
def test_own_points_can_follow_every_experiment_and_keep_its_inputs(experiment: Experiment) -> None:
    own = experiment.with_points(OWN_POINTS)
    assert (own.data.name, own.data.points, own.data.axes) == (OWN, OWN_POINTS, None)
    assert own.data.inputs == experiment.data.inputs
    assert own.hidden == experiment.hidden
    assert own.changes == ()


def test_own_data_without_points_and_points_with_other_data_are_refused() -> None:
    with pytest.raises(ValueError, match="points must be given when the data name is own; got Non"):
        with_("data", "own")
    with pytest.raises(ValueError, match="unless the data name is own; got 4 points with moons"):
        DataSpec(points=OWN_POINTS)


def test_no_hidden_layer_is_an_experiment_too() -> None:
    assert SMALL.with_hidden(()).network.dims == (2, 1)


# changes on the way -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "field",
    ["", "momentum", "theta", "theta.", "theta.-1", "theta.01", "theta.1 ", "theta.٣", "x" * 99],
)
def test_a_change_of_something_unknown_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match="change field must be learning_rate") as refusal:
        Change(3, field, 0.1)
    assert len(str(refusal.value)) < 140


@pytest.mark.parametrize(
    ("step", "field", "value", "message"),
    [
        (
            -1,
            "learning_rate",
            0.1,
            "change step must be .* from 0 to 999999999999; got -1",
        ),
        (1.0, "learning_rate", 0.1, "change step must be a whole number .*; got 1.0"),
        (10**12, "theta.0", 0.1, "change step must be .*; got 1000000000000"),
        (1, "learning_rate", 0.0, "learning_rate must be a number from 0.00001 to 10; got 0.0"),
        (1, "theta.4", 1e9, "theta.4 must be a number from -1000 to 1000; got 1000000000.0"),
        (1, "theta.4", float("nan"), "theta.4 must be .*; got nan"),
        (1, "theta.4", None, "theta.4 must be .*; got None"),
    ],
)
def test_a_change_out_of_bounds_is_refused(
    step: int, field: str, value: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Change(step, field, value)


def test_changes_are_ordered_and_name_parameters_that_exist() -> None:
    changes = (Change(2, "learning_rate", 0.5), Change(1, "learning_rate", 0.5))
    with pytest.raises(ValueError, match="in the order of their steps"):
        replace(SMALL, changes=changes)
    last = SMALL.network.n_params - 1
    assert replace(SMALL, changes=(Change(1, f"theta.{last}", 0.0),)).changes[0].parameter == last
    with pytest.raises(ValueError, match=f"theta.{last + 1} must name one of the {last + 1} param"):
        replace(SMALL, changes=(Change(1, f"theta.{last + 1}", 0.0),))


@given(
    changes=changes_of(SMALL.network.n_params, 50),
    step=st.integers(0, 60),
    value=st.floats(1e-5, 1.0),
    field=st.sampled_from([*LIVE_FIELDS, "theta.2"]),
)
def test_a_new_change_cuts_what_came_later_and_keeps_what_came_before(
    changes: tuple[Change, ...], step: int, value: float, field: str
) -> None:
    """Branching from the past: what was done after that moment has not happened."""
    changed = replace(SMALL, changes=changes[:60]).with_change(Change(step, field, value))
    before = [c for c in changes[:60] if c.step < step]
    assert [c for c in changed.changes if c.step < step] == before
    assert all(c.step <= step for c in changed.changes)
    here = [c for c in changed.changes if c.step == step and c.field == field]
    others = [c for c in changes[:60] if c.step == step and c.field != field]
    assert [c for c in changed.changes if c.step == step and c.field != field] == others
    if field in LIVE_FIELDS:
        assert changed.value_at(field, step) == value
        assert changed.value_at(field, step + 1000) == value
    else:
        assert here == [Change(step, field, value)]


@pytest.mark.parametrize("field", LIVE_FIELDS)
def test_what_is_changed_before_the_first_update_is_the_setting_itself(field: str) -> None:
    """So the link of a run that has not begun is the plain one."""
    changed = SMALL.with_change(Change(0, field, 0.7))
    assert changed == replace(SMALL, training=replace(SMALL.training, **{field: 0.7}))


@pytest.mark.parametrize("field", LIVE_FIELDS)
def test_what_is_in_force_already_is_no_change(field: str) -> None:
    """A slider that is touched and put back may not use up the changes that are possible."""
    changed = SMALL.with_change(Change(5, field, 0.7))
    assert changed.with_change(Change(9, field, 0.7)) == changed
    assert changed.with_change(Change(5, field, getattr(SMALL.training, field))) == SMALL


@pytest.mark.parametrize("field", LIVE_FIELDS)
def test_every_live_setting_can_be_changed_and_every_live_field_is_a_setting(field: str) -> None:
    (setting,) = [one for one in SETTINGS.values() if one.live and one.path[-1] == field]
    assert setting.get(SMALL) == SMALL.value_at(field, 0)
    assert {one.path[-1] for one in SETTINGS.values() if one.live} == set(LIVE_FIELDS)


def test_from_the_start_means_no_changes_and_the_live_settings_of_now() -> None:
    changes = (Change(4, "theta.1", 2.0), Change(9, "learning_rate", 0.1))
    fresh = replace(SMALL, changes=changes).from_the_start({"learning_rate": 0.1})
    assert fresh == replace(SMALL, training=replace(SMALL.training, learning_rate=0.1))


def test_the_rate_at_a_step_is_the_last_one_set_up_to_it() -> None:
    changes = (
        Change(10, "learning_rate", 0.2),
        Change(15, "theta.1", 5.0),
        Change(20, "learning_rate", 0.1),
    )
    experiment = replace(SMALL, training=TrainingSettings(learning_rate=0.4), changes=changes)
    steps = (0, 9, 10, 15, 19, 20, 10**6)
    rates = [experiment.value_at("learning_rate", step) for step in steps]
    assert rates == [0.4, 0.4, 0.2, 0.2, 0.2, 0.1, 0.1]


def test_other_layers_drop_the_changes() -> None:
    """They name steps and parameters of a network that no longer is."""
    changed = SMALL.with_change(Change(5, "theta.12", 1.0))
    assert changed.with_hidden((LayerSpec(1),)).changes == ()
    assert changed.with_hidden((LayerSpec(1),)).data == SMALL.data


def test_experiments_are_the_same_up_to_the_first_step_whose_changes_differ() -> None:
    """From there on a branch has to be trained, and before it nothing may be trained again."""
    rate, weight = Change(5, "learning_rate", 0.1), Change(9, "theta.2", -1.0)
    first = replace(SMALL, changes=(rate, weight))
    assert first.same_until(replace(first, changes=(rate,))) == 9
    assert replace(first, changes=(rate,)).same_until(first) == 9
    assert first.same_until(SMALL) == 5
    assert first.same_until(replace(first, changes=(replace(rate, value=0.2), weight))) == 5
    assert first.same_until(replace(first, changes=(rate, replace(weight, step=7)))) == 7
    assert SMALL.same_until(replace(SMALL, changes=(Change(0, "theta.0", 0.0),))) == 0


def test_equal_experiments_never_part_and_different_ones_have_nothing_in_common() -> None:
    two = (Change(3, "theta.0", 1.0), Change(3, "l2", 0.1))
    first, other = (replace(SMALL, changes=changes) for changes in (two, two[::-1]))
    assert first.same_until(replace(first)) == limits.STEP.high + 1
    assert first.same_until(other) == limits.STEP.high + 1, "in whichever order they stand"
    assert first.same_until(replace(first, init_seed=99)) is None
    assert SMALL.same_until(SMALL.with_change(Change(0, "l2", 0.5))) is None
