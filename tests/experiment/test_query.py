"""A link says everything, and believes nothing."""

from dataclasses import replace

import pytest
from hypothesis import example, given

from nnviz.data import DataSpec, Points, Window
from nnviz.data.points import CLASSES
from nnviz.experiment import Change, Experiment
from nnviz.experiment.query import (
    KEYS,
    format_changes,
    format_layers,
    from_query,
    link_holds,
    parse_changes,
    parse_layers,
    read_query,
    to_query,
)
from nnviz.experiment.settings import SETTINGS
from nnviz.network import LayerSpec
from nnviz.runs import Run
from nnviz.training import TrainingSettings
from tests.experiments import QUOTAS, SMALL, another_value, experiments, network_of, stacks, unusual
from tests.hostile import FOUR_POINTS as FOUR
from tests.hostile import links

ALWAYS = [*SETTINGS, "layers", "changes"]


@given(experiments())
def test_an_experiment_comes_back_from_its_own_link(experiment: Experiment) -> None:
    """Otherwise the one who opens a shared link sees another network learn."""
    assert from_query(to_query(experiment)) == (experiment, [])


def test_the_longest_experiment_fits_a_link() -> None:
    """64 changes at the last steps, with as many digits as a number has."""
    last = QUOTAS.last_step
    field = f"theta.{SMALL.network.n_params - 1}"
    changes = tuple(
        Change(last - 63 + i, field, -999.0123456789012 - i / 1e13) for i in range(QUOTAS.changes)
    )
    experiment = SMALL.with_hidden((LayerSpec(64, "leaky_relu", 0.1234567890123456),) * 8)
    experiment = replace(experiment, changes=changes)
    assert from_query(to_query(experiment), bounds=QUOTAS) == (experiment, [])


def test_defaults_give_an_empty_query() -> None:
    """The plain address is the plain experiment."""
    assert to_query(Experiment()) == {}
    assert from_query({}) == (Experiment(), [])


@pytest.mark.parametrize("key", SETTINGS)
def test_a_link_holds_only_what_is_not_the_default(key: str) -> None:
    setting = SETTINGS[key]
    other = another_value(setting.rule, setting.get(Experiment()))
    assert list(to_query(setting.put(Experiment(), other))) == [key]


def test_each_key_of_a_link_sets_what_its_name_says() -> None:
    """Links that are out in the world have to keep their meaning."""
    got, notes = from_query(
        {
            "data": "xor",
            "samples": "300",
            "noise": "0.1",
            "train": "0.5",
            "scaling": "standardize",
            "data_seed": "7",
            "split_seed": "8",
            "rate": "0.03",
            "batch": "16",
            "init": "he_normal",
            "biases": "same",
            "init_seed": "9",
            "batch_seed": "10",
            "precision": "float32",
            "layers": "4-tanh 2-relu-0.1",
            "changes": "120-learning_rate-0.1 300-theta.4--0.5",
        }
    )
    assert notes == []
    assert got == Experiment(
        data=DataSpec("xor", 300, 0.1, 0.5, seed=7, split_seed=8, scaling="standardize"),
        network=network_of((LayerSpec(4, "tanh"), LayerSpec(2, "relu", 0.1))),
        initializer="he_normal",
        biases="same",
        init_seed=9,
        precision="float32",
        training=TrainingSettings(learning_rate=0.03, batch_size=16, batch_seed=10),
        changes=(Change(120, "learning_rate", 0.1), Change(300, "theta.4", -0.5)),
    )


@pytest.mark.parametrize("text", ["x1.theta", "theta.x1", "x1.angle"])
def test_the_angle_is_read_by_its_former_name_and_written_by_its_present_one(text: str) -> None:
    wanted = Experiment(data=DataSpec(inputs=("x1", "angle")))
    assert from_query({"inputs": text}) == (wanted, [])
    assert read_query({"inputs": text}) == wanted
    assert to_query(wanted) == {"inputs": "x1.angle"}
    _, (note,) = from_query({"inputs": "theta.angle"})
    assert "each once" in note


def own(n_points: int, names: tuple[str, str] = ("x1", "x2")) -> Experiment:
    """As many points as asked for, with as many digits as a number has."""
    small = -1.2345678901234567e-200
    rows = tuple((small - i * small / 7, small / (i + 1), i % 2) for i in range(n_points))
    return Experiment().with_points(Points(rows, names))


def test_a_link_holds_a_hundred_points_and_says_when_it_does_not() -> None:
    """Otherwise a shared link would open on a part of the points, or on nothing, without a word."""
    experiment = own(100)
    assert link_holds(experiment, QUOTAS)
    assert link_holds(Experiment(), QUOTAS)
    assert from_query(to_query(experiment, QUOTAS), bounds=QUOTAS) == (experiment, [])
    more = SETTINGS["rate"].put(own(101), 0.1)
    assert not link_holds(more, QUOTAS)
    assert to_query(more, QUOTAS) == {"data": "own", "rate": "0.1"}
    got, (note,) = from_query(to_query(more, QUOTAS), bounds=QUOTAS)
    assert got == SETTINGS["rate"].put(Experiment(), 0.1)
    assert note == (
        "data='own': a link holds at most 100 points; these were too many for the link, so they "
        "are only in the saved file"
    )


