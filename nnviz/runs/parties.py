"""Choose which experiments are trained together as lanes of one trainer, and which are runs alone.

Lanes share everything but the seed of the initial weights, the learning rate and the strengths of
the penalties. A lane has the bits of its own run, or it is not used.
"""

import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nnviz.data import Dataset
from nnviz.experiment import Experiment
from nnviz.network.arrays import FloatArray
from nnviz.runs.lanes import Lanes, Party
from nnviz.runs.meter import Values
from nnviz.runs.past import CHECKPOINT_BYTES, Past
from nnviz.runs.result import Result, result_of
from nnviz.runs.run import Run

FEWEST_SAMPLES = 16
"""With smaller batches, a lane does not have the bits of its own run: see `engine/passes.py`."""

TRAINER_BYTES = 16_000_000
"""Of one trainer's lanes. With larger ones, all their signals no longer fit into a cache."""


def likeness(experiment: Experiment) -> Experiment:
    """Return an experiment that is equal for all that can be lanes of one trainer.

    A penalty of 0 is not calculated, so lanes have all the same penalties above 0.
    """
    own = experiment.training
    shared = replace(own, learning_rate=1.0, l1=float(own.l1 > 0.0), l2=float(own.l2 > 0.0))
    return replace(experiment, init_seed=0, training=shared)


def may_be_lanes(experiment: Experiment) -> bool:
    """Estimate from the batch size alone whether others like it can be lanes."""
    size = experiment.training.batch_size
    return size is None or size >= FEWEST_SAMPLES


def parties(experiments: Sequence[Experiment], base: Run) -> list[Party]:
    """Return parties that train these experiments, in their order.

    Experiments with one likeness are lanes of one trainer, or of several if its buffers would be
    larger than ``TRAINER_BYTES``. Others are separate runs, and so are those with batches of fewer
    than ``FEWEST_SAMPLES``. ``base`` is a run of the first.
    """
    alike = len({likeness(experiment) for experiment in experiments}) == 1
    n_lanes = min(len(experiments), TRAINER_BYTES // base.nbytes)
    if not alike or n_lanes < 2 or base.smallest_batch < FEWEST_SAMPLES:
        n_bytes = CHECKPOINT_BYTES // len(experiments)
        return [Alone(Run(one, Past(n_bytes), like=base)) for one in experiments]
    starts = range(0, len(experiments), n_lanes)
    n_bytes = CHECKPOINT_BYTES // len(starts)
    return [Lanes(experiments[start : start + n_lanes], base, n_bytes) for start in starts]


class Alone:
    """A party of a single run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.dataset: Dataset = run.dataset

    def __len__(self) -> int:
        """Return the number of networks."""
        return 1

    @property
    def nbytes(self) -> int:
        """The memory in bytes, estimated from the array sizes, with everything stored."""
        return self._run.nbytes + self._run.past.nbytes

    @property
    def ends(self) -> list[Result | None]:
        """The end of the run if it is reached, in a list."""
        return [None if self._run.stopped is None else result_of(self._run)]

    @property
    def step(self) -> int:
        """The current step of the run."""
        return self._run.step

    def go(self, step: int, deadline: float | None = None) -> None:
        """Go to ``step``, forward or back: see `Party.go`."""
        if step < self._run.step:
            self._run.rewind(step)
        else:
            seconds = None if deadline is None else deadline - time.perf_counter()
            self._run.advance(step - self._run.step, seconds=seconds)

    def reached(self, step: int) -> bool:
        """Return whether it is at ``step``, or at the end of the run."""
        return self._run.reached(step)

    def nearest(self, step: int) -> int:
        """Return the latest step up to ``step`` from which `go` needs no training."""
        end = self._run.past.end
        return step if end is not None and end.step <= step else self._run.nearest(step)

    def mark(self) -> None:
        """Store the current state for a while."""
        self._run.mark()

    def collect(self, steps: Sequence[int]) -> tuple[FloatArray, Values]:
        """Train through ``steps``: see `Party.collect`."""
        run = self._run
        got = run.collect(steps, after=steps[-1])  # without the end, unless it is one of them
        theta = np.empty((len(steps), 1, run.network.n_params), run.network.dtype)
        values = np.empty((len(steps), 1, 4))
        theta[:], values[:] = run.theta, run.metrics()
        theta[: len(got), 0], values[: len(got), 0] = got.theta, got.metrics
        return theta, values

    def rows(self, steps: NDArray[np.int64]) -> Values:
        """Return the history at ``steps``: see `Party.rows`."""
        known, columns = self._run.past.history.all_rows()
        values = np.full((len(steps), 1, 4), np.nan)
        values[np.isin(steps, known), 0] = columns.T[np.isin(known, steps)]
        (end,) = self.ends
        if end is not None:
            values[steps > end.step, 0] = end.metrics
        return values

    def results(self) -> list[Result]:
        """Return what the run is at the current step, in a list."""
        return [result_of(self._run)]
