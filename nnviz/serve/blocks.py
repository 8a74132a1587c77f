"""A block of the recorded history: which rows it has, and which step it needs."""

from nnviz.experiment.rules import Refusal
from nnviz.serve import quota
from nnviz.serve.address import Address
from nnviz.training import History

CURVE_ROWS = 2048


def rows_of(address: Address) -> slice:
    """Return the rows of the block."""
    block = address.number("block")
    return slice(block * CURVE_ROWS, (block + 1) * CURVE_ROWS)


def last_step_of(address: Address, history: History) -> tuple[int, str]:
    """Return the step to reach for a block, and the key of the address that decides it.

    ``at`` cuts the block off. A block that begins after the last shown step is refused.
    """
    rows = rows_of(address)
    due = history.due_between(0, quota.SHOWN_STEP + 1, rows.stop)
    if len(due) <= rows.start:
        block = str(address.number("block"))
        raise Refusal("block", f"must begin at step {quota.SHOWN_STEP} or before", block)
    if "at" in address.asked:
        return min(due[-1], address.number("at")), "at"
    return due[-1], "block"
