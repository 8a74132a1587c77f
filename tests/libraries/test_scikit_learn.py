"""scikit-learn makes the same updates as the playground, or says what it cannot do."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz import Experiment, Run
from nnviz.libraries.record import MARK
from nnviz.libraries.scikit_learn import ScikitLearn
from nnviz.libraries.task import Task
from nnviz.network import LayerSpec, NetworkSpec
from nnviz.presets import PRESETS
from nnviz.training import TrainingSettings

STEPS = 60


def difference(experiment: Experiment, steps: int = STEPS) -> float:
    """The largest difference of a parameter, in units of the largest parameter or of 1."""
    task, run = Task(experiment), Run(experiment)
    there = ScikitLearn(task)
    run.advance(steps)
    there.advance(run.step)
    ours = run.theta
    return float(np.abs(task.network.pack(there.layers()) - ours).max() / max(1, abs(ours).max()))


@pytest.mark.parametrize("name", [name for name in PRESETS if name != "stripes-sine"])
def test_every_preset_is_the_same_in_scikit_learn(name: str) -> None:
    assert difference(PRESETS[name].experiment) <= MARK


@pytest.mark.parametrize(
    "settings",
    [
        TrainingSettings("momentum", 0.05, batch_size=30),
        TrainingSettings("nesterov", 0.05, momentum=0.8),
        TrainingSettings("adam", 0.02, batch_size=32, epsilon=1e-3),
        TrainingSettings("adam", 0.02, beta1=0.7, beta2=0.9),
        TrainingSettings("sgd", 0.1, batch_size=7, batch_seed=5, l2=0.01),
    ],
    ids=lambda settings: settings.optimizer,
)
def test_every_rule_is_the_same_in_scikit_learn(settings: TrainingSettings) -> None:
    experiment = replace(Experiment(), training=settings)
    assert difference(experiment) <= MARK
    other = replace(settings, learning_rate=settings.learning_rate * 1.01)
    run = Run(replace(experiment, training=other))
    run.advance(STEPS)
    there = ScikitLearn(Task(experiment))
    there.advance(STEPS)
    assert np.abs(there.task.network.pack(there.layers()) - run.theta).max() > 1e-4


def test_adams_epsilon_stands_elsewhere_in_scikit_learn() -> None:
    settings = TrainingSettings("adam", 0.02, epsilon=1e-3)
    task = Task(replace(Experiment(), training=settings))
    here, there = ScikitLearn(task), ScikitLearn(task)
    there.corrects_epsilon = False
    here.advance(5)
    there.advance(5)
    off = task.network.pack(here.layers()) - task.network.pack(there.layers())
    assert np.abs(off).max() > 1e-4


def test_it_draws_weights_of_its_own_that_follow_the_seed() -> None:
    task = Task(PRESETS["article-plain"].experiment)
    first, again, other = (ScikitLearn(task, seed).drawn for seed in (1, 1, 2))
    for (W, b), (V, c), (U, _) in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(W, V)
        np.testing.assert_array_equal(b, c)
        assert np.abs(W - U).max() > 0.0
        bound = np.sqrt(6.0 / sum(W.shape))
        assert 0.5 * bound < np.abs(W).max() <= bound * (1.0 + 1e-9)


OUTPUT = LayerSpec(1, "sigmoid")


def with_layers(*hidden: LayerSpec, **settings: object) -> Experiment:
    network = NetworkSpec(2, (*hidden, OUTPUT), str(settings.pop("loss", "binary_cross_entropy")))
    training = TrainingSettings(**settings)  # type: ignore[arg-type]  # settings of many types
    return replace(Experiment(), network=network, training=training)


@pytest.mark.parametrize(
    ("experiment", "words"),
    [
        (with_layers(LayerSpec(4, "tanh"), optimizer="rmsprop"), "got rmsprop"),
        (with_layers(LayerSpec(4, "tanh"), l1=0.1), "L1 penalty"),
        (with_layers(LayerSpec(4, "tanh"), LayerSpec(3, "relu")), "one activation"),
        (with_layers(LayerSpec(4, "sin")), "sin"),
        (with_layers(LayerSpec(4, "tanh", 0.1)), "dropout"),
        (with_layers(LayerSpec(4, "tanh"), clip_norm=1.0), "clipped"),
        (with_layers(LayerSpec(4, "tanh"), schedule="cosine"), "constant"),
        (with_layers(LayerSpec(4, "tanh"), loss="hinge"), "hinge"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_the_same_is_refused_with_the_reason(
    experiment: Experiment, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        ScikitLearn(Task(experiment))
