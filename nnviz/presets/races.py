"""Ready races: comparisons that teach, each with the question that it answers.

They race the experiment that is set, with one of its settings changed for each racer.
"""

from dataclasses import dataclass

_DEEP = " ".join(["8-{}"] * 6)


@dataclass(frozen=True)
class Race:
    """A title, what to look at, the variants that race, and what the clock counts."""

    title: str
    words: str
    racers: tuple[str, ...]
    clock: str = "updates"


RACES: dict[str, Race] = {
    "optimizers": Race(
        "Gradient descent against Adam",
        "The same rate for both. Adam divides by the size of the gradient, so the rate means "
        "another length for each: which one does this rate suit?",
        ("optimizer:sgd", "optimizer:adam"),
    ),
    "rates": Race(
        "Learning rates from 0.01 to 10",
        "Each rate is ten times the one before. Which is the first that overshoots, and which is "
        "still on its way when the others are there?",
        ("rate:0.01", "rate:0.1", "rate:1", "rate:10"),
    ),
    "depth-six": Race(
        "ReLU against sigmoid, six layers deep",
        "Each sigmoid layer passes on at most a quarter of the error, and ReLU passes on all of "
        "it where it is on. Which of them moves its boundary at all?",
        tuple(f"layers:{_DEEP.format(*[name] * 6)}" for name in ("relu", "sigmoid")),
    ),
    "batches": Race(
        "One point an update against all points",
        "The clock counts epochs: in each, every network sees all points once. Many short updates "
        "or one exact one: which gets further, and which is smoother?",
        ("batch:1", "batch:full"),
        clock="epochs",
    ),
    "hidden": Race(
        "With and without a hidden layer",
        "Without a hidden layer the boundary is a straight line in the inputs. How much of the "
        "loss does one layer of four units take away?",
        ("layers:none", "layers:4-tanh"),
    ),
    "momentum": Race(
        "Momentum: none, some, much",
        "Momentum adds a share of the last update to the next; at 0 it is gradient descent. When "
        "does it help, and when does it carry the network past the goal?",
        tuple(f"optimizer:momentum,momentum:{share}" for share in ("0", "0.5", "0.95")),
    ),
    "starts": Race(
        "Four ways to begin",
        "All weights zero, all equal, tiny, and as wide as the layers allow. Which of them can "
        "the network not leave?",
        ("init:zeros", "init:constant_0.5", "init:normal_0.01", "init:glorot_uniform"),
    ),
    "seeds": Race(
        "The same settings, four times",
        "Only the seed of the initial weights differs. What differs here is chance: a difference "
        "between two settings has to be larger.",
        ("init_seed:1", "init_seed:2", "init_seed:3", "init_seed:4"),
    ),
}
"""The ready races by name, in the order in which they are offered."""
