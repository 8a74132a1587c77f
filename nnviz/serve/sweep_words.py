"""What the page says before a sweep starts, and the axes that it offers, each with its values."""

from typing import Any

from nnviz.data import OWN
from nnviz.experiment import Experiment
from nnviz.experiment.compare import LAYERS_LABEL
from nnviz.experiment.query import LAYERS
from nnviz.experiment.rules import Choice, Rule
from nnviz.experiment.settings import SETTINGS
from nnviz.runs.sweep import SEED, SHAPES, Plan
from nnviz.serve import quota
from nnviz.serve.races import LAYERS_HELP

_VALUES: dict[str, tuple[str, ...]] = {
    "rate": ("0.01", "0.03", "0.1", "0.3", "1", "3"),
    "batch": ("16", "32", "64", "full"),
    "l1": ("0", "0.0003", "0.001", "0.003", "0.01", "0.03"),
    "l2": ("0", "0.001", "0.003", "0.01", "0.03", "0.1"),
    "noise": ("0", "0.1", "0.2", "0.3", "0.4"),
    "samples": ("50", "100", "200", "400", "800"),
    "train": ("0.2", "0.4", "0.6", "0.8"),
    "momentum": ("0", "0.5", "0.9", "0.99"),
    "data_seed": ("0", "1", "2", "3"),
    "split_seed": ("0", "1", "2", "3"),
    "width": ("1", "2", "3", "4", "6", "8", "12", "16"),
    "depth": ("1", "2", "3", "4", "6"),
}
_LAYERS = ("none", "4-{0}", "8-{0}", "4-{0} 4-{0}", "8-{0} 4-{0}", "8-{0} 8-{0}")


def about(made: Plan) -> str:
    """Say how many trainings a plan has, and about how long they take."""
    n_seeds, n = len(made.seeds), len(made)
    times = f" × {n_seeds} seeds" if n_seeds > 1 else ""
    combinations = n // n_seeds
    plural = "s" if combinations != 1 else ""
    equals = f" = {n:,} trainings" if n_seeds > 1 else ""
    return f"{combinations:,} combination{plural}{times}{equals}, about {_duration(made.seconds)}."


def _duration(seconds: float) -> str:
    if seconds < 1.5:
        return "one second"
    return f"{seconds:.0f} seconds" if seconds < 100.0 else f"{seconds / 60.0:.0f} minutes"


def axes_to_choose(experiment: Experiment) -> list[dict[str, Any]]:
    """Return all that can be an axis: its words, its first values, and the axes that exclude it."""
    bounds = quota.bounds()
    found = [
        _axis(key, one.label, one.help, _texts(key, rule) or [rule.format(one.get(experiment))])
        for key, one in SETTINGS.items()
        if key != SEED and (rule := bounds.rule_of(one))
    ]
    found += [
        _axis(key, shape.label, shape.help, _texts(key, shape.rule(bounds)), LAYERS)
        for key, shape in SHAPES.items()
    ]
    name = (experiment.hidden or Experiment().hidden)[0].activation
    layers = [text.format(name) for text in _LAYERS]
    return [*found, _axis(LAYERS, LAYERS_LABEL, LAYERS_HELP, layers, *SHAPES)]


def _axis(key: str, label: str, words: str, values: list[str], *not_with: str) -> dict[str, Any]:
    return {"key": key, "label": label, "help": words, "values": values, "not_with": not_with}


def _texts(key: str, rule: Rule) -> list[str]:
    """Return the ready values of an axis that this server allows."""
    if isinstance(rule, Choice):
        return [text for text in rule.options if text != OWN]
    return [text for text in _VALUES.get(key, ()) if _is_allowed(rule, text)]


def _is_allowed(rule: Rule, text: str) -> bool:
    try:
        rule.parse("", text)
    except ValueError:
        return False
    return True
