"""One spelling of each address, strict reading of what strangers send."""

from contextlib import suppress
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.experiment import Change, Experiment
from nnviz.experiment.query import KEYS
from nnviz.experiment.rules import Refusal
from nnviz.serve import hold, quota, read, spell, whole
from nnviz.serve.address import _READERS, KINDS, Address, read_address
from tests.experiments import experiments
from tests.hostile import links

steps = st.integers(0, 10_000_000)
powers = st.integers(0, 9).map(lambda exponent: 2**exponent)
frames = st.fixed_dictionaries(
    {"from": steps, "count": st.integers(1, quota.BATCH), "every": powers},
    optional={"gradients": st.just(1)},
)


def kept(experiment):
    """Keep an experiment that no query holds, as a page or a post does before it is asked for."""
    whole(experiment)
    return experiment


@given(experiments().map(kept), frames)
def test_an_address_reads_back_to_itself_and_is_spelled_one_way(experiment, asked):
    address = Address("frames", experiment, asked)
    found = read_address("frames", address.query())
    assert found == address
    assert found.query() == address.query()


@given(experiments().map(kept), frames, st.randoms(use_true_random=False))
def test_another_order_and_spelling_name_the_same_frames(experiment, asked, random):
    canonical = Address("frames", experiment, asked).query()
    pairs = parse_qsl(canonical, keep_blank_values=True)
    random.shuffle(pairs)
    other = "&".join(
        f"{key}={''.join(f'%{byte:02x}' for byte in text.encode())}" for key, text in pairs
    )
    assert read_address("frames", other).query() == canonical


@given(experiments().map(kept))
def test_the_text_of_an_experiment_reads_back_to_it(experiment):
    assert read(spell(experiment)) == experiment


@given(experiments())
def test_no_text_of_an_experiment_is_longer_than_an_address_may_be(experiment):
    assert len(spell(experiment)) <= quota.QUERY


@given(experiments())
def test_the_whole_text_is_given_where_a_digest_stands_and_brings_it_back(experiment):
    text = whole(experiment)
    assert (text is None) == (not spell(experiment).startswith("id="))
    if text is not None:
        assert hold(text) == experiment


def test_no_key_of_a_range_is_a_key_of_an_experiment():
    assert not KEYS & _READERS.keys()
    assert {key for kind in KINDS.values() for key in kind.keys} == _READERS.keys()


GOOD = "from=64&count=32&every=2"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=64&count=32", "every"),
        ("from=64&every=2", "count"),
        ("count=32&every=2", "from"),
        ("from=-1&count=32&every=2", "from"),
        ("from=1e3&count=32&every=2", "from"),
        ("from=10000001&count=32&every=2", "from"),
        ("from=64&count=0&every=2", "count"),
        ("from=64&count=33&every=2", "count"),
        ("from=64&count=32&every=3", "every"),
        ("from=64&count=32&every=1024", "every"),
        (f"{GOOD}&gradients=0", "gradients"),
        (f"{GOOD}&from=64", "'from'"),
        (f"{GOOD}&block=1", "'block'"),
        (f"{GOOD}&colour=red", "'colour'"),
        (f"rate=11&{GOOD}", "rate"),
        (f"layers=4-tanh+9&{GOOD}", "layers"),
        (f"rate=0.1&rate=0.1&{GOOD}", "'rate'"),
        (f"{GOOD}&then=64-batch_size-1", "then"),
        (f"{GOOD}&then=64-learning_rate-nan", "then"),
        (f"id={'0' * 32}&{GOOD}", "id"),
        (f"id={'0' * 32}&rate=0.1&{GOOD}", "id"),
        (f"{GOOD}&", "address"),
        ("x", "address"),
        (f"noise=%ff&{GOOD}", "address"),
        ("&".join(f"k{i}=1" for i in range(100)), "address"),
        ("a" * 20_000, "address"),
    ],
)
def test_a_wrong_address_is_refused_by_the_name_of_what_is_wrong(query, field):
    with pytest.raises(Refusal) as refusal:
        read_address("frames", query)
    assert refusal.value.field == field
    assert refusal.value.rule
    assert len(refusal.value.value) < 100


@given(links, st.sampled_from([*KINDS]), st.sampled_from(["", "&from=0&count=1&every=1", "&at=1"]))
def test_what_a_stranger_writes_is_an_address_or_refused(query, kind, ending):
    text = urlencode(query, errors="surrogatepass") + ending
    with suppress(Refusal):
        address = read_address(kind, text.removeprefix("&"))
        assert read_address(kind, address.query()) == address


def test_changes_are_read_with_their_steps():
    address = read_address("frames", f"{GOOD}&then=64-learning_rate-0.5+64-theta.3--1")
    assert address.then == (Change(64, "learning_rate", 0.5), Change(64, "theta.3", -1.0))
    assert address.experiment == Experiment()
