"""Estimate the computing time of an experiment from its sizes alone, never from a clock.

So every process gets the same estimate, and batches are cut in the same way everywhere. The
constants, here and in the records, were fitted to one core of a two-core EPYC server with NumPy
2.4, on one thread. There the estimates are right to within a factor of about two.
"""

from itertools import pairwise

from nnviz.data import BUNDLED, DataSpec
from nnviz.experiment import Experiment
from nnviz.network import ACTIVATIONS
from nnviz.runs import picture
from nnviz.training import OPTIMIZERS

_NANO = 1e-9

_DROPOUT = 8.0  # nanoseconds per unit and sample, in layers with dropout

_FLOPS = 40.0  # per nanosecond in float64; twice as many in float32
_UPDATE, _LAYER, _CLIP = 4_000.0, 2_500.0, 10_000.0  # nanoseconds, independent of the size
_JUDGE = 7.0  # nanoseconds per sample: its loss and class

_FRAME = 15_000.0  # nanoseconds, independent of the network
_VOTE = 1.5  # nanoseconds to count the class of one point of one network
_POINT = 6.0  # nanoseconds to quantise and pack one point of the surface
_SIGNAL = 0.4  # nanoseconds to move one unit's activation at one point through memory
_MAP_POINT = 14.0  # nanoseconds to quantise and pack one point of a neuron's map
_WEIGHT = 15.0  # nanoseconds per weight that is drawn
_PLACE = 40.0  # nanoseconds to limit, quantise and pack one coordinate of a layer's space
_EIGEN = 6.0  # nanoseconds per unit³ to find principal components


def seconds_of_update(experiment: Experiment) -> float:
    """Estimate the time of one update."""
    n_train, _ = _n_samples(experiment.data)
    batch = min(experiment.training.batch_size or n_train, n_train)
    single = experiment.precision == "float32"
    faster = 0.5 if single else 1.0
    # One matrix product per layer forward, two backward.
    time = _calls_of_update(experiment)
    time += 3.0 * batch * _products(experiment) / _FLOPS * faster
    time += batch * _activations(experiment, single)
    time += batch * _DROPOUT * sum(layer.units for layer in experiment.hidden if layer.dropout)
    rule = OPTIMIZERS[experiment.training.optimizer].nanoseconds
    time += experiment.network.n_params * rule * faster
    if experiment.training.clip_norm is not None:
        time += _CLIP
    return time * _NANO


