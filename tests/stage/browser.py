"""A stage that speaks the real protocol, without a screen: what queue.js does, in Python."""

from collections.abc import Iterable
from typing import Any

from nnviz.experiment import Experiment
from nnviz.frames import FrameMaker, unpack
from nnviz.runs import Run
from nnviz.stage import Playback

Seen = dict[str, Any]


def frames_of(sections: dict[str, Any]) -> list[Seen]:
    """Each frame as plain bytes by section, so that equal means equal to the last bit."""
    per_frame = {
        name: array
        for name, array in sections.items()
        if name not in ("step", "input_maps") and not name.startswith("history_")
    }
    return [
        {"step": int(step)} | {name: array[i].tobytes() for name, array in per_frame.items()}
        for i, step in enumerate(sections.get("step", ()))
    ]


def frames_of_a_run(experiment: Experiment, steps: Iterable[int]) -> list[Seen]:
    """What a run of this experiment, trained straight on, shows at these steps."""
    run = Run(experiment)
    maker = FrameMaker(run)
    frames = []
    for step in steps:
        run.advance(step - run.step)
        frames += frames_of(maker.make_many(run.collect([run.step])))
    return frames


class Browser:
    """Holds a queue of frames, shows one at a time, and pulls more."""

    def __init__(self, playback: Playback) -> None:
        self.playback = playback
        self.pull_id = 0
        self.forget()
        self.receive()

    def forget(self) -> None:
        self.run, self.revision, self.shown, self.seq = "", 0, 0, 0
        self.queue: list[Seen] = []

    def receive(self) -> dict[str, Any]:
        """Take the latest message, as the component is given it."""
        self.header, self.sections = unpack(self.playback.message)
        header = self.header
        if header["seq"] <= self.seq:
            return header
        self.seq = header["seq"]
        if header.get("opening"):
            (first,) = frames_of(self.sections)
            self.run, self.revision, self.shown = header["run"], header["revision"], first["step"]
            self.queue = []
        elif header["run"] == self.run and header.get("flush"):
            self.revision, self.queue = header["revision"], []
        elif (header["run"], header["revision"], header.get("answers")) == (
            self.run,
            self.revision,
            self.pull_id,
        ):
            self.queue += frames_of(self.sections)
        return header

    def next_pull(self, frames: int = 8, per_frame: int = 1, **more: object) -> dict[str, object]:
        self.pull_id += 1
        return {
            "run": self.run,
            "id": self.pull_id,
            "revision": self.revision,
            "shown": self.shown,
            "start": self.queue[-1]["step"] if self.queue else self.shown,
            "per_frame": per_frame,
            "frames": frames,
            "fresh": self.run == "",
            "gradients": False,
            "again": False,
            **more,
        }

    def pull(self, frames: int = 8, per_frame: int = 1, **more: object) -> list[Seen]:
        """Ask for frames; what came is in the queue and is returned."""
        held = len(self.queue)
        self.playback.answer(self.next_pull(frames, per_frame, **more))
        self.receive()
        return self.queue[held:]

    def show(self, n_frames: int) -> list[Seen]:
        """Play frames off the queue."""
        played, self.queue = self.queue[:n_frames], self.queue[n_frames:]
        self.shown = played[-1]["step"]
        return played
