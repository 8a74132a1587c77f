"""All settings that a person can change: the name in a link, the label, the help, the rule.

The widgets, the link, the saved file and the checks of :class:`Experiment` all use this table, so
a new setting is one record here. ``path`` is the place of the value in an experiment. ``live``
settings take effect at the shown step; all others start a new run from the same seeds.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from nnviz.data import DATA_TITLES, FEATURES, PCA, SCALINGS
from nnviz.experiment import limits
from nnviz.experiment.rules import (
    Choice,
    Number,
    Optional,
    Pair,
    Rule,
    Subset,
    Value,
    plain_number,
    unsigned_zero,
)
from nnviz.network import INITIALIZERS, LOSSES
from nnviz.training import OPTIMIZERS, SCHEDULES

T = TypeVar("T")

ROUND_RATES = (1e-5, 1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""The learning rates that a slider and the stage's buttons offer; any other can be typed."""


@dataclass(frozen=True)
class Setting:
    """One setting: ``key`` is its name in a link, ``path`` its place in an experiment.

    ``resets`` are fields of the same record that have no meaning after this one changes; they are
    set to None.
    """

    key: str
    path: tuple[str, ...]
    label: str
    help: str
    rule: Rule
    live: bool = False
    resets: tuple[str, ...] = ()

    def get(self, experiment: object) -> Value:
        """Return the value of this setting in ``experiment``."""
        for name in self.path:
            experiment = getattr(experiment, name)
        return experiment

    def shown(self, experiment: object) -> str:
        """Return the value of this setting in words."""
        value, rule = self.get(experiment), self.rule
        if isinstance(rule, Choice):
            return rule.options[value]
        if isinstance(rule, Subset):
            return ", ".join(rule.options[name] for name in value)
        return plain_number(value) if isinstance(value, float) else rule.format(value)

    def put(self, experiment: T, value: Value) -> T:
        """Return a copy of ``experiment`` with this value changed, and dependent fields reset."""
        *parents, name = self.path
        values = {name: unsigned_zero(value)}
        if self.resets and value != self.get(experiment):
            values |= dict.fromkeys(self.resets)
        return _replace_at(experiment, tuple(parents), values)


def _replace_at(record: T, path: tuple[str, ...], values: dict[str, Value]) -> T:
    if path:
        name, *rest = path
        values = {name: _replace_at(getattr(record, name), tuple(rest), values)}
    return replace(record, **values)  # type: ignore[type-var]  # frozen dataclasses only


_SEED = Number(limits.SEED, whole=True)

