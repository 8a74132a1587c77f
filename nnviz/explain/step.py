"""The quantities of one update: the gradient of the batch, the optimizer's memory, the new weight.

Their values are the trainer's own, so the arithmetic here ends in the very parameters of the next
step. The formulas are the optimizer's own as well: its rule is called with trees.
"""

from dataclasses import fields
from typing import Any

import numpy as np

from nnviz.explain.ask import Ask
from nnviz.explain.backward import mean_of_parts, penalties
from nnviz.explain.expression import Constant, Expression, Function, Number, Ref, Written
from nnviz.explain.quantity import Made, Many, Quantity, Symbol, SymbolOf, add
from nnviz.explain.refs import fixed, setting
from nnviz.explain.scene import Scene
from nnviz.training import SCHEDULES, Optimizer
from nnviz.training.trainer import NORM_EPSILON

_NO_CLIPPING = "ask must name a number that is used: this run does not clip the gradient"


def _rule(scene: Scene) -> Optimizer:
    """Return the run's optimizer with trees in place of its hyperparameters."""
    rule: Optimizer = object.__new__(scene.optimizer)
    for field in fields(scene.optimizer):
        object.__setattr__(rule, field.name, setting(field.name))
    return rule


def _letter(ask: Ask) -> str:
    return ask.name[-1]


def _of(name: str, ask: Ask) -> Ref:
    """Return another quantity of the same parameter."""
    return fixed(f"{name}{_letter(ask)}", *ask.indices)


def _slots(scene: Scene, ask: Ask, name: str, place: tuple[int, ...]) -> list[Expression]:
    letter = _letter(ask)
    return [fixed(f"{name}{letter}", k, *place) for k in range(1, len(scene.optimizer.slots) + 1)]


# the gradient -----------------------------------------------------------------------------------


def _clips(scene: Scene) -> bool:
    return scene.experiment.training.clip_norm is not None


def _g(scene: Scene, ask: Ask) -> Made:
    if _clips(scene):
        return _of("raw", ask) * fixed("clip")
    return mean_of_parts(scene, ask, update=True, plus=penalties(scene, ask))


def _raw(scene: Scene, ask: Ask) -> Made:
    return mean_of_parts(scene, ask, update=True, plus=penalties(scene, ask))


def _position(scene: Scene, ask: Ask) -> int:
    return scene.position(_letter(ask), ask.indices)


def _norm(scene: Scene, ask: Ask) -> Made:
    if not _clips(scene):
        raise ValueError(f"{_NO_CLIPPING}; got {ask.text}")
    places: list[Ref] = [fixed("rawW", 1, 1, 1)] * scene.spec.n_params
    for layer, (W, b) in enumerate(scene.positions, start=1):
        for i, j in np.ndindex(*W.shape):
            places[int(W[i, j])] = fixed("rawW", layer, i + 1, j + 1)
        for j, k in enumerate(b):
            places[int(k)] = fixed("rawb", layer, j + 1)
    return Many(
        np.square(scene.coming.objective_grad),
        lambda k: places[k] ** 2,
        then=lambda total: total.sqrt(),
    )


def _clip(scene: Scene, ask: Ask) -> Made:
    if not _clips(scene):
        raise ValueError(f"{_NO_CLIPPING}; got {ask.text}")
    share = setting("clip_norm") / (fixed("norm") + Constant(NORM_EPSILON))
    return Function("min", min, Constant(1.0), share)


# the learning rate ------------------------------------------------------------------------------


def _rate(scene: Scene, ask: Ask) -> Made:
    training = scene.experiment.training
    if training.schedule == "constant" and not training.warmup_steps:
        return setting("learning_rate")
    return setting("learning_rate") * fixed("factor")


def _factor(scene: Scene, ask: Ask) -> Made:
    training, step = scene.experiment.training, scene.step
    if step < training.warmup_steps:
        return (fixed("step") + 1) / setting("warmup_steps")
    record = SCHEDULES[training.schedule]
    names = {"t": fixed("time"), "r": setting("decay_rate")}
    elapsed = step - training.warmup_steps
    return Written(
        record.formula, lambda t, r: record.factor(elapsed, training.decay_steps, r), names
    )


def _time(scene: Scene, ask: Ask) -> Made:
    steps: Expression = fixed("step")
    if scene.experiment.training.warmup_steps:
        steps = steps - setting("warmup_steps")
    return steps / setting("decay_steps")


# the optimizer ----------------------------------------------------------------------------------


def _new_slot(scene: Scene, ask: Ask) -> Made:
    slot, *place = ask.indices
    old = _slots(scene, ask, "slot", tuple(place))
    g = fixed(f"g{_letter(ask)}", *place)
    found = _rule(scene).remember(g, old)[slot - 1]
    if not isinstance(found, Expression):
        raise TypeError(f"remember must return trees for trees; got {found!r}")
    return found


