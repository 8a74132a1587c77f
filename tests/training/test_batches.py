"""Every sample is seen once an epoch, in an order that belongs to the epoch alone."""

from itertools import chain

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nnviz.training.batches import Batches


def dealer(n_samples, batch_size, seed=3):
    X = np.vstack([np.arange(n_samples, dtype=float), np.ones(n_samples)])
    signs = np.where(np.arange(n_samples) % 3, 1.0, -1.0)[np.newaxis]
    return Batches(X, signs, batch_size, seed)


def samples_seen(batches, steps):
    return [batches.at(step).X[0].astype(int).tolist() for step in steps]


@given(st.integers(1, 40), st.one_of(st.none(), st.integers(1, 50)), st.integers(0, 5))
def test_an_epoch_deals_every_sample_once(n_samples, batch_size, epoch):
    batches = dealer(n_samples, batch_size)
    size = min(batch_size or n_samples, n_samples)
    steps = range(epoch * batches.steps_per_epoch, (epoch + 1) * batches.steps_per_epoch)
    seen = samples_seen(batches, steps)
    assert sorted(chain(*seen)) == list(range(n_samples))
    assert all(len(part) == size for part in seen[:-1])
    assert 1 <= len(seen[-1]) <= size
    assert batches.epoch(steps[0]) == epoch
    assert batches.epoch(steps[-1] + 1) == epoch + 1


@given(st.integers(2, 30), st.integers(1, 29), st.lists(st.integers(0, 200), max_size=10))
def test_a_step_sees_the_same_samples_whatever_was_asked_before(n_samples, batch_size, before):
    batches = dealer(n_samples, batch_size)
    samples_seen(batches, before)
    assert samples_seen(batches, [57]) == samples_seen(dealer(n_samples, batch_size), [57])


def test_the_order_is_the_documented_permutation():
    batches = dealer(10, 4, seed=8)
    order = np.random.RandomState([8, 2]).permutation(10).tolist()
    assert [*chain(*samples_seen(batches, [6, 7, 8]))] == order
    assert samples_seen(batches, [0, 1, 2]) != samples_seen(batches, [3, 4, 5])
    assert samples_seen(batches, [0]) != samples_seen(dealer(10, 4, seed=9), [0])


def test_labels_and_weights_stay_with_their_samples():
    batches = dealer(11, 4)
    for step in range(9):
        X, signs, weights, size = batches.at(step)
        np.testing.assert_array_equal(signs[0], np.where(X[0].astype(int) % 3, 1.0, -1.0))
        np.testing.assert_allclose(weights, signs / size)
        assert size == X.shape[1] == (3 if step % 3 == 2 else 4)


def test_a_full_batch_keeps_the_order():
    assert samples_seen(dealer(5, None), [0, 7]) == [[0, 1, 2, 3, 4]] * 2
    assert samples_seen(dealer(5, 99), [0]) == [[0, 1, 2, 3, 4]]