SETTINGS: dict[str, Setting] = {
    setting.key: setting
    for setting in (
        Setting(
            "data",
            ("data", "name"),
            "Data set",
            "The two-class pattern that the network must learn.",
            Choice(DATA_TITLES),
            resets=("axes", "points", "scaling"),
        ),
        Setting(
            "axes",
            ("data", "axes"),
            "Columns",
            "The two axes of the plane: the default columns of a real data set, two of your "
            "choice, or the two principal components of all columns.",
            Pair(limits.COLUMN, PCA, "default"),
        ),
        Setting(
            "inputs",
            ("data", "inputs"),
            "Inputs",
            "The input values for each point: its coordinates, or functions of them.\n"
            + "".join(f"\n- {feature.title}: {feature.words}" for feature in FEATURES.values()),
            Subset(
                {name: feature.title for name, feature in FEATURES.items()},
                former={"theta": "angle"},
            ),
        ),
        Setting(
            "samples",
            ("data", "n_samples"),
            "Samples",
            "The number of generated points, for training and test together.",
            Number(limits.N_SAMPLES, whole=True),
        ),
        Setting(
            "noise",
            ("data", "noise"),
            "Noise",
            "How far points are from the clean pattern. More noise makes the classes overlap.",
            Number(limits.NOISE),
        ),
        Setting(
            "train",
            ("data", "train_ratio"),
            "Share used for training",
            "The other points are the test set, which is not used for training. "
            "At 1.0 all points train and there is no test curve.",
            Number(limits.TRAIN_RATIO),
        ),
        Setting(
            "scaling",
            ("data", "scaling"),
            "Input scaling",
            "Standardize gives each input mean 0 and standard deviation 1 over training points. If "
            "you do not choose, real and own data are standardized.",
            Choice(dict(zip(SCALINGS, ("As drawn", "Standardize"), strict=True))),
        ),
        Setting(
            "data_seed",
            ("data", "seed"),
            "Data seed",
            "Another number generates other points of the same pattern.",
            _SEED,
        ),
        Setting(
            "split_seed",
            ("data", "split_seed"),
            "Split seed",
            "Another number chooses other points for the test set.",
            _SEED,
        ),
        Setting(
            "loss",
            ("network", "loss"),
            "Loss",
            "The function that training minimizes. The articles use cross-entropy.",
            Choice({name: loss.title for name, loss in LOSSES.items()}),
        ),
        Setting(
            "optimizer",
            ("training", "optimizer"),
            "Optimizer",
            "The rule that turns a gradient into an update. The articles use gradient descent.",
            Choice({name: optimizer.title for name, optimizer in OPTIMIZERS.items()}),
        ),
        Setting(
            "rate",
            ("training", "learning_rate"),
            "Learning rate",
            "How far each update moves the weights. If it is too low, training is slow; if it is "
            "too high, updates overshoot. It can be changed while the network trains.",
            Number(limits.LEARNING_RATE),
            live=True,
        ),
        Setting(
            "momentum",
            ("training", "momentum"),
            "Momentum",
            "The share of the last update that is added to the new gradient.",
            Number(limits.MOMENTUM),
        ),
        Setting(
            "rho",
            ("training", "rho"),
            "Memory of squared gradients",
            "RMSprop divides by the square root of a running mean of squared gradients. "
            "This is the share of that mean that is kept at each update.",
            Number(limits.MOMENTUM),
        ),
        Setting(
            "beta1",
            ("training", "beta1"),
            "Memory of gradients (beta 1)",
            "The share of Adam's running mean of gradients that is kept at each update.",
            Number(limits.MOMENTUM),
        ),
        Setting(
            "beta2",
            ("training", "beta2"),
            "Memory of squared gradients (beta 2)",
            "The share of Adam's running mean of squared gradients that is kept at each update.",
            Number(limits.MOMENTUM),
        ),
        Setting(
            "schedule",
            ("training", "schedule"),
            "Learning rate schedule",
            "How the learning rate falls during training.",
            Choice({name: schedule.title for name, schedule in SCHEDULES.items()}),
        ),
        Setting(
            "decay_steps",
            ("training", "decay_steps"),
            "Decay over steps",
            "The number of updates after which the learning rate has fallen to the share below.",
            Number(limits.DECAY_STEPS, whole=True),
        ),
        Setting(
            "decay_rate",
            ("training", "decay_rate"),
            "Decay to share",
            "The share of the learning rate that is left after the number of steps above.",
            Number(limits.DECAY_RATE),
        ),
        Setting(
            "warmup",
            ("training", "warmup_steps"),
            "Warm-up steps",
            "The number of first updates in which the learning rate rises from nearly 0.",
            Number(limits.WARMUP_STEPS, whole=True),
        ),
        Setting(
            "clip",
            ("training", "clip_norm"),
            "Longest gradient",
            "Longer gradients are shortened to this length (clipping by norm). Empty: no limit.",
            Optional(Number(limits.CLIP_NORM), "off"),
        ),
        Setting(
            "l1",
            ("training", "l1"),
            "L1 penalty",
            "Pulls every weight towards 0 by the same amount, so that unneeded ones become nearly "
            "0. It can be changed while the network trains.",
            Number(limits.PENALTY),
            live=True,
        ),
        Setting(
            "l2",
            ("training", "l2"),
            "L2 penalty",
            "Pulls large weights towards 0 more than small ones, which smooths the boundary. "
            "It can be changed while the network trains.",
            Number(limits.PENALTY),
            live=True,
        ),
        Setting(
            "epochs",
            ("training", "stopping", "max_epochs"),
            "Stop after epochs",
            "Training ends after this number of passes over the training points. Empty: no limit.",
            Optional(Number(limits.EPOCHS, whole=True), "off"),
        ),
        Setting(
            "target_loss",
            ("training", "stopping", "target_loss"),
            "Stop at train loss",
            "Training ends when the training loss is at most this value. Empty: no target.",
            Optional(Number(limits.TARGET_LOSS), "off"),
        ),
        Setting(
            "target_accuracy",
            ("training", "stopping", "target_accuracy"),
            "Stop at accuracy",
            "Training ends when this share of the test points is classified correctly, or of the "
            "training points if there is no test set. Empty: no target.",
            Optional(Number(limits.ACCURACY), "off"),
        ),
        Setting(
            "patience",
            ("training", "stopping", "patience"),
            "Stop without progress for epochs",
            "Training ends when the test loss has had no new minimum for this number of epochs. "
            "Empty: no limit.",
            Optional(Number(limits.EPOCHS, whole=True), "off"),
        ),
        Setting(
            "batch",
            ("training", "batch_size"),
            "Batch size",
            "The number of training points in each update. Full batch uses all of them.",
            Optional(Number(limits.BATCH_SIZE, whole=True), "full"),
        ),
        Setting(
            "init",
            ("initializer",),
            "Initial weights",
            "How the weights are chosen before the first update.",
            Choice({name: initializer.title for name, initializer in INITIALIZERS.items()}),
        ),
        Setting(
            "biases",
            ("biases",),
            "Initial biases",
            "Zero, or random in the same way as the weights.",
            Choice({"zeros": "Zero", "same": "Like the weights"}),
        ),
        Setting(
            "init_seed",
            ("init_seed",),
            "Weights seed",
            "Another number gives other initial weights. Reset returns to the initial weights.",
            _SEED,
        ),
        Setting(
            "batch_seed",
            ("training", "batch_seed"),
            "Batch seed",
            "Another number gives another order of the training points in the batches.",
            _SEED,
        ),
        Setting(
            "dropout_seed",
            ("training", "dropout_seed"),
            "Dropout seed",
            "In layers with dropout, another number sets other units to 0 at each step.",
            _SEED,
        ),
        Setting(
            "precision",
            ("precision",),
            "Precision",
            "Bits per number in training. The articles use 64.",
            Choice({"float64": "64-bit", "float32": "32-bit"}),
        ),
    )
}
