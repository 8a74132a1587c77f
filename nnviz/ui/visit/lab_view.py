"""What a link says about the page Lab: which view is open, and its settings, as short texts."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from nnviz.experiment import Experiment
from nnviz.experiment.limits import Range
from nnviz.experiment.rules import Choice, Number, Refusal, clip
from nnviz.experiment.variants import read_racers, read_variant, write_variant
from nnviz.models import MODELS
from nnviz.runs.ensemble import SEEDS, VARIES
from nnviz.runs.landscape import PLANES
from nnviz.serve import quota
from nnviz.serve.address import CLOCKS
from nnviz.serve.races import racers_of

PAGE = "Lab"
"""The title of the page."""

_VIEWS = Choice(
    dict.fromkeys(("race", "ensemble", "landscape", "hidden", "metrics", "models", "libraries"), "")
)
_SETS = Choice({"train": "", "test": ""})
_HUNDREDTHS = Number(Range(0.01, 0.99))
_SEEDS = Choice({str(n): "" for n in SEEDS})
_VARY = Choice(VARIES)
_PLANE = Choice(dict.fromkeys(PLANES, ""))


@dataclass(frozen=True)
class LabView:
    """The texts of a link: the open view (``lab``), and the settings of all views.

    ``race`` holds the racers; empty is the first ready race. ``clock`` is what a race counts.
    ``seeds`` is the size of the ensemble, ``vary`` what its seeds draw, ``against`` the variant
    that it is compared with. ``plane`` is that of the landscape, ``upto`` the last step of its
    path; empty is chosen by the step. ``layer`` is the hidden layer shown, 0 the inputs; empty is
    the last. ``threshold`` and ``set`` are those of the scores. ``model`` is the one whose code is
    open; empty is none.
    """

    lab: str = "race"
    race: str = ""
    clock: str = "updates"
    seeds: str = "32"
    vary: str = "weights"
    against: str = ""
    plane: str = "path"
    upto: str = ""
    layer: str = ""
    threshold: str = "0.5"
    set: str = "test"
    model: str = ""

    def told(self) -> dict[str, str]:
        """Return what the stage must know: all texts."""
        return asdict(self)

    def to_query(self) -> dict[str, str]:
        """Write the query that reads back to this view; what a new page has is left out.

        >>> LabView(lab="hidden", layer="1").to_query()
        {'lab': 'hidden', 'layer': '1'}
        """
        new = asdict(LabView())
        return {key: text for key, text in asdict(self).items() if text != new[key]}

    def fitting(self, experiment: Experiment) -> tuple["LabView", list[str]]:
        """Return the view without what the experiment cannot have, and a note for each.

        These are racers, and the number of a layer that is not there.
        """
        view, notes = self, []
        for key in ("race", "against"):
            text = getattr(self, key)
            try:
                if text:
                    racers_of(experiment, text)
            except Refusal as refusal:
                view = replace(view, **{key: ""})
                notes.append(str(Refusal(key, str(refusal), clip(text))))
        n_hidden = len(experiment.hidden)
        if self.layer and int(self.layer) > n_hidden:
            rule = f"must be at most {n_hidden}, the number of hidden layers"
            notes.append(str(Refusal("layer", f"layer {rule}; got {self.layer}", self.layer)))
            view = replace(view, layer="")
        return view, notes


def _chosen(rule: Choice) -> Callable[[str, str], str]:
    return lambda key, text: str(rule.parse(key, text))


def _power_of_two(key: str, text: str) -> str:
    if text == "":
        return text
    value: int = Number(Range(1, quota.SHOWN_STEP), whole=True).parse(key, text)
    if value & (value - 1):
        raise ValueError(f"{key} must be a power of two; got {clip(text)}")
    return str(value)


def _layer(key: str, text: str) -> str:
    rule = Number(Range(0, quota.HIDDEN_LAYERS), whole=True)
    return text if text == "" else str(rule.parse(key, text))


def _threshold(key: str, text: str) -> str:
    value = 100.0 * _HUNDREDTHS.parse(key, text)
    if abs(value - round(value)) > 1e-9:
        raise ValueError(f"{key} must have at most two decimals; got {clip(text)}")
    return f"{round(value) / 100:g}"


def _model(key: str, text: str) -> str:
    if text and text not in MODELS:
        raise ValueError(f"{key} must be one of {', '.join(MODELS)}; got {clip(text)}")
    return text


_READERS: dict[str, Callable[[str, str], str]] = {
    "lab": _chosen(_VIEWS),
    "race": lambda _, text: ";".join(read_racers(text, quota.bounds())),
    "clock": _chosen(CLOCKS),
    "seeds": _chosen(_SEEDS),
    "vary": _chosen(_VARY),
    "against": lambda _, text: write_variant(read_variant(text, quota.bounds())),
    "plane": _chosen(_PLANE),
    "upto": _power_of_two,
    "layer": _layer,
    "threshold": _threshold,
    "set": _chosen(_SETS),
    "model": _model,
}

KEYS = frozenset(_READERS)
"""All keys of a link that belong to the page Lab."""


def read(query: Mapping[str, str]) -> tuple[LabView | None, list[str]]:
    """Return the view of a link, None if it says nothing, and a note for each unusable value."""
    view, notes = LabView(), []
    for key in _READERS.keys() & query.keys():
        try:
            view = replace(view, **{key: _READERS[key](key, query[key])})
        except ValueError as refusal:
            notes.append(str(Refusal(key, str(refusal), clip(query[key]))))
    return (view if KEYS & query.keys() else None), sorted(notes)


def read_strictly(texts: Mapping[Any, Any]) -> LabView:
    """Return the view that the stage tells; ``ValueError`` for the first text that is wrong."""
    for key, text in texts.items():
        if key not in KEYS or not isinstance(text, str):
            raise Refusal("lab", f"must be texts of {', '.join(sorted(KEYS))}", clip(key))
    view, notes = read(texts)
    for note in notes:
        raise ValueError(note)
    return view or LabView()
