"""An experiment as JSON comes back equal, and what is not one is refused where it is wrong."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nnviz.data import DataSpec, Points
from nnviz.data.points import MOST_POINTS
from nnviz.experiment import Experiment
from nnviz.experiment.json import from_json, parse, to_json
from nnviz.network import NetworkSpec
from nnviz.presets import PRESETS
from tests.experiments import QUOTAS, experiments, unusual

SIZE = 100_000


@given(experiments())
@example(unusual())
def test_an_experiment_comes_back_from_its_json(experiment: Experiment) -> None:
    """Otherwise a saved run opens as another one."""
    assert from_json(parse(json.dumps(to_json(experiment)), SIZE)) == experiment


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_comes_back(name: str) -> None:
    experiment = PRESETS[name].experiment
    assert from_json(to_json(experiment)) == experiment


def test_what_a_file_does_not_say_has_its_default() -> None:
    """A file from before a setting existed can be opened."""
    assert from_json({}) == Experiment()


@pytest.mark.parametrize("name", ["theta", "angle"])
def test_the_angle_is_read_by_its_former_name_and_written_by_its_present_one(name: str) -> None:
    got = from_json({"data": {"inputs": ["x1", name]}})
    assert got == Experiment(data=DataSpec(inputs=("x1", "angle")))
    assert to_json(got)["data"]["inputs"] == ["x1", "angle"]


ROWS = [[0, 0.5, 0], [0.0, 1.0, 1], [1.0, 0.0, 1], [1.0, 1.0, 0]]


def own(rows: Any, **more: Any) -> dict[str, Any]:
    return {"data": {"name": "own", "points": {"rows": rows, **more}}}


def test_two_thousand_points_come_back_from_their_json() -> None:
    """A file is what holds the points that are too many for a link."""
    rows = tuple((i / 7, -1e9 + i / 3, i % 2) for i in range(MOST_POINTS))
    experiment = Experiment().with_points(Points(rows, ("a", "b")))
    assert from_json(parse(json.dumps(to_json(experiment)), SIZE)) == experiment


def test_points_without_names_have_the_plain_ones() -> None:
    points = from_json(own(ROWS)).data.points
    assert points == Points(tuple(map(tuple, ROWS)), ("x1", "x2"))


def test_the_order_of_keys_in_a_file_means_nothing() -> None:
    assert from_json({"data": {"axes": [12, 0], "name": "wine"}}).data == DataSpec(
        "wine", axes=(12, 0)
    )


POINTS = "experiment.data.points"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (own(ROWS[:3]), f"{POINTS}: points must be at least 4 in number; got 3"),
        (own([ROWS[0]] * 2001), f"{POINTS}.rows must have at most 2000 entries; got 2001"),
        (own(None), f"{POINTS}.rows must be a list; got None"),
        (own({}), f"{POINTS}.rows must be a list; got an object"),
        (own([*ROWS, 5]), f"{POINTS}.rows[4] must be a list; got 5"),
        (own([*ROWS, [1, 2]]), f"{POINTS}.rows[4] must have 3 entries; got 2"),
        (own([*ROWS, [1, 2, 3, 4]]), f"{POINTS}.rows[4] must have at most 3 entries; got 4"),
        (own([*ROWS, [1, "2", 0]]), f"{POINTS}.rows[4][1] must be a number from -1000000000 "),
        (own([*ROWS, [1e10, 2, 0]]), f"{POINTS}.rows[4][0] must be a number from -1000000000 "),
        (own([*ROWS, [1, 2, 2]]), f"{POINTS}.rows[4][2] must be a whole number from 0 to 1; got 2"),
        (own([*ROWS, [1, 2, True]]), f"{POINTS}.rows[4][2] must be a whole number from 0 to 1"),
        (own([*ROWS, [1, 2, 1.0]]), f"{POINTS}.rows[4][2] must be a whole number from 0 to 1"),
        (own(ROWS, names=["a"]), f"{POINTS}.names must have 2 entries; got 1"),
        (own(ROWS, names=["a", 5]), f"{POINTS}.names must be two texts; got ['a', 5]"),
        (own(ROWS, names=["a", "\n"]), f"{POINTS}: a feature's name must be 1 to 40 printable"),
        (own(ROWS, colour=1), f"{POINTS}: 'colour' is unknown; known are names, classes, rows"),
        (own(ROWS, window=[0, 1, 0]), f"{POINTS}.window must have 4 entries; got 3"),
        (
            own(ROWS, window=[0, 1, 0, "1"]),
            f"{POINTS}.window[3] must be a number from -1000000000 to",
        ),
        (own(ROWS, window=[1, 0, 0, 1]), f"{POINTS}: window: the lower end of x1 must be visibly"),
        (own(ROWS, placed=-1), f"{POINTS}.placed must be a whole number from 0 to 1000000; got -1"),
        (own(ROWS, placed=True), f"{POINTS}.placed must be a whole number from 0 to 1000000"),
        (own(ROWS, placed=len(ROWS)), f"{POINTS}: placed must be from 0 to {len(ROWS) - 4}, all"),
        ({"data": {"name": "own"}}, "experiment.data.name: points must be given when"),
        (
            {"data": {"points": {"rows": ROWS}}},
            f"{POINTS} must be left out unless the data name is own; got an object",
        ),
        ({"data": {"inputs": ["x1", "x9"]}}, "experiment.data.inputs: Inputs must be one or more"),
        ({"data": {"inputs": [["x1"], {}]}}, "experiment.data.inputs: Inputs must be one or more"),
        (
            {"data": {"name": "iris", "axes": [0, 4]}},
            "experiment.data.axes: axes must be pca or two different columns of Iris",
        ),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_points_that_cannot_be_are_refused_by_row_and_column(written: Any, message: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011  # its whole text is looked at below
        from_json(written, bounds=QUOTAS)
    assert str(refusal.value).startswith(message)


def test_an_experiment_that_would_come_back_as_another_is_not_written() -> None:
    linear = NetworkSpec.from_dims([2, 3, 1], output="linear", loss="hinge")
    with pytest.raises(ValueError, match="experiment must be one"):
        to_json(replace(Experiment(), network=linear))


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            {"training": {"learning_rate": "fast"}},
            "experiment.training.learning_rate: Learning rate must be a number from 0.00001 to 10; "
            "got 'fast'",
        ),
        ({"training": {"learning_rate": True}}, "experiment.training.learning_rate: "),
        ({"training": {"learning_rate": 10**400}}, "experiment.training.learning_rate: "),
        ({"training": {"stopping": {"patience": 0.5}}}, "experiment.training.stopping.patience: "),
        ({"training": {"stopping": 3}}, "experiment.training.stopping must be an object; got 3"),
        ({"training": []}, "experiment.training must be an object; got a list"),
        ({"data": {"name": ["moons"]}}, "experiment.data.name: Data set must be one of "),
        ({"data": {"nme": "moons"}}, "experiment.data: 'nme' is unknown; known are name, "),
        ([], "experiment must be an object; got a list"),
        (None, "experiment must be an object; got None"),
        ({"network": {"hidden": 4}}, "experiment.network.hidden must be a list; got 4"),
        (
            {"network": {"hidden": [{"units": 2}] * 9}},
            "experiment.network.hidden must have at most 8 entries; got 9",
        ),
        ({"network": {"hidden": [{}]}}, "experiment.network.hidden[0] must say how many units"),
        (
            {"network": {"hidden": [{"units": 2}, {"units": 2.5}]}},
            "experiment.network.hidden[1].units: units of a layer must be a whole number",
        ),
        (
            {"changes": [{"step": 1, "field": "theta.99", "value": 0}]},
            "experiment.changes: theta.99 must name one of",
        ),
        (
            {"changes": [{"step": -1, "field": "l1", "value": 0}]},
            "experiment.changes[0]: change step must be",
        ),
        ({"changes": [{"step": 1, "field": "l1"}]}, "experiment.changes[0] must have step, "),
        (
            {"changes": [{"step": 1, "field": 5, "value": 0}]},
            "experiment.changes[0].field must be text; got 5",
        ),
        (
            {"changes": [{"step": 1, "field": "l1", "value": 0}] * 65},
            "experiment.changes must have at most 64 entries; got 65",
        ),
    ],
    ids=str,
)
def test_a_refusal_says_where_and_what(written: Any, message: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011  # its whole text is looked at below
        from_json(written, bounds=QUOTAS)
    assert str(refusal.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must be JSON; line 1, column 1"),
        ('{"a": 1', "must be JSON; line 1, column 8"),
        ('{"a": NaN}', "finite numbers only; it has NaN"),
        ('{"a": -Infinity}', "finite numbers only; it has -Infinity"),
        ('{"a": 1, "a": 2}', "every key once; 'a' is there twice"),
        ("[" * 9 + "]" * 9, "nested deeper than 8"),
        ("[" * 50_000, "nested deeper than 8"),
        (b"\xff\xfe{}", "UTF-8; byte 1 is not"),
        (b"PK\x03\x04\x80", "UTF-8; byte 5 is not"),
        (" " * (SIZE + 1), "at most 100,000 bytes; got 100,001"),
        ("é" * (SIZE // 2 + 1), "at most 100,000 bytes; got 100,002"),
        ("1" * 5000, "at most 400 digits; one has 5000"),
        ("[" + "1" * 400 + ", " + "2" * 401 + "]", "one has 401"),
        ('"\ud800"', "UTF-8"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_text_that_is_no_bounded_json_is_refused(text: str | bytes, message: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011  # its whole text is looked at below
        parse(text, SIZE)
    assert message in str(refusal.value)


def test_the_deepest_file_allowed_and_a_byte_order_mark_are_read() -> None:
    assert parse("\ufeff" + "[" * 8 + "]" * 8, SIZE) == [[[[[[[[]]]]]]]]


KEYS = st.sampled_from(
    [
        "data",
        "name",
        "points",
        "rows",
        "names",
        "axes",
        "inputs",
        "network",
        "training",
        "stopping",
        "hidden",
        "changes",
        "units",
    ]
)

anything = st.recursive(
    st.sampled_from(["own", "iris", "x1"])
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(), inner),
    max_leaves=12,
)


@given(anything)
def test_whatever_is_sent_is_an_experiment_or_refused(value: Any) -> None:
    """Never another error: the page shows the message and the run goes on."""
    try:
        found = from_json(value, bounds=QUOTAS)
    except ValueError:
        return
    QUOTAS.hold(found)
