"""The ranges of an experiment's numbers in which the mathematics works; all are inclusive.

A server's limits for its visitors are lower and set by its host: see ``nnviz.serve.quota``.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """A closed interval of allowed numbers."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


N_SAMPLES = Range(20, 1_000_000)
NOISE = Range(0.0, 0.5)
TRAIN_RATIO = Range(0.1, 1.0)
COLUMN = Range(0, 99)  # of a real data set, which also checks its own number of columns
SEED = Range(0, 2**32 - 1)
HIDDEN_LAYERS = Range(0, 100)
UNITS = Range(1, 4096)
LEARNING_RATE = Range(1e-5, 10.0)
BATCH_SIZE = Range(1, 1_000_000)
PENALTY = Range(0.0, 1.0)
MOMENTUM = Range(0.0, 0.999)
DECAY_STEPS = Range(1, 100_000)
DECAY_RATE = Range(0.0, 1.0)
WARMUP_STEPS = Range(0, 100_000)
CLIP_NORM = Range(1e-3, 1e3)
EPOCHS = Range(1, 1_000_000)
TARGET_LOSS = Range(0.0, 10.0)
ACCURACY = Range(0.0, 1.0)
DROPOUT = Range(0.0, 0.9)
EDITED_WEIGHT = Range(-1e3, 1e3)
STEP = Range(0, 10**12 - 1)
