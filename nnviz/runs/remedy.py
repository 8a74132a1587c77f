"""The remedies of findings: each an experiment without the problem, and the words of its button.

A remedy begins a new run: a network with a problem has weights from which it seldom recovers.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from nnviz.experiment import LIVE_FIELDS, Experiment
from nnviz.experiment.rules import plain_number
from nnviz.network import ACTIVATIONS, LayerSpec
from nnviz.runs.run import Run
from nnviz.training import OPTIMIZERS

RATE = 0.3
ADAPTIVE_RATE = 0.01
"""The rate that suits rules which divide by the size of the gradient."""
PENALTY = 0.01
LOW_PENALTY = 0.001
FIRST_LAYER = LayerSpec(4)


@dataclass(frozen=True)
class Remedy:
    """What the button says that it does, and the experiment that it opens."""

    words: str
    experiment: Experiment


def anew(run: Run) -> Experiment:
    """Return the run's experiment with its present settings from step 0 on."""
    now = {field: run.experiment.value_at(field, run.step) for field in LIVE_FIELDS}
    return run.experiment.from_the_start(now)


def _train(experiment: Experiment, **settings: Any) -> Experiment:
    return replace(experiment, training=replace(experiment.training, **settings))


def scaled(run: Run) -> Remedy | None:
    """Standardize the inputs, if they are not."""
    now = anew(run)
    if now.data.scaling == "standardize":
        return None
    data = replace(now.data, scaling="standardize")
    return Remedy("Standardize the inputs", replace(now, data=data))


def lower_penalty(run: Run) -> Remedy:
    """Lower the penalties that are high."""
    now = anew(run)
    lower = {
        name: min(getattr(now.training, name), LOW_PENALTY)
        for name in ("l1", "l2")
        if getattr(now.training, name) > 0.0
    }
    names = " and ".join(name.upper() for name in lower)
    return Remedy(f"Lower {names} to {plain_number(LOW_PENALTY)}", _train(now, **lower))


def drawn(run: Run) -> Remedy:
    """Draw random initial weights whose spread suits the activation; if they are so, other ones."""
    now = anew(run)
    is_cut = any(ACTIVATIONS[layer.activation].cut_off for layer in now.hidden)
    wanted, title = ("he_normal", "He") if is_cut else ("glorot_uniform", "Glorot")
    if now.initializer == wanted:
        return Remedy("Draw other weights", replace(now, init_seed=now.init_seed + 1))
    return Remedy(f"Use {title} weights", replace(now, initializer=wanted))


def lower_rate(run: Run) -> Remedy:
    """Lower the learning rate to one that suits the optimizer, at most a tenth of the present."""
    now = anew(run)
    wanted = _usual_rate(now)
    while wanted > now.training.learning_rate / 10.0:
        wanted = float(f"{wanted / 3.0:.0e}")
    lowest = LIVE_FIELDS["learning_rate"].low
    return _at_rate(now, max(wanted, lowest))


def raised_rate(run: Run) -> Remedy:
    """Raise the learning rate to one that suits the optimizer; if it is so, draw other weights."""
    now = anew(run)
    wanted = _usual_rate(now)
    return _at_rate(now, wanted) if now.training.learning_rate < wanted else drawn(run)


def _usual_rate(experiment: Experiment) -> float:
    return ADAPTIVE_RATE if OPTIMIZERS[experiment.training.optimizer].adaptive else RATE


def _at_rate(experiment: Experiment, rate: float) -> Remedy:
    changed = _train(experiment, learning_rate=rate)
    return Remedy(f"Set the learning rate to {plain_number(rate)}", changed)


def living(run: Run) -> Remedy:
    """Lower a rate that has pushed units below zero, or let units learn there."""
    if run.experiment.value_at("learning_rate", run.step) > _usual_rate(run.experiment):
        return lower_rate(run)
    return _activated(run, "leaky_relu", lambda name: ACTIVATIONS[name].cut_off)


def unsaturated(run: Run) -> Remedy:
    """Draw smaller weights; if they are small, lower the rate that has enlarged them."""
    found = drawn(run)
    return lower_rate(run) if found.experiment.initializer == run.experiment.initializer else found


def not_vanishing(run: Run) -> Remedy:
    """Use tanh in place of flatter activations, and weights that keep the size of the error."""
    bent = _activated(run, "tanh", lambda name: ACTIVATIONS[name].saturates)
    return Remedy(
        "Use tanh and Glorot weights", replace(bent.experiment, initializer="glorot_uniform")
    )


def bent(run: Run) -> Remedy:
    """Give linear layers a nonlinear activation."""
    return _activated(run, "tanh", lambda name: ACTIVATIONS[name].straight)


def _activated(run: Run, wanted: str, is_replaced: Callable[[str], bool]) -> Remedy:
    now = anew(run)
    hidden = tuple(
        replace(layer, activation=wanted) if is_replaced(layer.activation) else layer
        for layer in now.hidden
    )
    return Remedy(f"Use {ACTIVATIONS[wanted].title}", now.with_hidden(hidden))


def deeper(run: Run) -> Remedy:
    """Add a first hidden layer."""
    words = f"Add a layer of {FIRST_LAYER.units} neurons"
    return Remedy(words, anew(run).with_hidden((FIRST_LAYER,)))


def restrained(run: Run) -> Remedy | None:
    """Add an L2 penalty, if it is lower now."""
    now = anew(run)
    if now.training.l2 >= PENALTY:
        return None
    return Remedy(f"Set the L2 penalty to {plain_number(PENALTY)}", _train(now, l2=PENALTY))
