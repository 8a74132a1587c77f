"""Learning-rate schedules: the factor by which the base rate is multiplied at each step.

Over `warmup_steps` the factor rises linearly. Then each schedule decays in its own way, by
`decay_rate` over `decay_steps`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """A shape of decay.

    Attributes
    ----------
    name : key in the registry
    title : name on the page
    formula : the factor, with t = step / decay_steps and r = decay_rate
    factor : ``factor(step, decay_steps, decay_rate)``, step counted from the end of the warm-up; a
        function with a name of its own, because exported scripts show its source
    """

    name: str
    title: str
    formula: str
    factor: Callable[[int, int, float], float]


def constant(step: int, decay_steps: int, decay_rate: float) -> float:
    """Return 1."""
    return 1.0


def in_steps(step: int, decay_steps: int, decay_rate: float) -> float:
    """Return a factor that falls at once after every `decay_steps`."""
    return float(decay_rate ** (step // decay_steps))


def exponential(step: int, decay_steps: int, decay_rate: float) -> float:
    """Return a factor that falls by the same share in every step."""
    return float(decay_rate ** (step / decay_steps))


def cosine(step: int, decay_steps: int, decay_rate: float) -> float:
    """Return a factor that falls along half a wave, and then stays."""
    t = min(1.0, step / decay_steps)
    return decay_rate + (1.0 - decay_rate) * 0.5 * (1.0 + math.cos(math.pi * t))


SCHEDULES: dict[str, Schedule] = {
    record.name: record
    for record in (
        Schedule("constant", "Constant", "1", constant),
        Schedule("step", "Step", "r^floor(t)", in_steps),
        Schedule("exponential", "Exponential", "r^t", exponential),
        Schedule("cosine", "Cosine", "r + (1 - r) (1 + cos(π min(t, 1))) / 2", cosine),
    )
}
"""Every schedule by name."""


def make_schedule(
    name: str, *, decay_steps: int = 1000, decay_rate: float = 0.1, warmup_steps: int = 0
) -> Callable[[int], float]:
    """Return a function from the step (0 for the first update) to the learning rate's factor.

    The factor rises linearly over `warmup_steps`, from 1 / warmup_steps at step 0 to 1. Then it
    follows the schedule, whose steps are counted from the end of the warm-up.

    Parameters
    ----------
    name : a key of `SCHEDULES`
    decay_steps : at least 1
    decay_rate : from 0 to 1, the share of the rate that is left after `decay_steps`
    warmup_steps : at least 0; 0 means no warm-up
    """
    if name not in SCHEDULES:
        raise ValueError(f"schedule must be one of {', '.join(SCHEDULES)}; got {name!r}")
    if decay_steps < 1:
        raise ValueError(f"decay_steps must be at least 1; got {decay_steps!r}")
    if not 0.0 <= decay_rate <= 1.0:
        raise ValueError(f"decay_rate must be from 0 to 1; got {decay_rate!r}")
    if warmup_steps < 0:
        raise ValueError(f"warmup_steps must be at least 0; got {warmup_steps!r}")
    shape = SCHEDULES[name].factor

    def factor(step: int) -> float:
        return warmed_up(step, shape, decay_steps, decay_rate, warmup_steps)

    return factor


def warmed_up(
    step: int,
    shape: Callable[[int, int, float], float],
    decay_steps: int,
    decay_rate: float,
    warmup_steps: int,
) -> float:
    """Return the factor at any step: it rises in the warm-up, then follows `shape`."""
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    return shape(step - warmup_steps, decay_steps, decay_rate)
