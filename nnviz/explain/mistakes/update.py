"""Typical mistakes of an update: the optimizer's memory, the new weight."""

import math
from collections.abc import Sequence
from typing import Any

from nnviz.explain.answer import value_of
from nnviz.explain.ask import Ask
from nnviz.explain.mistakes.attempt import Attempt, Found, Mistake
from nnviz.explain.scene import Scene
from nnviz.training import OPTIMIZERS

_SHARES = {
    ("momentum", 1): "momentum",
    ("nesterov", 1): "momentum",
    ("rmsprop", 1): "rho",
    ("adam", 1): "beta1",
    ("adam", 2): "beta2",
}
"""The setting that says which share of a memory is kept."""


def memory(attempt: Attempt, blank: Ask) -> Found:
    """Mistakes in the optimizer's memory after the update."""
    slot, *place = blank.indices
    scene, training = attempt.scene, attempt.scene.experiment.training
    share = _SHARES.get((training.optimizer, slot))
    if share is None:
        return
    beta = float(getattr(training, share))
    old, g = attempt.get("slotW", slot, *place), attempt.get("gW", *place)
    squares = share in ("rho", "beta2")
    new = g * g if squares else g
    what = "squared gradient" if squares else "gradient"
    if share == "momentum":
        yield Mistake(g, "You forgot the momentum: a share of the old velocity is added.")
        yield Mistake(old + g, "You forgot the factor μ of the old velocity.")
        yield Mistake(beta * old, "You forgot to add the gradient.")
        yield Mistake(beta * old - g, "You subtracted the gradient; it is added here.")
        yield Mistake(beta * old + (1.0 - beta) * g, "Here the gradient has no factor 1 − μ.")
        yield Mistake(old + beta * g, "You multiplied the gradient by μ; that is for the velocity.")
    else:
        yield Mistake(beta * old, f"You forgot to add the share of the new {what}.")
        yield Mistake((1.0 - beta) * new, "You forgot what was remembered before.")
        yield Mistake(beta * old + new, f"You forgot the factor of the new {what}.")
        yield Mistake(old + (1.0 - beta) * new, "You forgot the factor of the old memory.")
        yield Mistake((1.0 - beta) * old + beta * new, "Both factors are swapped.")
        if squares:
            yield Mistake(beta * old + (1.0 - beta) * g, "You forgot to square the gradient.")
    yield Mistake(old, "This is the memory before the update.")
    part = attempt.get("partW", *place)
    yield from _with_another_gradient(scene, blank, part)


def _with_another_gradient(scene: Scene, blank: Ask, part: float) -> Found:
    slot, *place = blank.indices
    g = float(value_of(scene, Ask("gW", tuple(place))))
    slots = _old_slots(scene, tuple(place))
    remembered = scene.experiment.training.make_optimizer().remember(part, slots)
    if part != g:
        yield Mistake(float(remembered[slot - 1]), _ONE_POINT)


_ONE_POINT = (
    "You used this one point's part. The update uses the mean over its batch, which is given as g."
)


def _old_slots(scene: Scene, place: tuple[int, ...]) -> list[float]:
    slots = range(1, len(scene.optimizer.slots) + 1)
    return [float(value_of(scene, Ask("slotW", (slot, *place)))) for slot in slots]


def new_weight(attempt: Attempt, blank: Ask) -> Found:
    """Mistakes in the new weight."""
    scene, place, training = attempt.scene, blank.indices, attempt.scene.experiment.training
    w, g, rate = attempt.get("W", *place), attempt.get("gW", *place), attempt.get("rate")
    slots = range(1, len(scene.optimizer.slots) + 1)
    memory = [attempt.get("newslotW", slot, *place) for slot in slots]
    rule = training.make_optimizer()
    move = float(rule.move(g, memory, rate, scene.step))
    part = attempt.get("partW", *place)
    yield Mistake(w + move, "You added the step; it is subtracted, against the gradient.")
    yield Mistake(w - move / rate, "You forgot the learning rate.")
    yield Mistake(
        w + move / rate, "You forgot the learning rate, and added in place of subtracting."
    )
    yield Mistake(move, "This is only the step; it is subtracted from the old weight.")
    yield Mistake(-move, "This is only the step; it has to be added to the old weight.")
    old = _old_slots(scene, place)
    one = float(rule.move(part, rule.remember(part, old), rate, scene.step))
    yield Mistake(w - one, _ONE_POINT)
    yield Mistake(w - rate * part, _ONE_POINT)
    if training.optimizer != "sgd":
        title = OPTIMIZERS[training.optimizer].title
        forgotten = "momentum" if training.optimizer in ("momentum", "nesterov") else "memory"
        yield Mistake(
            w - rate * g,
            f"You forgot the {forgotten}: this is plain gradient descent, not {title}.",
        )
        yield Mistake(
            w - float(rule.move(g, old, rate, scene.step)),
            "You used the memory from before the update; it is renewed first.",
        )
    yield from _of_rule(training.optimizer, w, rate, memory, rule)
    base = float(scene.experiment.value_at("learning_rate", scene.step))
    yield Mistake(w - base * move / rate, "You forgot the schedule: the rate of this update is η.")
    for n in {scene.n_train, len(scene.coming.samples)} - {1}:
        yield Mistake(
            w - move * n, "You multiplied by the number of points; g is already the mean."
        )
        yield Mistake(w - move / n, "You divided by the number of points; g is already the mean.")
    yield Mistake(w - 2.0 * move, "The step is made twice.")
    yield Mistake(w, "This is the old weight.")


def _of_rule(name: str, w: float, rate: float, memory: Sequence[float], rule: Any) -> Found:
    """Mistakes in one optimizer's own rule."""
    if name == "nesterov":
        yield Mistake(
            w - rate * memory[0], "This is plain momentum: Nesterov looks one step ahead."
        )
    if name == "adam":
        mean, square = memory
        yield Mistake(
            w - rate * mean / (math.sqrt(square) + rule.epsilon),
            "You forgot the corrections of both means for their start at 0.",
        )
