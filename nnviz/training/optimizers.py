"""Optimizers: rules that turn a gradient into an update. They use vectors, never a network.

To read a rule, look at its `remember` and its `move`: values in, values out. `apply` is the same
rule in place, on allocated buffers, with the same bits; a rule without an `apply` of its own trains
too, only slower. All work elementwise, so `theta` may be (n_params,) or (n_lanes, n_params). With
lanes, there may be one learning rate per lane.

The conventions (where the momentum multiplies, where epsilon is added) are PyTorch's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from nnviz.network.arrays import FloatArray


class Slot(NamedTuple):
    """One array of an optimizer's memory: its symbol in formulas, and what it is."""

    symbol: str
    title: str


@dataclass(frozen=True, eq=False)
class OptimizerState:
    """The memory of an optimizer between updates.

    Attributes
    ----------
    step : number of updates made
    slots : (n_slots, *theta.shape), such as running averages; all zero at the start
    """

    step: int
    slots: FloatArray


@dataclass
class Workspace:
    """The arrays of an update in place. All but `rate` and `slots` have theta's shape.

    Attributes
    ----------
    theta : the parameters, updated
    grad : their gradient, overwritten
    slots : (n_slots, *theta.shape) the optimizer's memory, updated
    scratch : working memory, overwritten
    rate : the learning rate, () or (n_lanes, 1)
    """

    theta: FloatArray
    grad: FloatArray
    slots: FloatArray
    scratch: FloatArray
    rate: FloatArray


def as_rate(learning_rate: npt.ArrayLike, dtype: npt.DTypeLike) -> FloatArray:
    """Return one rate as an array of shape (), or one per lane as (n_lanes, 1)."""
    rate: FloatArray = np.asarray(learning_rate, dtype)
    return rate[:, np.newaxis] if rate.ndim == 1 else rate


@dataclass(frozen=True)
class Optimizer:
    """An update rule with its hyperparameters.

    Parameters
    ----------
    learning_rate : a number above 0, or one per lane (n_lanes,)

    Attributes
    ----------
    name : key in the registry
    title : name for people
    formula : the rule in symbols
    slots : what it remembers
    adaptive : whether it divides by the size of the gradient, so that it needs a lower rate
    nanoseconds : estimated time per parameter and update, in float64, with the gradient
    """

    name: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]
    slots: ClassVar[tuple[Slot, ...]] = ()
    adaptive: ClassVar[bool] = False
    nanoseconds: ClassVar[float] = 3.0

    learning_rate: Any

    def __post_init__(self) -> None:
        rate = np.asarray(self.learning_rate, np.float64)
        if rate.ndim > 1 or not (np.isfinite(rate) & (rate > 0.0)).all():
            raise ValueError(
                f"learning_rate must be above 0, a number or one per lane; "
                f"got {self.learning_rate!r}"
            )
        for field in fields(self)[1:]:
            value = getattr(self, field.name)
            high = np.inf if field.name == "epsilon" else 1.0
            if not 0.0 <= value < high:
                raise ValueError(f"{field.name} must be from 0 to below {high:g}; got {value!r}")

    def init(self, theta: FloatArray) -> OptimizerState:
        """Return the state before the first update of parameters shaped like `theta`."""
        return OptimizerState(0, np.zeros((len(self.slots), *theta.shape), theta.dtype))

    def update(
        self, theta: FloatArray, grad: FloatArray, state: OptimizerState
    ) -> tuple[FloatArray, OptimizerState]:
        """Return the parameters and the state after one update; the arguments do not change."""
        slots = self.remember(grad, list(state.slots))
        rate = as_rate(self.learning_rate, theta.dtype)
        changed = theta - self.move(grad, slots, rate, state.step)
        memory = np.array(slots, theta.dtype).reshape(state.slots.shape)
        return changed, OptimizerState(state.step + 1, memory)

    def remember(self, grad: Any, slots: Sequence[Any]) -> Sequence[Any]:
        """Return the memory after the gradient `grad`, one array per slot."""
        return slots

    def move(self, grad: Any, slots: Sequence[Any], rate: Any, step: int) -> Any:
        """Return what update number `step` (0 is the first) subtracts from the parameters.

        `slots` is the memory that `remember` returned.
        """
        raise NotImplementedError

    def apply(self, work: Workspace, step: int) -> None:
        """Make update number `step`, 0 being the first, in place."""
        slots = self.remember(work.grad, list(work.slots))
        work.slots[...] = np.reshape(slots, work.slots.shape)
        work.theta -= self.move(work.grad, slots, work.rate, step)


