"""The first noun: an :class:`Experiment` holds everything that is needed to reproduce a run.

It is immutable, comparable and hashable. Equal experiments train the same network, step by step,
on the same machine with the same libraries.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nnviz.data import OWN, DataSpec, Points
from nnviz.experiment import limits
from nnviz.experiment.rules import Number, unsigned_zero
from nnviz.experiment.settings import SETTINGS
from nnviz.network import LayerSpec, NetworkSpec
from nnviz.training import OPTIMIZERS, TrainingSettings

LIVE_FIELDS = {
    "learning_rate": limits.LEARNING_RATE,
    "l1": limits.PENALTY,
    "l2": limits.PENALTY,
}
"""Training settings that can change during a run, with their ranges."""

_THETA_FIELD = re.compile(r"theta\.(0|[1-9]\d{0,9})", re.ASCII)


@dataclass(frozen=True)
class Change:
    """A change during training: from ``step`` on, ``field`` has ``value``.

    ``field`` is one of :data:`LIVE_FIELDS`, or ``"theta.k"`` for the k-th parameter. A parameter
    is set once, at ``step``, and then trained further.
    """

    step: int
    field: str
    value: float

    def __post_init__(self) -> None:
        Number(limits.STEP, whole=True).check("change step", self.step)
        if self.field in LIVE_FIELDS:
            allowed = LIVE_FIELDS[self.field]
        elif _THETA_FIELD.fullmatch(self.field):
            allowed = limits.EDITED_WEIGHT
        else:
            raise ValueError(
                f"change field must be {', '.join(LIVE_FIELDS)} or theta.<index>; "
                f"got {self.field[:40]!r}"
            )
        Number(allowed).check(self.field, self.value)
        object.__setattr__(self, "value", unsigned_zero(self.value))

    @property
    def parameter(self) -> int | None:
        """The index into ``theta`` that this change sets, or None."""
        match = _THETA_FIELD.fullmatch(self.field)
        return int(match[1]) if match else None


def agree_until(changes: tuple[Change, ...], others: tuple[Change, ...]) -> int:
    """Return the earliest step at which the changes differ, or a step beyond all if none does."""
    here, there = _by_step(changes), _by_step(others)
    differ = [step for step in {*here, *there} if here.get(step) != there.get(step)]
    return min(differ, default=int(limits.STEP.high) + 1)


def _by_step(changes: tuple[Change, ...]) -> dict[int, dict[str, float]]:
    """Group changes by step: {step: {field: value}}; a later one replaces an earlier one."""
    found: dict[int, dict[str, float]] = {}
    for change in changes:
        found.setdefault(change.step, {})[change.field] = change.value
    return found


@dataclass(frozen=True)
class Experiment:
    """Data, network, training settings, and the changes made during training.

    ``data.inputs`` decides the number of the network's inputs, not the network's own spec.

    >>> Experiment().network.dims
    (2, 4, 2, 1)
    """

    data: DataSpec = field(default_factory=DataSpec)
    network: NetworkSpec = field(
        default_factory=lambda: NetworkSpec.from_dims([2, 4, 2, 1], hidden="tanh")
    )
    initializer: str = "glorot_uniform"
    biases: str = "zeros"
    init_seed: int = 3
    precision: str = "float64"
    training: TrainingSettings = field(default_factory=lambda: TrainingSettings(learning_rate=0.3))
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "changes", tuple(self.changes))
        for setting in SETTINGS.values():
            setting.rule.check(setting.label, setting.get(self))
        n_inputs = len(self.data.inputs)
        if self.network.n_inputs != n_inputs:
            object.__setattr__(self, "network", replace(self.network, n_inputs=n_inputs))
        Number(limits.HIDDEN_LAYERS, whole=True).check("Hidden layers", len(self.hidden))
        for layer in self.hidden:
            Number(limits.UNITS, whole=True).check("Units of a layer", layer.units)
            Number(limits.DROPOUT).check("Dropout of a layer", layer.dropout)
        if list(self.changes) != sorted(self.changes, key=lambda change: change.step):
            raise ValueError("changes must be in the order of their steps")
        for change in self.changes:
            if change.parameter is not None and change.parameter >= self.network.n_params:
                raise ValueError(
                    f"{change.field} must name one of the {self.network.n_params} parameters"
                )

    @property
    def title(self) -> str:
        """A line that names the data, the layers and the optimizer."""
        sizes = "-".join(str(n) for n in self.network.dims)
        optimizer = OPTIMIZERS[self.training.optimizer].title
        return f"{self.data.title}, layers {sizes}, {optimizer.lower()}"

    @property
    def hidden(self) -> tuple[LayerSpec, ...]:
        """The layers between the inputs and the output unit."""
        return self.network.layers[:-1]

    def with_hidden(self, hidden: tuple[LayerSpec, ...]) -> "Experiment":
        """Return the experiment with other hidden layers and without changes."""
        network = replace(self.network, layers=(*hidden, self.network.layers[-1]))
        return replace(self, network=network, changes=())

    def with_points(self, points: Points) -> "Experiment":
        """Return the experiment on a visitor's own points, standardized and without changes."""
        data = replace(self.data, name=OWN, axes=None, points=points, scaling=None)
        return replace(self, data=data, changes=())

    def scaled_like(self, other: "Experiment") -> "Experiment":
        """Return the experiment with the other's scaling, if the kind of their data is the same.

        For another kind of data, generated or not, it has the scaling that suits them.
        """
        if self.data.draws != other.data.draws:
            return self
        return replace(self, data=replace(self.data, scaling=other.data.scaling))

    def from_the_start(self, live: Mapping[str, float]) -> "Experiment":
        """Return the experiment without changes, and with these live fields from step 0 on."""
        fresh = replace(self, changes=())
        for name, value in live.items():
            fresh = fresh.with_change(Change(0, name, value))
        return fresh

    def with_change(self, change: Change) -> "Experiment":
        """Return the experiment with this change added, and without later changes.

        At step 0, a change of a live field becomes the setting itself. A change to the value that
        is already in force is not added.
        """
        kept = tuple(
            earlier
            for earlier in self.changes
            if earlier.step < change.step
            or (earlier.step == change.step and earlier.field != change.field)
        )
        before = replace(self, changes=kept)
        if change.field in LIVE_FIELDS:
            if change.step == 0:
                return before._with_live_field(change.field, change.value)
            if before.value_at(change.field, change.step) == change.value:
                return before
        return replace(before, changes=(*kept, change))

    def _with_live_field(self, name: str, value: float) -> "Experiment":
        setting = next(s for s in SETTINGS.values() if s.live and s.path[-1] == name)
        return setting.put(self, value)

    def begins_like(self, other: "Experiment") -> bool:
        """Return whether both have the same network, precision and initial weights."""
        drawn = ("network", "precision", "initializer", "biases", "init_seed")
        return all(getattr(self, name) == getattr(other, name) for name in drawn)

    def same_until(self, other: "Experiment") -> int | None:
        """Return the step up to which both are the same run, before the changes of that step.

        That is the earliest step at which their changes differ, or a step beyond all others if
        their changes are equal. Return None if they differ in anything else.
        """
        if replace(self, changes=()) != replace(other, changes=()):
            return None
        return agree_until(self.changes, other.changes)

    def value_at(self, field: str, step: int) -> float:
        """Return the value of a live field in the update from ``step`` to the next step."""
        value: float = getattr(self.training, field)
        for change in self.changes:
            if change.field == field and change.step <= step:
                value = change.value
        return value
