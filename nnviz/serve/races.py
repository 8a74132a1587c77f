"""Answer what a race is: its racers, what differs between them, and what else can race."""

from typing import Any

from nnviz.data import make_dataset
from nnviz.experiment import Experiment
from nnviz.experiment.compare import (
    LAYERS_LABEL,
    differences,
    equal_parts,
    in_a_sentence,
    notes_on,
    title_of,
)
from nnviz.experiment.query import LAYERS, format_layers
from nnviz.experiment.rules import Choice, Refusal, clip
from nnviz.experiment.settings import SETTINGS
from nnviz.experiment.variants import MOST_RACERS, apply, read_racers, read_variant
from nnviz.presets.races import RACES
from nnviz.serve import quota
from nnviz.serve.address import Address
from nnviz.serve.desk import Work
from nnviz.serve.pool import Pool
from nnviz.serve.posted import spell, whole
from nnviz.serve.writer import Writer

LAYERS_HELP = (
    "The hidden layers in order, each as units-activation, with spaces between them; none for no "
    "hidden layer. A third part is the dropout: 8-relu-0.1."
)
"""What the text of the hidden layers is."""


def race(pool: Pool, address: Address) -> Work:
    """Answer with the racers, and with what a person may choose next. It trains nothing."""
    racing = racers_of(address.experiment, address.text("race"))
    racers = [one for _, one, _ in racing]
    found, by_updates = differences(racers), address.text("clock") != "epochs"
    header = {
        "racers": [
            {
                "experiment": spell(one),
                "own": whole(one),
                "variant": text,
                "title": title_of(one, list(read_variant(text))),
                "changed": [
                    {"key": one.key, "label": one.label, "shown": one.shown[i]} for one in found
                ],
                "notes": notes_on(one, racers[0]),
            }
            for i, (text, one, _) in enumerate(racing)
        ],
        "differs": in_a_sentence(found),
        "same": [*equal_parts(racers), *_about_clock([steps for *_, steps in racing], by_updates)],
        "by": "loss" if len({one.network.loss for one in racers}) == 1 else "accuracy",
        "ready": _ready(address.experiment),
        "settings": settings_of(address.experiment),
        "most": MOST_RACERS,
    }
    writer = Writer()
    yield writer.message(header, {})
    yield writer.end(None)


def racers_of(experiment: Experiment, text: str) -> list[tuple[str, Experiment, int]]:
    """Return variant, experiment and updates of an epoch of each racer; ``Refusal`` if it has none.

    The empty text is the first ready race that this server allows.
    """
    if not text:
        text = next((ready["race"] for ready in _ready(experiment)), text)
    racing = []
    for variant in read_racers(text, quota.bounds()):
        racer = apply(experiment, variant, quota.bounds())
        try:
            n_train = len(make_dataset(racer.data).y_train)
        except ValueError as reason:
            raise Refusal("race", str(reason), clip(variant)) from None
        batch = min(racer.training.batch_size or n_train, n_train)
        racing.append((variant, racer, -(-n_train // batch)))
    return racing


def _about_clock(steps: list[int], by_updates: bool) -> list[str]:
    """Say what the clock makes equal, if the racers make different numbers of updates an epoch."""
    if len(set(steps)) == 1:
        return []
    listed = ", ".join(f"{n:,}" for n in steps)
    if by_updates:
        return [
            f"The clock counts updates. An epoch has {listed} of them, so the racers have not "
            "seen equally many points."
        ]
    return [
        f"The clock counts epochs: all have seen equally many points. In each they make {listed} "
        "updates."
    ]


def _ready(experiment: Experiment) -> list[dict[str, Any]]:
    """Return the ready races that the limits of this server allow for the experiment."""
    return [
        {
            "name": name,
            "title": ready.title,
            "words": ready.words,
            "race": ";".join(ready.racers),
            "clock": ready.clock,
        }
        for name, ready in RACES.items()
        if all(_is_allowed(experiment, text) for text in ready.racers)
    ]


def _is_allowed(experiment: Experiment, text: str) -> bool:
    try:
        apply(experiment, text, quota.bounds())
    except Refusal:
        return False
    return True


def settings_of(experiment: Experiment) -> list[dict[str, Any]]:
    """Return what a racer may change: for a choice its options, else the present value's text."""
    listed = [
        {
            "key": setting.key,
            "label": setting.label,
            "help": setting.help,
            "options": list(setting.rule.options.items())
            if isinstance(setting.rule, Choice)
            else None,
            "example": setting.rule.format(setting.get(experiment)),
        }
        for setting in SETTINGS.values()
    ]
    layers = {
        "key": LAYERS,
        "label": LAYERS_LABEL,
        "help": LAYERS_HELP,
        "options": None,
        "example": format_layers(experiment.hidden),
    }
    return [*listed, layers]
