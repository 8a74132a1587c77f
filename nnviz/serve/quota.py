"""The quotas of this server: limits for one visitor and for all of them. They are inclusive.

Each quota is one record. The host can set another value by its name, see ``nnviz.serve.host``. An
unknown name or a value out of range is refused when the server starts. Limits of the mathematics
are in ``nnviz.experiment.limits``.

The lowest size quotas still allow the experiment that the page opens with.
"""

from dataclasses import dataclass
from typing import TypeVar

from nnviz.experiment import limits
from nnviz.experiment.bounds import Bounds
from nnviz.experiment.limits import Range
from nnviz.experiment.rules import Number
from nnviz.serve import host

N = TypeVar("N", int, float)


@dataclass(frozen=True)
class Quota:
    """One quota. Its value must be a whole number if its default is one."""

    name: str
    default: float
    least: float
    most: float
    unit: str
    words: str


QUOTAS: dict[str, Quota] = {}
"""Every quota by its name."""

_given = host.given()


def _quota(name: str, default: N, least: N, most: N, unit: str, words: str) -> N:
    """Register a quota, and return the value that the host has set, or the default."""
    QUOTAS[name] = Quota(name, default, least, most, unit, words)
    if name not in _given:
        return default
    key, value = _given[name]
    Number(Range(least, most), whole=isinstance(default, int)).check(key, value)
    return type(default)(value)


# The size of an experiment.
SAMPLES = _quota(
    "samples", 2_000, 200, int(limits.N_SAMPLES.high), "points", "Points of a data set."
)
BATCH_SIZE = _quota(
    "batch_size", 2_000, 1, int(limits.BATCH_SIZE.high), "points", "Points of a mini-batch."
)
HIDDEN_LAYERS = _quota(
    "hidden_layers", 8, 2, int(limits.HIDDEN_LAYERS.high), "layers", "Hidden layers."
)
UNITS = _quota("units", 64, 4, int(limits.UNITS.high), "units", "Units of a hidden layer.")
CHANGES = _quota("changes", 64, 0, 1_000, "changes", "Changes made during a run.")
SHOWN_STEP = _quota(
    "shown_step", 10_000_000, 1_000, int(limits.STEP.high), "updates", "The last step shown."
)
LINK_POINTS = _quota(
    "link_points", 100, 0, 1_000, "points", "A visitor's own points in a link; more need a file."
)

# The size of a file that a visitor opens.
SAVED_BYTES = _quota(
    "saved_bytes", 4_000_000, 10_000, 200_000_000, "bytes", "The size of a saved run."
)  # the longest run of the largest network takes 2.7 million
SAVED_ROWS = _quota(
    "saved_rows", 20_000, 1_000, 1_000_000, "rows", "Rows of the history in a saved run."
)  # a run of SHOWN_STEP updates keeps 15,360

# Time.
SLICE = _quota(
    "slice", 0.05, 0.001, 1.0, "seconds", "Work on one question before the next one's turn."
)
FIRST_SLICE = _quota(
    "first_slice", 0.012, 0.001, 1.0, "seconds", "Work before the first part of a batch is sent."
)
FIRST_ANSWER = _quota(
    "first_answer", 0.14, 0.01, 10.0, "seconds", "Waiting time before the progress is sent."
)
REFUSAL = _quota(
    "refusal", 0.002, 0.0, 1.0, "seconds", "The time between two refused addresses."
)  # a client that guesses thousands of addresses must not block the others
LEAVE = _quota("leave", 2.0, 1.0, 60.0, "seconds", "Work ends if nobody asks for it so long.")
TRAINING_AHEAD = _quota(
    "training_ahead", 30.0, 0.1, 3_600.0, "seconds", "The estimated training for one question."
)
KEPT_IN_USE = _quota(
    "kept_in_use", 10.0, 1.0, 3_600.0, "seconds", "A run stays in memory so long after its use."
)
LANDSCAPE = _quota(
    "landscape", 4.0, 0.1, 3_600.0, "seconds", "The estimated computing time of one landscape."
)
SWEEP_SECONDS = _quota(
    "sweep_seconds", 60.0, 0.1, 86_400.0, "seconds", "The estimated training of sweeps."
)
SWEEP_WINDOW = _quota(
    "sweep_window",
    600.0,
    1.0,
    86_400.0,
    "seconds",
    "In this time, all sweeps of a visit have sweep_seconds.",
)
SWEEP_TRAININGS = _quota(
    "sweep_trainings", 1_000, 1, 20_000, "trainings", "Trainings of one sweep."
)
FAIR_WINDOW = _quota(
    "fair_window", 2.0, 0.1, 60.0, "seconds", "The visit that got least in this time is next."
)

# Batches.
BATCH = _quota("batch", 32, 1, 256, "frames", "Frames of one batch; a power of two is best.")
BATCH_SECONDS = _quota(
    "batch_seconds", 0.1, 0.001, 1.0, "seconds", "The estimated computing time of one batch."
)
FASTEST = _quota(
    "fastest", 512, 1, 65_536, "updates", "Updates between two frames, up to a power of two."
)

# Waiting.
WAITING_PER_VISIT = _quota(
    "waiting_per_visit", 4, 1, 100, "questions", "Questions of one visit that may wait."
)
WAITING = _quota("waiting", 1_000, 1, 100_000, "questions", "Questions that may wait in all.")

# Memory.
SHELF_BYTES = _quota(
    "shelf_bytes", 64_000_000, 0, 10**12, "bytes", "The cache of finished answers."
)
PAST_BYTES = _quota(
    "past_bytes", 128_000_000, 1_000_000, 10**12, "bytes", "Snapshots and histories of all runs."
)
LIVE_BYTES = _quota(
    "live_bytes", 150_000_000, 1_000_000, 10**12, "bytes", "The working memory of all runs."
)
ENSEMBLE_BYTES = _quota(
    "ensemble_bytes", 128_000_000, 1_000_000, 10**12, "bytes", "The memory of all ensembles."
)
ENSEMBLE_SECONDS = _quota(
    "ensemble_seconds", 0.25, 0.001, 60.0, "seconds", "One update of an ensemble, with its picture."
)
POSTED_BYTES = _quota(
    "posted_bytes", 16_000_000, 1_000_000, 10**12, "bytes", "Experiments too long for an address."
)
ONE_POSTED_BYTES = _quota(
    "one_posted_bytes", 256_000, 100_000, 1_000_000, "bytes", "One of these experiments."
)

# Length of an address.
QUERY = _quota("query", 4_000, 500, 4_000, "characters", "Longer experiments are posted.")

for _name in _given.keys() - QUOTAS.keys():
    raise ValueError(f"{_given[_name][0]} must be a quota: one of {', '.join(QUOTAS)}")


def bounds() -> Bounds:
    """Return the limits for an experiment that comes from a visitor."""
    return Bounds(
        samples=SAMPLES,
        batch_size=BATCH_SIZE,
        hidden_layers=HIDDEN_LAYERS,
        units=UNITS,
        changes=CHANGES,
        last_step=SHOWN_STEP,
        link_points=LINK_POINTS,
        saved_bytes=SAVED_BYTES,
        saved_rows=SAVED_ROWS,
    )
