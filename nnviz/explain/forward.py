"""The quantities of forward propagation: from the parameters to the cost."""

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from nnviz.experiment import LIVE_FIELDS
from nnviz.explain.ask import Ask
from nnviz.explain.expression import Constant, Expression, Function, Number, Ref, Written
from nnviz.explain.quantity import Made, Many, Quantity, Symbol, SymbolOf, add
from nnviz.explain.refs import fixed, incoming, same_point, scalar, setting, signals
from nnviz.explain.scene import Scene
from nnviz.network import ACTIVATIONS, textbook
from nnviz.network.arrays import FloatArray


def _z(scene: Scene, ask: Ask) -> Made:
    layer, j = ask.indices
    return Many(
        scene.layers[layer - 1].W[:, j - 1] * signals(scene, ask, layer - 1),
        lambda i: fixed("W", layer, i + 1, j) * incoming(ask, layer, i + 1),
        plus=(fixed("b", layer, j),),
    )


def _z_value(scene: Scene, ask: Ask) -> Number:
    layer, j = ask.indices
    return float(scene.of(ask.sample, ask.update).z[layer - 1][0, j - 1])


def _a(scene: Scene, ask: Ask) -> Made:
    layer, _ = ask.indices
    if ask.name == "a" and ask.update and scene.dropout(layer):
        unmasked, mask = (same_point(ask, name, *ask.indices) for name in ("unmasked", "mask"))
        return unmasked * mask
    f = scene.activation(layer)
    return Written(f.formula, scalar(f), {"z": same_point(ask, "z", *ask.indices)})


def _a_value(scene: Scene, ask: Ask) -> Number:
    layer, j = ask.indices
    return float(signals(scene, ask, layer)[j - 1])


def _mask(scene: Scene, ask: Ask) -> Made:
    layer, _ = ask.indices
    if not scene.dropout(layer) or _mask_value(scene, ask) == 0.0:
        return None
    return Constant(1) / (Constant(1) - setting("dropout", layer))


def _mask_value(scene: Scene, ask: Ask) -> Number:
    layer, j = ask.indices
    row = scene.row(scene.sample if ask.sample is None else ask.sample)
    return float(scene.masks[layer - 1][row, j - 1])


def _p(scene: Scene, ask: Ask) -> Made:
    sigmoid = ACTIVATIONS["sigmoid"]
    return Written(sigmoid.formula, scalar(sigmoid), {"z": logit(scene, ask)})


def logit(scene: Scene, ask: Ask) -> Ref:
    """Return the weighted sum of the last layer, for the ask's point."""
    return same_point(ask, "z", len(scene.layers), 1)


def by_answer(
    text: str, function: Callable[[FloatArray, FloatArray], FloatArray], scene: Scene, ask: Ask
) -> Expression:
    """Return a formula of the loss's record, in terms of p, y and z.

    Where the formula has only p, it is calculated from p, so that what is written is what counts.
    A p that is rounded to 0 or 1 has lost too much: then it is calculated from z.
    """
    exact = 0.0 < scene.of(ask.sample, ask.update).p[0] < 1.0 and not re.search(r"\bz\b", text)

    def of(p: Number, y: Number, z: Number) -> Number:
        logit = np.log(p / (1.0 - p)) if exact else z
        return scalar(function)(logit, y)

    names = {"p": same_point(ask, "p"), "y": same_point(ask, "y"), "z": logit(scene, ask)}
    return Written(text, of, names)


def _loss(scene: Scene, ask: Ask) -> Made:
    return by_answer(scene.loss.formula, scene.loss, scene, ask)


def _cost(scene: Scene, ask: Ask) -> Made:
    penalised = scene.l1 or scene.l2

    def then(total: Expression) -> Expression:
        mean = total / fixed("count")
        return mean + fixed("penalty") if penalised else mean

    return Many(scene.whole.losses, lambda t: Ref(Ask("loss", sample=t).text), then=then)


