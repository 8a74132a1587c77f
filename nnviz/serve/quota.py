"""What one visitor, and all of them together, may ask of this server. Every value is inclusive.

A host with another machine changes the values here. What makes no sense to the mathematics is
refused elsewhere, by ``nnviz.rules``.
"""

# Time, in seconds.
SLICE = 0.05
"""How long the trainer works for one visitor before it looks who is next."""
FIRST_SLICE = 0.012
"""What may be worked on before the first frames of a batch are sent; cheap batches go at once."""
FIRST_ANSWER = 0.15
"""How long a question waits for its first frame before it is told how far training is."""
LEAVE = 2.0
"""Work that nobody has asked about for so long ends."""
TRAINING_AHEAD = 30.0
"""The longest training, estimated, that one question may cause."""
KEPT_IN_USE = 10.0
"""A run that was asked for within this time keeps its place."""
FAIR_WINDOW = 2.0
"""Whoever got least of the trainer in this time is next."""

# Batches.
BATCH = 32
"""The most frames of one batch; a power of two."""
BATCH_SECONDS = 0.1
"""The estimated arithmetic of one batch."""
FASTEST = 512
"""The most updates between two frames; a power of two."""

# Waiting.
WAITING_PER_VISIT = 4
"""Questions of one visit that wait for the trainer at a time."""
WAITING = 1000
"""Questions of all visits that wait for the trainer at a time."""

# Memory, in bytes.
SHELF_BYTES = 64_000_000
PAST_BYTES = 128_000_000
LIVE_BYTES = 150_000_000
POSTED_BYTES = 16_000_000
ONE_POSTED_BYTES = 256_000

# Length of an address, in characters.
QUERY = 4_000
"""A longer experiment is posted, and named by its digest."""
