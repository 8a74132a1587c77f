"""Named experiments: a good first one, and the networks of the three articles."""

from dataclasses import dataclass, replace

from nnviz.data import DataSpec
from nnviz.experiment import Experiment
from nnviz.network import LayerSpec, NetworkSpec
from nnviz.training import TrainingSettings


@dataclass(frozen=True)
class Preset:
    """An experiment with a name and one sentence on what to watch for."""

    title: str
    sentence: str
    experiment: Experiment


def _article(
    data: DataSpec,
    dims: list[int],
    hidden: str,
    rate: float,
    initializer: str,
    seed: int,
    biases: str,
) -> Experiment:
    return Experiment(
        data=data,
        network=NetworkSpec.from_dims(dims, hidden=hidden),
        initializer=initializer,
        biases=biases,
        init_seed=seed,
        training=TrainingSettings(learning_rate=rate),
    )


_ALL_TRAIN = DataSpec(name="moons", n_samples=200, noise=0.2, train_ratio=1.0, seed=0)
_ARTICLE_0_DATA = DataSpec(
    name="moons", n_samples=1000, noise=0.2, train_ratio=0.9, seed=100, split_seed=42
)
_ARTICLE_0 = _article(
    _ARTICLE_0_DATA, [2, 25, 50, 50, 25, 1], "relu", 0.01, "normal_0.1", 2, "same"
)
_ARTICLE_2 = _article(_ALL_TRAIN, [2, 1, 1], "tanh", 0.01, "normal_0.01", 2, "zeros")

PRESETS: dict[str, Preset] = {
    "first": Preset(
        "First steps: two moons",
        "A small tanh network bends its boundary around two half-circles within seconds.",
        Experiment(),
    ),
    "article-plain": Preset(
        "Let's code a neural network in plain NumPy",
        "Four ReLU layers, full batch, rate 0.01: 95 % on the test set takes 6,715 updates.",
        _ARTICLE_0,
    ),
    "article-sigmoid": Preset(
        "Sigmoid network, one hidden layer",
        "Sigmoid everywhere at rate 1.0: slow to start, then it separates the moons.",
        _article(_ALL_TRAIN, [2, 4, 1], "sigmoid", 1.0, "normal_0.01", 3, "zeros"),
    ),
    "article-sigmoid-deep": Preset(
        "Sigmoid network, two hidden layers: stuck",
        "The same with one more layer at rate 0.1 never leaves a cost of 0.693147. "
        "Watch how little moves.",
        _article(_ALL_TRAIN, [2, 4, 4, 1], "sigmoid", 0.1, "normal_0.01", 3, "zeros"),
    ),
    "article-two-layer": Preset(
        "Two-layer network: one hidden unit",
        "One tanh unit can only draw a straight line: the accuracy ends at 85 %.",
        _ARTICLE_2,
    ),
    "article-two-layer-printed": Preset(
        "Two-layer network, at the rate the article prints",
        "Rate 0.1 instead of 0.01. The costs printed in the article belong to 0.01.",
        replace(_ARTICLE_2, training=TrainingSettings(learning_rate=0.1)),
    ),
    "spirals": Preset(
        "Spirals",
        "The hardest pattern here: three tanh layers and small batches wind themselves in.",
        Experiment(
            data=DataSpec(name="spirals", n_samples=400, noise=0.1),
            network=NetworkSpec(
                n_inputs=2,
                layers=(
                    LayerSpec(8, "tanh"),
                    LayerSpec(8, "tanh"),
                    LayerSpec(8, "tanh"),
                    LayerSpec(1, "sigmoid"),
                ),
            ),
            training=TrainingSettings(learning_rate=0.1, batch_size=10),
        ),
    ),
}
