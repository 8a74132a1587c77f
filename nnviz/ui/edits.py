"""What was done on the stage, carried out: a weight, the layers, a branch, a run seen elsewhere.

Anything may have been sent. What has another form than the stage's own messages is left alone;
what has the form but breaks a rule is refused with the reason, as for a widget.
"""

from nnviz import limits
from nnviz.codec import from_query
from nnviz.data import OWN, Points
from nnviz.data.placing import with_point, without_nearest
from nnviz.data.points import FARTHEST
from nnviz.experiment import Experiment
from nnviz.jsoncodec import read_points
from nnviz.limits import Range
from nnviz.network import LayerSpec
from nnviz.rules import Number
from nnviz.settings import SETTINGS
from nnviz.ui import session

_LONGEST_SENDER = 20
_MOST_EDITS = 64  # unanswered ones at a time
_COORDINATE = Number(Range(-FARTHEST, FARTHEST))
_CLASS = Number(Range(0, 1), whole=True)
_MOST_WEIGHTS = 65  # of one neuron: its bias, and the weights from the layer before


def carry_out(message: object) -> None:
    """Carry out what a stage sends, each edit once, however often it is sent."""
    match message:
        case {"sender": str(sender), "edits": list(edits)} if len(sender) <= _LONGEST_SENDER:
            for edit in edits[:_MOST_EDITS]:
                _once(sender, edit)


def _once(sender: str, edit: object) -> None:
    done = session.playback().edited
    last = done["id"] if done and done["sender"] == sender else 0
    match edit:
        case {"id": int(number)} if last < number <= limits.SHOWN_STEP.high:
            with session.change_made_here():
                _apply(edit)
            session.playback().edited = {"sender": sender, "id": number}


def _apply(edit: object) -> None:
    match edit:
        case {"branch": True}:
            session.playback().branch()
        case {"weights": list(weights)} if len(weights) <= _MOST_WEIGHTS:
            session.playback().change_all(dict(map(_weight, weights)))
        case {"resume": kept}:
            session.playback().resume(*_kept(kept))
            session.replace_widgets()
        case {"restore": kept}:
            session.playback().restore(*_kept(kept))
            session.replace_widgets()
            session.forget_trouble()
        case {"layers": list(layers)} if len(layers) <= limits.HIDDEN_LAYERS.high:
            hidden = tuple(_layer(layer) for layer in layers)
            session.open_experiment(session.as_set_now().with_hidden(hidden))
        case {"place": {"x1": float() | int() as x1, "x2": float() | int() as x2, "label": label}}:
            _CLASS.check("class", label)
            _use(with_point(session.experiment().data, *_spot(x1, x2), label))
        case {"remove": {"x1": float() | int() as x1, "x2": float() | int() as x2}}:
            _use(without_nearest(session.experiment().data, *_spot(x1, x2)))
        case {"take_home": int(step)}:
            session.ask_to_take_home(step)


def _weight(weight: object) -> tuple[str, float]:
    match weight:
        case {"field": str(field), "value": float() | int() as value}:
            return field, value
    raise ValueError("a weight must have a field and a value")


def _spot(x1: float, x2: float) -> tuple[float, float]:
    """Two coordinates, checked before anything is computed with them."""
    for name, value in (("x1", x1), ("x2", x2)):
        _COORDINATE.check(name, value)
    return float(x1), float(x2)


def _use(points: Points) -> None:
    """Train on points that were placed. They all train: nothing is held out before one asks."""
    now = session.as_set_now()
    wanted = now.with_points(points)
    if now.data.name != OWN:
        wanted = SETTINGS["train"].put(wanted, limits.TRAIN_RATIO.high)
    session.open_experiment(wanted)


def _kept(kept: object) -> tuple[Experiment, int]:
    """The experiment and the step that a browser kept."""
    match kept:
        case {"experiment": dict(query), "step": int(step), **rest}:
            query = {str(key): str(text) for key, text in query.items()}
            own = rest.get("own")
            points = None if own is None else read_points(own, "points")
            return from_query(query, points)[0], step
    raise ValueError("a kept run must have an experiment and a step")


def _layer(layer: object) -> LayerSpec:
    match layer:
        case {"units": int(units), "activation": str(activation), "dropout": float() | int() as d}:
            return LayerSpec(units, activation, dropout=d)
    raise ValueError("a layer must have units, an activation and a dropout")
