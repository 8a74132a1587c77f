"""The text of a sweep in links and addresses: ``seeds:5;steps:500;rate:0.03|0.3;layers:4-tanh``.

The text is not trusted: its length is checked before it is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nnviz.experiment.bounds import Bounds
from nnviz.experiment.limits import Range
from nnviz.experiment.rules import Number, Refusal, clip
from nnviz.runs.sweep import axes_of

LONGEST = 1_500  # characters
MOST_AXES = 6
MOST_SEEDS = 32
_SEEDS, _STEPS = "seeds", "steps"


@dataclass(frozen=True)
class Asked:
    """What a text asks for: the axes with their canonical texts, how many seeds, which steps."""

    grid: tuple[tuple[str, tuple[str, ...]], ...]
    n_seeds: int
    steps: int


def read_sweep(text: str, bounds: Bounds) -> Asked:
    """Return what a text asks for; ``Refusal`` names what cannot be read.

    >>> read_sweep("rate:0.30|1;seeds:2;steps:50", Bounds())
    Asked(grid=(('rate', ('0.3', '1')),), n_seeds=2, steps=50)
    """
    if len(text) > LONGEST:
        raise Refusal("sweep", f"must be at most {LONGEST} characters", str(len(text)))
    said: dict[str, str] = {}
    for word in text.split(";"):
        key, colon, values = word.partition(":")
        if not colon:
            raise Refusal("sweep", "must be key:value|value pairs joined by ;", clip(word))
        if key in said:
            raise Refusal("sweep", "must give every key once", clip(key))
        said[key] = values
    n_seeds = _whole(said, _SEEDS, MOST_SEEDS)
    steps = _whole(said, _STEPS, bounds.last_step)
    if not 0 < len(said) <= MOST_AXES:
        raise Refusal("sweep", f"must have 1 to {MOST_AXES} axes", str(len(said)))
    grid = axes_of({key: values.split("|") for key, values in said.items()}, bounds)
    return Asked(grid, n_seeds, steps)


def write_sweep(asked: Asked) -> str:
    """Write the canonical text of what :func:`read_sweep` returns."""
    axes = dict(asked.grid)
    return text_of(axes, asked.n_seeds, asked.steps)


def text_of(grid: Mapping[str, Sequence[str]], n_seeds: int, steps: int) -> str:
    """Write the text of a sweep with these axes, number of seeds, and steps."""
    axes = [f"{key}:{'|'.join(texts)}" for key, texts in grid.items()]
    return ";".join([f"{_SEEDS}:{n_seeds}", f"{_STEPS}:{steps}", *axes])


def _whole(said: dict[str, str], key: str, most: float) -> int:
    """Take a number out of what was said, and return it."""
    if key not in said:
        raise Refusal(key, "must be given in a sweep", "nothing")
    text = said.pop(key)
    try:
        value: int = Number(Range(1, most), whole=True).parse(key, text)
    except ValueError as reason:
        raise Refusal(key, str(reason), clip(text)) from None
    return value
