"""From a description of the data to arrays that are ready to train on.

A :class:`DataSpec` says what data there is; :func:`make_dataset` draws or fetches it, splits it
and fixes the window of the plane that is shown.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from nnviz.data.bundled import BUNDLED, Axes
from nnviz.data.features import COORDINATES, features, in_order
from nnviz.data.generators import GENERATORS, FloatArray
from nnviz.data.points import Points
from nnviz.data.window import Window, filling_window, square_window

SCALINGS = ("none", "standardize")

_SMALLEST_SPREAD = 1e-9  # of the largest value

OWN = "own"
"""The name of data that a person brought."""

DATA_TITLES: dict[str, str] = {
    **{name: generator.title for name, generator in GENERATORS.items()},
    **{name: bundled.title for name, bundled in BUNDLED.items()},
    OWN: "Your own points",
}
"""Every name that a :class:`DataSpec` can have, and what it is called on the page."""


@dataclass(frozen=True)
class DataSpec:
    """Everything that decides which points there are, what of them is seen and trained on.

    ``name`` is a generator, a real data set or "own"; with "own", and only then, ``points`` are
    the points. ``train_ratio`` is the share of samples used for training; at 1.0 there is no test
    set. ``split_seed`` shuffles them into train and test. ``n_samples``, ``noise`` and ``seed``
    have an effect where points are drawn (see ``draws``), and ``axes`` where a real data set has
    more columns than a plane has: None for its own two, "pca", or two indexes.

    ``inputs`` are the features that a network is fed, kept in the order of the registry.
    ``scaling`` "standardize" gives each of them zero mean and unit standard deviation over the
    training set.
    """

    name: str = "moons"
    n_samples: int = 200
    noise: float = 0.2
    train_ratio: float = 0.8
    seed: int = 0
    split_seed: int = 0
    scaling: str = "none"
    inputs: tuple[str, ...] = COORDINATES
    axes: Axes = None
    points: Points | None = None

    def __post_init__(self) -> None:
        if self.name not in DATA_TITLES:
            known = ", ".join(DATA_TITLES)
            raise ValueError(f"data name must be one of {known}; got {self.name!r}")
        if self.scaling not in SCALINGS:
            raise ValueError(f"scaling must be one of {', '.join(SCALINGS)}; got {self.scaling!r}")
        if self.n_samples < 4:
            raise ValueError(f"n_samples must be at least 4; got {self.n_samples!r}")
        if not 0.0 <= self.noise < np.inf:
            raise ValueError(f"noise must be zero or more, and finite; got {self.noise!r}")
        if not 0.0 < self.train_ratio <= 1.0:
            raise ValueError(f"train_ratio must be above 0 and at most 1; got {self.train_ratio!r}")
        object.__setattr__(self, "inputs", in_order(self.inputs))
        if self.name in BUNDLED:
            BUNDLED[self.name].check_axes(self.axes)
        if self.name == OWN and self.points is None:
            raise ValueError(f"points must be given when the data name is {OWN}; got None")
        if self.name != OWN and self.points is not None:
            raise ValueError(
                f"points must be None unless the data name is {OWN}; "
                f"got {len(self.points.rows)} points with {self.name}"
            )

    @property
    def draws(self) -> bool:
        """Whether a generator draws the points, as ``n_samples``, ``noise`` and ``seed`` say."""
        return self.name in GENERATORS

    @property
    def title(self) -> str:
        """What the data is called on the page."""
        return DATA_TITLES[self.name]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Points ready for training; ``X`` arrays are (n_samples, 2) in the units of the data.

    ``names`` are what the two coordinates are called. What a network is fed is ``inputs(X)``, the
    same transformation for training points, test points and the plane behind them: the features
    first, then ``offset`` and ``scale``, (n_inputs,) each.
    """

    X_train: FloatArray
    y_train: FloatArray
    X_test: FloatArray
    y_test: FloatArray
    window: Window
    offset: FloatArray
    scale: FloatArray
    features: tuple[str, ...] = COORDINATES
    names: tuple[str, str] = COORDINATES

    @property
    def has_test(self) -> bool:
        """Whether any sample was held out."""
        return len(self.y_test) > 0

    def inputs(self, X: NDArray[np.floating]) -> FloatArray:
        """Points (n_samples, 2) as the network sees them, (n_samples, n_inputs)."""
        if X.ndim != 2 or X.shape[1] != 2:
            raise ValueError(f"X must be (n_samples, 2); got shape {X.shape}")
        return np.asarray((features(X, self.features) - self.offset) / self.scale, np.float64)


