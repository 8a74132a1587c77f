"""A preset: an experiment with a title and a lesson."""

from dataclasses import dataclass

from nnviz.data import DataSpec
from nnviz.experiment import Experiment
from nnviz.network import NetworkSpec
from nnviz.training import TrainingSettings


@dataclass(frozen=True)
class Preset:
    """An experiment with a title and a sentence about its lesson.

    After ``steps`` updates, the effect that the sentence describes is visible. The picture in the
    gallery shows that step.
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
    """Make an experiment with one activation in all hidden layers; ``dims``: all layer sizes."""
    return Experiment(
        data=data,
        network=NetworkSpec.from_dims(dims, hidden=hidden),
        initializer=initializer,
        biases=biases,
        init_seed=init_seed,
        training=training,
    )
