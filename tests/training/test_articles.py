"""The numbers printed in the articles come out, to every printed digit.

A reader who follows an article beside the product would otherwise not trust either.
"""

import numpy as np
import pytest
from sklearn.datasets import make_moons

from nnviz.network import Network, NetworkSpec
from nnviz.training import Trainer, TrainingSettings


def article_two_moons():
    """200 moons as after np.random.seed(0), which is what the articles' notebooks ran."""
    return make_moons(200, noise=0.20, random_state=np.random.RandomState(0))


def costs(trainer, evaluator, steps):
    """Return the loss after each of `steps` updates, and the final accuracy."""
    values = []
    for step in steps:
        trainer.advance(step - trainer.step)
        values.append(evaluator.loss_and_accuracy(trainer.theta)[0])
    return values


@pytest.mark.parametrize(
    ("rate", "printed"),
    [
        (
            0.01,
            "0.693127 0.671018 0.442552 0.354652 0.329080 0.320810 0.317526 0.315824 0.314688 "
            "0.313792",
        ),
        (
            0.1,
            "0.693127 0.313033 0.308583 0.306617 0.305498 0.304763 0.304238 0.303839 0.303523 "
            "0.303266",
        ),
    ],
)
def test_article_two_tables(rate, printed):
    X, y = article_two_moons()
    network = Network(NetworkSpec.from_dims((2, 1, 1), "tanh"))
    theta = network.initialize("normal_0.01", seed=2)
    trainer = Trainer(network, X, y, TrainingSettings(learning_rate=rate), theta)
    evaluator = network.evaluator(X, y)
    values = costs(trainer, evaluator, range(0, 10_000, 1000))
    assert " ".join(f"{value:.6f}" for value in values) == printed
    trainer.advance(10_000 - trainer.step)
    assert evaluator.loss_and_accuracy(trainer.theta)[1] == 0.85


def test_article_one_network_that_learns():
    X, y = article_two_moons()
    network = Network(NetworkSpec.from_dims((2, 4, 1), "sigmoid"))
    theta = network.initialize("normal_0.01", seed=3)
    trainer = Trainer(network, X, y, TrainingSettings(learning_rate=1.0), theta)
    trainer.advance(10_001)
    loss, accuracy = network.evaluator(X, y).loss_and_accuracy(trainer.theta)
    assert f"{loss:.4f}" == "0.0684"
    assert accuracy == 0.975


def test_article_one_network_that_is_stuck():
    X, y = article_two_moons()
    network = Network(NetworkSpec.from_dims((2, 4, 4, 1), "sigmoid"))
    theta = network.initialize("normal_0.01", seed=3)
    trainer = Trainer(network, X, y, TrainingSettings(learning_rate=0.1), theta)
    trainer.advance(10_001)
    assert f"{network.loss(trainer.theta, X, y):.6f}" == "0.693147"


def test_article_one_gradient_vanishes_with_depth():
    X, y = article_two_moons()
    norms = []
    for hidden in ((4,), (4, 4), (5, 5, 5)):
        network = Network(NetworkSpec.from_dims((2, *hidden, 1), "sigmoid"))
        theta = network.initialize("normal_0.01", seed=3)
        _, grad = network.loss_and_grad(theta, X, y)
        norms.append(np.linalg.norm(network.unpack(grad)[0][0]))
    assert [f"{norm:.1e}" for norm in norms] == ["1.3e-03", "5.6e-06", "5.1e-08"]