def test_points_of_a_link_say_what_their_places_say() -> None:
    """Links that are out in the world have to keep their meaning."""
    link = {
        "data": "own",
        "points": "1.5_-0.2_1~0.3_4e-1_0~1_2_1~-7_0_0",
        "x2_name": "width ~_, m²",
    }
    rows = ((1.5, -0.2, 1), (0.3, 0.4, 0), (1.0, 2.0, 1), (-7.0, 0.0, 0))
    assert from_query(link) == (
        Experiment().with_points(Points(rows, ("x1", "width ~_, m²"))),
        [],
    )
    five = {**link, "points": link["points"] + "~0_1_1", "window": "-9_2_-1e1_4", "placed": "1"}
    window = Window(-9.0, 2.0, -10.0, 4.0)
    points = Points((*rows, (0.0, 1.0, 1)), ("x1", "width ~_, m²"), CLASSES, window, 1)
    assert from_query(five) == (Experiment().with_points(points), [])
    assert from_query({"data": "wine", "axes": "12-0", "inputs": "x1.sin_x1.r"}) == (
        Experiment(data=DataSpec("wine", axes=(12, 0), inputs=("x1", "sin_x1", "r"))),
        [],
    )


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("points", "", "point 1 must be x1_x2_class; got ''"),
        ("points", "0_0_0~0_1_1~1_0_1", "points must be at least 4 in number; got 3"),
        ("points", FOUR + "~", "point 5 must be x1_x2_class; got ''"),
        ("points", FOUR + "~1_2", "point 5 must be x1_x2_class; got '1_2'"),
        ("points", FOUR + "~1_2_3_4", "point 5 must be x1_x2_class; got '1_2_3_4'"),
        (
            "points",
            FOUR + "~1_nan_0",
            "point 5: x2 must be a number from -1000000000 to 1000000000; got",
        ),
        (
            "points",
            FOUR + "~1e10_0_0",
            "point 5: x1 must be a number from -1000000000 to 1000000000; got",
        ),
        ("points", FOUR + "~1_0_2", "point 5: class must be a whole number from 0 to 1; got 2"),
        ("points", "0_0_0~" * 100 + "0_0_0", "points of a link must be at most 100; got 101"),
        ("points", "~" * 5200, "points of a link must be at most 100; got 5201"),
        ("points", "~" * 5201, "points must be at most 5200 characters; got 5201"),
        ("window", "0_1_0", "window must be x1_x1_x2_x2, the ends of both axes; got '0_1_0'"),
        (
            "window",
            "0_1_0_inf",
            "an end of the window must be a number from -1000000000 to",
        ),
        (
            "window",
            "0_1_0_2e9",
            "an end of the window must be a number from -1000000000 to",
        ),
        ("window", "0_1_1_0", "window: the lower end of x2 must be visibly below the upper one"),
        ("window", "0_1_0_0.5", "point 2 must be in the window, ([0.0, 1.0], [0.0, 0.5]); got"),
        ("placed", "1.5", "placed must be a whole number from 0 to 1000000; got '1.5'"),
        ("placed", "1", "placed must be from 0 to 0, all points but 4; got 1"),
        ("x1_name", "", "a feature's name must be 1 to 40 printable characters; got ''"),
        ("x1_name", "a\u202eb", "a feature's name must be 1 to 40 printable characters; got"),
        ("x2_name", "x" * 41, "a feature's name must be 1 to 40 printable characters; got"),
        ("class1_name", "x" * 41, "a class's name must be 1 to 40 printable characters; got"),
    ],
)
def test_points_that_cannot_be_are_refused_by_number(key: str, text: str, message: str) -> None:
    wanted, (note,) = from_query({"data": "own", "points": FOUR, key: text}, bounds=QUOTAS)
    assert note.startswith(f"{key}=")
    assert message in note
    assert len(note) < 250
    assert wanted.data.name == ("moons" if key == "points" else "own")


@pytest.mark.parametrize("key", ["points", "x1_name", "x2_name", "class0_name", "window", "placed"])
def test_what_belongs_to_own_points_is_told_where_there_are_none(key: str) -> None:
    assert from_query({"data": "xor", key: FOUR}) == (
        Experiment(data=DataSpec("xor")),
        [f"{key}='{FOUR}': {key} must be left out unless data is own"],
    )


