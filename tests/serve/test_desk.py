"""Fairness, shared work, and an end to work that nobody asks about."""

import threading
from collections.abc import Iterator

import pytest

from nnviz.serve import quota
from nnviz.serve.desk import Desk, Progress
from nnviz.serve.pool import Busy

PATIENCE = 20.0


class Book:
    """Makes work that notes its turns; the first turn of a gated one waits for the gate."""

    def __init__(self) -> None:
        self.turns: list[str] = []
        self.gate = threading.Event()
        self.entered = threading.Event()

    def work(self, name: str, slices: int = 1, gated: bool = False) -> Iterator[bytes | Progress]:
        if gated:
            self.entered.set()
            assert self.gate.wait(PATIENCE)
        for number in range(slices):
            self.turns.append(name)
            yield Progress(number, slices)
        yield name.encode()


@pytest.fixture
def book():
    book = Book()
    yield book
    book.gate.set()


@pytest.fixture
def answers():
    return {}


@pytest.fixture
def desk(answers):
    return Desk(answers.__setitem__)


def occupy(desk, book, visit):
    """Let a visit have the trainer until the gate is opened; by then it was served for a while."""
    job = desk.ask(f"gate of {visit}", "gate", lambda: book.work("gate", gated=True), visit)
    assert book.entered.wait(PATIENCE)
    return job


def test_an_answer_is_handed_over_when_it_is_whole(desk, answers, book):
    job = desk.ask("one", "family", lambda: book.work("one"), "visit")
    assert job.wait(PATIENCE, until_done=True)
    assert answers == {"one": b"one"}
    assert len(desk) == 0


def test_whoever_got_least_is_next(desk, book):
    occupy(desk, book, "greedy")
    greedy = [
        desk.ask(f"greedy {i}", f"family {i}", lambda: book.work("greedy", slices=3), "greedy")
        for i in range(2)
    ]
    modest = desk.ask("modest", "family", lambda: book.work("modest", slices=3), "modest")
    book.gate.set()
    for job in (*greedy, modest):
        assert job.wait(PATIENCE, until_done=True)
    turns = [turn for turn in book.turns if turn != "gate"]
    assert turns[0] == "modest"


def test_a_question_asked_twice_is_worked_on_once(desk, book):
    occupy(desk, book, "first")
    jobs = [
        desk.ask("same", "family", lambda: book.work("same"), visit) for visit in ("a", "b", "c")
    ]
    book.gate.set()
    for job in jobs:
        assert job.wait(PATIENCE, until_done=True)
    assert book.turns.count("same") == 1


def test_one_visit_may_not_fill_the_desk_and_others_are_still_served(desk, book):
    occupy(desk, book, "other")
    for number in range(quota.WAITING_PER_VISIT):
        desk.ask(str(number), "family", lambda: book.work("greedy"), "greedy")
    with pytest.raises(Busy):
        desk.ask("one more", "family", lambda: book.work("greedy"), "greedy")
    again = desk.ask("0", "family", lambda: book.work("greedy"), "greedy")
    modest = desk.ask("modest", "family", lambda: book.work("modest"), "modest")
    book.gate.set()
    assert again.wait(PATIENCE, until_done=True)
    assert modest.wait(PATIENCE, until_done=True)


def test_all_together_may_not_wait_without_bound(desk, book):
    occupy(desk, book, "other")
    for number in range(quota.WAITING - 1):
        desk.ask(str(number), "family", lambda: book.work("crowd"), f"visit {number}")
    with pytest.raises(Busy):
        desk.ask("one more", "family", lambda: book.work("crowd"), "one more visit")
    assert len(desk) == quota.WAITING


def test_work_that_nobody_asks_about_any_more_ends(answers, book):
    now = [0.0]
    desk = Desk(answers.__setitem__, clock=lambda: now[0])
    gate = occupy(desk, book, "other")
    left = desk.ask("left", "family", lambda: book.work("left"), "gone")
    now[0] += 2 * quota.LEAVE
    stays = desk.ask("stays", "family", lambda: book.work("stays"), "here")
    gate.asked = now[0]
    book.gate.set()
    assert stays.wait(PATIENCE, until_done=True)
    assert not left.begun
    assert "left" not in book.turns
    assert "left" not in answers


def test_a_failure_is_told_to_those_who_wait_and_the_desk_goes_on(desk, book):
    def broken():
        raise ValueError("broken on purpose")
        yield b""

    failed = desk.ask("broken", "family", broken, "visit")
    assert failed.wait(PATIENCE)
    assert str(failed.failure) == "broken on purpose"
    fine = desk.ask("fine", "family", lambda: book.work("fine"), "visit")
    assert fine.wait(PATIENCE, until_done=True)