def _penalty(scene: Scene, ask: Ask) -> Made:
    parts = []
    if scene.l1:
        parts.append(setting("l1") * fixed("sizes"))
    if scene.l2:
        parts.append(setting("l2") / 2 * fixed("squares"))
    return sum(parts[1:], parts[0]) if parts else None


def _over_weights(
    of: Callable[[FloatArray], FloatArray], term: Callable[[Ref], Expression]
) -> Callable[[Scene, Ask], Made]:
    def made(scene: Scene, ask: Ask) -> Made:
        places = [
            (layer, i + 1, j + 1)
            for layer, part in enumerate(scene.layers, start=1)
            for i, j in np.ndindex(*part.W.shape)
        ]
        values = np.concatenate([of(part.W).ravel() for part in scene.layers])
        return Many(values, lambda k: term(fixed("W", *places[k])))

    return made


def _parameter(letter: str) -> Callable[[Scene, Ask], Number]:
    return lambda scene, ask: scene.theta[scene.position(letter, ask.indices)]


_FOR_WEIGHTS = ("dW", "chain", "paths", "gW", "newW")
_FOR_BIASES = ("db", "gb", "newb")


def _go_on(names: Sequence[str]) -> Callable[[Scene, Ask], Iterable[str]]:
    def see(scene: Scene, ask: Ask) -> Iterable[str]:
        for name in names:
            if name in ("gW", "gb", "newW", "newb") and scene.rehearsal is None:
                continue
            if name == "paths" and ask.indices[0] == len(scene.layers):
                continue
            yield Ask(name, ask.indices).text

    return see


def _setting(scene: Scene, ask: Ask) -> Number:
    training, key = scene.experiment.training, ask.key
    if key == "dropout":
        return scene.dropout(ask.indices[0])
    if key not in SETTINGS_IN_FORMULAS:
        raise ValueError(f"ask must name a setting of a formula; got {ask.text}")
    if key in LIVE_FIELDS:
        return float(scene.experiment.value_at(key, scene.step))
    value = getattr(training, key)
    if value is None:
        raise ValueError(f"ask must name a setting that is switched on; got {ask.text}")
    return value


SETTINGS_IN_FORMULAS = {
    "learning_rate": "η",
    "momentum": "μ",
    "rho": "ρ",
    "beta1": "β₁",
    "beta2": "β₂",
    "epsilon": "ε",
    "decay_rate": "r",
    "decay_steps": "decay steps",
    "warmup_steps": "warm-up",
    "clip_norm": "longest",
    "l1": "λ₁",
    "l2": "λ₂",
}
"""The settings that occur in formulas, and their symbols there."""


def _setting_symbol(scene: Scene, ask: Ask) -> Symbol:
    if ask.key == "dropout":
        return Symbol("dropout", str(ask.indices[0]))
    return Symbol(SETTINGS_IN_FORMULAS[ask.key])


def _of_error(scene: Scene, ask: Ask) -> Made:
    return same_point(ask, "p") - same_point(ask, "y")


