"""Typical mistakes of forward propagation: sums, activations, probability, loss."""

import math

import numpy as np

from nnviz.explain.ask import Ask
from nnviz.explain.mistakes.attempt import (
    MOST_TERMS,
    Attempt,
    Found,
    Mistake,
    at,
    other_losses,
    single_terms,
    unit_words,
)
from nnviz.network import ACTIVATIONS


def weighted_sum(attempt: Attempt, blank: Ask) -> Found:
    """Mistakes in a weighted sum z."""
    layer, unit = blank.indices
    a, W, b = attempt.layer("a", layer - 1), attempt.W(layer), attempt.b(layer)
    j = unit - 1
    terms = a * W[:, j]
    products, bias = terms.sum(), b[j]
    z = products + bias
    yield Mistake(products, "You forgot the bias: b is added to the sum of the products.")
    yield Mistake(z + bias, "The bias is added twice.")
    yield Mistake(products - bias, "You subtracted the bias; it is added.")
    if layer > 1:
        before = attempt.layer("z", layer - 1) @ W[:, j] + bias
        yield Mistake(
            before,
            "You used the weighted sums z of the layer before. Its activations a are what enters "
            "this unit.",
        )
    elif attempt.scene.experiment.data.scaling != "none":
        n_inputs = attempt.scene.dims[0]
        raw = np.array([attempt.get("feature", i + 1) for i in range(n_inputs)])
        yield Mistake(
            raw @ W[:, j] + bias,
            "You used the inputs as the data has them. The network gets the standardized ones.",
        )
    yield Mistake(a.sum() + bias, "You forgot the weights: each input is multiplied by its own.")
    yield Mistake(W[:, j].sum() + bias, "You forgot the inputs: each weight is multiplied by one.")
    if layer < len(attempt.scene.layers):
        f = attempt.scene.activation(layer)
        yield Mistake(at(f.f, z), "You applied the activation function. z is the sum before that.")
    yield from single_terms(attempt, layer - 1, terms, z)
    for k in range(W.shape[1]):
        if k != j:
            yield from (
                Mistake(
                    a @ W[:, k] + other,
                    f"You used the weights of {unit_words(layer, k + 1)}; this is "
                    f"{unit_words(layer, unit)}.",
                )
                for other in (bias, b[k])
            )
    if j < W.shape[0] and W.shape[0] == W.shape[1] > 1:
        yield Mistake(
            a @ W[j] + bias,
            "You used a row of W in place of a column: the weights from this number of unit, not "
            "to it.",
        )
    for i in range(min(len(a), MOST_TERMS)):
        for k in range(i):
            swapped = z + (a[i] - a[k]) * (W[k, j] - W[i, j])
            first, second = unit_words(layer - 1, k + 1), unit_words(layer - 1, i + 1)
            yield Mistake(
                swapped, f"{first.capitalize()} and {second} are swapped: each has its own weight."
            )


def activation(attempt: Attempt, blank: Ask) -> Found:
    """Mistakes in an activation a."""
    layer, _ = blank.indices
    yield from _of_function(
        attempt.get("z", *blank.indices), attempt.scene.spec.layers[layer - 1].activation
    )


def probability(attempt: Attempt, blank: Ask) -> Found:
    """Mistakes in the probability p."""
    z = attempt.get("z", len(attempt.scene.layers), 1)
    yield Mistake(
        at(ACTIVATIONS["sigmoid"].f, -z),
        "The sign in exp(−z) is wrong: this is the probability of class 0.",
    )
    yield from _of_function(z, "sigmoid")
    yield Mistake(attempt.get("y"), "This is the class y, and not what the network says.")


def _of_function(z: float, name: str) -> Found:
    """Mistakes in f(z)."""
    f = ACTIVATIONS[name]
    yield Mistake(z, f"You forgot the function: {f.title} has to be applied to z.")
    yield Mistake(float(f.derivative(np.array([z]))[0]), "This is the slope f'(z), and not f(z).")
    yield Mistake(at(f.f, -z), "The sign of z is wrong: you calculated f(−z).")
    if name == "sigmoid":
        yield Mistake(1.0 + math.exp(min(-z, 700.0)), "You forgot to divide 1 by it.")
        yield Mistake(1.0 / math.exp(min(-z, 700.0)), "You forgot the 1 in 1 + exp(−z).")
    if name == "sin":
        yield Mistake(math.sin(math.radians(z)), "Your calculator is set to degrees.")
    for other in ACTIVATIONS.values():
        if other.name != name:
            yield Mistake(
                at(other.f, z), f"This is {other.title} of z; here it has to be {f.title}."
            )


def loss(attempt: Attempt, blank: Ask) -> Found:
    """Mistakes in the loss of a point."""
    z, p, y = attempt.get("z", len(attempt.scene.layers), 1), attempt.get("p"), attempt.get("y")
    right = p if y == 1.0 else 1.0 - p
    loss = attempt.scene.loss
    if loss.name == "binary_cross_entropy" and 0.0 < p < 1.0:
        yield Mistake(
            -math.log(1.0 - right),
            "You took the logarithm for the wrong class: for class 1 it is log(p), for class 0 "
            "log(1 − p).",
        )
        yield Mistake(
            -math.log10(right), "You took the logarithm to base 10; here log is the natural one."
        )
        yield Mistake(
            -math.log2(right), "You took the logarithm to base 2; here log is the natural one."
        )
        yield Mistake(math.log(right), "The sign is wrong: the loss is minus the logarithm.")
    if loss.name == "mean_squared_error":
        yield Mistake(abs(p - y), "You forgot the square.")
        yield Mistake((p - y) ** 2 / 2.0, "You halved the square; this loss does not.")
    if loss.name == "hinge":
        s = 2.0 * y - 1.0
        yield Mistake(1.0 - s * z, "You forgot the maximum: below 0 the loss is 0.")
        yield Mistake(max(0.0, 1.0 - s * p), "You used p; the hinge loss uses z.")
        yield Mistake(max(0.0, 1.0 + s * z), "The sign of the class is wrong.")
        yield Mistake(max(0.0, -s * z), "You forgot the margin of 1.")
    yield Mistake(p - y, "This is the error p − y, and not yet the loss.")
    yield Mistake(right, "This is the probability of the right class, and not yet the loss.")
    yield from other_losses(attempt, "This is the loss called {}, but this run uses {}.", "f")
