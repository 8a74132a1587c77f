"""A link says everything, and believes nothing."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nnviz import limits
from nnviz.codec import (
    format_changes,
    format_layers,
    from_query,
    parse_changes,
    parse_layers,
    to_query,
)
from nnviz.data import DataSpec
from nnviz.experiment import Change, Experiment
from nnviz.network import LayerSpec
from nnviz.settings import SETTINGS
from nnviz.training import TrainingSettings
from tests.experiments import SMALL, another_value, experiments, network_of, stacks, unusual

KEYS = [*SETTINGS, "layers", "changes"]


@given(experiments())
def test_an_experiment_comes_back_from_its_own_link(experiment: Experiment) -> None:
    """Otherwise the one who opens a shared link sees another network learn."""
    assert from_query(to_query(experiment)) == (experiment, [])


def test_the_longest_experiment_fits_a_link() -> None:
    """64 changes at the last steps, with as many digits as a number has."""
    last = int(limits.SHOWN_STEP.high)
    field = f"theta.{SMALL.network.n_params - 1}"
    changes = tuple(
        Change(last - 63 + i, field, -999.0123456789012 - i / 1e13) for i in range(limits.CHANGES)
    )
    experiment = SMALL.with_hidden((LayerSpec(64, "leaky_relu", 0.1234567890123456),) * 8)
    experiment = replace(experiment, changes=changes)
    assert from_query(to_query(experiment)) == (experiment, [])


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


def test_no_layers_and_no_changes_can_be_said() -> None:
    assert parse_layers("none") == ()
    assert parse_changes("") == ()


@given(stacks)
def test_layers_come_back_from_their_text(hidden: tuple[LayerSpec, ...]) -> None:
    assert parse_layers(format_layers(hidden)) == hidden


def test_a_small_rate_survives_although_its_exponent_is_negative() -> None:
    changes = (Change(7, "learning_rate", 1e-05),)
    assert parse_changes(format_changes(changes)) == changes


hostile_texts = (
    st.text(max_size=60)
    | st.from_regex(r"[-+]?[0-9]{1,40}(\.[0-9]{0,30})?(e[-+]?[0-9]{1,5})?", fullmatch=True)
    | st.from_regex(r"([0-9]{0,9}-[a-z_.0-9]{0,14}-?[-0-9.e]{0,9} ?){0,70}", fullmatch=True)
    | st.sampled_from(["nan", "inf", "-0", "none", "full", "9" * 4001, "4-tanh " * 3000, "\x00"])
)


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=20), hostile_texts, max_size=12))
@example({"changes": "1-theta.29-1"})
@example({"changes": " ".join(["1-learning_rate-0.1"] * 65)})
@example({"layers": "1-tanh", "changes": "1-theta.28-1"})
@example({"changes": "2-learning_rate-0.1 1-learning_rate-0.1"})
def test_a_hostile_link_gives_a_valid_experiment_and_a_note_for_each_key_refused(
    query: dict[str, str],
) -> None:
    """Anybody can send anybody a link: it may not break the page, nor go unexplained."""
    experiment, notes = from_query(query)
    assert replace(experiment) == experiment
    assert len(notes) <= sum(key in KEYS for key in query)
    for note in notes:
        assert any(note.startswith(f"{key}=") for key in KEYS if key in query)
        assert len(note) < 500
    refused = {note.partition("=")[0] for note in notes}
    assert len(refused) == len(notes)
    assert not refused & to_query(experiment).keys(), "what was refused is as by default"


@pytest.mark.parametrize("key", KEYS)
def test_a_refused_value_leaves_all_the_others_as_the_link_says(key: str) -> None:
    """One typing mistake must not throw the whole experiment away."""
    wanted = replace(unusual(), changes=(Change(3, "learning_rate", 0.2),))
    query = to_query(wanted)
    got, notes = from_query({**query, key: "?"})
    assert len(notes) == 1
    assert notes[0].startswith(f"{key}='?': ")
    assert set(query) == set(KEYS)
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
    _, notes = from_query({"samples": "9e9"})
    assert notes == [
        "samples='9e9': Samples must be a whole number from 20 to 2000; got '9e9'",
    ]