add(
    Quantity(
        "W",
        "weight",
        "Weight from unit {source} of layer {before} to unit {unit} of layer {layer}",
        "A weight says how strongly a unit listens to a unit of the layer before. It began as a "
        "small random number, and every update changes it.",
        SymbolOf("w"),
        value=_parameter("W"),
        first="Weight from input {source} to unit {unit} of layer {layer}",
        see=_go_on(_FOR_WEIGHTS),
    ),
    Quantity(
        "b",
        "bias",
        "Bias of unit {unit} of layer {layer}",
        "A bias is added to the weighted sum whatever the inputs are, so that a boundary need not "
        "pass through the origin. Every update changes it.",
        SymbolOf("b"),
        value=_parameter("b"),
        see=_go_on(_FOR_BIASES),
    ),
    Quantity(
        "z",
        "unit",
        "Weighted sum of unit {unit} of layer {layer}",
        "The pre-activation: each input of the unit times its weight, summed, and the bias added.",
        SymbolOf("z"),
        _z,
        value=_z_value,
        source="z = activations[-1] @ layer.W + layer.b",
        each=True,
        twice=True,
    ),
    Quantity(
        "a",
        "hidden",
        "Activation of unit {unit} of layer {layer}",
        "The output of the unit: its activation function of the weighted sum.",
        SymbolOf("a"),
        _a,
        value=_a_value,
        source="a = f(z) * mask",
        each=True,
        twice=True,
        see=lambda scene, ask: [same_point(ask, "slope", *ask.indices).ask],
    ),
    Quantity(
        "unmasked",
        "hidden",
        "Activation of unit {unit} of layer {layer} before dropout",
        "The activation function of the weighted sum, before the dropout mask.",
        SymbolOf("f(z)"),
        _a,
        source="a = f(z) * mask",
        each=True,
        twice=True,
    ),
    Quantity(
        "mask",
        "hidden",
        "Dropout mask of unit {unit} of layer {layer}",
        "0 where dropout switches the unit off for this point in this update. A unit that is kept "
        "is scaled up, so that the sum keeps its size on average.",
        SymbolOf("mask"),
        _mask,
        value=_mask_value,
        each=True,
        twice=True,
    ),
    Quantity(
        "p",
        "",
        "Probability of class 1",
        "What the network says: the sigmoid of the last weighted sum, from 0 to 1.",
        SymbolOf("p", layered=False),
        _p,
        value=lambda scene, ask: float(scene.of(ask.sample, ask.update).p[0]),
        source='p = ACTIVATIONS["sigmoid"](logit)',
        each=True,
        twice=True,
        see=lambda scene, ask: [same_point(ask, name).ask for name in ("error", "loss")],
    ),
    Quantity(
        "error",
        "",
        "Error of the output",
        "How far the probability is from the right answer, with a sign: above 0 if it is too high.",
        SymbolOf("p − y", layered=False),
        _of_error,
        each=True,
        twice=True,
    ),
    Quantity(
        "loss",
        "",
        "Loss of the point",
        "How bad the answer for this one point is: 0 would be perfect.",
        SymbolOf("L", layered=False),
        _loss,
        value=lambda scene, ask: float(scene.of(ask.sample, ask.update).losses[0]),
        source="losses = LOSSES[loss](logit, y)",
        each=True,
        twice=True,
        notes=lambda scene, ask: (
            "The loss is calculated from z and not from p, so that nothing is lost where p is "
            "rounded to 0 or 1.",
        ),
        see=lambda scene, ask: [same_point(ask, "dz", len(scene.layers), 1).ask, "cost"],
    ),
    Quantity(
        "cost",
        "",
        "Cost of the network",
        "The mean loss of all training points, and the penalty if there is one. Training makes it "
        "small.",
        SymbolOf("C", layered=False),
        _cost,
        value=lambda scene, ask: float(scene.whole.cost),
        source="cost = losses.mean() + penalty(layers, l1, l2)",
    ),
    Quantity(
        "penalty",
        "",
        "Penalty on large weights",
        "L1 adds the sizes of all weights to the cost, and L2 half of their squares, each times "
        "its strength. Biases have no penalty.",
        SymbolOf("penalty", layered=False),
        _penalty,
        value=lambda scene, ask: textbook.penalty(scene.layers, scene.l1, scene.l2),
        source="return float(sum(l1 * np.abs(W).sum() + l2 / 2 * (W**2).sum() for W in weights))",
    ),
    Quantity(
        "sizes",
        "",
        "Sum of the sizes of all weights",
        "Every weight without its sign, added up.",
        SymbolOf("Σ|w|", layered=False),
        _over_weights(np.abs, lambda w: Function("abs", abs, w)),
    ),
    Quantity(
        "squares",
        "",
        "Sum of the squares of all weights",
        "Every weight times itself, added up.",
        SymbolOf("Σw²", layered=False),
        _over_weights(np.square, lambda w: w**2),
    ),
    Quantity(
        "setting",
        "setting",
        "Setting of the training",
        "A number that was chosen in the sidebar; training does not change it.",
        _setting_symbol,
        value=_setting,
    ),
)
