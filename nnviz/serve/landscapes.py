"""Answer with the loss over a plane through the path of a run, and with the errors of this picture.

The path is trained again from step 0, because a run does not keep all of its steps. The answer has
fewer places than were asked for if they would take longer than ``quota.LANDSCAPE``, and says so.
"""

import math
import time
from collections.abc import Generator, Sequence

import numpy as np

from nnviz.experiment.rules import Refusal
from nnviz.runs import Moments, cost
from nnviz.runs.landscape import DIFFERS, Landscape, path_steps
from nnviz.runs.landscape import landscape as drawn
from nnviz.serve import landscape_words, quota
from nnviz.serve.address import Address
from nnviz.serve.batches import RunSource
from nnviz.serve.desk import Progress, Work
from nnviz.serve.pool import Pool
from nnviz.serve.reach import reach
from nnviz.serve.writer import Sections, Writer
from nnviz.training import StopReason

_FEWEST = 11  # places along a side, however long they take


class _Meter:
    """The progress in percent of the estimated time, for training and for drawing together."""

    def __init__(self, training: float, drawing: float) -> None:
        self._training, self._drawing = training, drawing

    def at(self, trained: float, drawn: float) -> Progress:
        """Return the progress after these shares of the training and of the drawing."""
        done = trained * self._training + drawn * self._drawing
        return Progress(int(100 * done / (self._training + self._drawing)), 100)


def landscape(pool: Pool, address: Address) -> Work:
    """Answer with the loss over a plane, the path on it, and both losses of each of its points."""
    experiment, at = address.experiment, address.number("at")
    kind, asked = address.text("plane"), address.number("side")
    training, one = at * cost.seconds_of_update(experiment), cost.seconds_of_loss(experiment)
    if training > quota.TRAINING_AHEAD:
        raise Refusal(
            "at",
            f"must need at most {quota.TRAINING_AHEAD:g} s of training from step 0, estimated; "
            f"it would be {training:.0f} s",
            str(at),
        )
    source, n_params = RunSource(pool.entry(experiment)), experiment.network.n_params
    steps = path_steps(at, n_params)
    side = _side(asked, 2 * len(steps), one)
    meter = _Meter(training, one * (side**2 + 2 * len(steps)))
    moments, stopped = yield from _path(source, steps, one, meter)
    if (end := int(moments.step[-1])) < at:  # the run ends there: a finer path
        moments, stopped = yield from _path(source, path_steps(end, n_params), one, meter)
    dataset = source.run.dataset
    work = drawn(experiment, dataset, moments.step, moments.theta, kind, side)
    found, writer = (yield from _in_slices(work, meter)), Writer()
    header = {
        "step": end,
        "plane": kind,
        "side": side,
        "explained": found.explained if kind == "path" else None,
        "shares_words": landscape_words.shares(found, kind),
        "axes": landscape_words.axes(found, kind),
        "sentences": [
            *landscape_words.sentences(found, kind, len(dataset.y_train)),
            *landscape_words.less(asked, side, one, quota.LANDSCAPE),
        ],
        "worst": landscape_words.finite(float(found.difference.max())),
    }
    sections: Sections = {
        "loss": found.loss,
        "steps": found.steps.astype(np.float64),
        "path": found.path,
        "true": found.true_loss,
        "plane": found.plane_loss,
        "differs": (found.difference > DIFFERS).astype(np.uint8),
    }
    yield writer.message(header, sections)
    yield writer.end(stopped)


def _side(asked: int, n_others: int, one: float) -> int:
    """Return how many places a side may have beside ``n_others``; each takes ``one`` second."""
    fitting = math.isqrt(max(0, int(quota.LANDSCAPE / one) - n_others))
    return min(asked, max(_FEWEST, fitting - (1 - fitting % 2)))


def _path(
    source: RunSource, steps: Sequence[int], one: float, meter: _Meter
) -> Generator[Progress, None, tuple[Moments, StopReason | None]]:
    """Return the run at these steps, or up to its end and there, and why it ends at the last."""
    last, parts = max(steps[-1], 1), []
    each = last / len(steps) * source.seconds_of_update + one
    size = max(1, int(quota.SLICE / each))
    for start in range(0, len(steps), size):
        group = steps[start : start + size]
        for _ in reach(source, group[0], "at"):
            yield meter.at(source.run.step / last, 0.0)
        if source.run.step < group[0]:
            break
        parts.append(source.run.collect(group))
        yield meter.at(group[-1] / last, 0.0)
    for _ in reach(source, steps[-1], "at"):
        yield meter.at(1.0, 0.0)
    run = source.run
    if run.step > parts[-1].step[-1]:
        parts.append(run.collect([run.step]))
    return Moments.join(parts), run.stopped


def _in_slices(
    work: Generator[float, None, Landscape], meter: _Meter
) -> Generator[Progress, None, Landscape]:
    """Do work that pauses often, with a slice's time between two turns of others."""
    began = time.perf_counter()
    while True:
        try:
            share = next(work)
        except StopIteration as done:
            found: Landscape = done.value
            return found
        if time.perf_counter() - began > quota.SLICE:
            yield meter.at(1.0, share)
            began = time.perf_counter()
