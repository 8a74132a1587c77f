"""Wrong answers are named: each kind of mistake is made here by hand, on several networks."""

import math

import numpy as np
import pytest

from nnviz.explain import Ask, value_of
from nnviz.explain.marking import SEPARATOR, mark
from nnviz.explain.worksheet import blanks_of
from nnviz.network import ACTIVATIONS
from tests.explain.sheets import EXPERIMENTS, scene_of

SCENES = [(name, scene_of(name, sample)) for name in EXPERIMENTS for sample in (0, 3)]


class Sheet:
    """The right numbers of one sheet, and where a blank is."""

    def __init__(self, scene):
        self.scene = scene
        self.blanks = {ask.text: k for k, ask in enumerate(blanks_of(scene))}
        training = scene.experiment.training
        self.optimizer, self.loss_name = training.optimizer, scene.spec.loss
        self.training, self.last = training, len(scene.layers)

    def get(self, name, *indices):
        return float(value_of(self.scene, Ask(name, indices)))

    def places(self, name, hidden=None):
        """The indices of the blanks of a quantity; `hidden`: of hidden layers, or of the last."""
        found = [Ask(a.name, a.indices) for a in blanks_of(self.scene) if a.name == name]
        return [
            ask.indices for ask in found if hidden is None or (ask.indices[0] < self.last) == hidden
        ]

    def a(self, layer):
        return self.scene.of(self.scene.sample).a[layer][0]

    def W(self, layer):
        return self.scene.layers[layer - 1].W

    def b(self, layer):
        return self.scene.layers[layer - 1].b

    def activation(self, layer):
        return self.scene.spec.layers[layer - 1].activation


def at(name, z):
    return float(ACTIVATIONS[name](np.array([z]))[0])


# Each yields the blank and the wrong result, for every blank where one can make the mistake.


def bias_forgotten(s):
    for layer, j in s.places("z"):
        yield f"z.{layer}.{j}", s.a(layer - 1) @ s.W(layer)[:, j - 1]


def bias_twice(s):
    for layer, j in s.places("z"):
        yield f"z.{layer}.{j}", s.get("z", layer, j) + s.b(layer)[j - 1]


def wrong_sign_of_a_product(s):
    for layer, j in s.places("z"):
        terms = s.a(layer - 1) * s.W(layer)[:, j - 1]
        k = int(np.argmax(np.abs(terms[:8])))
        yield f"z.{layer}.{j}", s.get("z", layer, j) - 2 * terms[k]


def product_missing(s):
    for layer, j in s.places("z"):
        terms = s.a(layer - 1) * s.W(layer)[:, j - 1]
        k = int(np.argmax(np.abs(terms[:8])))
        yield f"z.{layer}.{j}", s.get("z", layer, j) - terms[k]


def inputs_swapped(s):
    for layer, j in s.places("z"):
        if layer == 1:
            a = s.a(0).copy()
            a[[0, 1]] = a[[1, 0]]
            yield f"z.{layer}.{j}", a @ s.W(1)[:, j - 1] + s.b(1)[j - 1]


def z_instead_of_a_of_the_layer_before(s):
    for layer, j in s.places("z"):
        if layer > 1:
            z = s.scene.of(s.scene.sample).z[layer - 2][0]
            yield f"z.{layer}.{j}", z @ s.W(layer)[:, j - 1] + s.b(layer)[j - 1]


def unscaled_inputs(s):
    if s.scene.experiment.data.scaling == "standardize":
        raw = s.a(0) * s.scene.data.scale + s.scene.data.offset
        for layer, j in s.places("z"):
            if layer == 1:
                yield f"z.{layer}.{j}", raw @ s.W(1)[:, j - 1] + s.b(1)[j - 1]


def weights_of_another_unit(s):
    for layer, j in s.places("z"):
        if s.W(layer).shape[1] > 1:
            k = j % s.W(layer).shape[1]
            yield f"z.{layer}.{j}", s.a(layer - 1) @ s.W(layer)[:, k] + s.b(layer)[k]


def function_forgotten(s):
    for layer, j in s.places("a"):
        if at(s.activation(layer), 1.0) != 1.0:
            yield f"a.{layer}.{j}", s.get("z", layer, j)


def another_function(s):
    for layer, j in s.places("a"):
        if s.activation(layer) in ("tanh", "sigmoid"):
            other = {"tanh": "sigmoid", "sigmoid": "tanh"}[s.activation(layer)]
            yield f"a.{layer}.{j}", at(other, s.get("z", layer, j))


