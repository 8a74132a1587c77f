"""What the page says before a sweep starts, and the lists of values that it offers for an axis."""

from nnviz.experiment import Experiment
from nnviz.experiment.query import LAYERS, format_layers, parse_layers
from nnviz.experiment.rules import Choice
from nnviz.experiment.settings import SETTINGS
from nnviz.network import ACTIVATIONS
from nnviz.runs.sweep import Plan
from nnviz.serve import quota

_LISTS: dict[str, tuple[str, ...]] = {
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
}
_WIDTHS = (1, 2, 3, 4, 6, 8, 12, 16)
_DEPTHS = (1, 2, 3, 4, 6)
_UNITS = 8  # of each layer, where the depth is swept


def about(made: Plan) -> str:
    """Say how many trainings a plan has, and about how long they take."""
    n_seeds, n = len(made.seeds), len(made)
    times = f" × {n_seeds} seeds" if n_seeds > 1 else ""
    combinations = n // n_seeds
    plural = "s" if combinations != 1 else ""
    equals = f" = {n:,} trainings" if n_seeds > 1 else ""
    return f"{combinations:,} combination{plural}{times}{equals}, about {_duration(made.seconds)}."


def _duration(seconds: float) -> str:
    if seconds < 1.0:
        return "one second"
    return f"{seconds:.0f} s" if seconds < 100.0 else f"{seconds / 60.0:.0f} minutes"


def lists_of(experiment: Experiment, key: str) -> list[dict[str, str]]:
    """Return the ready lists of values for an axis, each a name and texts joined by ``|``."""
    if key == LAYERS:
        return _lists_of_layers(experiment)
    rule = SETTINGS[key].rule
    texts = tuple(rule.options) if isinstance(rule, Choice) else _LISTS.get(key, ())
    if key == "data":
        texts = tuple(text for text in texts if text != "own")
    return [{"name": SETTINGS[key].label, "values": "|".join(texts)}] if texts else []


def _lists_of_layers(experiment: Experiment) -> list[dict[str, str]]:
    """Return widths, depths and activations, each with what the experiment has otherwise."""
    hidden = experiment.hidden
    name = (hidden or Experiment().hidden)[0].activation
    depth = max(len(hidden), 1)
    widths = [" ".join([f"{n}-{name}"] * depth) for n in _WIDTHS if n <= quota.UNITS]
    units = min(hidden[0].units if hidden else _UNITS, quota.UNITS)
    depths = [" ".join([f"{units}-{name}"] * n) for n in _DEPTHS if n <= quota.HIDDEN_LAYERS]
    layers = hidden or parse_layers(f"{units}-{name}")
    activations = [" ".join(f"{layer.units}-{other}" for layer in layers) for other in ACTIVATIONS]
    return [
        {"name": "Width", "values": "|".join(widths)},
        {"name": "Depth", "values": "|".join(depths)},
        {"name": "Activation", "values": "|".join(activations)},
        {"name": "As it is", "values": format_layers(hidden)},
    ]
