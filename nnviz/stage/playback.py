"""The server's half of the stage: answers the browser's pulls with batches of frames.

What the viewer sees is the truth, and frames computed ahead of it are speculation. The browser
says which step is ``shown`` and from which step on it wants frames; the run is taken back to that
step when it has gone ahead, and a changed setting takes effect at the shown step. A pull that is
repeated is answered with the same bytes, and no pull computes for much longer than
``limits.PULL_SECONDS``.

Nothing here knows of Streamlit, so all of it can be tested, and timed, without a browser.
"""

import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz import limits
from nnviz.codec import link_holds, to_query
from nnviz.data import FEATURES
from nnviz.experiment import LIVE_FIELDS, Change, Experiment
from nnviz.figures import stage_figures
from nnviz.frames import FrameMaker, pack
from nnviz.jsoncodec import written_points
from nnviz.rules import Number
from nnviz.runs import Moments, Run
from nnviz.runs.diagnosis import diagnose

_CURVE_ROWS = 500
_LONGEST_RUN_ID = 32


@dataclass(frozen=True)
class Pull:
    """What the browser asks for. Anything may have been sent; see :meth:`parse`.

    ``id`` tells one pull from the next, so that one sent twice is known. ``shown`` is the step on
    the screen, ``start`` the last step the browser holds (``shown`` when it has thrown its queue
    away), ``per_frame`` the updates between two frames, ``frames`` how many are wanted. ``fresh``
    asks for all that is otherwise sent once a run, ``gradients`` for the gradients of each frame,
    ``again`` for the frame of ``start`` as well.
    """

    run: str
    id: int
    revision: int
    shown: int
    start: int
    per_frame: int
    frames: int
    fresh: bool
    gradients: bool
    again: bool

    @classmethod
    def parse(cls, message: object) -> "Pull | None":
        """A checked pull, or None when the message is no such thing."""
        if not isinstance(message, dict):
            return None
        run = message.get("run")
        numbers: dict[str, int] = {}
        for name, high in (
            ("id", limits.SHOWN_STEP.high),
            ("revision", limits.SHOWN_STEP.high),
            ("shown", limits.SHOWN_STEP.high),
            ("start", limits.SHOWN_STEP.high),
            ("per_frame", limits.UPDATES_PER_FRAME.high),
            ("frames", limits.FRAMES_PER_PULL),
        ):
            value = message.get(name)
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= high:
                return None
            numbers[name] = value
        if not isinstance(run, str) or len(run) > _LONGEST_RUN_ID:
            return None
        return cls(
            run=run,
            **numbers,
            fresh=message.get("fresh") is True,
            gradients=message.get("gradients") is True,
            again=message.get("again") is True,
        )


