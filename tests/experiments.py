"""Hypothesis strategies of whole experiments, named by what they are."""

from dataclasses import replace

from hypothesis import strategies as st

from nnviz import limits
from nnviz.data import GENERATORS, SCALINGS, DataSpec
from nnviz.experiment import Change, Experiment
from nnviz.network import ACTIVATIONS, INITIALIZERS, LayerSpec, NetworkSpec
from nnviz.training import TrainingSettings


def numbers(allowed: limits.Range) -> st.SearchStrategy[float]:
    """Any real number of a range, its ends included."""
    return st.floats(allowed.low, allowed.high)


def whole_numbers(allowed: limits.Range) -> st.SearchStrategy[int]:
    """Any whole number of a range, its ends included."""
    return st.integers(int(allowed.low), int(allowed.high))


seeds = whole_numbers(limits.SEED)

layers = st.builds(
    LayerSpec,
    units=whole_numbers(limits.UNITS),
    activation=st.sampled_from(list(ACTIVATIONS)),
    dropout=st.just(0.0) | numbers(limits.DROPOUT),
)

stacks = st.lists(layers, max_size=int(limits.HIDDEN_LAYERS.high)).map(tuple)


def network_of(hidden: tuple[LayerSpec, ...]) -> NetworkSpec:
    return NetworkSpec(n_inputs=2, layers=(*hidden, LayerSpec(1, "sigmoid")))


def changes_of(n_params: int, last_step: int) -> st.SearchStrategy[tuple[Change, ...]]:
    """Changes up to ``last_step``, in order, each field at most once a step."""
    steps = st.integers(0, last_step)
    rates = st.builds(Change, steps, st.just("learning_rate"), numbers(limits.LEARNING_RATE))
    fields = st.integers(0, n_params - 1).map("theta.{}".format)
    edits = st.builds(Change, steps, fields, numbers(limits.EDITED_WEIGHT))
    listed = st.lists(
        rates | edits, max_size=limits.CHANGES, unique_by=lambda change: (change.step, change.field)
    )
    return listed.map(lambda found: tuple(sorted(found, key=lambda change: change.step)))


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Any experiment that a link can describe."""
    data = draw(
        st.builds(
            DataSpec,
            name=st.sampled_from(list(GENERATORS)),
            n_samples=whole_numbers(limits.N_SAMPLES),
            noise=numbers(limits.NOISE),
            train_ratio=numbers(limits.TRAIN_RATIO),
            seed=seeds,
            split_seed=seeds,
            scaling=st.sampled_from(SCALINGS),
        )
    )
    training = draw(
        st.builds(
            TrainingSettings,
            learning_rate=numbers(limits.LEARNING_RATE),
            batch_size=st.none() | whole_numbers(limits.BATCH_SIZE),
            batch_seed=seeds,
        )
    )
    network = network_of(draw(stacks))
    return Experiment(
        data=data,
        network=network,
        initializer=draw(st.sampled_from(list(INITIALIZERS))),
        biases=draw(st.sampled_from(["zeros", "same"])),
        init_seed=draw(seeds),
        precision=draw(st.sampled_from(["float64", "float32"])),
        training=training,
        changes=draw(changes_of(network.n_params, int(limits.SHOWN_STEP.high))),
    )


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
