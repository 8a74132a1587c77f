"""Racers are the experiment with a few values changed: each text means one experiment, or none."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.data import DataSpec
from nnviz.experiment import Change, Experiment
from nnviz.experiment.query import (
    LAYERS,
    format_layers,
    link_holds,
    parse_layers,
    read_query,
    to_query,
)
from nnviz.experiment.rules import Refusal
from nnviz.experiment.settings import SETTINGS
from nnviz.experiment.variants import (
    LONGEST,
    LONGEST_RACE,
    MOST_RACERS,
    apply,
    read_racers,
    read_variant,
    write_variant,
)
from nnviz.network import LayerSpec
from tests.experiments import QUOTAS, can_be_had, experiments, variants

KEYS = [*SETTINGS, LAYERS]

hostile = (
    st.text(max_size=60)
    | st.lists(
        st.tuples(st.sampled_from(KEYS) | st.text(max_size=8), st.text(max_size=12)), max_size=12
    ).map(lambda pairs: ",".join(":".join(pair) for pair in pairs))
    | st.sampled_from(
        ["rate:9e999", "layers:" + "4-tanh " * 3000, ";" * 5000, "rate:" + "1" * 4000]
    )
)


@given(variants())
def test_a_variant_comes_back_from_its_own_text(text: str) -> None:
    variant = read_variant(text, QUOTAS)
    written = write_variant(variant)
    assert read_variant(written, QUOTAS) == variant
    assert list(variant) == [key for key in KEYS if f",{key}:" in f",{text}"]
    assert write_variant(read_variant(written, QUOTAS)) == written


@given(st.lists(variants(), min_size=1, max_size=MOST_RACERS))
def test_racers_come_back_from_their_own_text(texts: list[str]) -> None:
    racers = read_racers(";".join(texts), QUOTAS)
    assert racers == tuple(write_variant(read_variant(text, QUOTAS)) for text in texts)
    assert read_racers(";".join(racers), QUOTAS) == racers


def racers_or_refusal(text: str) -> tuple[str, ...] | Refusal:
    """The racers of a text, or why it has none; any other error fails the test."""
    try:
        return read_racers(text, QUOTAS)
    except Refusal as refusal:
        return refusal


@given(hostile)
def test_a_hostile_text_is_refused_by_name_or_is_within_the_limits(text: str) -> None:
    found = racers_or_refusal(text)
    if isinstance(found, Refusal):
        assert all([found.field, found.rule, found.value])
        assert len(str(found)) < 800
    else:
        assert len(found) <= MOST_RACERS
        assert all(len(racer) <= LONGEST for racer in found)


@given(experiments(), variants())
def test_a_variant_sets_what_it_says_and_nothing_else(experiment: Experiment, text: str) -> None:
    """Otherwise two racers would differ in more than the page says."""
    said = read_variant(text, QUOTAS)
    if {"data", "axes"} & said.keys() and not can_be_had(experiment, text):
        return
    varied = apply(experiment, text, QUOTAS)
    QUOTAS.hold(varied)
    for key, setting in SETTINGS.items():
        if key in said:
            assert setting.get(varied) == said[key]
        elif "data" not in said:
            assert setting.get(varied) == setting.get(experiment)
    if "layers" in said:
        assert varied.hidden == said["layers"]
    if link_holds(varied, QUOTAS):
        assert read_query(to_query(varied, QUOTAS), QUOTAS) == varied


@given(experiments())
def test_the_empty_variant_is_the_experiment_itself(experiment: Experiment) -> None:
    assert apply(experiment, "", QUOTAS) == experiment


def test_a_live_setting_that_is_varied_has_its_value_in_every_update() -> None:
    changed = Experiment().with_change(Change(5, "l2", 0.1))
    changed = changed.with_change(Change(9, "learning_rate", 0.7))
    varied = apply(changed, "rate:0.1")
    assert varied.value_at("learning_rate", 1000) == 0.1
    assert varied.changes == (Change(5, "l2", 0.1),)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("layers:4-relu 2-tanh", True), ("layers:2-tanh 4-tanh", False), ("inputs:r", False)],
)
def test_an_edited_weight_is_kept_only_where_its_number_names_the_same_weight(
    text: str, kept: bool
) -> None:
    edited = Experiment().with_change(Change(3, "learning_rate", 0.7))
    edited = edited.with_change(Change(5, "theta.20", -1.5))
    names = [change.field for change in apply(edited, text).changes]
    assert names == ["learning_rate"] + ["theta.20"] * kept


@pytest.mark.parametrize(("name", "scaling"), [("xor", "standardize"), ("wine", "none")])
def test_other_data_of_the_same_kind_keep_the_scaling(name: str, scaling: str) -> None:
    like = DataSpec(name="moons" if name == "xor" else "iris", scaling=scaling)
    assert apply(Experiment(data=like), f"data:{name}").data.scaling == scaling
    assert apply(Experiment(data=like), "data:breast_cancer,scaling:none").data.scaling == "none"


@pytest.mark.parametrize(
    ("text", "field", "rule"),
    [
        ("rate", "variant", "key:value"),
        ("speed:2", "variant", "keys in a link"),
        ("changes:5-rate-1", "variant", "keys in a link"),
        ("rate:0.1,rate:0.2", "rate", "once"),
        ("rate:11", "rate", "from 0.00001 to 10"),
        ("layers:4-tanh 4", "layers", "activation of a layer"),
        ("layers:" + " ".join(["4-tanh"] * 9), "layers", "at most 8"),
        ("samples:2001", "samples", "to 2000"),
        ("data:own", "data", "points must be given"),
        ("data:iris,axes:0-9", "axes", "axes"),
        (",".join(f"{key}:1" for key in KEYS[:9]), "variant", "at most 8"),
        ("rate:" + "0" * LONGEST, "variant", f"at most {LONGEST}"),
    ],
)
def test_a_refusal_names_key_rule_and_value(text: str, field: str, rule: str) -> None:
    with pytest.raises(Refusal) as refused:
        apply(Experiment(), text, QUOTAS)
    assert refused.value.field == field
    assert rule in str(refused.value)


def test_a_fifth_racer_and_an_endless_text_are_refused() -> None:
    assert read_racers(";" * (MOST_RACERS - 1)) == ("",) * MOST_RACERS
    with pytest.raises(Refusal, match="at most 4 racers"):
        read_racers(";" * MOST_RACERS)
    with pytest.raises(Refusal, match="characters"):
        read_racers("x" * (LONGEST_RACE + 1))


def test_layers_are_written_as_in_a_link() -> None:
    hidden = (LayerSpec(8, "relu", 0.25), LayerSpec(2, "sin"))
    assert apply(Experiment(), f"layers:{format_layers(hidden)}").hidden == hidden
    assert apply(Experiment(), "layers:none").hidden == parse_layers("none") == ()
    assert replace(apply(Experiment(), "layers:none"), network=Experiment().network) == Experiment()
