"""A second opinion: training written the slow, obvious way, to check the engine against.

Layers are lists of (W, b), every formula is the textbook's, probabilities are explicit, and each
sample's gradient is computed on its own. Shares no code with the product.
"""

import math

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + math.exp(-z)) if z >= 0 else math.exp(z) / (1.0 + math.exp(z))


FUNCTIONS = {
    "tanh": (math.tanh, lambda z: 1.0 - math.tanh(z) ** 2),
    "relu": (lambda z: max(z, 0.0), lambda z: float(z > 0.0)),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1.0 - sigmoid(z))),
    "leaky_relu": (lambda z: z if z > 0 else 0.01 * z, lambda z: 1.0 if z > 0 else 0.01),
    "elu": (lambda z: z if z > 0 else math.expm1(z), lambda z: 1.0 if z > 0 else math.exp(z)),
    "gelu": (
        lambda z: z * 0.5 * math.erfc(-z / math.sqrt(2)),
        lambda z: (
            0.5 * math.erfc(-z / math.sqrt(2)) + z * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        ),
    ),
    "silu": (
        lambda z: z * sigmoid(z),
        lambda z: sigmoid(z) + z * sigmoid(z) * (1.0 - sigmoid(z)),
    ),
    "softplus": (lambda z: math.log1p(math.exp(z)), sigmoid),
    "sin": (math.sin, math.cos),
    "linear": (lambda z: z, lambda z: 1.0),
}

LOSSES = {  # of one sample: loss and dloss/dz, by logit z and class y
    "binary_cross_entropy": (
        lambda z, y: -math.log(sigmoid(z)) if y else -math.log(sigmoid(-z)),
        lambda z, y: sigmoid(z) - y,
    ),
    "mean_squared_error": (
        lambda z, y: (sigmoid(z) - y) ** 2,
        lambda z, y: 2.0 * (sigmoid(z) - y) * sigmoid(z) * (1.0 - sigmoid(z)),
    ),
    "hinge": (
        lambda z, y: max(0.0, 1.0 - (2 * y - 1) * z),
        lambda z, y: -(2.0 * y - 1.0) if (2 * y - 1) * z < 1.0 else 0.0,
    ),
}


def loss_and_gradient(layers, activations, loss, X, y, l1=0.0, l2=0.0):
    """Return the objective and one (dW, db) per layer, sample by sample, unit by unit."""
    value, slope = LOSSES[loss]
    total = 0.0
    grads = [(np.zeros_like(W), np.zeros_like(b)) for W, b in layers]
    for x, label in zip(X, y, strict=True):
        signals, zs = [x], []
        for (W, b), name in zip(layers, [*activations, "linear"], strict=True):
            z = signals[-1] @ W + b
            zs.append(z)
            signals.append(np.array([FUNCTIONS[name][0](v) for v in z]))
        logit = zs[-1][0]
        total += value(logit, label) / len(y)
        dz = np.array([slope(logit, label) / len(y)])
        for i in reversed(range(len(layers))):
            grads[i][0][...] += np.outer(signals[i], dz)
            grads[i][1][...] += dz
            if i:
                da = layers[i][0] @ dz
                dz = da * np.array([FUNCTIONS[activations[i - 1]][1](v) for v in zs[i - 1]])
    for (W, _), (dW, _) in zip(layers, grads, strict=True):
        total += l1 * np.abs(W).sum() + 0.5 * l2 * (W**2).sum()
        dW += l1 * np.sign(W) + l2 * W
    return total, grads


OPTIMIZERS = ("sgd", "momentum", "nesterov", "rmsprop", "adam")


class Rule:
    """The optimizers, per array, as their authors (and PyTorch's documentation) write them."""

    def __init__(self, name, rate, momentum=0.9, rho=0.99, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.name, self.rate, self.momentum, self.rho = name, rate, momentum, rho
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.memory, self.t = {}, 0

    def step(self, arrays, grads):
        self.t += 1
        for key, (p, g) in enumerate(zip(arrays, grads, strict=True)):
            p -= self.rate * self.direction(key, g)

    def direction(self, key, g):
        v, s = self.memory.get(key, (np.zeros_like(g), np.zeros_like(g)))
        if self.name == "sgd":
            return g
        if self.name in ("momentum", "nesterov"):
            v = self.momentum * v + g
            self.memory[key] = v, s
            return g + self.momentum * v if self.name == "nesterov" else v
        if self.name == "rmsprop":
            s = self.rho * s + (1 - self.rho) * g**2
            self.memory[key] = v, s
            return g / (np.sqrt(s) + self.epsilon)
        v = self.beta1 * v + (1 - self.beta1) * g
        s = self.beta2 * s + (1 - self.beta2) * g**2
        self.memory[key] = v, s
        corrected_v, corrected_s = v / (1 - self.beta1**self.t), s / (1 - self.beta2**self.t)
        return corrected_v / (np.sqrt(corrected_s) + self.epsilon)