def _memory(scene: Scene, ask: Ask, *, after: bool) -> Number:
    slot, *place = ask.indices
    snapshot = scene.coming.after if after else scene.coming.before
    return snapshot.slots[slot - 1][scene.position(_letter(ask), tuple(place))]


def _new(scene: Scene, ask: Ask) -> Made:
    slots = _slots(scene, ask, "newslot", ask.indices)
    step: Any = fixed("step")
    move = _rule(scene).move(_of("g", ask), slots, fixed("rate"), step)
    changed: Expression = fixed(_letter(ask), *ask.indices) - move
    return changed


def _slot_symbol(after: bool) -> "SlotSymbol":
    return SlotSymbol(after)


class SlotSymbol:
    """Writes the symbol of a slot of the optimizer's memory, with a ⁺ after the update."""

    def __init__(self, after: bool) -> None:
        self._after = after

    def __call__(self, scene: Scene, ask: Ask) -> Symbol:
        """Return the symbol of an ask."""
        slot, layer, *place = ask.indices
        letter = scene.optimizer.slots[slot - 1].symbol
        return Symbol(letter + ("⁺" if self._after else ""), str(layer), "→".join(map(str, place)))


for letter, kind, name in (("W", "weight", "w"), ("b", "bias", "b")):
    add(
        Quantity(
            f"g{letter}",
            kind,
            "Gradient that the update uses",
            "The gradient of the cost of this update's batch, with its dropout masks, its "
            "penalties and its clipping. The diagram's gradient is taken over all training points "
            "and without dropout.",
            SymbolOf(f"g{'' if letter == 'W' else 'ᵇ'}"),
            _g,
            value=lambda scene, ask: scene.coming.grad[_position(scene, ask)],
            source="dW = a.T @ dz / len(dz) + l1 * np.sign(W) + l2 * W"
            if letter == "W"
            else "db = dz.mean(axis=0)",
            see=lambda scene, ask: [_of("d", ask).ask, _of("new", ask).ask],
        ),
        Quantity(
            f"raw{letter}",
            kind,
            "Gradient of the update before clipping",
            "The gradient of the cost of this update's batch, with its penalties.",
            SymbolOf(f"g{'' if letter == 'W' else 'ᵇ'} unclipped"),
            _raw,
            value=lambda scene, ask: scene.coming.objective_grad[_position(scene, ask)],
        ),
        Quantity(
            f"slot{letter}",
            f"slot {kind}",
            "{slot}, before the update",
            "What the optimizer remembers of the updates before this one; 0 at the start.",
            _slot_symbol(False),
            value=lambda scene, ask: _memory(scene, ask, after=False),
        ),
        Quantity(
            f"newslot{letter}",
            f"slot {kind}",
            "{slot}, after the update",
            "What the optimizer remembers after it has seen the gradient of this update.",
            _slot_symbol(True),
            _new_slot,
            value=lambda scene, ask: _memory(scene, ask, after=True),
            source="remember",
        ),
        Quantity(
            f"new{letter}",
            kind,
            "The weight after the update" if letter == "W" else "The bias after the update",
            "Gradient descent goes against the gradient: what the optimizer makes of it is "
            "subtracted. This is the very number that the next step has.",
            SymbolOf(f"{name}⁺"),
            _new,
            value=lambda scene, ask: scene.coming.after.theta[_position(scene, ask)],
            source="move",
            see=lambda scene, ask: [_of("g", ask).ask, "rate"],
        ),
    )

add(
    Quantity(
        "rate",
        "",
        "Learning rate of this update",
        "How far the update goes along the gradient: the chosen rate times the schedule's factor.",
        SymbolOf("η", layered=False),
        _rate,
        value=lambda scene, ask: scene.coming.rate[()],
    ),
    Quantity(
        "factor",
        "",
        "Factor of the schedule",
        "What the schedule and the warm-up make of the learning rate at this step.",
        SymbolOf("factor", layered=False),
        _factor,
    ),
    Quantity(
        "time",
        "",
        "Time of the schedule",
        "The steps since the warm-up, in units of the schedule's own steps.",
        SymbolOf("t", layered=False),
        _time,
    ),
    Quantity(
        "step",
        "",
        "Updates made so far",
        "The number of updates before this one.",
        SymbolOf("step", layered=False),
        value=lambda scene, ask: scene.step,
    ),
    Quantity(
        "norm",
        "",
        "Length of the gradient",
        "The Euclidean length of all gradients together: the root of the sum of their squares.",
        SymbolOf("|g|", layered=False),
        _norm,
    ),
    Quantity(
        "clip",
        "",
        "Factor of clipping",
        "Shortens a gradient that is longer than allowed; 1 if it is not.",
        SymbolOf("clip", layered=False),
        _clip,
    ),
)