@dataclass(frozen=True)
class SGD(Optimizer):
    """Gradient descent."""

    name = "sgd"
    title = "Gradient descent"
    formula = "θ ← θ − η g"
    nanoseconds = 1.1

    def move(self, grad: Any, slots: Sequence[Any], rate: Any, step: int) -> Any:
        """Return the gradient times the learning rate."""
        return grad * rate

    def apply(self, work: Workspace, step: int) -> None:
        """Make one update in place, by the rule of this class."""
        np.multiply(work.grad, work.rate, work.grad)
        np.subtract(work.theta, work.grad, work.theta)


@dataclass(frozen=True)
class Momentum(Optimizer):
    """Gradient descent with momentum, the heavy-ball method (Polyak 1964)."""

    name = "momentum"
    title = "Momentum"
    formula = "v ← μ v + g;  θ ← θ − η v"
    nanoseconds = 1.5
    slots = (Slot("v", "Velocity"),)

    momentum: float = 0.9

    def remember(self, grad: Any, slots: Sequence[Any]) -> Sequence[Any]:
        """Return the velocity, a sum of gradients in which old ones count less and less."""
        (velocity,) = slots
        return [velocity * self.momentum + grad]

    def move(self, grad: Any, slots: Sequence[Any], rate: Any, step: int) -> Any:
        """Return the velocity times the learning rate."""
        (velocity,) = slots
        return velocity * rate

    def apply(self, work: Workspace, step: int) -> None:
        """Make one update in place, by the rule of this class."""
        velocity = work.slots[0]
        np.multiply(velocity, self.momentum, velocity)
        np.add(velocity, work.grad, velocity)
        np.multiply(velocity, work.rate, work.grad)
        np.subtract(work.theta, work.grad, work.theta)


@dataclass(frozen=True)
class Nesterov(Optimizer):
    """Momentum that looks one step ahead (Nesterov 1983, in the form of Sutskever et al. 2013)."""

    name = "nesterov"
    title = "Nesterov momentum"
    formula = "v ← μ v + g;  θ ← θ − η (g + μ v)"
    nanoseconds = 1.9
    slots = (Slot("v", "Velocity"),)

    momentum: float = 0.9

    def remember(self, grad: Any, slots: Sequence[Any]) -> Sequence[Any]:
        """Return the velocity, a sum of gradients in which old ones count less and less."""
        (velocity,) = slots
        return [velocity * self.momentum + grad]

    def move(self, grad: Any, slots: Sequence[Any], rate: Any, step: int) -> Any:
        """Return the gradient and the velocity's next share, times the learning rate."""
        (velocity,) = slots
        return (grad + velocity * self.momentum) * rate

    def apply(self, work: Workspace, step: int) -> None:
        """Make one update in place, by the rule of this class."""
        velocity = work.slots[0]
        np.multiply(velocity, self.momentum, velocity)
        np.add(velocity, work.grad, velocity)
        np.multiply(velocity, self.momentum, work.scratch)
        np.add(work.grad, work.scratch, work.grad)
        np.multiply(work.grad, work.rate, work.grad)
        np.subtract(work.theta, work.grad, work.theta)


