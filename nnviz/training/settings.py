"""How a network is trained, as an immutable value of plain numbers and names."""

from dataclasses import dataclass, field, fields

from nnviz.training.checks import check_name, check_number
from nnviz.training.optimizers import OPTIMIZERS, Optimizer, make_optimizer
from nnviz.training.schedules import SCHEDULES
from nnviz.training.stopping import StoppingRules

MAX_SEED = 2**32 - 1


@dataclass(frozen=True)
class TrainingSettings:
    """Everything that decides the updates, except the network, its initial parameters and data.

    Parameters
    ----------
    optimizer : a key of `OPTIMIZERS`
    learning_rate : from 1e-5 to 10
    momentum : for momentum and nesterov, 0 <= momentum < 1
    rho : for rmsprop, the share of the running mean square that is kept, 0 <= rho < 1
    beta1, beta2 : for adam, the shares of its two running means that are kept
    epsilon : for rmsprop and adam, keeps the divisor above zero
    schedule : a key of `SCHEDULES`; decay_steps, decay_rate, warmup_steps: see `make_schedule`
    batch_size : samples per update; None, or more than the training set has, means all of them
    batch_seed : decides the order of samples in every epoch
    dropout_seed : decides which units dropout sets to 0 in every step
    l1, l2 : strengths of the penalties l1 · sum(|W|) + 0.5 · l2 · sum(W²)
    clip_norm : longest gradient allowed (Euclidean, penalties included); longer ones are shortened
    stopping : when to end, see `StoppingRules`
    """

    optimizer: str = "sgd"
    learning_rate: float = 0.1
    momentum: float = 0.9
    rho: float = 0.99
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    schedule: str = "constant"
    decay_steps: int = 1000
    decay_rate: float = 0.1
    warmup_steps: int = 0
    batch_size: int | None = None
    batch_seed: int = 0
    dropout_seed: int = 0
    l1: float = 0.0
    l2: float = 0.0
    clip_norm: float | None = None
    stopping: StoppingRules = field(default_factory=StoppingRules)

    def __post_init__(self) -> None:
        check_name("optimizer", self.optimizer, OPTIMIZERS)
        check_name("schedule", self.schedule, SCHEDULES)
        check_number("learning_rate", self.learning_rate, 1e-5, 10.0)
        for share in ("momentum", "rho", "beta1", "beta2"):
            check_number(share, getattr(self, share), 0.0, 1.0, below=True)
        check_number("epsilon", self.epsilon, 0.0, 1.0)
        check_number("decay_steps", self.decay_steps, 1, whole=True)
        check_number("decay_rate", self.decay_rate, 0.0, 1.0)
        check_number("warmup_steps", self.warmup_steps, 0, whole=True)
        if self.batch_size is not None:
            check_number("batch_size", self.batch_size, 1, whole=True)
        check_number("batch_seed", self.batch_seed, 0, MAX_SEED, whole=True)
        check_number("dropout_seed", self.dropout_seed, 0, MAX_SEED, whole=True)
        check_number("l1", self.l1, 0.0)
        check_number("l2", self.l2, 0.0)
        if self.clip_norm is not None:
            check_number("clip_norm", self.clip_norm, 0.0)
        if not isinstance(self.stopping, StoppingRules):
            raise ValueError(f"stopping must be StoppingRules; got {self.stopping!r}")

    def make_optimizer(self) -> Optimizer:
        """Return the optimizer that these settings describe."""
        rule = OPTIMIZERS[self.optimizer]
        hyper = {f.name: getattr(self, f.name) for f in fields(rule) if f.name != "learning_rate"}
        return make_optimizer(self.optimizer, learning_rate=self.learning_rate, **hyper)