def seconds_of_frame(experiment: Experiment) -> float:
    """Estimate the time of one frame in a batch of many, without the updates that lead to it."""
    n_train, n_test = _n_samples(experiment.data)
    single = experiment.precision == "float32"
    # If every update uses all samples, their logits are already known.
    drops_out = any(layer.dropout for layer in experiment.hidden)
    full = (experiment.training.batch_size or n_train) >= n_train and not drops_out
    evaluated = n_test + (0 if full else n_train)
    time = evaluated * _forward(experiment, single) + _JUDGE * (n_train + n_test)
    n_points = picture.GRID_RESOLUTION**2
    n_small = (-(-picture.GRID_RESOLUTION // picture.MAP_EVERY)) ** 2
    units = [layer.units for layer in experiment.hidden]
    shown = [min(n, picture.UNITS_SHOWN) for n in units]
    time += n_points * (_POINT + _SIGNAL * sum(units) + _forward(experiment, single=True))
    time += n_small * _MAP_POINT * sum(shown)
    dims = [experiment.network.n_inputs, *shown, 1]
    drawn = sum((a + 1) * b for a, b in pairwise(dims))
    return (_FRAME + time + _WEIGHT * drawn) * _NANO


def seconds_of_updates(experiment: Experiment, n_members: int, lanes: bool) -> float:
    """Estimate the time of one update of an ensemble, whose members may be lanes, with its row."""
    n_samples = sum(_n_samples(experiment.data))
    one = seconds_of_update(experiment) + _JUDGE * n_samples * _NANO
    saved = (n_members - 1) * _calls_of_update(experiment) * _NANO if lanes else 0.0
    return n_members * one - saved


def seconds_of_map(experiment: Experiment, n_members: int) -> float:
    """Estimate the time of one agreement map with its metrics, without the updates."""
    single = experiment.precision == "float32"
    metrics = sum(_n_samples(experiment.data)) * (_forward(experiment, single) + _JUDGE)
    plane = picture.GRID_RESOLUTION**2 * (_VOTE + _forward(experiment, single=True))
    return (_FRAME + n_members * (metrics + plane)) * _NANO


def bytes_of_member(experiment: Experiment) -> int:
    """Estimate the working memory of one member of an ensemble, in bytes."""
    n_train, _ = _n_samples(experiment.data)
    batch = min(experiment.training.batch_size or n_train, n_train)
    signals = sum(3 * layer.units + 1 for layer in experiment.network.layers)
    n_slots = len(OPTIMIZERS[experiment.training.optimizer].slots)
    numbers = (5 + 2 * n_slots) * experiment.network.n_params
    numbers += (1 if batch == n_train else 2) * batch * signals  # the last batch may be smaller
    numbers += 2 * (experiment.network.n_inputs + 3) * n_train
    return numbers * (4 if experiment.precision == "float32" else 8)


def _calls_of_update(experiment: Experiment) -> float:
    """Nanoseconds of an update that do not depend on the number of samples."""
    return _UPDATE + _LAYER * len(experiment.hidden)


def seconds_of_space(experiment: Experiment, units: int, n_plane: int) -> float:
    """Estimate the time of a frame with the space of a layer of ``units``: see `hidden`."""
    n_points = n_plane + sum(_n_samples(experiment.data))
    time = n_points * (_forward(experiment, single=False) + 2.0 * _SIGNAL * units + _PLACE * 3.0)
    time += 3.0 * n_points * units**2 / _FLOPS + _EIGEN * units**3
    return (_FRAME + time) * _NANO


def seconds_of_loss(experiment: Experiment) -> float:
    """Estimate the time of the training loss, in float64, with one of many parameters."""
    n_train, _ = _n_samples(experiment.data)
    return n_train * (_forward(experiment, single=False) + _JUDGE) * _NANO


def finest_grid(experiment: Experiment, seconds: float) -> int:
    """Return the side of the finest grid that holds the picture's and takes at most ``seconds``.

    0 if there is none. Its intervals are a quarter, a third or half of the picture's.
    """
    intervals = picture.GRID_RESOLUTION - 1
    sides = (finer * intervals + 1 for finer in (4, 3, 2))
    one = seconds_of_frame(experiment) / picture.GRID_RESOLUTION**2
    return next((side for side in sides if side**2 * one <= seconds), 0)


def _forward(experiment: Experiment, single: bool) -> float:
    """Nanoseconds of one sample's forward pass."""
    products = _products(experiment) / _FLOPS * (0.5 if single else 1.0)
    return products + 0.5 * _activations(experiment, single)


def _products(experiment: Experiment) -> float:
    """Multiplications and additions of one sample's forward pass."""
    return 2.0 * experiment.network.n_params


def _activations(experiment: Experiment, single: bool) -> float:
    """Nanoseconds of one sample's activations and their derivatives."""
    return sum(
        layer.units * ACTIVATIONS[layer.activation].nanoseconds[single]
        for layer in experiment.hidden
    )


def _n_samples(data: DataSpec) -> tuple[int, int]:
    """Return the number of training and test samples, to within one."""
    n, placed = data.n_samples, 0
    if data.points is not None:
        n, placed = len(data.points.rows), data.points.placed
    elif data.name in BUNDLED:
        n = len(BUNDLED[data.name].y)
    n_train = max(round((n - placed) * data.train_ratio), 2) + placed
    return n_train, n - n_train