@pytest.mark.parametrize("axes", ["20-21", "0-4", "1-1", "PCA", "0"])
def test_axes_that_the_data_set_does_not_have_leave_it_its_own(axes: str) -> None:
    wanted, (note,) = from_query({"axes": axes, "data": "iris", "noise": "0.1"})
    assert wanted == Experiment(data=DataSpec("iris", noise=0.1))
    assert note.startswith(f"axes='{axes}': ")


def test_no_layers_and_no_changes_can_be_said() -> None:
    assert parse_layers("none") == ()
    assert parse_changes("") == ()


@given(stacks)
def test_layers_come_back_from_their_text(hidden: tuple[LayerSpec, ...]) -> None:
    assert parse_layers(format_layers(hidden)) == hidden


def test_a_small_rate_survives_although_its_exponent_is_negative() -> None:
    changes = (Change(7, "learning_rate", 1e-05),)
    assert parse_changes(format_changes(changes)) == changes


@given(links)
@example({"changes": "1-theta.29-1"})
@example({"changes": " ".join(["1-learning_rate-0.1"] * 65)})
@example({"layers": "1-tanh", "changes": "1-theta.28-1"})
@example({"changes": "2-learning_rate-0.1 1-learning_rate-0.1"})
def test_a_hostile_link_gives_a_valid_experiment_and_a_note_for_each_key_refused(
    query: dict[str, str],
) -> None:
    """Anybody can send anybody a link: it may not break the page, nor go unexplained."""
    experiment, notes = from_query(query, bounds=QUOTAS)
    QUOTAS.hold(experiment)
    assert replace(experiment) == experiment
    assert len(notes) <= sum(key in KEYS for key in query)
    for note in notes:
        assert any(note.startswith(f"{key}=") for key in KEYS if key in query)
        assert len(note) < 500
    refused = {note.partition("=")[0] for note in notes}
    assert len(refused) == len(notes)
    assert not refused & to_query(experiment).keys(), "what was refused is as by default"
    n_points = len(experiment.data.points.rows) if experiment.data.points else 0
    assert n_points <= QUOTAS.link_points
    assert link_holds(experiment, QUOTAS)


@pytest.mark.parametrize("key", ALWAYS)
def test_a_refused_value_leaves_all_the_others_as_the_link_says(key: str) -> None:
    """One typing mistake must not throw the whole experiment away."""
    wanted = replace(unusual(), changes=(Change(3, "learning_rate", 0.2),))
    query = to_query(wanted)
    got, notes = from_query({**query, key: "?"})
    assert len(notes) == 1
    assert notes[0].startswith(f"{key}='?': ")
    assert set(query) == set(ALWAYS)
    assert to_query(got) == {name: text for name, text in query.items() if name != key}


def test_the_order_of_keys_means_nothing() -> None:
    """A browser or a mail program may sort them: changes name parameters of the layers."""
    wanted = replace(SMALL.with_hidden((LayerSpec(9),)), changes=(Change(4, "theta.36", 0.5),))
    query = to_query(wanted)
    assert {"layers", "changes"} <= query.keys()
    for keys in (sorted(query), sorted(query, reverse=True)):
        assert from_query({key: query[key] for key in keys}) == (wanted, [])


def test_keys_of_the_page_are_left_alone() -> None:
    """Such as Streamlit's own `embed`, however long."""
    assert from_query({"embed": "true", "utm": "x" * 9999}) == (Experiment(), [])


def test_a_note_names_the_key_the_value_and_the_rule() -> None:
    _, notes = from_query({"samples": "9e9"}, bounds=QUOTAS)
    assert notes == [
        "samples='9e9': Samples must be a whole number from 20 to 2000; got '9e9'",
    ]


def test_points_that_a_link_cannot_hold_are_taken_from_where_they_are_kept() -> None:
    points = Points(tuple((float(i), -float(i), i % 2) for i in range(QUOTAS.link_points + 1)))
    wanted = Experiment().with_points(points).with_change(Change(5, "learning_rate", 0.1))
    query = to_query(wanted, QUOTAS)
    assert "points" not in query
    assert from_query(query, points, QUOTAS) == (wanted, [])
    assert from_query(query)[1], "without them it is told"
    assert from_query({"data": "xor"}, points)[0].data.points is None


def test_minus_zero_in_a_link_is_zero_and_throws_nothing_away() -> None:
    """Whoever writes it means zero, in a setting, in a change and in a point."""
    signed = {"noise": "-0", "rate": "0.5", "l2": "-0.0", "changes": "5-theta.0--0"}
    plain = {"noise": "0", "rate": "0.5", "changes": "5-theta.0-0"}
    experiment, notes = from_query(signed)
    assert (experiment, notes) == from_query(plain)
    assert to_query(experiment) == plain
    assert Run(experiment).advance(10) == 10
    points, notes = from_query({"data": "own", "points": "-0_-0_0~-0_1_1~1_-0_1~1_1_0"})
    assert notes == []
    assert to_query(points)["points"] == FOUR
