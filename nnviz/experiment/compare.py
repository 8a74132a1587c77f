"""What differs between experiments, and what is equal, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from nnviz.data import BUNDLED, DataSpec
from nnviz.experiment.experiment import Experiment
from nnviz.experiment.query import LAYERS
from nnviz.experiment.rules import Value, plain_number
from nnviz.experiment.settings import SETTINGS, Setting
from nnviz.network import ACTIVATIONS, LayerSpec

LAYERS_LABEL = "Hidden layers"
AS_SET = "As in the playground"


@dataclass(frozen=True)
class Difference:
    """A setting that is not equal in all experiments; ``shown`` is each one's value in words."""

    key: str
    label: str
    shown: tuple[str, ...]


def differences(experiments: Sequence[Experiment]) -> list[Difference]:
    """Return every setting in which the experiments differ, with its changes during the run."""
    found = []
    for setting in SETTINGS.values():
        values = [_values(setting, one) for one in experiments]
        if _differ(values):
            shown = tuple(_shown(setting, one) for one in experiments)
            found.append(Difference(setting.key, setting.label, shown))
    if _differ([one.hidden for one in experiments]):
        shown = tuple(layers_in_words(one.hidden) for one in experiments)
        found.append(Difference(LAYERS, LAYERS_LABEL, shown))
    edits = [_edits(one) for one in experiments]
    if _differ(edits):
        shown = tuple(str(len(made) or "none") for made in edits)
        found.append(Difference("changes", "Weights set by hand", shown))
    return found


def in_a_sentence(found: Sequence[Difference]) -> str:
    """Say in what the experiments differ."""
    if not found:
        return "They do not differ: each is the same experiment."
    listed = "; ".join(f"{one.label} ({', '.join(one.shown)})" for one in found)
    number = "one setting only" if len(found) == 1 else f"{len(found)} settings"
    return f"They differ in {number}: {listed}."


def title_of(experiment: Experiment, keys: Sequence[str]) -> str:
    """Return a short name from the values of these settings: ``Learning rate 0.1``."""
    said = [
        _layers_title(experiment)
        if key == LAYERS
        else f"{SETTINGS[key].label} {SETTINGS[key].shown(experiment)}"
        for key in keys
    ]
    return ", ".join(said) or AS_SET


def _layers_title(experiment: Experiment) -> str:
    words = layers_in_words(experiment.hidden)
    return f"{LAYERS_LABEL} {words}" if experiment.hidden else "No hidden layer"


def layers_in_words(hidden: tuple[LayerSpec, ...]) -> str:
    """Return the sizes and activations of hidden layers.

    >>> layers_in_words((LayerSpec(8, "relu"), LayerSpec(8, "relu")))
    '8-8 ReLU'
    """
    words = []
    for (activation, dropout), group in groupby(hidden, lambda one: (one.activation, one.dropout)):
        sizes = "-".join(str(layer.units) for layer in group)
        dropped = f" with dropout {plain_number(dropout)}" if dropout else ""
        words.append(f"{sizes} {ACTIVATIONS[activation].title}{dropped}")
    return ", ".join(words) or "none"


def notes_on(one: Experiment, first: Experiment) -> list[str]:
    """Say why data or initial weights are not those of the first, and what cannot be compared."""
    notes = [_about_data(one.data, first.data), _about_weights(one, first)]
    if one.network.loss != first.network.loss:
        notes.append("Its loss is another function: compare the accuracies, not the losses.")
    return [note for note in notes if note]


def equal_parts(experiments: Sequence[Experiment]) -> list[str]:
    """Say what is the same in all: the points, the initial weights, the other settings."""
    first, *others = experiments
    same = []
    if not any(_about_data(one.data, first.data) for one in others):
        same.append("All see the same points, with the same split into training and test.")
    if not any(_about_weights(one, first) for one in others):
        same.append("All begin at the same initial weights.")
    more = "other " if differences(experiments) else ""
    return [*same, f"All {more}settings are equal."]


def _about_data(one: DataSpec, first: DataSpec) -> str:
    if _points(one) != _points(first):
        return "Its points are other ones, so its loss is measured on other points too."
    if (one.train_ratio, one.split_seed) != (first.train_ratio, first.split_seed):
        return "Its points are the same, but others of them train."
    if (one.inputs, one.scaling) != (first.inputs, first.scaling):
        return "Its points are the same, but its network gets other inputs for them."
    return ""


def _points(data: DataSpec) -> tuple[object, ...]:
    """Return everything that decides the points; what has no effect on them is left out."""
    drawn = (data.n_samples, data.noise, data.seed) if data.draws else ()
    return data.name, data.points, data.axes if data.name in BUNDLED else None, drawn


def _about_weights(one: Experiment, first: Experiment) -> str:
    if one.network.dims != first.network.dims:
        return (
            "Its initial weights cannot be the same, because its layers have other sizes; they "
            f"are drawn from {'the same' if one.init_seed == first.init_seed else 'another'} seed."
        )
    if (one.initializer, one.biases) != (first.initializer, first.biases):
        return "Its initial weights are drawn in another way."
    if one.init_seed != first.init_seed:
        return "Its initial weights are drawn from another seed."
    if one.precision != first.precision:
        return "Its initial weights are the same, but rounded to another precision."
    return ""


def _values(setting: Setting, one: Experiment) -> tuple[Value, ...]:
    """Return the first value of a setting, and the steps and values of its later changes."""
    later = ((c.step, c.value) for c in one.changes if setting.live and setting.path[-1] == c.field)
    return setting.get(one), *later


def _shown(setting: Setting, one: Experiment) -> str:
    more = [f"{plain_number(value)} from step {step}" for step, value in _values(setting, one)[1:]]
    if len(more) > 2:
        more = [f"then {len(more)} others"]
    return " → ".join([setting.shown(one), *more])


def _edits(one: Experiment) -> tuple[object, ...]:
    return tuple(change for change in one.changes if change.parameter is not None)


def _differ(values: Sequence[object]) -> bool:
    return any(value != values[0] for value in values)
