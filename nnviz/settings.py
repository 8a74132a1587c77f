"""Every setting that a person can change: its name in a link, its words, its rule.

One table serves the widgets, the link, the saved file and the checks of :class:`Experiment`, so a
new setting is one record here. ``path`` says where the value stands in an experiment; ``live``
settings take effect at the shown step, all others start a new run from the same seeds.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from nnviz import limits
from nnviz.data import GENERATORS, SCALINGS
from nnviz.limits import Range
from nnviz.network import INITIALIZERS, LOSSES
from nnviz.training import OPTIMIZERS, SCHEDULES

Value = Any
T = TypeVar("T")

_LONGEST_TEXT = 40
_WHOLE = re.compile(r"-?\d{1,12}", re.ASCII)
_REAL = re.compile(r"[-+]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})(e[-+]?\d{1,3})?", re.ASCII | re.I)


class Rule(Protocol):
    """What values a setting may take, and how they are written as text."""

    def check(self, name: str, value: Value) -> None:
        """Raise ``ValueError`` naming the setting, the rule and the value received."""

    def parse(self, name: str, text: str) -> Value:
        """Read a value from text a stranger may have written; ``ValueError`` when it is none."""

    def format(self, value: Value) -> str:
        """The text that ``parse`` reads back to an equal value."""


def clip(text: object) -> str:
    """A received value, short enough to be shown in a message."""
    shown = repr(text)
    return shown if len(shown) <= _LONGEST_TEXT else shown[:_LONGEST_TEXT] + "…"


@dataclass(frozen=True)
class Number:
    """A real number, or with ``whole`` an integer, within a range."""

    range: Range
    whole: bool = False

    def _words(self) -> str:
        low, high = self.range.low, self.range.high
        if self.whole:
            return f"a whole number from {low:.0f} to {high:.0f}"
        return f"a number from {low:g} to {high:g}"

    def check(self, name: str, value: Value) -> None:
        """Refuse what is no number, not finite, or out of range; True and False are no numbers."""
        wanted = int if self.whole else int | float
        if isinstance(value, bool) or not isinstance(value, wanted) or value not in self.range:
            raise ValueError(f"{name} must be {self._words()}; got {clip(value)}")

    def parse(self, name: str, text: str) -> Value:
        """Read plain decimal digits, with a point and an exponent for a real number."""
        pattern = _WHOLE if self.whole else _REAL
        if not pattern.fullmatch(text):
            raise ValueError(f"{name} must be {self._words()}; got {clip(text)}")
        value = int(text) if self.whole else float(text)
        self.check(name, value)
        return value

    def format(self, value: Value) -> str:
        """As few digits as read back to the very same number."""
        return str(value) if self.whole else repr(float(value)).removesuffix(".0")


@dataclass(frozen=True)
class Choice:
    """One of a fixed set of names."""

    options: Mapping[str, str]

    def check(self, name: str, value: Value) -> None:
        """Refuse what is none of the names."""
        if not isinstance(value, str) or value not in self.options:
            raise ValueError(f"{name} must be one of {', '.join(self.options)}; got {clip(value)}")

    def parse(self, name: str, text: str) -> Value:
        """Read one of the names, letter for letter."""
        self.check(name, text)
        return text

    def format(self, value: Value) -> str:
        """The name itself."""
        return str(value)


@dataclass(frozen=True)
class Optional:
    """A rule whose value may also be absent, written as ``word``."""

    rule: Number
    word: str

    def check(self, name: str, value: Value) -> None:
        """Refuse what the rule refuses; None is always allowed."""
        if value is not None:
            self.rule.check(name, value)

    def parse(self, name: str, text: str) -> Value:
        """Read the word, or what the rule reads."""
        return None if text == self.word else self.rule.parse(name, text)

    def format(self, value: Value) -> str:
        """The word for None, else what the rule writes."""
        return self.word if value is None else self.rule.format(value)


@dataclass(frozen=True)
class Setting:
    """One thing that can be set: ``key`` in a link, ``path`` in an experiment, words, rule."""

    key: str
    path: tuple[str, ...]
    label: str
    help: str
    rule: Rule
    live: bool = False

    def get(self, experiment: object) -> Value:
        """The value this setting has in ``experiment``."""
        for name in self.path:
            experiment = getattr(experiment, name)
        return experiment

    def put(self, experiment: T, value: Value) -> T:
        """A copy of ``experiment`` with this one value changed."""
        return _replace_at(experiment, self.path, value)


def _replace_at(record: T, path: tuple[str, ...], value: Value) -> T:
    name, *rest = path
    if rest:
        value = _replace_at(getattr(record, name), tuple(rest), value)
    return replace(record, **{name: value})  # type: ignore[type-var]  # frozen dataclasses only


_SEED = Number(limits.SEED, whole=True)

SETTINGS: dict[str, Setting] = {
    setting.key: setting
    for setting in (
        Setting(
            "data",
            ("data", "name"),
            "Data set",
            "Which two-class pattern the network has to learn.",
            Choice({name: generator.title for name, generator in GENERATORS.items()}),
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
