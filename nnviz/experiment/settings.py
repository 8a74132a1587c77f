"""Every setting that a person can change: its name in a link, its words, its rule.

One table serves the widgets, the link, the saved file and the checks of :class:`Experiment`, so a
new setting is one record here. ``path`` says where the value stands in an experiment; ``live``
settings take effect at the shown step, all others start a new run from the same seeds.
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
    unsigned_zero,
)
from nnviz.network import INITIALIZERS, LOSSES
from nnviz.training import OPTIMIZERS, SCHEDULES

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """One thing that can be set: ``key`` in a link, ``path`` in an experiment, words, rule.

    ``resets`` are fields beside it that mean nothing once this one has another value: they go
    back to None.
    """

    key: str
    path: tuple[str, ...]
    label: str
    help: str
    rule: Rule
    live: bool = False
    resets: tuple[str, ...] = ()

    def get(self, experiment: object) -> Value:
        """The value this setting has in ``experiment``."""
        for name in self.path:
            experiment = getattr(experiment, name)
        return experiment

    def put(self, experiment: T, value: Value) -> T:
        """A copy of ``experiment`` with this one value changed, and what depends on it reset."""
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
            "Which two-class pattern the network has to learn.",
            Choice(DATA_TITLES),
            resets=("axes", "points"),
        ),
        Setting(
            "axes",
            ("data", "axes"),
            "Columns",
            "Which two columns of a real data set span the plane: two that tell something, two of "
            "your choice, or the two principal components of all of them.",
            Pair(limits.COLUMN, PCA, "default"),
        ),
        Setting(
            "inputs",
            ("data", "inputs"),
            "Inputs",
            "What the network is fed of each point: its coordinates, or what follows from them.\n"
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
            "How many points are drawn, training and test points together.",
            Number(limits.N_SAMPLES, whole=True),
        ),
        Setting(
            "noise",
            ("data", "noise"),
            "Noise",
            "How far points stray from the clean pattern. More noise makes the classes overlap.",
            Number(limits.NOISE),
        ),
        Setting(
            "train",
            ("data", "train_ratio"),
            "Share used for training",
            "The rest is held out to test on points the network has never seen. "
            "At 1.0 all points train and there is no test curve.",
            Number(limits.TRAIN_RATIO),
        ),
        Setting(
            "scaling",
            ("data", "scaling"),
            "Input scaling",
            "Standardize gives each input zero mean and unit spread over the training points.",
            Choice(dict(zip(SCALINGS, ("As drawn", "Standardize"), strict=True))),
        ),
        Setting(
            "data_seed",
            ("data", "seed"),
            "Data seed",
            "Another number draws other points of the same pattern.",
            _SEED,
        ),
        Setting(
            "split_seed",
            ("data", "split_seed"),
            "Split seed",
            "Another number picks other points for the test set.",
            _SEED,
        ),
        Setting(
            "loss",
            ("network", "loss"),
            "Loss",
            "What training makes small. The articles use cross-entropy.",
            Choice({name: loss.title for name, loss in LOSSES.items()}),
        ),
        Setting(
            "optimizer",
            ("training", "optimizer"),
            "Optimizer",
            "How a gradient becomes an update. The articles use gradient descent.",
            Choice({name: optimizer.title for name, optimizer in OPTIMIZERS.items()}),
        ),
        Setting(
            "rate",
            ("training", "learning_rate"),
            "Learning rate",
            "How far each update moves the weights. Too low crawls, too high overshoots. "
            "It can be changed while the network trains.",
            Number(limits.LEARNING_RATE),
            live=True,
        ),
        Setting(
            "momentum",
            ("training", "momentum"),
            "Momentum",
            "The share of the last update that is made again, on top of the new gradient.",
            Number(limits.MOMENTUM),
        ),
        Setting(
            "rho",
            ("training", "rho"),
            "Memory of squared gradients",
            "RMSprop divides by the root of a running mean of squared gradients; "
            "this is the share of that mean which is kept at each update.",
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
            "How the learning rate falls as training goes on.",
            Choice({name: schedule.title for name, schedule in SCHEDULES.items()}),
        ),
        Setting(
            "decay_steps",
            ("training", "decay_steps"),
            "Decay over steps",
            "After so many updates the learning rate has fallen to the share below.",
            Number(limits.DECAY_STEPS, whole=True),
        ),
        Setting(
            "decay_rate",
            ("training", "decay_rate"),
            "Decay to share",
            "What is left of the learning rate after the number of steps above.",
            Number(limits.DECAY_RATE),
        ),
        Setting(
            "warmup",
            ("training", "warmup_steps"),
            "Warm-up steps",
            "Over so many first updates the learning rate rises from nearly nothing.",
            Number(limits.WARMUP_STEPS, whole=True),
        ),
        Setting(
            "clip",
            ("training", "clip_norm"),
            "Longest gradient",
            "Longer gradients are shortened to this length (clipping by norm). Empty: never.",
            Optional(Number(limits.CLIP_NORM), "off"),
        ),
        Setting(
            "l1",
            ("training", "l1"),
            "L1 penalty",
            "Pulls every weight towards zero by the same amount: unneeded ones become exactly 0. "
            "It can be changed while the network trains.",
            Number(limits.PENALTY),
            live=True,
        ),
        Setting(
            "l2",
            ("training", "l2"),
            "L2 penalty",
            "Pulls large weights towards zero more than small ones: smoother boundaries. "
            "It can be changed while the network trains.",
            Number(limits.PENALTY),
            live=True,
        ),
        Setting(
            "epochs",
            ("training", "stopping", "max_epochs"),
            "Stop after epochs",
            "Training ends after so many passes over the training points. Empty: never.",
            Optional(Number(limits.EPOCHS, whole=True), "off"),
        ),
        Setting(
            "target_loss",
            ("training", "stopping", "target_loss"),
            "Stop at train loss",
            "Training ends when the training loss is this low. Empty: never.",
            Optional(Number(limits.TARGET_LOSS), "off"),
        ),
        Setting(
            "target_accuracy",
            ("training", "stopping", "target_accuracy"),
            "Stop at accuracy",
            "Training ends when this share of the test points is right, of the training points if "
            "none are held out. Empty: never.",
            Optional(Number(limits.ACCURACY), "off"),
        ),
        Setting(
            "patience",
            ("training", "stopping", "patience"),
            "Stop without progress for epochs",
            "Training ends when the test loss has had no new minimum for so many epochs. "
            "Empty: never.",
            Optional(Number(limits.EPOCHS, whole=True), "off"),
        ),
        Setting(
            "batch",
            ("training", "batch_size"),
            "Batch size",
            "How many training points each update looks at. Full batch uses all of them.",
            Optional(Number(limits.BATCH_SIZE, whole=True), "full"),
        ),
        Setting(
            "init",
            ("initializer",),
            "Initial weights",
            "How the weights are drawn before the first update.",
            Choice({name: initializer.title for name, initializer in INITIALIZERS.items()}),
        ),
        Setting(
            "biases",
            ("biases",),
            "Initial biases",
            "Zero, or drawn in the same way as the weights.",
            Choice({"zeros": "Zero", "same": "Like the weights"}),
        ),
        Setting(
            "init_seed",
            ("init_seed",),
            "Weights seed",
            "Another number draws other initial weights. Reset always returns to these.",
            _SEED,
        ),
        Setting(
            "batch_seed",
            ("training", "batch_seed"),
            "Batch seed",
            "Another number shuffles the training points into batches in another order.",
            _SEED,
        ),
        Setting(
            "dropout_seed",
            ("training", "dropout_seed"),
            "Dropout seed",
            "Another number silences other units at each step, where a layer has dropout.",
            _SEED,
        ),
        Setting(
            "precision",
            ("precision",),
            "Precision",
            "Bits per number while training. The articles use 64.",
            Choice({"float64": "64-bit", "float32": "32-bit"}),
        ),
    )
}
