"""Every bound of what a visitor may ask of the server, in one place. Each value is inclusive.

A host with a larger machine can raise the values below by editing this file. The engine refuses
what makes no sense to it (a learning rate beyond 1e-5 to 10, say) on its own account, and the
browser's bounds of memory stand at the top of its modules.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """A closed interval of allowed numbers."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


# What a person may ask to be trained.
N_SAMPLES = Range(20, 2000)
NOISE = Range(0.0, 0.5)
TRAIN_RATIO = Range(0.1, 1.0)
COLUMN = Range(0, 99)  # of a real data set, which has a bound of its own
SEED = Range(0, 2**32 - 1)
HIDDEN_LAYERS = Range(0, 8)
UNITS = Range(1, 64)
LEARNING_RATE = Range(1e-5, 10.0)
BATCH_SIZE = Range(1, 2000)
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
CHANGES = 64
LINK_POINTS = 100  # more of a person's own points travel by file
EDITED_WEIGHT = Range(-1e3, 1e3)

# What one run may keep in memory.
HISTORY_ROWS = 2048
CHECKPOINTS = 40  # evenly over its past: going back costs a twentieth of what it has cost
CHECKPOINT_BYTES = 32_000_000  # of these; 8 layers of 64 units with Adam need 28 million
RECENT_CHECKPOINT_BYTES = 1_000_000  # of steps that viewers were given
RECENT_CHECKPOINTS = 4  # as many are kept, however large they are

# How far a run may be watched.
SHOWN_STEP = Range(0, 10_000_000)

# How finely the plane is evaluated.
GRID_RESOLUTION = 49
MAP_EVERY = 3
UNITS_SHOWN = 12

# What a file that a person opens may hold.
SAVED_BYTES = 4_000_000  # the longest run of the largest network takes 2.7 million
SAVED_ROWS = 20_000  # a run of SHOWN_STEP updates keeps 15,360
JSON_DEPTH = 8
