"""A :class:`Run` that shows itself in a notebook: at a glance, as a replay, as a figure."""

from dataclasses import dataclass
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from nnviz import runs

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_FRAME = "width: 100%; max-width: 1000px; height: 700px; border: 0"  # fits a replay that wide


@dataclass(frozen=True)
class Replay:
    """A recorded run as a web page, which a notebook shows in a frame of its own."""

    html: str

    def _repr_html_(self) -> str:
        return (
            f'<iframe title="Replay" sandbox="allow-scripts" srcdoc="{escape(self.html)}" '
            f'style="{_FRAME}"></iframe>'
        )

    def save(self, path: str | PathLike[str]) -> None:
        """Write the page to a file, which any browser opens, also offline."""
        Path(path).write_text(self.html, encoding="utf-8")


class Run(runs.Run):
    """One experiment being trained, at some step. In a notebook it shows boundary and curves.

    >>> from nnviz.experiment import Experiment
    >>> run = Run(Experiment())
    >>> run.advance(100)
    100
    >>> [frame.name for frame in run.figure(moments=3).frames]
    ['0', '50', '100']
    """

    # What draws is imported when it is needed: that takes longer than to import all that trains.

    def _repr_html_(self) -> str:
        from nnviz.figures.glance import glance_svg

        return glance_svg(self)

    def replay(self, moments: int = 500) -> Replay:
        """Record this run from step 0 to its step, at ``moments`` evenly spaced steps at most.

        It has its own buttons, and `save` writes it as one file.
        """
        from nnviz.export import replay_html
        from nnviz.figures import palettes
        from nnviz.stage.sources import sources

        messages = self._recorded(moments)
        return Replay(replay_html(self.experiment, self.dataset, messages, sources(), palettes()))

    def figure(self, moments: int = 60) -> "Figure":
        """Animate boundary and cost curve up to this step as a Plotly figure with ``go.Frame`` s.

        It has a slider and a play button. ``moments`` is the number of frames, at most 500.
        """
        from nnviz.figures import animated_figure

        return animated_figure(self.experiment, self.dataset, self._recorded(moments), moments)

    def _recorded(self, moments: int) -> list[bytes]:
        """Return the frames of this run, see `nnviz.export.record`; the run stays at its step."""
        from nnviz.export import record

        return list(record(self.fork(self.experiment), self.step, moments))
