"""One visit as the server knows it, and the message that sends it to the stage.

The stage controls the time: only the browser knows the shown step. A visit holds the experiment,
the last step that the stage has reported, and a wish. A wish is a change of live settings that the
stage must make at its shown step; the stage answers with the changed experiment. This module trains
nothing, and does not use Streamlit.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from nnviz.data import make_dataset
from nnviz.experiment import LIVE_FIELDS, Change, Experiment, limits
from nnviz.experiment.rules import Number
from nnviz.frames import pack
from nnviz.serve import answer, opening, quota, spell, version, whole
from nnviz.ui.visit.news import why_anew
from nnviz.ui.visit.undo import State, Undo
from nnviz.ui.visit.view import View

PATIENCE = 1.0
"""Seconds after which a wish without an answer takes effect at the last reported step."""

_LONGEST_PATH = 16_000
_LONGEST_TOKEN = 64


@dataclass(frozen=True)
class Wish:
    """New values for live settings from the shown step on; ``since`` is the time of the wish."""

    id: int
    values: Mapping[str, float]
    since: float

    def at(self, step: int, experiment: Experiment) -> Experiment:
        """Return the experiment with this wish carried out at ``step``."""
        for field, value in self.values.items():
            experiment = experiment.with_change(Change(step, field, value))
        return experiment

    def told(self) -> dict[str, Any]:
        """Return the wish as plain JSON values, with the changes spelled as in an address."""
        changes = [f"{f}-{Number(LIVE_FIELDS[f]).format(v)}" for f, v in self.values.items()]
        return {"id": self.id, "changes": changes}


@dataclass(frozen=True)
class _Reply:
    id: int
    path: str
    status: int
    body: bytes


def differ_in_changes_only(one: Experiment, other: Experiment) -> bool:
    """Return whether two experiments differ only in changes and in live settings."""
    plain = {field: allowed.low for field, allowed in LIVE_FIELDS.items()}
    return one.from_the_start(plain) == other.from_the_start(plain)


def first_picture(experiment: Experiment) -> bytes | None:
    """Return what a stage needs to show the run at once, or None if the server is too busy.

    A ``ValueError`` says why the experiment cannot be trained at all.
    """
    body = opening(experiment)
    if body is None:
        make_dataset(experiment.data)
    return body


class Visit:
    """The state of one visitor's run.

    ``run`` increases whenever the stage must open another run, or the same one again. The lock is
    needed because Streamlit may run two scripts of one visitor at the same time.
    """

    def __init__(
        self,
        experiment: Experiment,
        clock: Callable[[], float] = time.monotonic,
        step: int = 0,
        view: View | None = None,
    ) -> None:
        self.run = 0
        self._clock = clock
        self._lock = threading.RLock()
        self._session = uuid.uuid4().hex
        self._seq = 0
        self._message: bytes | None = None
        self._opening: bytes | None = None
        self._same_until: int | None = None
        self._left = experiment
        self._undo = Undo()
        self._news: str | None = None
        self._heard = False
        self._wish: Wish | None = None
        self._last_wish = self._settled_wish = 0
        self._edit: tuple[str, int] | None = None
        self._edited: tuple[str, int] | None = None
        self._reply: _Reply | None = None
        self._caption = ""
        self._open(experiment, step, None, view)

    @property
    def experiment(self) -> Experiment:
        """The current experiment, with all changes made so far but without the wish."""
        return self._experiment

    @property
    def step(self) -> int:
        """The last step that the stage has reported, or at which the run will be opened."""
        return self._step

    @property
    def wish(self) -> Wish | None:
        """The wish that the stage has not answered yet, or None."""
        return self._wish

    def value_now(self, field: str) -> float:
        """Return the latest value of a live field, including the wish."""
        latest = self._experiment.value_at(field, int(limits.STEP.high))
        return latest if self._wish is None else self._wish.values.get(field, latest)

    def open(self, experiment: Experiment, step: int = 0, view: View | None = None) -> None:
        """Make the stage open a run at ``step``; ``ValueError`` if it cannot be trained.

        A run at a later step or with a view, as of a preset, was not begun by a change of settings.
        """
        with self._lock:
            left, is_begun = self._state, step == 0 and view is None
            self._open(experiment, step, None, view)
            self._news = why_anew(left.experiment, experiment) if is_begun else None
            self._undo.change(left)

    def go_over_to(self, experiment: Experiment, view: View | None = None) -> None:
        """Like :meth:`open`, but the stage keeps the past that both experiments share.

        It opens at the last reported step, or at the end of the common past if that is earlier.
        """
        with self._lock:
            same_until = self._experiment.same_until(experiment)
            step = 0 if same_until is None else min(self._step, same_until)
            left = self._state
            self._open(experiment, step, same_until, view)
            if experiment != left.experiment:
                self._undo.change(left)

    def open_anew(self) -> None:
        """Make the stage open the run again at the last reported step."""
        with self._lock:
            self._open(self._experiment, self._step, None)

    @property
    def _state(self) -> State:
        return State(self._experiment, self._step)

    def travel(self, way: str) -> None:
        """Undo the last change, or redo the last undone one, at the step where it was left."""
        with self._lock:
            self._carry_out()
            wanted = self._undo.next(way)
            if wanted is not None:
                left = self._state
                self._open(wanted.experiment, wanted.step, None)
                self._undo.go(way, left)

    def left_at(self, text: str, step: int) -> None:
        """Take over the step at which the stage has left a run, if it is the last one that was.

        While the stage plays, the session does not know the step.
        """
        with self._lock:
            left = self._undo.left
            if left is not None and spell(left.experiment) == text:
                left.step = step

    def _open(
        self, experiment: Experiment, step: int, same_until: int | None, view: View | None = None
    ) -> None:
        quota.bounds().hold(experiment)
        body = first_picture(experiment)
        if self.run:
            self._left = self._experiment
        self.run += 1
        self._news = None
        self._settled_wish = self._last_wish
        self._wish = None
        self._same_until = same_until
        self._opening = body
        self._view = view or View()
        self._set(experiment, step)

    def _set(self, experiment: Experiment, step: int) -> None:
        self._experiment, self._step = experiment, step
        self._spelled, self._own = spell(experiment), whole(experiment)
        self._edited = self._edit or self._edited
        self._message = None

    # wishes --------------------------------------------------------------------------------------

    def ask_for(self, field: str, value: float) -> None:
        """Wish for another value of a live field; ``ValueError`` if it is not allowed.

        An unanswered wish and this one become one wish, whose time starts again.
        """
        with self._lock:
            values = {**(self._wish.values if self._wish else {}), field: value}
            wish = Wish(self._last_wish + 1, values, self._clock())
            quota.bounds().hold(wish.at(self._step, self._experiment))
            self._last_wish, self._wish, self._message = wish.id, wish, None
            self.keep_time()

    def keep_time(self) -> None:
        """Carry out a wish at the last reported step, if the stage has not answered in time.

        Raises ``ValueError``, and drops the wish, if it is not allowed at that step.
        """
        with self._lock:
            wish = self._wish
            if wish and not (self._heard and self._clock() - wish.since < PATIENCE):
                self._carry_out()

    def _carry_out(self) -> None:
        """Carry out a wish at the last reported step."""
        wish = self._wish
        if wish is None:
            return
        self._settle(wish.id)
        changed = wish.at(self._step, self._experiment)
        if changed != self._experiment:
            self.go_over_to(changed)

    def _settle(self, number: int) -> None:
        """Drop the wish if its number is at most ``number``; the time of a later one restarts."""
        wish = self._wish
        if wish is not None:
            self._wish = None if number >= wish.id else Wish(wish.id, wish.values, self._clock())
        self._settled_wish = min(max(number, self._settled_wish), self._last_wish)
        self._message = None

    # messages from the stage ---------------------------------------------------------------------

    def last_edit_of(self, sender: str) -> int:
        """Return the number of the last edit of this stage that was carried out, or 0."""
        return self._edited[1] if self._edited and self._edited[0] == sender else 0

    @contextmanager
    def carrying_out(self, sender: str, number: int) -> Iterator[None]:
        """Surround an edit of the stage, and confirm it after it was carried out or refused.

        Streamlit may end a script wherever the script uses the session state. The stage sends an
        edit again if it was not confirmed.
        """
        self._edit = (sender, number)
        try:
            yield
        finally:
            self._edit = None
        with self._lock:
            self._edited, self._message = (sender, number), None

    def told(
        self, experiment: Experiment, step: int, wish: int | None = None, run: int | None = None
    ) -> bool:
        """Take over the state that the stage shows: after a change, at rest, or for a wish.

        A new session that has opened only its address takes over any run of the stage, and returns
        True. A state that was sent before another run was opened is ignored; ``run`` is the number
        of the run that the stage had opened. For every other run, the stage must open the
        session's run again.
        """
        with self._lock:
            is_new = not self._heard and self.run == 1
            self._heard = True
            if (wish is not None and wish <= self._settled_wish) or (run and run < self.run):
                return False
            is_known = differ_in_changes_only(self._experiment, experiment)
            if not is_known and is_new:
                first_picture(experiment)
            elif not is_known:
                if not differ_in_changes_only(self._left, experiment):
                    self.open_anew()
                return False
            self._opening = None
            if experiment != self._experiment and not is_new:
                self._undo.change(State(self._experiment, step))
            self._set(experiment, step)
            self._settle(0 if wish is None else wish)
            return not is_known

    def ask(self, message: object) -> None:
        """Answer a request of a stage that cannot use HTTP; the next message holds the answer."""
        match message:
            case {"id": int(number), "path": str(path), "visit": str(token)} if (
                0 <= number <= limits.STEP.high
                and len(path) <= _LONGEST_PATH
                and len(token) <= _LONGEST_TOKEN
            ):
                self._answer(number, path, token)

    def _answer(self, number: int, path: str, token: str) -> None:
        last = self._reply
        if last is not None and (last.id, last.path, last.status) == (number, path, 200):
            return
        found = answer(path, token)
        with self._lock:
            self._reply = _Reply(number, path, found.status, found.body)
            if self._spelled in path:
                self._opening = None
            self._message = None

    # messages to the stage -----------------------------------------------------------------------

    def show_caption(self, caption: str) -> None:
        """Give the stage a caption for lecture mode."""
        with self._lock:
            if caption != self._caption:
                self._caption, self._message = caption, None

    @property
    def has_news(self) -> bool:
        """Whether there is a message that was not sent to the stage."""
        return self._message is None

    def message(self) -> bytes:
        """Return the message for the stage; the same bytes until something changes."""
        with self._lock:
            if self._message is None:
                self._seq += 1
                self._message = self._pack()
            return self._message

    def _pack(self) -> bytes:
        reply = self._reply
        header = {
            "session": self._session,
            "seq": self._seq,
            "run": self.run,
            "experiment": self._spelled,
            "version": version(),
            "step": self._step,
            "same_until": self._same_until,
            "view": self._view.told(),
            "caption": self._caption,
            "wish": None if self._wish is None else self._wish.told(),
            "edited": self._edited and dict(zip(("sender", "id"), self._edited, strict=True)),
            "own": self._own,
            "ways": self._undo.ways,
            "news": self._news,
            "reply": None if reply is None else {"id": reply.id, "status": reply.status},
        }
        bodies = {"opening": self._opening, "reply": None if reply is None else reply.body}
        sections = {name: np.frombuffer(b, np.uint8) for name, b in bodies.items() if b is not None}
        return pack(header, sections, compress=False)
