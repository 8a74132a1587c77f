"""Carry out the edits of the stage: its state, layers, points, other runs, undo, a download.

The messages are not trusted. One that does not have the form of the stage's messages is ignored;
one that breaks a rule is refused with the reason, as for a widget.
"""

from dataclasses import replace
from typing import cast

from nnviz.data import DataSpec
from nnviz.data.placing import with_point, without_nearest
from nnviz.experiment import Experiment, limits
from nnviz.experiment.rules import COORDINATE, LABEL
from nnviz.network import LayerSpec
from nnviz.serve import hold, quota, read, spell
from nnviz.ui.visit import kept, lab_view, link, session
from nnviz.ui.visit.view import View, read_strictly

_LONGEST_SENDER = 20
_LONGEST_ADDRESS = 8_000
_MOST_EDITS = 64  # unanswered ones at a time


def carry_out(message: object) -> None:
    """Carry out the edits of a message; each only once, even if it is sent again."""
    match message:
        case {"sender": str(sender), "edits": list(edits)} if len(sender) <= _LONGEST_SENDER:
            for edit in edits[:_MOST_EDITS]:
                _once(sender, edit)


def _once(sender: str, edit: object) -> None:
    visit = link.visit()
    match edit:
        case {"id": int(number)} if visit.last_edit_of(sender) < number <= limits.STEP.high:
            with visit.carrying_out(sender, number), kept.change_made_here():
                _apply(edit)


def _apply(edit: object) -> None:
    match edit:
        case {"now": {"experiment": str(text), "step": int(step), **rest}}:
            _take_over(text, step, rest)
        case {"layers": list(layers)} if len(layers) <= limits.HIDDEN_LAYERS.high:
            hidden = tuple(_layer(layer) for layer in layers)
            session.open_experiment(session.as_set_now().with_hidden(hidden))
        case {"place": {"x1": float() | int() as x1, "x2": float() | int() as x2, "label": label}}:
            LABEL.check("class", label)
            _use(with_point(session.experiment().data, *_spot(x1, x2), label))
        case {"remove": {"x1": float() | int() as x1, "x2": float() | int() as x2}}:
            _use(without_nearest(session.experiment().data, *_spot(x1, x2)))
        case {"apply": {"experiment": str(text), **rest}}:
            wanted, step = _read(text, _own(rest)), _step(rest.get("step", 0))
            session.open_other(wanted, step, rest.get("stays") is True)
        case {"lab": dict(texts)}:
            session.keep_lab(lab_view.read_strictly(texts))
        case {"sweep": str(text)}:
            session.keep_sweep(text)
        case {"reset": True}:
            session.reset()
        case {"travel": "undo" | "redo" as way}:
            session.travel(way)
        case {"left": {"experiment": str(text), "step": int(step)}}:
            quota.bounds().step_rule.check("step", step)
            link.visit().left_at(text, step)
        case {"take_home": {"experiment": str(text), "step": int(step)}}:
            session.ask_to_take_home(_read(text), step)


def _take_over(text: str, step: int, rest: dict[object, object]) -> None:
    """Take over what the stage shows; if it is not valid, make the stage open the run again."""
    wish, run = rest.get("wish"), rest.get("run")
    try:
        quota.bounds().step_rule.check("step", step)
        shown = _read(text, _own(rest))
    except ValueError:
        link.visit().open_anew()
        raise
    session.take_over(
        shown,
        step,
        wish if isinstance(wish, int) else None,
        run if isinstance(run, int) else None,
        _seen(rest.get("view")),
    )


def _step(step: object) -> int:
    """Check the step at which a run is to be opened."""
    quota.bounds().step_rule.check("step", step)
    return cast(int, step)


def _own(message: dict[object, object]) -> str | None:
    """Return the JSON of an experiment that no address can hold."""
    own = message.get("own")
    return own if isinstance(own, str) else None


def _seen(view: object) -> View:
    """Check the speed and the switches of the stage."""
    match view:
        case {"speed": str(speed), "show": str(show)}:
            return read_strictly({"speed": speed, "show": show})
    return View()


def _read(text: str, own: str | None = None) -> Experiment:
    """Read an experiment's text; ``own`` is its JSON if the text is only a digest."""
    if len(text) > _LONGEST_ADDRESS:
        raise ValueError(
            f"experiment must be at most {_LONGEST_ADDRESS:,} characters; got {len(text):,}"
        )
    present = session.experiment()
    if text == spell(present):
        return present
    return read(text) if own is None else hold(own)


def _spot(x1: float, x2: float) -> tuple[float, float]:
    """Check two coordinates and return them as floats."""
    for name, value in (("x1", x1), ("x2", x2)):
        COORDINATE.check(name, value)
    return float(x1), float(x2)


def _use(data: DataSpec) -> None:
    """Begin a new run with other points."""
    session.open_experiment(replace(session.as_set_now(), data=data))


def _layer(layer: object) -> LayerSpec:
    match layer:
        case {"units": int(units), "activation": str(activation), "dropout": float() | int() as d}:
            return LayerSpec(units, activation, dropout=d)
    raise ValueError("a layer must have units, an activation and a dropout")
