"""The timed experiments, and the limits of their cost."""

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


def largest(dead: bool) -> Experiment:
    """Return the largest network, with only dead units or with none."""
    experiment = _experiment([64] * 8, "relu", 2000)
    data = replace(experiment.data, train_ratio=1.0)
    training = replace(experiment.training, learning_rate=1e-5)  # so that nothing overflows
    initializer = "zeros" if dead else "he_normal"
    return replace(experiment, data=data, training=training, initializer=initializer)


CASES = [
    Case("2-4-2-1 tanh, the default", Experiment(), 0.10),
    Case("6 layers of 8, tanh", _experiment([8] * 6, "tanh"), 0.5),
    Case("2-25-50-50-25-1 relu, 900 points", _experiment([25, 50, 50, 25], "relu", 900), 1.7),
]

MOST_OVER_UPDATE = 3.0
"""The largest cost of the largest network's diagnosis, in updates of this network."""

MOST_OVER_TRAINER = 1.7
"""The largest time of a run of the default network, as a multiple of the bare trainer's."""