def _split(spec: DataSpec, X: FloatArray, y: FloatArray) -> tuple[FloatArray, ...]:
    """Train and test points; with ``train_ratio`` 1.0 all of them train, in the order drawn."""
    if spec.train_ratio == 1.0:
        return X, X[:0], y, y[:0]
    n_test = min(max(round((1.0 - spec.train_ratio) * len(y)), 1), len(y) - 2)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=n_test, random_state=spec.split_seed
    )
    return X_train, X_test, y_train, y_test


def all_points(spec: DataSpec) -> tuple[FloatArray, FloatArray, tuple[str, str], Window]:
    """``X`` (n_samples, 2), ``y`` (n_samples,), the names of both coordinates, and the window."""
    if spec.points is not None:
        rows = np.array(spec.points.rows, dtype=np.float64)  # (n_samples, 3)
        X = np.ascontiguousarray(rows[:, :2])
        return X, rows[:, 2].copy(), spec.points.names, filling_window(X)
    if spec.name in BUNDLED:
        bundled = BUNDLED[spec.name]
        X, names = bundled.plane(spec.axes)
        return X, bundled.y, names, filling_window(X)
    X, y = GENERATORS[spec.name].make(spec.n_samples, spec.noise, spec.seed)
    return X, y, COORDINATES, square_window(X)


def _scaling(spec: DataSpec, X_train: FloatArray, X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What is subtracted from each feature and what it is divided by, (n_inputs,) each.

    A feature that hardly varies over the training points, for how large it is over all points
    ``X``, is not divided: elsewhere it would grow beyond what single precision holds.
    """
    n_inputs = len(spec.inputs)
    if spec.scaling == "none":
        return np.zeros(n_inputs), np.ones(n_inputs)
    seen = features(X_train, spec.inputs)
    largest = np.abs(features(X, spec.inputs)).max(axis=0)
    scale = seen.std(axis=0)
    return seen.mean(axis=0), np.where(scale > _SMALLEST_SPREAD * largest, scale, 1.0)


def make_dataset(spec: DataSpec) -> Dataset:
    """Draw or fetch, split and measure the data that ``spec`` describes.

    Raises ``ValueError`` when the training share holds one class only: nothing can be learned
    from it, and the message says what to change.

    >>> data = make_dataset(DataSpec(n_samples=50, train_ratio=0.8))
    >>> data.X_train.shape, data.X_test.shape
    ((40, 2), (10, 2))
    """
    X, y, names, window = all_points(spec)
    X_train, X_test, y_train, y_test = _split(spec, X, y)
    if y_train.min() == y_train.max():
        more = "raise train_ratio or n_samples" if spec.draws else "raise train_ratio"
        more = "bring points of both" if y.min() == y.max() else more
        raise ValueError(
            f"the training set must hold both classes; its {len(y_train)} samples are all of "
            f"class {int(y_train[0])}: {more}, or change split_seed"
        )
    offset, scale = _scaling(spec, X_train, X)
    return Dataset(
        X_train=X_train,
        y_train=y_train,
        X_test=X_test,
        y_test=y_test,
        window=window,
        offset=offset,
        scale=scale,
        features=spec.inputs,
        names=names,
    )
