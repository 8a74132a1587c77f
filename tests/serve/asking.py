"""Ask a house until it has the whole answer, as a stage does: work that nobody asks about ends."""

import time

from nnviz.serve import version
from nnviz.serve.answers import Answer, House, settled

AGAIN = 0.5  # seconds, after which a stage repeats a question at the latest
PATIENCE = 60.0


def answered(house: House, kind: str, query: str, visit: str = "viewer") -> Answer:
    """The answer as soon as it is whole, or refused."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        asked = house.ask(kind, version(), query, visit)
        if isinstance(asked, Answer):
            return asked
        if asked.job.wait(AGAIN, until_done=True):
            return settled(asked)
    raise TimeoutError(f"no answer to {kind} within {PATIENCE} s")