@dataclass(frozen=True)
class RMSprop(Optimizer):
    """Steps divided by a running root mean square of the gradient (Hinton 2012)."""

    name = "rmsprop"
    title = "RMSprop"
    formula = "s ← ρ s + (1 − ρ) g²;  θ ← θ − η g / (√s + ε)"
    adaptive = True
    nanoseconds = 3.5
    slots = (Slot("s", "Running mean of the squared gradient"),)

    rho: float = 0.99
    epsilon: float = 1e-8

    def remember(self, grad: Any, slots: Sequence[Any]) -> Sequence[Any]:
        """Return the running mean of the squared gradient."""
        (square,) = slots
        return [square * self.rho + grad**2 * (1.0 - self.rho)]

    def move(self, grad: Any, slots: Sequence[Any], rate: Any, step: int) -> Any:
        """Return the gradient over its root mean square, times the learning rate."""
        (square,) = slots
        return grad / (np.sqrt(square) + self.epsilon) * rate

    def apply(self, work: Workspace, step: int) -> None:
        """Make one update in place, by the rule of this class."""
        square = work.slots[0]
        _average_of_squares(square, work.grad, self.rho, work.scratch)
        np.sqrt(square, work.scratch)
        np.add(work.scratch, self.epsilon, work.scratch)
        np.divide(work.grad, work.scratch, work.grad)
        np.multiply(work.grad, work.rate, work.grad)
        np.subtract(work.theta, work.grad, work.theta)


@dataclass(frozen=True)
class Adam(Optimizer):
    """Momentum and RMSprop combined, with corrections for their start at 0 (Kingma & Ba 2015)."""

    name = "adam"
    title = "Adam"
    formula = "θ ← θ − η m̂ / (√ŝ + ε), m̂ and ŝ running means of g and g²"
    adaptive = True
    nanoseconds = 4.9
    slots = (
        Slot("m", "Running mean of the gradient"),
        Slot("s", "Running mean of the squared gradient"),
    )

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def remember(self, grad: Any, slots: Sequence[Any]) -> Sequence[Any]:
        """Return the running means of the gradient and of its square."""
        mean, square = slots
        return [
            mean * self.beta1 + grad * (1.0 - self.beta1),
            square * self.beta2 + grad**2 * (1.0 - self.beta2),
        ]

    def move(self, grad: Any, slots: Sequence[Any], rate: Any, step: int) -> Any:
        """Return mean over root mean square, both corrected, times the learning rate."""
        mean, square = slots
        t = step + 1  # both means are too small by 1 - beta^t, because they start at 0
        length = np.sqrt(square / (1.0 - self.beta2**t)) + self.epsilon
        return mean / length * rate / (1.0 - self.beta1**t)

    def apply(self, work: Workspace, step: int) -> None:
        """Make one update in place, by the rule of this class."""
        mean, square = work.slots
        _average_of_squares(square, work.grad, self.beta2, work.scratch)
        np.multiply(work.grad, 1.0 - self.beta1, work.grad)
        np.multiply(mean, self.beta1, mean)
        np.add(mean, work.grad, mean)
        t = step + 1
        np.divide(square, 1.0 - self.beta2**t, work.scratch)
        np.sqrt(work.scratch, work.scratch)
        np.add(work.scratch, self.epsilon, work.scratch)
        np.divide(mean, work.scratch, work.scratch)
        np.multiply(work.scratch, work.rate, work.scratch)
        np.divide(work.scratch, 1.0 - self.beta1**t, work.scratch)
        np.subtract(work.theta, work.scratch, work.theta)


def _average_of_squares(
    square: FloatArray, grad: FloatArray, rho: float, scratch: FloatArray
) -> None:
    """Update square = rho · square + (1 - rho) · grad², in place; `scratch` is overwritten."""
    np.square(grad, scratch)
    np.multiply(scratch, 1.0 - rho, scratch)
    np.multiply(square, rho, square)
    np.add(square, scratch, square)


OPTIMIZERS: dict[str, type[Optimizer]] = {
    rule.name: rule for rule in (SGD, Momentum, Nesterov, RMSprop, Adam)
}
"""Every optimizer by name."""


def make_optimizer(name: str, *, learning_rate: npt.ArrayLike, **hyper: float) -> Optimizer:
    """Return the optimizer with this name; `hyper` are the fields of its class.

    >>> make_optimizer("momentum", learning_rate=0.1, momentum=0.95)
    Momentum(learning_rate=0.1, momentum=0.95)
    """
    if name not in OPTIMIZERS:
        raise ValueError(f"optimizer must be one of {', '.join(OPTIMIZERS)}; got {name!r}")
    known = [field.name for field in fields(OPTIMIZERS[name])]
    for key in hyper:
        if key not in known:
            raise ValueError(f"{name} takes {', '.join(known)}; got {key!r}")
    return OPTIMIZERS[name](learning_rate, **hyper)
