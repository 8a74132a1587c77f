"""The figures of merit agree with scikit-learn's, and layers in trouble are recognised."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from nnviz.network import Network, NetworkSpec
from nnviz.training import metrics


@st.composite
def predictions(draw):
    """Classes and probabilities, with ties and with exactly 0, 0.5 and 1 among them."""
    n = draw(st.integers(2, 40))
    y = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    levels = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.500001, 0.75, 1.0])
    return np.array(y), np.array(draw(st.lists(levels, min_size=n, max_size=n)))


@given(predictions())
def test_counts_and_shares(prediction):
    y, p = prediction
    predicted = (p > 0.5).astype(int)
    np.testing.assert_array_equal(
        metrics.confusion_matrix(y, p),
        sklearn_metrics.confusion_matrix(y, predicted, labels=[0, 1]),
    )
    assert metrics.accuracy(y, p) == sklearn_metrics.accuracy_score(y, predicted)
    how = {"zero_division": 0.0}
    assert metrics.precision(y, p) == sklearn_metrics.precision_score(y, predicted, **how)
    assert metrics.recall(y, p) == sklearn_metrics.recall_score(y, predicted, **how)


@given(predictions())
def test_roc_curve_and_area(prediction):
    y, p = prediction
    if y.min() == y.max():
        with pytest.raises(ValueError, match="y_true must hold both classes"):
            metrics.roc_curve(y, p)
        return
    curve = metrics.roc_curve(y, p)
    fpr, tpr, thresholds = sklearn_metrics.roc_curve(y, p, drop_intermediate=False)
    np.testing.assert_allclose(curve.false_positive_rate, fpr)
    np.testing.assert_allclose(curve.true_positive_rate, tpr)
    np.testing.assert_array_equal(curve.thresholds, thresholds)
    pairs = np.sign(p[y == 1][:, np.newaxis] - p[y == 0]) / 2 + 0.5
    assert curve.area == pytest.approx(pairs.mean())


def health(activation, W, b):
    network = Network(NetworkSpec.from_dims((1, len(b), 1), activation))
    theta = network.pack([([W], b), (np.ones((len(b), 1)), [0.0])])
    X, y = np.linspace(-1, 1, 20)[:, np.newaxis], np.arange(20) % 2
    return metrics.layer_health(network, theta, X, y), network.loss_and_grad(theta, X, y)[1]


def test_a_relu_unit_that_no_sample_reaches_is_dead():
    layers, _ = health("relu", [1.0, 1.0, 1.0, -1.0], [0.0, -5.0, 5.0, -9.0])
    assert layers[0].dead == 0.5
    assert layers[0].saturated == 0.0
    assert layers[1].dead == 0.0


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_a_unit_far_out_is_saturated(activation):
    layers, _ = health(activation, [1.0, 1.0, 1.0, 90.0], [0.0, -9.0, 9.0, 0.0])
    assert layers[0].saturated == 0.75
    assert layers[0].dead == 0.0


def test_gradient_norm_is_that_of_the_layers_own_parameters():
    layers, grad = health("tanh", [1.0, 2.0], [0.0, 0.5])
    assert layers[0].gradient_norm == pytest.approx(np.linalg.norm(grad[:4]))
    assert layers[1].gradient_norm == pytest.approx(np.linalg.norm(grad[4:]))
