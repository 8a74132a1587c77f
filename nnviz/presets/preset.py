"""A preset: an experiment with a title and a lesson."""

from dataclasses import dataclass
from math import log2

from nnviz.data import DataSpec
from nnviz.experiment import Experiment
from nnviz.network import NetworkSpec
from nnviz.training import TrainingSettings

_FRAMES_TO_WATCH = 600  # ten seconds


@dataclass(frozen=True)
class Article:
    """An article that others wrote, with its address."""

    title: str
    address: str


@dataclass(frozen=True)
class Preset:
    """An experiment with a title and a sentence about its lesson.

    After ``steps`` updates, the effect that the sentence describes is visible. The picture in the
    gallery shows that step. ``article`` describes the network, if it is from one.
    """

    title: str
    sentence: str
    experiment: Experiment
    steps: int
    article: Article | None = None

    @property
    def speed(self) -> int:
        """Updates between two frames, a power of two: the effect is visible in ten seconds."""
        return int(2 ** max(0, round(log2(self.steps / _FRAMES_TO_WATCH))))


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
