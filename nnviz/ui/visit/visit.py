"""One visit as the server knows it, and the message that tells the stage of it.

The stage owns time: which step is shown, only the browser knows. Here are the experiment, the last
step that the stage has told, and what is wished for. A wish is a change of live settings that the
stage makes at the step it shows; it comes back as another experiment. Nothing is trained here, and
nothing here knows of Streamlit.
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

PATIENCE = 1.0
"""Seconds after which a wish that no stage has answered takes effect at the last step told."""

_LONGEST_PATH = 16_000
_LONGEST_TOKEN = 64


@dataclass(frozen=True)
class Wish:
    """Live settings that are to have other values from the shown step on, wished at ``since``."""

    id: int
    values: Mapping[str, float]
    since: float

    def at(self, step: int, experiment: Experiment) -> Experiment:
        """The experiment with this wish carried out at ``step``."""
        for field, value in self.values.items():
            experiment = experiment.with_change(Change(step, field, value))
        return experiment

    def told(self) -> dict[str, Any]:
        """As plain JSON values, the changes spelled as in an address."""
        changes = [f"{f}-{Number(LIVE_FIELDS[f]).format(v)}" for f, v in self.values.items()]
        return {"id": self.id, "changes": changes}


@dataclass(frozen=True)
class _Reply:
    id: int
    path: str
    status: int
    body: bytes


def differ_in_changes_only(one: Experiment, other: Experiment) -> bool:
    """Whether a change, at step 0 or later, may lead from one experiment to the other."""
    plain = {field: allowed.low for field, allowed in LIVE_FIELDS.items()}
    return one.from_the_start(plain) == other.from_the_start(plain)


def first_picture(experiment: Experiment) -> bytes | None:
    """What a stage needs to show the run at once; None if the server is too busy to make it.

    ``ValueError`` says why the experiment cannot be trained at all.
    """
    body = opening(experiment)
    if body is None:
        make_dataset(experiment.data)
    return body


class Visit:
    """What one visitor trains.

    ``run`` grows whenever the stage has to open another run, or the same one anew. A host may let
    Streamlit run two scripts of one visitor at a time, hence the lock.
    """

    def __init__(self, experiment: Experiment, clock: Callable[[], float] = time.monotonic) -> None:
        self.run = 0
        self._clock = clock
        self._lock = threading.RLock()
        self._session = uuid.uuid4().hex
        self._seq = 0
        self._message: bytes | None = None
        self._opening: bytes | None = None
        self._same_until: int | None = None
        self._left = experiment
        self._heard = False
        self._wish: Wish | None = None
        self._last_wish = self._settled_wish = 0
        self._edit: tuple[str, int] | None = None
        self._edited: tuple[str, int] | None = None
        self._reply: _Reply | None = None
        self._open(experiment, 0, None)

    @property
    def experiment(self) -> Experiment:
        """What is trained, with all that was changed on the way; a wish is not in it yet."""
        return self._experiment

    @property
    def step(self) -> int:
        """The last step that the stage has told, or at which the run is to be opened."""
        return self._step

    @property
    def wish(self) -> Wish | None:
        """What the stage has been asked to change and has not answered."""
        return self._wish

    def value_now(self, field: str) -> float:
        """What a live field was set to last, shown or not."""
        latest = self._experiment.value_at(field, int(limits.STEP.high))
        return latest if self._wish is None else self._wish.values.get(field, latest)

    def open(self, experiment: Experiment, step: int = 0) -> None:
        """Have the stage open a run at ``step``; ``ValueError`` if it cannot be trained."""
        with self._lock:
            self._open(experiment, step, None)

    def go_over_to(self, experiment: Experiment) -> None:
        """Like :meth:`open`, but let the stage keep the past that both experiments share.

        It stands at the last step told then, or where the common past ends.
        """
        with self._lock:
            same_until = self._experiment.same_until(experiment)
            step = 0 if same_until is None else min(self._step, same_until)
            self._open(experiment, step, same_until)

    def open_anew(self) -> None:
        """Have the stage open the run anew at the last step told, whatever it shows."""
        with self._lock:
            self._open(self._experiment, self._step, None)

    def _open(self, experiment: Experiment, step: int, same_until: int | None) -> None:
        quota.bounds().hold(experiment)
        body = first_picture(experiment)
        if self.run:
            self._left = self._experiment
        self.run += 1
        self._settled_wish = self._last_wish
        self._wish = None
        self._same_until = same_until
        self._opening = body
        self._set(experiment, step)

    def _set(self, experiment: Experiment, step: int) -> None:
        self._experiment, self._step = experiment, step
        self._spelled, self._own = spell(experiment), whole(experiment)
        self._edited = self._edit or self._edited
        self._message = None

    # wishes --------------------------------------------------------------------------------------

    def ask_for(self, field: str, value: float) -> None:
        """Wish a live field another value; ``ValueError`` if the last step told forbids it.

        What is wished before the stage has answered is wished together, and has its time anew.
        """
        with self._lock:
            values = {**(self._wish.values if self._wish else {}), field: value}
            wish = Wish(self._last_wish + 1, values, self._clock())
            quota.bounds().hold(wish.at(self._step, self._experiment))
            self._last_wish, self._wish, self._message = wish.id, wish, None
            self.keep_time()

    def keep_time(self) -> None:
        """Carry out a wish at the last step told, if no stage is there or none has answered.

        Raises ``ValueError``, and drops the wish, if it is not allowed there.
        """
        with self._lock:
            wish = self._wish
            if wish is None or (self._heard and self._clock() - wish.since < PATIENCE):
                return
            self._settle(wish.id)
            changed = wish.at(self._step, self._experiment)
            if changed != self._experiment:
                self.go_over_to(changed)

    def _settle(self, number: int) -> None:
        """Forget the wish if it is this one or an earlier one; another has its time anew."""
        wish = self._wish
        if wish is not None:
            self._wish = None if number >= wish.id else Wish(wish.id, wish.values, self._clock())
        self._settled_wish = min(max(number, self._settled_wish), self._last_wish)
        self._message = None

    # what the stage tells and asks ---------------------------------------------------------------

    def last_edit_of(self, sender: str) -> int:
        """The number of the last edit of this stage that was carried out."""
        return self._edited[1] if self._edited and self._edited[0] == sender else 0

    @contextmanager
    def carrying_out(self, sender: str, number: int) -> Iterator[None]:
        """Around an edit of the stage: it is answered once it has had its effect, or has none.

        Streamlit may end a script wherever that looks at the session state, and what was not
        answered is sent again.
        """
        self._edit = (sender, number)
        try:
            yield
        finally:
            self._edit = None
        with self._lock:
            self._edited, self._message = (sender, number), None

    def told(self, experiment: Experiment, step: int, wish: int | None = None) -> bool:
        """Take over what the stage shows, after a change or at rest, or as an answer to a wish.

        A session that is new, and has opened nothing yet but its address, takes over whatever the
        stage has seen elsewhere, and returns True. What was sent before another run was opened is
        ignored. Anything else is refused: the stage is to open the run anew.
        """
        with self._lock:
            is_new = not self._heard and self.run == 1
            self._heard = True
            if wish is not None and wish <= self._settled_wish:
                return False
            is_known = differ_in_changes_only(self._experiment, experiment)
            if not is_known and is_new:
                first_picture(experiment)
            elif not is_known:
                if not differ_in_changes_only(self._left, experiment):
                    self.open_anew()
                return False
            self._opening = None
            self._set(experiment, step)
            self._settle(0 if wish is None else wish)
            return not is_known

    def ask(self, message: object) -> None:
        """Answer one question of a stage that cannot use HTTP; the next message holds the reply."""
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

    # what the stage is told ----------------------------------------------------------------------

    @property
    def has_news(self) -> bool:
        """Whether there is a message that the stage has not been given."""
        return self._message is None

    def message(self) -> bytes:
        """What the component has to be given; the same bytes until something has changed."""
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
            "wish": None if self._wish is None else self._wish.told(),
            "edited": self._edited and dict(zip(("sender", "id"), self._edited, strict=True)),
            "own": self._own,
            "reply": None if reply is None else {"id": reply.id, "status": reply.status},
        }
        bodies = {"opening": self._opening, "reply": None if reply is None else reply.body}
        sections = {name: np.frombuffer(b, np.uint8) for name, b in bodies.items() if b is not None}
        return pack(header, sections, compress=False)