class Playback:
    """One viewer's run, and the latest message to the stage that shows it.

    ``message`` is what the component has to be given at any time: giving it twice does no harm,
    because the stage drops what it has already seen by its ``seq``.
    """

    def __init__(self, experiment: Experiment) -> None:
        self._lock = threading.Lock()
        self._seq = 0
        self._session = uuid.uuid4().hex
        self._answered: Pull | None = None
        self._pending: dict[str, float] = {}
        self._revision = 0
        self.edited: dict[str, Any] | None = None
        """The last edit of the stage that was carried out: who sent it, and its number."""
        self._start(experiment)

    @property
    def experiment(self) -> Experiment:
        """What is being trained, with all that was changed on the way."""
        return self._run.experiment

    @property
    def run_id(self) -> str:
        """Another one for every new run."""
        return self._run_id

    def value_now(self, field: str) -> float:
        """What a live field was set to last, shown or not."""
        latest = self._run.experiment.value_at(field, int(limits.SHOWN_STEP.high))
        return self._pending.get(field, latest)

    def start(self, experiment: Experiment) -> None:
        """Begin a new run; the stage throws away what it has of the old one."""
        with self._lock:
            self._start(experiment)

    def change(self, field: str, value: float) -> None:
        """Alter the run, see :class:`nnviz.experiment.Change`, at the step that is shown."""
        self.change_all({field: value})

    def change_all(self, wanted: Mapping[str, float]) -> None:
        """Alter these fields at the step that is shown, all of them or, if one may not be, none.

        Only the stage knows that step: it is told to throw its queue away and to ask again, and
        the changes are made when it has. Raises ``ValueError`` when they are not allowed at the
        last step that can be on the screen: there most changes are behind.
        """
        with self._lock:
            pending = {**self._pending, **wanted}
            latest = max(self._shown, self._run.step)
            trial = self._run.experiment
            for field, value in pending.items():
                trial = trial.with_change(Change(latest, field, value))
            self._pending = pending
            self._revision += 1
            self._send({"flush": True}, {})

    def branch(self) -> None:
        """Go on from the shown step with the settings of now; later changes are dropped."""
        self.change_all({field: self.value_now(field) for field in LIVE_FIELDS})

    def answer(self, message: object) -> None:
        """Serve one pull: afterwards ``message`` holds the reply."""
        pull = Pull.parse(message)
        if pull is None:
            return
        with self._lock:
            if pull.run != self._run_id:
                if pull.fresh:
                    self._send_opening()
            elif pull.revision == self._revision and pull != self._answered:
                self._serve(pull)

    def _serve(self, pull: Pull) -> None:
        began = time.perf_counter()
        self._shown = pull.shown
        frames: list[Moments] = []
        if self._go_to(pull.shown if self._pending else pull.start, began):
            pending, self._pending = self._pending, {}
            for field, value in pending.items():
                self._run.change(field, value)
            self._run.mark()
            if pending or pull.again:
                frames.append(self._run.collect([self._run.step]))
            frames += self._frames(pull, began)
        self._answered = pull
        self._findings = diagnose(self._run)
        header: dict[str, Any] = {"answers": pull.id, "start": pull.start}
        made = self._maker.make_many(Moments.join(frames), pull.gradients) if frames else {}
        self._send(header, made)

    def _start(self, experiment: Experiment, step: int = 0) -> None:
        run = Run(experiment)
        self._run = run
        self._maker: FrameMaker = FrameMaker(run)
        self._run_id = uuid.uuid4().hex
        self._pending = {}
        self._revision = 0
        self._shown = step
        self._send_opening()

    def resume(self, experiment: Experiment, step: int) -> None:
        """Train ``experiment`` for a stage that has seen it up to ``step`` on another server."""
        Number(limits.SHOWN_STEP, whole=True).check("resumed step", step)
        with self._lock:
            self._start(experiment)
            self._shown = step
            self._send({"resumed": step}, {})

    def restore(self, experiment: Experiment, step: int) -> None:
        """Begin ``experiment`` at ``step``, or as near to it as one pull gets.

        The stage, which is told the goal, asks for the rest of the way.
        """
        Number(limits.SHOWN_STEP, whole=True).check("step", step)
        with self._lock:
            self._start(experiment, step)

    def _send_opening(self) -> None:
        """Everything a stage needs that has seen nothing of this run: its first frame included."""
        self._answered = None
        self._go_to(self._shown, time.perf_counter())
        self._findings = diagnose(self._run)
        self._send(
            {"opening": True, "goal": self._shown, **self._once()},
            self._maker.make_many(self._run.collect([self._run.step]))
            | self._curve()
            | {"input_maps": self._maker.input_maps()},
        )

    def _go_to(self, step: int, began: float) -> bool:
        """Take the run to ``step``; False when time ran out on the way there."""
        run = self._run
        if step < run.step:
            run.rewind(step)
        while run.step < step and run.stopped is None:
            left = began + limits.PULL_SECONDS - time.perf_counter()
            if left <= 0.0:
                return False
            run.advance(step - run.step, seconds=left)
        return True

    def _frames(self, pull: Pull, began: float) -> list[Moments]:
        """Up to ``pull.frames`` frames after the run's step, as many as the time allows."""
        deadline = began + limits.PULL_SECONDS
        frames: list[Moments] = []
        while len(frames) < pull.frames and self._run.stopped is None:
            left = deadline - time.perf_counter()
            if frames and left <= 0.0:
                break
            if self._run.advance(max(pull.per_frame, 1), seconds=max(left, 0.0)) == 0:
                break
            frames.append(self._run.collect([self._run.step]))
        return frames

    def _once(self) -> dict[str, Any]:
        """What does not change during a run."""
        data = self._run.dataset
        return {
            "figures": stage_figures(data),
            "window": [
                data.window.x1_min,
                data.window.x1_max,
                data.window.x2_min,
                data.window.x2_max,
            ],
            "own": self._own(),
            "names": list(data.names),
            "inputs": [{"name": FEATURES[key].title, "key": key} for key in data.features],
            "steps_per_epoch": self._run.steps_per_epoch,
            "has_test": data.has_test,
            "layers": [
                {
                    "units": layer.units,
                    "activation": layer.activation,
                    "dropout": layer.dropout,
                    "shown": layer.shown.tolist(),
                    "parameters": layer.parameters.tolist(),
                }
                for layer in self._maker.layers
            ],
        }

    def _own(self) -> dict[str, Any] | None:
        """Points that a link cannot hold, for the browser to keep."""
        points = self.experiment.data.points
        return None if points is None or link_holds(self.experiment) else written_points(points)

    def _curve(self) -> dict[str, NDArray[np.float64]]:
        """The history so far, thinned to what a curve on the screen can show."""
        history = self._run.history
        every = max(1, -(-len(history.step) // _CURVE_ROWS))
        columns = ("step", "loss_train", "loss_test", "accuracy_train", "accuracy_test")
        return {
            f"history_{name}": np.asarray(getattr(history, name), np.float64)[::every]
            for name in columns
        }

    def _rates(self) -> list[tuple[int, float]]:
        """The learning rate, and every step from which on it was another one."""
        experiment = self._run.experiment
        changed = [(c.step, c.value) for c in experiment.changes if c.field == "learning_rate"]
        return [(0, experiment.training.learning_rate), *changed]

    def _send(self, header: dict[str, Any], sections: dict[str, Any]) -> None:
        self._seq += 1
        stopped = self._run.stopped
        about = {
            "seq": self._seq,
            "session": self._session,
            "run": self._run_id,
            "experiment": to_query(self._run.experiment),
            "revision": self._revision,
            "edited": self.edited,
            "rates": self._rates(),
            "findings": [{"words": f.words, "advice": f.advice} for f in self._findings],
            "stopped": None
            if stopped is None
            else {
                "kind": stopped.kind,
                "step": stopped.step,
                "cause": stopped.cause,
                "advice": stopped.advice,
            },
        }
        self.message = pack(about | header, sections, compress="opening" not in header)
