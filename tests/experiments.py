"""Hypothesis strategies of whole experiments, named by what they are."""

from dataclasses import replace
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from nnviz.data import BUNDLED, OWN, PCA, DataSpec, Points, Window, make_dataset
from nnviz.data.points import CLASSES, FEWEST_POINTS, LONGEST_NAME
from nnviz.data.window import FARTHEST
from nnviz.experiment import LIVE_FIELDS, Change, Experiment, limits
from nnviz.experiment.query import LAYERS, format_layers
from nnviz.experiment.rules import Choice, Number, Optional, Pair, Refusal, Rule, Subset
from nnviz.experiment.settings import SETTINGS
from nnviz.experiment.variants import LONGEST, MOST_CHANGES, apply
from nnviz.network import ACTIVATIONS, LayerSpec, NetworkSpec
from nnviz.serve import quota
from nnviz.training import TrainingSettings

QUOTAS = quota.bounds()
"""What a visitor may ask for: of more, tests would take too long."""


def numbers(allowed: limits.Range) -> st.SearchStrategy[float]:
    """Any real number of a range, its ends included."""
    return st.floats(allowed.low, allowed.high)


def whole_numbers(allowed: limits.Range) -> st.SearchStrategy[int]:
    """Any whole number of a range, its ends included."""
    return st.integers(int(allowed.low), int(allowed.high))


layers = st.builds(
    LayerSpec,
    units=whole_numbers(QUOTAS.unit_rule.range),
    activation=st.sampled_from(list(ACTIVATIONS)),
    dropout=st.just(0.0) | numbers(limits.DROPOUT),
)

stacks = st.lists(layers, max_size=QUOTAS.hidden_layers).map(tuple)


def network_of(hidden: tuple[LayerSpec, ...]) -> NetworkSpec:
    """A network that any data can be fed to: an experiment sees to the number of inputs."""
    return NetworkSpec(n_inputs=2, layers=(*hidden, LayerSpec(1, "sigmoid")))


def pairs(last: int) -> st.SearchStrategy[tuple[int, int]]:
    """Two different whole numbers from 0 to ``last``."""
    return st.tuples(st.integers(0, last), st.integers(0, last)).filter(lambda p: p[0] != p[1])


feature_names = st.text(min_size=1, max_size=LONGEST_NAME).filter(str.isprintable) | (
    st.sampled_from(
        ["x2", '"""', "<b>&amp;", "%{x}", "\\", "$x$", "'; import os #", "~", "_", "x=1&y"]
    )
)


def own_points(most: int = QUOTAS.link_points) -> st.SearchStrategy[Points]:
    """Points that somebody brought: anywhere, of any class, under any names."""
    coordinate = numbers(limits.Range(-FARTHEST, FARTHEST)) | st.sampled_from([0.0, 1.0])
    rows = st.lists(
        st.tuples(coordinate, coordinate, st.integers(0, 1)), min_size=FEWEST_POINTS, max_size=most
    )
    names = st.just(("x1", "x2")) | st.tuples(feature_names, feature_names)
    different = st.tuples(feature_names, feature_names).filter(lambda both: both[0] != both[1])
    brought = st.builds(Points, rows.map(tuple), names, st.just(CLASSES) | different)
    return brought | brought.flatmap(placed_points)


@st.composite
def placed_points(draw: st.DrawFn, points: Points) -> Points:
    """The same points in a window that somebody has placed the last of them in."""
    spans = []
    for x in list(zip(*points.rows, strict=True))[:2]:
        ends = draw(st.tuples(*2 * (st.floats(-FARTHEST, FARTHEST),)))
        spans += [min(*ends, *x), max(*ends, *x)]
    placed = draw(st.integers(0, len(points.rows) - FEWEST_POINTS))
    try:
        return replace(points, window=Window(*spans), placed=placed)
    except ValueError:
        return replace(points, placed=placed)  # the ends are too close


def axes_of(name: str) -> st.SearchStrategy[Any]:
    """Any axes of a real data set."""
    return st.none() | st.just(PCA) | pairs(len(BUNDLED[name].features) - 1)


def values_of(rule: Rule) -> st.SearchStrategy[Any]:
    """Any value that a rule of the settings allows."""
    if isinstance(rule, Choice):
        return st.sampled_from(list(rule.options))
    if isinstance(rule, Optional):
        return st.none() | values_of(rule.rule)
    if isinstance(rule, Subset):
        names = list(rule.options)
        chosen = st.sets(st.sampled_from(names), min_size=1)
        return chosen.map(lambda found: tuple(name for name in names if name in found))
    if isinstance(rule, Pair):
        return st.none() | st.just(rule.word) | pairs(int(rule.range.high))
    assert isinstance(rule, Number)
    return whole_numbers(rule.range) if rule.whole else numbers(rule.range)


