"""What a link says about the view: step, speed, switches, play, a title, the Lab, the sweep."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nnviz.experiment import limits
from nnviz.experiment.limits import Range
from nnviz.experiment.rules import Choice, Number, Refusal, Subset, clip
from nnviz.serve import quota
from nnviz.serve.sweep_text import read_sweep, write_sweep
from nnviz.ui.visit import lab_view
from nnviz.ui.visit.lab_view import LabView

SWEEP_PAGE = "Sweep"
"""The title of the page Sweep."""
LONGEST_TITLE = 80
SWITCH = Choice({"0": "off", "1": "on"})
_NONE = "none"
_SHOWN = Subset(
    {
        "test": "test points",
        "mistakes": "mistakes",
        "classes": "classes only",
        "gradients": "gradients",
        "accuracy": "accuracy",
        "log": "logarithmic loss",
    }
)
_ASK = re.compile(r"[A-Za-z0-9.~-]{1,60}")
_SAMPLE = Number(Range(0, limits.N_SAMPLES.high), whole=True)
_AT_FIRST = ("test",)  # what the stage shows if a link does not say it


@dataclass(frozen=True)
class View:
    """A view of a run; None leaves what the stage has.

    ``step`` is the step to open at, ``speed`` the updates between two frames, ``show`` the
    switches that are on, ``play`` whether the run plays at once, ``title`` a caption. ``ask`` and
    ``sample`` are the open answer of the page Explain, and the number of its sample. ``lab`` is
    what the page Lab shows, ``sweep`` the text of the sweep on the page Sweep.
    """

    step: int | None = None
    speed: int | None = None
    show: tuple[str, ...] | None = None
    play: bool = False
    title: str = ""
    ask: str = ""
    sample: int | None = None
    lab: LabView | None = None
    sweep: str = ""

    @property
    def later(self) -> "View":
        """The view after the visitor has gone on from the moment of the link."""
        return replace(self, step=None, play=False, ask="", sample=None)

    @property
    def of_pages(self) -> "View":
        """What the pages show that do not follow a run: the Lab and the sweep."""
        return View(lab=self.lab, sweep=self.sweep)

    def on(self, page: str) -> "View":
        """Return the view in the address of a page: the Lab and the sweep are in their own only."""
        lab = self.lab if page == lab_view.PAGE else None
        return replace(self, lab=lab, sweep=self.sweep if page == SWEEP_PAGE else "")

    def told(self) -> dict[str, Any]:
        """Return what the stage must know, with the texts of a link."""
        speed = None if self.speed is None else str(self.speed)
        show = None if self.show is None else _SHOWN.format(self.show) or _NONE
        opened = {"ask": self.ask} if self.ask else {}
        if self.sample is not None:
            opened["sample"] = str(self.sample)
        if self.sweep:
            opened["sweep"] = self.sweep
        if self.lab is not None:
            opened |= self.lab.told()
        return {"speed": speed, "show": show, "play": self.play, **opened}

    def to_query(self) -> dict[str, str]:
        """Write the query that reads back to this view; what a new page has is left out.

        >>> View(step=120, speed=8, show=("test",), play=True).to_query()
        {'step': '120', 'speed': '8', 'play': '1'}
        """
        texts = {
            "step": str(self.step or ""),
            "speed": "" if self.speed in (None, 1) else str(self.speed),
            "show": "" if self.show in (None, _AT_FIRST) else self.told()["show"],
            "play": "1" if self.play else "",
            "title": self.title,
            "ask": self.ask,
            "sample": "" if self.sample is None else str(self.sample),
            "sweep": self.sweep,
        }
        said = {key: text for key, text in texts.items() if text}
        return said if self.lab is None else said | self.lab.to_query()


def _speed(text: str) -> int:
    speeds = Choice({str(2**k): "" for k in range(quota.FASTEST.bit_length())})
    return int(speeds.parse("speed", text))


def _show(text: str) -> tuple[str, ...]:
    names: tuple[str, ...] = () if text == _NONE else _SHOWN.parse("show", text)
    return names


def read_title(text: str) -> str:
    """Return a title; ``ValueError`` if it is too long or not printable."""
    if len(text) > LONGEST_TITLE or not text.isprintable():
        raise ValueError(
            f"title must be at most {LONGEST_TITLE} printable characters; got {clip(text)}"
        )
    return text.strip()


def _ask(text: str) -> str:
    if not _ASK.fullmatch(text):
        raise ValueError(f"ask must name a number of the page Explain; got {clip(text)}")
    return text


def read_sweep_text(text: str) -> str:
    """Return the canonical text of a sweep; ``ValueError`` if it is none."""
    return write_sweep(read_sweep(text, quota.bounds()))


_READERS: dict[str, Callable[[str], Any]] = {
    "step": lambda text: quota.bounds().step_rule.parse("step", text),
    "speed": _speed,
    "show": _show,
    "play": lambda text: SWITCH.parse("play", text) == "1",
    "title": read_title,
    "ask": _ask,
    "sample": lambda text: int(_SAMPLE.parse("sample", text)),
    "sweep": read_sweep_text,
}

OF_PAGES = lab_view.KEYS | {"sweep"}
"""The keys of what the pages Lab and Sweep show, whatever run it is."""

KEYS = frozenset(_READERS) | OF_PAGES
"""All keys of a link that belong to a view."""


def read(query: Mapping[str, str]) -> tuple[View, list[str]]:
    """Return the view of a link, and a note for each value that cannot be used."""
    view, notes = View(), []
    for key, reader in _READERS.items():
        if key in query:
            try:
                view = replace(view, **{key: reader(query[key])})
            except ValueError as refusal:
                notes.append(str(Refusal(key, str(refusal), clip(query[key]))))
    lab, more = lab_view.read(query)
    return replace(view, lab=lab), notes + more


def read_strictly(query: Mapping[str, str]) -> View:
    """Return a view; ``ValueError`` for the first value that cannot be used."""
    view, notes = read(query)
    for note in notes:
        raise ValueError(note)
    return view
