"""Typical mistakes of backward propagation: gradients by z, errors, slopes, a point's part."""

import numpy as np

from nnviz.explain.ask import Ask
from nnviz.explain.mistakes.attempt import (
    MOST_TERMS,
    Attempt,
    Found,
    Mistake,
    both,
    other_losses,
    single_terms,
    unit_words,
)
from nnviz.network import ACTIVATIONS


def gradient_by_z(attempt: Attempt, blank: Ask) -> Found:
    """Mistakes in the derivative of the loss by z."""
    layer, unit = blank.indices
    if layer == len(attempt.scene.layers):
        yield from _at_the_output(attempt)
        return
    da, slope = attempt.get("da", layer, unit), attempt.get("slope", layer, unit)
    a, z = attempt.get("a", layer, unit), attempt.get("z", layer, unit)
    yield Mistake(da, "You forgot the slope: the error that arrives is multiplied by f'(z).")
    yield Mistake(slope, "You forgot the error: the slope is multiplied by what arrives.")
    yield Mistake(da * a, "You multiplied by the activation a in place of the slope f'(z).")
    yield Mistake(da * z, "You multiplied by z in place of the slope f'(z).")
    if slope:
        yield Mistake(da / slope, "You divided by the slope; it is multiplied.")
    yield Mistake(da + slope, "You added error and slope; they are multiplied.")
    yield Mistake(da * slope * slope, "The slope is multiplied twice.")


def _at_the_output(attempt: Attempt) -> Found:
    p, y = attempt.get("p"), attempt.get("y")
    z, loss = attempt.get("z", len(attempt.scene.layers), 1), attempt.scene.loss.name
    slope = p * (1.0 - p)
    if loss == "binary_cross_entropy":
        yield Mistake(y - p, "The sign is wrong: it is p − y, and not y − p.")
        yield Mistake((p - y) * slope, "You multiplied by the slope p (1 − p); it cancels here.")
        yield Mistake((p - y) / slope, "This is the derivative by p. By z the slope cancels it.")
    if loss == "mean_squared_error":
        yield Mistake(2.0 * (p - y), "You forgot the slope of the sigmoid, p (1 − p).")
        yield Mistake((p - y) * slope, "You forgot the factor 2 of the square.")
        yield Mistake(2.0 * (y - p) * slope, "The sign is wrong: it is p − y, and not y − p.")
    yield Mistake(p, "You forgot to subtract the class y.")
    yield Mistake(z - y, "You used z in place of the probability p.")
    yield Mistake(p + y, "You added y; it is subtracted.")
    yield Mistake(slope, "This is the slope of the sigmoid; the error is missing.")
    yield from other_losses(
        attempt, "This is the derivative of the loss called {}; this run uses {}.", "df"
    )


def error_that_arrives(attempt: Attempt, blank: Ask) -> Found:
    """Mistakes in the error at an activation."""
    layer, unit = blank.indices
    W, dz = attempt.W(layer + 1), attempt.layer("dz", layer + 1)
    terms = W[unit - 1] * dz
    total = terms.sum()
    yield Mistake(float(dz.sum()), "You forgot the weight on the way back.")
    yield Mistake(float(W[unit - 1].sum()), "You forgot the gradient of the layer after: ∂L/∂z.")
    for k in range(len(W)):
        if k != unit - 1:
            yield Mistake(
                float(W[k] @ dz),
                f"You used the weight of another connection: that from {unit_words(layer, k + 1)}.",
            )
    slope, a = attempt.get("slope", layer, unit), attempt.get("a", layer, unit)
    yield Mistake(total * slope, "You already multiplied by the slope; that comes next.")
    yield Mistake(total * a, "You also multiplied by the activation; only the weight is right.")
    yield Mistake(total + attempt.b(layer + 1).sum(), "The bias has no part in the way back.")
    if len(terms) == 1 and W[unit - 1, 0]:
        yield Mistake(dz[0] / W[unit - 1, 0], "You divided by the weight; it is multiplied.")
        yield Mistake(dz[0] + W[unit - 1, 0], "You added the weight; it is multiplied.")
    yield from single_terms(attempt, layer + 1, terms, total)


def slope(attempt: Attempt, blank: Ask) -> Found:
    """Mistakes in the slope f'(z)."""
    layer, _ = blank.indices
    z, a = attempt.get("z", *blank.indices), attempt.get("a", *blank.indices)
    f = attempt.scene.activation(layer)
    yield Mistake(
        float(f.derivative(np.array([a]))[0]),
        "You took the slope at a. It is the slope at z, where the function was applied.",
    )
    yield Mistake(both(f.df, z, z), "You put z where the formula has a = f(z).")
    yield Mistake(a, "This is the activation f(z), and not its slope.")
    yield Mistake(1.0 - a, "This is 1 − a, and not yet the slope.")
    yield Mistake(a * a, "This is a², and not yet the slope.")
    for other in ACTIVATIONS.values():
        if other.name != f.name:
            words = f"This is the slope of {other.title}; this layer has {f.title}."
            yield Mistake(both(other.df, z, a), words)
            yield Mistake(float(other.derivative(np.array([z]))[0]), words)


def part(attempt: Attempt, blank: Ask) -> Found:
    """Mistakes in one point's part of the gradient."""
    layer, source, unit = blank.indices
    a, dz = attempt.layer("a", layer - 1), attempt.get("dz", layer, unit)
    x, scene = a[source - 1], attempt.scene
    yield Mistake(
        dz, "You forgot the input: the gradient by z is multiplied by what enters the weight."
    )
    yield Mistake(x, "You forgot the gradient by z: the input is multiplied by it.")
    if layer < len(scene.layers):
        yield Mistake(
            attempt.get("a", layer, unit) * dz,
            "You multiplied by the activation of the unit itself. What enters the weight counts.",
        )
        yield Mistake(
            x * attempt.get("da", layer, unit),
            "You forgot the slope: it is the gradient by z that counts, not the one by a.",
        )
    if layer > 1:
        yield Mistake(
            attempt.get("z", layer - 1, source) * dz,
            "You multiplied by z of the unit before. Its activation a enters the weight.",
        )
    yield Mistake(
        attempt.W(layer)[source - 1, unit - 1] * dz,
        "You multiplied by the weight. By the weight itself, the derivative is its input.",
    )
    for i, other in enumerate(a[:MOST_TERMS], start=1):
        if i != source:
            yield Mistake(
                other * dz,
                f"This is the gradient of another weight: from {unit_words(layer - 1, i)}.",
            )
    yield from _divided(attempt, x * dz, "One point's part is not divided by the number of points.")
    yield Mistake(x + dz, "You added them; they are multiplied.")


def _divided(attempt: Attempt, value: float, words: str) -> Found:
    sizes = {attempt.scene.n_train}
    if attempt.scene.rehearsal is not None:
        sizes.add(len(attempt.scene.rehearsal.samples))
    for size in sizes - {1}:
        yield Mistake(value / size, words)