def another_value(rule: Rule, value: Any) -> Any:
    """A value that the rule allows and that differs from ``value``."""
    if isinstance(rule, Choice):
        return next(option for option in rule.options if option != value)
    if isinstance(rule, Optional):
        return None if value is not None else rule.rule.range.low
    if isinstance(rule, Subset):
        return tuple(name for name in rule.options if name not in value)
    if isinstance(rule, Pair):
        return rule.word if value != rule.word else None
    assert isinstance(rule, Number)
    low, high = rule.range.low, rule.range.high
    return (int if rule.whole else float)(high if value != high else low)


def live_changes(steps: st.SearchStrategy[int]) -> st.SearchStrategy[Change]:
    """A live setting changed at one of the steps."""
    return st.sampled_from(sorted(LIVE_FIELDS)).flatmap(
        lambda name: st.builds(Change, steps, st.just(name), numbers(LIVE_FIELDS[name]))
    )


def edits(steps: st.SearchStrategy[int], n_params: int) -> st.SearchStrategy[Change]:
    """A weight or bias edited at one of the steps."""
    fields = st.integers(0, n_params - 1).map("theta.{}".format)
    return st.builds(Change, steps, fields, numbers(limits.EDITED_WEIGHT))


def changes_of(n_params: int, last_step: int) -> st.SearchStrategy[tuple[Change, ...]]:
    """Changes up to ``last_step``, in order, each field at most once a step."""
    steps = st.integers(0, last_step)
    listed = st.lists(
        live_changes(steps) | edits(steps, n_params),
        max_size=QUOTAS.changes,
        unique_by=lambda change: (change.step, change.field),
    )
    return listed.map(lambda found: tuple(sorted(found, key=lambda change: change.step)))


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Any experiment that a visitor may ask for in a link."""
    experiment = Experiment(network=network_of(draw(stacks)))
    name = draw(values_of(SETTINGS["data"].rule))
    if name == OWN:
        experiment = experiment.with_points(draw(own_points()))
    else:
        experiment = SETTINGS["data"].put(experiment, name)
    for key, setting in SETTINGS.items():
        if key != "data" and draw(st.booleans()):
            values = (
                axes_of(name)
                if key == "axes" and name in BUNDLED
                else values_of(QUOTAS.rule_of(setting))
            )
            experiment = setting.put(experiment, draw(values))
    n_params = experiment.network.n_params
    changes = draw(changes_of(n_params, QUOTAS.last_step))
    return replace(experiment, changes=changes)


def can_start(experiment: Experiment) -> bool:
    """Whether both classes are among the training points."""
    try:
        make_dataset(experiment.data)
    except ValueError:
        return False
    return True


def unusual() -> Experiment:
    """An experiment in which no setting is as by default."""
    experiment = Experiment(network=network_of((LayerSpec(3, "relu", 0.1),)))
    for setting in SETTINGS.values():
        experiment = setting.put(
            experiment, another_value(QUOTAS.rule_of(setting), setting.get(experiment))
        )
    return experiment


def texts_of(key: str) -> st.SearchStrategy[str]:
    """A value that a key may have, as text."""
    if key == LAYERS:
        return stacks.map(format_layers)
    rule = QUOTAS.rule_of(SETTINGS[key])
    return values_of(rule).map(rule.format)


@st.composite
def variants(draw: st.DrawFn) -> str:
    """Any variant that keeps to the rules, its changes in any order."""
    keys = draw(st.lists(st.sampled_from([*SETTINGS, LAYERS]), unique=True, max_size=MOST_CHANGES))
    text = ",".join(f"{key}:{draw(texts_of(key))}" for key in keys)
    assume(len(text) <= LONGEST)
    return text


def can_be_had(experiment: Experiment, text: str) -> bool:
    """Whether the data have what a variant says of them: points, or these columns."""
    try:
        apply(experiment, text, QUOTAS)
    except Refusal as refusal:
        return refusal.field not in ("data", "axes")
    return True


SMALL = Experiment(
    data=DataSpec(n_samples=40),
    network=network_of((LayerSpec(3, "tanh"),)),
    training=TrainingSettings(learning_rate=0.3),
)
"""Forty points and three hidden units: hundreds of updates cost next to nothing."""

SMALL_BATCHES = replace(SMALL, training=TrainingSettings(learning_rate=0.3, batch_size=7))
"""The same in mini-batches that do not divide the training set."""

SMALL_DROPOUT = replace(SMALL_BATCHES, network=network_of((LayerSpec(4, "tanh", dropout=0.3),)))
"""The same with units silenced at random."""

EXPLOSIVE = Experiment(
    network=network_of((LayerSpec(8, "linear"),) * 8),
    initializer="normal_1",
    training=TrainingSettings(learning_rate=10.0),
)
"""Eight linear layers at the highest rate: its parameters overflow after a few updates."""


def many_points() -> Points:
    """More points of one's own than a link holds."""
    rows = ((0.1 * i, 0.37 * i % 1.0, i % 2) for i in range(2 * QUOTAS.link_points))
    return Points(tuple(rows))
