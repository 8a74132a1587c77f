"""Every data set of the registry, tested the moment it is added to it."""

import numpy as np
import pytest

from nnviz.data import GENERATORS

SIZES = (20, 21, 200, 2000)


@pytest.mark.parametrize("name", GENERATORS)
@pytest.mark.parametrize("n_samples", SIZES)
def test_as_many_finite_points_as_asked_for_half_of_each_class(name: str, n_samples: int) -> None:
    """Otherwise the sample slider lies, or a network is rewarded for always saying the same."""
    X, y = GENERATORS[name].make(n_samples, 0.2, 0)
    assert X.shape == (n_samples, 2)
    assert y.shape == (n_samples,)
    assert X.dtype == y.dtype == np.float64
    assert np.isfinite(X).all()
    assert set(np.unique(y)) == {0.0, 1.0}
    assert abs(np.count_nonzero(y == 1.0) - np.count_nonzero(y == 0.0)) <= 1


@pytest.mark.parametrize("name", GENERATORS)
def test_a_seed_always_draws_the_same_points(name: str) -> None:
    """Otherwise a link shows everyone another picture."""
    np.random.RandomState(9).randn(5)
    first, second = (GENERATORS[name].make(100, 0.2, 7) for _ in range(2))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])


@pytest.mark.parametrize("name", GENERATORS)
def test_drawing_leaves_the_global_random_state_alone(name: str) -> None:
    """Otherwise what one visitor draws depends on what another one does."""
    before = np.random.get_state(legacy=False)["state"]["key"].copy()
    GENERATORS[name].make(100, 0.2, 7)
    np.testing.assert_array_equal(np.random.get_state(legacy=False)["state"]["key"], before)


@pytest.mark.parametrize("name", GENERATORS)
def test_another_seed_draws_other_points(name: str) -> None:
    """Otherwise the data seed is a control that does nothing."""
    make = GENERATORS[name].make
    assert not np.array_equal(make(100, 0.2, 0)[0], make(100, 0.2, 1)[0])


@pytest.mark.parametrize("name", GENERATORS)
def test_noise_moves_points_off_the_clean_pattern_and_more_noise_further(name: str) -> None:
    """Otherwise the noise slider is a control that does nothing.

    Points are matched to the nearest one of a dense clean pattern, whatever order they come in.
    """
    make = GENERATORS[name].make
    clean, _ = make(4000, 0.0, 1)

    def distance_from_clean(noise: float) -> float:
        X, _ = make(300, noise, 0)
        gaps = np.linalg.norm(X[:, np.newaxis] - clean[np.newaxis], axis=2)
        return float(gaps.min(axis=1).mean())

    distances = [distance_from_clean(noise) for noise in (0.0, 0.25, 0.5)]
    assert distances[0] < distances[1] < distances[2]


@pytest.mark.parametrize("name", GENERATORS)
def test_without_noise_the_classes_are_apart(name: str) -> None:
    """Otherwise no network could learn what the sentence beside the data set promises."""
    X, y = GENERATORS[name].make(1000, 0.0, 3)
    gaps = np.linalg.norm(X[y == 0.0][:, np.newaxis] - X[y == 1.0][np.newaxis], axis=2)
    assert gaps.min() > 0.02


@pytest.mark.parametrize("name", GENERATORS)
def test_each_has_words_for_the_list_and_a_sentence_for_the_learner(name: str) -> None:
    generator = GENERATORS[name]
    assert generator.title
    assert generator.teaches.endswith(".")
    assert name == name.lower()
    assert [g.title for g in GENERATORS.values()].count(generator.title) == 1