def sigmoid_forgotten(s):
    yield "p", s.get("z", s.last, 1)


def tanh_for_sigmoid(s):
    yield "p", math.tanh(s.get("z", s.last, 1))


def probability_of_the_other_class(s):
    yield "p", 1.0 - s.get("p")


def squared_error_for_cross_entropy(s):
    if s.loss_name == "binary_cross_entropy":
        yield "loss", s.get("error") ** 2


def logarithm_to_base_ten(s):
    if s.loss_name == "binary_cross_entropy":
        yield "loss", s.get("loss") / math.log(10.0)


def logarithm_of_the_wrong_class(s):
    if s.loss_name == "binary_cross_entropy":
        p = s.get("p")
        yield "loss", -math.log(1.0 - p if s.get("y") else p)


def minus_of_the_logarithm_forgotten(s):
    if s.loss_name == "binary_cross_entropy":
        yield "loss", -s.get("loss")


def y_minus_p(s):
    if s.loss_name != "hinge":
        yield f"dz.{s.last}.1", -s.get("dz", s.last, 1)


def slope_of_the_output_forgotten(s):
    if s.loss_name == "mean_squared_error":
        yield f"dz.{s.last}.1", 2.0 * s.get("error")


def slope_of_the_output_too_much(s):
    if s.loss_name == "binary_cross_entropy":
        p = s.get("p")
        yield f"dz.{s.last}.1", s.get("error") * p * (1.0 - p)


def weight_of_another_connection(s):
    for layer, j in s.places("da"):
        k = j % len(s.W(layer + 1))
        yield f"da.{layer}.{j}", float(s.W(layer + 1)[k, 0]) * s.get("dz", layer + 1, 1)


def weight_on_the_way_back_forgotten(s):
    for layer, j in s.places("da"):
        yield f"da.{layer}.{j}", s.get("dz", layer + 1, 1)


def slope_at_a(s):
    for layer, j in s.places("slope"):
        f = ACTIVATIONS[s.activation(layer)]
        if f.saturates:
            yield f"slope.{layer}.{j}", float(f.derivative(np.array([s.get("a", layer, j)]))[0])


def slope_of_another_function(s):
    for layer, j in s.places("slope"):
        a = s.get("a", layer, j)
        if s.activation(layer) == "tanh":
            yield f"slope.{layer}.{j}", a * (1.0 - a)
        if s.activation(layer) == "sigmoid":
            yield f"slope.{layer}.{j}", 1.0 - a * a


def slope_missing(s):
    for layer, j in s.places("dz", hidden=True):
        yield f"dz.{layer}.{j}", s.get("da", layer, j)


def activation_instead_of_slope(s):
    for layer, j in s.places("dz", hidden=True):
        yield f"dz.{layer}.{j}", s.get("da", layer, j) * s.get("a", layer, j)


def input_forgotten(s):
    for layer, i, j in s.places("partW"):
        yield f"partW.{layer}.{i}.{j}", s.get("dz", layer, j)


def another_input(s):
    for layer, i, j in s.places("partW"):
        k = i % len(s.a(layer - 1))
        yield f"partW.{layer}.{i}.{j}", s.a(layer - 1)[k] * s.get("dz", layer, j)


def divided_by_the_number_of_points(s):
    for layer, i, j in s.places("partW"):
        yield f"partW.{layer}.{i}.{j}", s.get("partW", layer, i, j) / s.scene.n_train


def _update(s):
    (place,) = s.places("newW")
    w = s.get("W", *place)
    return f"newW.{'.'.join(map(str, place))}", place, w, w - s.get("newW", *place)


def step_added(s):
    key, _, w, step = _update(s)
    yield key, w + step


def learning_rate_forgotten(s):
    key, _, w, step = _update(s)
    yield key, w - step / s.get("rate")


def only_the_step(s):
    key, _, _, step = _update(s)
    yield key, step


def one_points_part_for_the_mean(s):
    key, place, w, _ = _update(s)
    if s.optimizer == "sgd":
        yield key, w - s.get("rate") * s.get("partW", *place)


def momentum_forgotten(s):
    key, place, w, _ = _update(s)
    if s.optimizer in ("momentum", "adam", "rmsprop", "nesterov"):
        yield key, w - s.get("rate") * s.get("gW", *place)


def correction_of_adam_forgotten(s):
    key, place, w, _ = _update(s)
    if s.optimizer == "adam":
        mean, square = (s.get("newslotW", slot, *place) for slot in (1, 2))
        yield key, w - s.get("rate") * mean / (math.sqrt(square) + s.training.epsilon)


