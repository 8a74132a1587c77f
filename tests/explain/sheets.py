"""Networks for worksheets, and a reader who calculates by hand from what the sheet asks."""

from dataclasses import replace

import numpy as np

from nnviz.data import DataSpec
from nnviz.experiment import Experiment
from nnviz.explain import Ask, Scene, value_of
from nnviz.explain.worksheet import blanks_of
from nnviz.network import ACTIVATIONS, LayerSpec, NetworkSpec
from nnviz.runs import Run
from nnviz.training import TrainingSettings

FEW = DataSpec(n_samples=40)


def net(n_inputs, *hidden, loss="binary_cross_entropy"):
    return NetworkSpec(n_inputs, (*hidden, LayerSpec(1, "sigmoid")), loss)


def adjusted(**settings):
    return TrainingSettings(**{"learning_rate": 0.3, **settings})


EXPERIMENTS = {
    "tanh": Experiment(data=FEW, network=net(2, LayerSpec(4), LayerSpec(2)), training=adjusted()),
    "sigmoid, momentum, squares": Experiment(
        data=FEW,
        network=net(2, LayerSpec(3, "sigmoid"), LayerSpec(2, "sigmoid"), loss="mean_squared_error"),
        training=adjusted(optimizer="momentum", batch_size=8),
    ),
    "logistic regression": Experiment(data=FEW, network=net(2), training=adjusted()),
    "one layer of two, Adam": Experiment(
        data=FEW,
        network=net(2, LayerSpec(2, "silu")),
        training=adjusted(optimizer="adam", learning_rate=0.05, l2=0.01),
    ),
    "features, standardized, RMSprop": Experiment(
        data=replace(FEW, inputs=("x1", "x2", "x1_x2", "r"), scaling="standardize"),
        network=net(4, LayerSpec(5), LayerSpec(3)),
        training=adjusted(optimizer="rmsprop", learning_rate=0.01, batch_size=5),
    ),
    "hinge, relu, Nesterov, clipping": Experiment(
        data=FEW,
        network=net(2, LayerSpec(6, "leaky_relu"), LayerSpec(3, "elu"), loss="hinge"),
        training=adjusted(optimizer="nesterov", learning_rate=0.1, clip_norm=0.5),
    ),
    "wide, float32": Experiment(
        data=FEW,
        network=net(2, LayerSpec(20, "relu"), LayerSpec(20, "tanh")),
        training=adjusted(schedule="exponential"),
        precision="float32",
    ),
    "dropout": Experiment(
        data=FEW, network=net(2, LayerSpec(4, "tanh", 0.3)), training=adjusted(batch_size=10)
    ),
}


def scene_of(name, sample=0, step=9):
    run = Run(EXPERIMENTS[name])
    run.advance(step)
    return Scene(run).about(sample)


class Reader:
    """Fills in a sheet from the given numbers and their own rounded answers, blank by blank."""

    def __init__(self, scene, written):
        self.scene, self.own = scene, {}
        self.texts = []
        for blank in blanks_of(scene):
            with np.errstate(all="ignore"):
                value = float(getattr(self, blank.name)(*blank.indices))
            text = written(value)
            self.texts.append(text)
            if text:
                self.own[blank.text] = float(text)

    def get(self, name, *indices):
        ask = Ask(name, indices)
        return self.own[ask.text] if ask.text in self.own else float(value_of(self.scene, ask))

    def signals(self, layer):
        if layer == 0:
            return self.scene.inputs[self.scene.sample]
        units = range(1, self.scene.dims[layer] + 1)
        return np.array([self.get("a", layer, unit) for unit in units])

    @property
    def last(self):
        return len(self.scene.layers)

    def z(self, layer, unit):
        part = self.scene.layers[layer - 1]
        return self.signals(layer - 1) @ part.W[:, unit - 1] + part.b[unit - 1]

    def a(self, layer, unit):
        f = ACTIVATIONS[self.scene.spec.layers[layer - 1].activation]
        return f(np.array([self.get("z", layer, unit)]))[0]

    def p(self):
        return 1.0 / (1.0 + np.exp(-self.get("z", self.last, 1)))

    def loss(self):
        p, y, name = self.get("p"), self.get("y"), self.scene.spec.loss
        if name == "hinge":
            return max(0.0, 1.0 - (2.0 * y - 1.0) * self.get("z", self.last, 1))
        return -np.log(p if y else 1.0 - p) if name == "binary_cross_entropy" else (p - y) ** 2

    def dz(self, layer, unit):
        if layer < self.last:
            return self.get("da", layer, unit) * self.get("slope", layer, unit)
        p, y, name = self.get("p"), self.get("y"), self.scene.spec.loss
        if name == "hinge":
            s = 2.0 * y - 1.0
            return -s if s * self.get("z", self.last, 1) < 1.0 else 0.0
        return p - y if name == "binary_cross_entropy" else 2.0 * (p - y) * p * (1.0 - p)

    def da(self, layer, unit):
        after = range(1, self.scene.dims[layer + 1] + 1)
        W = self.scene.layers[layer].W[unit - 1]
        return sum(W[k - 1] * self.get("dz", layer + 1, k) for k in after)

    def slope(self, layer, unit):
        f = ACTIVATIONS[self.scene.spec.layers[layer - 1].activation]
        return f.derivative(np.array([self.get("z", layer, unit)]))[0]

    def partW(self, layer, source, unit):
        return self.signals(layer - 1)[source - 1] * self.get("dz", layer, unit)

    def newslotW(self, slot, *place):
        rule = self.scene.experiment.training.make_optimizer()
        slots = range(1, len(rule.slots) + 1)
        old = [self.get("slotW", k, *place) for k in slots]
        return rule.remember(self.get("gW", *place), old)[slot - 1]

    def newW(self, *place):
        rule = self.scene.experiment.training.make_optimizer()
        slots = [self.get("newslotW", k, *place) for k in range(1, len(rule.slots) + 1)]
        move = rule.move(self.get("gW", *place), slots, self.get("rate"), self.scene.step)
        return self.get("W", *place) - move
