"""The experiments that are timed, and what they may cost."""

from dataclasses import dataclass, replace

from nnviz.experiment import Experiment
from nnviz.network import LayerSpec


@dataclass(frozen=True)
class Case:
    """An experiment, and the most milliseconds that a frame of it may take."""

    name: str
    experiment: Experiment
    mark: float


def _experiment(units: list[int], activation: str, n_samples: int = 200) -> Experiment:
    experiment = Experiment().with_hidden(tuple(LayerSpec(n, activation) for n in units))
    return replace(experiment, data=replace(experiment.data, n_samples=n_samples))


CASES = [
    Case("2-4-2-1 tanh, the default", Experiment(), 0.10),
    Case("6 layers of 8, tanh", _experiment([8] * 6, "tanh"), 0.5),
    Case("2-25-50-50-25-1 relu, 900 points", _experiment([25, 50, 50, 25], "relu", 900), 1.7),
]

MOST_OVER_TRAINER = 1.7
"""How many times as long as the bare trainer a run of the default network may take."""