def memory_forgotten(s):
    _, place, _, _ = _update(s)
    if s.optimizer == "momentum":
        yield f"newslotW.1.{'.'.join(map(str, place))}", s.get("gW", *place)


def gradient_not_squared(s):
    _, place, _, _ = _update(s)
    old, g = (s.get("slotW", 1, *place), s.get("gW", *place)) if s.scene.optimizer.slots else (0, 0)
    if s.optimizer == "rmsprop":
        rho = s.training.rho
        yield f"newslotW.1.{'.'.join(map(str, place))}", rho * old + (1.0 - rho) * g


def decimal_slip(s):
    for name in ("z", "loss"):
        for place in s.places(name):
            yield Ask(name, place).text, 10.0 * s.get(name, *place)


def wrong_sign(s):
    for place in s.places("partW"):
        yield Ask("partW", place).text, -s.get("partW", *place)


KINDS = {
    bias_forgotten: "forgot the bias",
    bias_twice: "bias is added twice",
    wrong_sign_of_a_product: "has the wrong sign",
    product_missing: "product is missing",
    inputs_swapped: "are swapped",
    z_instead_of_a_of_the_layer_before: "the weighted sums z of the layer before",
    unscaled_inputs: "the inputs as the data has them",
    weights_of_another_unit: "used the weights of unit",
    function_forgotten: "forgot the function",
    another_function: "here it has to be",
    sigmoid_forgotten: "forgot the function: Sigmoid",
    tanh_for_sigmoid: "This is Hyperbolic tangent",
    probability_of_the_other_class: "probability of class 0",
    squared_error_for_cross_entropy: "Mean squared error",
    logarithm_to_base_ten: "to base 10",
    logarithm_of_the_wrong_class: "for the wrong class",
    minus_of_the_logarithm_forgotten: "minus the logarithm",
    y_minus_p: "not y − p",
    slope_of_the_output_forgotten: "forgot the slope of the sigmoid",
    slope_of_the_output_too_much: "it cancels here",
    weight_of_another_connection: "weight of another connection",
    weight_on_the_way_back_forgotten: "forgot the weight on the way back",
    slope_at_a: "slope at a",
    slope_of_another_function: "This is the slope of",
    slope_missing: "forgot the slope",
    activation_instead_of_slope: "activation a in place of the slope",
    input_forgotten: "forgot the input",
    another_input: "gradient of another weight",
    divided_by_the_number_of_points: "not divided by the number of points",
    step_added: "it is subtracted, against the gradient",
    learning_rate_forgotten: "forgot the learning rate",
    only_the_step: "only the step",
    one_points_part_for_the_mean: "this one point's part",
    momentum_forgotten: "this is plain gradient descent",
    correction_of_adam_forgotten: "forgot the corrections",
    memory_forgotten: "forgot the momentum",
    gradient_not_squared: "forgot to square",
    decimal_slip: "decimal point has slipped by 1 place",
    wrong_sign: "The sign is wrong",
}


def tried(kind, digits, every=1):
    """The verdict and the sentence for wrong results, each alone on its sheet."""
    sheets = [(name, Sheet(scene)) for name, scene in SCENES]
    results = [(name, sheet, *one) for name, sheet in sheets for one in kind(sheet)]
    for name, sheet, key, wrong in results[::every]:
        assert key in sheet.blanks, (key, sheet.blanks)
        texts = [""] * len(sheet.blanks)
        texts[sheet.blanks[key]] = f"{wrong:.{digits - 1}e}"
        marks = mark(sheet.scene, SEPARATOR.join(texts))["marks"]
        yield name, key, wrong, marks[sheet.blanks[key]]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_mistake_is_named(kind):
    """Where the wrong result differs from the right one, the sentence says what went wrong."""
    told = [one for one in tried(kind, 6) if one[-1]["verdict"] == "wrong"]
    named = [KINDS[kind] in mark["sentence"] for *_, mark in told]
    assert named
    missed = [one for one, right in zip(told, named, strict=True) if not right]
    assert sum(named) >= 0.9 * len(named), missed


def test_with_four_digits_most_mistakes_are_still_named():
    named = total = 0
    for kind, words in KINDS.items():
        for *_, told in tried(kind, 4, every=3):
            if told["verdict"] == "wrong":
                total += 1
                named += words in told["sentence"]
    assert named >= 0.95 * total
