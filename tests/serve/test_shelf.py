"""What is kept of ready answers, and what goes first."""

from nnviz.serve.shelf import Shelf


def test_an_answer_is_given_back():
    shelf = Shelf(10_000)
    shelf.put("a", b"answer")
    assert shelf.get("a") == b"answer"
    assert shelf.get("b") is None


def test_it_stays_within_its_bound():
    shelf = Shelf(10_000)
    for number in range(1_000):
        shelf.put(str(number), bytes(300))
        assert shelf.nbytes <= 10_000
    assert shelf.get("999") is not None


def test_what_was_asked_for_twice_outlives_what_was_asked_for_once():
    shelf = Shelf(10_000)
    shelf.put("hall", bytes(300))
    assert shelf.get("hall") is not None
    for number in range(1_000):
        shelf.put(str(number), bytes(300))
    assert shelf.get("hall") is not None
    assert shelf.get("0") is None


def test_what_was_asked_for_twice_stays_within_the_bound_too():
    shelf = Shelf(10_000)
    for number in range(1_000):
        shelf.put(str(number), bytes(300))
        shelf.get(str(number))
        assert shelf.nbytes <= 10_000
    assert shelf.get("999") is not None


def test_an_answer_larger_than_the_shelf_is_not_kept():
    shelf = Shelf(1_000)
    shelf.put("large", bytes(2_000))
    assert shelf.nbytes == 0
    assert shelf.get("large") is None
