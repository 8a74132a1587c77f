"""What a preset is: an experiment worth seeing, and what to look for in it."""

from dataclasses import dataclass

from nnviz.data import DataSpec
from nnviz.experiment import Experiment
from nnviz.network import NetworkSpec
from nnviz.training import TrainingSettings


@dataclass(frozen=True)
class Preset:
    """An experiment with a name and one sentence on what to watch for.

    After ``steps`` updates what the sentence says can be seen; the picture in the gallery shows
    that moment.
    """

    title: str
    sentence: str
    experiment: Experiment
    steps: int


def experiment(
    data: DataSpec,
    dims: list[int],
    hidden: str,
    training: TrainingSettings,
    initializer: str = "glorot_uniform",
    init_seed: int = 3,
    biases: str = "zeros",
) -> Experiment:
    """An experiment whose hidden layers all have one activation; ``dims`` as in a paper."""
    return Experiment(
        data=data,
        network=NetworkSpec.from_dims(dims, hidden=hidden),
        initializer=initializer,
        biases=biases,
        init_seed=init_seed,
        training=training,
    )
