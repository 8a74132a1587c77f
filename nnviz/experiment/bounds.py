"""Upper limits for the size of an experiment, checked in one place."""

import sys
from dataclasses import dataclass

from nnviz.experiment import limits
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.limits import Range
from nnviz.experiment.rules import Number, Optional, Rule
from nnviz.experiment.settings import SETTINGS, Setting


@dataclass(frozen=True)
class Bounds:
    """The limits. The defaults are those of the mathematics; a server's are in its quotas.

    ``samples`` limits generated and own points, ``link_points`` the own points in a link.
    ``saved_bytes`` and ``saved_rows`` (of the history) limit a file.
    """

    samples: int = int(limits.N_SAMPLES.high)
    batch_size: int = int(limits.BATCH_SIZE.high)
    hidden_layers: int = int(limits.HIDDEN_LAYERS.high)
    units: int = int(limits.UNITS.high)
    changes: int = sys.maxsize
    last_step: int = int(limits.STEP.high)
    link_points: int = int(limits.N_SAMPLES.high)
    saved_bytes: int = sys.maxsize
    saved_rows: int = sys.maxsize

    def rule_of(self, setting: Setting) -> Rule:
        """Return the setting's rule, narrowed to these bounds."""
        bound = _NARROWED.get(setting.key)
        return setting.rule if bound is None else _narrowed(setting.rule, getattr(self, bound))

    @property
    def unit_rule(self) -> Number:
        """The rule for the number of units of a hidden layer."""
        return Number(Range(limits.UNITS.low, self.units), whole=True)

    @property
    def depth_rule(self) -> Number:
        """The rule for the number of hidden layers."""
        return Number(Range(limits.HIDDEN_LAYERS.low, self.hidden_layers), whole=True)

    @property
    def step_rule(self) -> Number:
        """The rule for steps that can be shown, and at which a change can be made."""
        return Number(Range(limits.STEP.low, self.last_step), whole=True)

    def hold(self, experiment: Experiment) -> None:
        """Raise ``ValueError`` for an experiment beyond these bounds, naming what is too large."""
        for key in _NARROWED:
            setting = SETTINGS[key]
            self.rule_of(setting).check(setting.label, setting.get(experiment))
        points = experiment.data.points
        at_most("points", 0 if points is None else len(points.rows), self.samples)
        at_most("hidden layers", len(experiment.hidden), self.hidden_layers)
        for layer in experiment.hidden:
            self.unit_rule.check("Units of a layer", layer.units)
        more = "start a new run to make more"
        at_most("changes", len(experiment.changes), self.changes, more)
        for change in experiment.changes[-1:]:
            self.step_rule.check("change step", change.step)


_NARROWED = {"samples": "samples", "batch": "batch_size"}
"""The settings that have a bound, by their keys in a link."""


def at_most(name: str, number: int, most: int, advice: str = "") -> None:
    """Raise ``ValueError`` if ``number`` is larger than ``most``."""
    if number > most:
        more = f": {advice}" if advice else ""
        raise ValueError(f"{name} must be at most {most}; got {number}{more}")


def _narrowed(rule: Rule, most: int) -> Rule:
    """Return the same rule with another upper end of its range."""
    if isinstance(rule, Optional):
        return Optional(Number(Range(rule.rule.range.low, most), rule.rule.whole), rule.word)
    assert isinstance(rule, Number)
    return Number(Range(rule.range.low, most), rule.whole)
