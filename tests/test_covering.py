"""Combinations that are chosen for tests leave out no pair of values."""

from itertools import combinations, product

from tests.covering import covering


def test_every_pair_of_values_occurs_in_fewer_combinations_than_all() -> None:
    settings = ["abcdef", [1, 2, 3, 4], [None, 0.5], "xyz"]
    found = covering(*settings)
    assert len(found) < 6 * 4 * 2 * 3 / 4
    for one, other in combinations(range(len(settings)), 2):
        pairs = {(combination[one], combination[other]) for combination in found}
        assert pairs == set(product(settings[one], settings[other]))
