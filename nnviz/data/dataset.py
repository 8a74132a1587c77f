"""Make arrays that are ready for training from a description of the data.

A :class:`DataSpec` describes the data. :func:`make_dataset` generates or reads it, splits it, and
computes the visible window of the plane.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.data.bundled import BUNDLED, Axes
from nnviz.data.features import COORDINATES, features, in_order
from nnviz.data.generators import GENERATORS, FloatArray
from nnviz.data.points import CLASSES, Points
from nnviz.data.window import Window, filling_window, square_window

SCALINGS = ("none", "standardize")

_SMALLEST_SPREAD = 1e-9  # of the largest value

OWN = "own"
"""The data name of a visitor's own points."""

DATA_TITLES: dict[str, str] = {
    **{name: generator.title for name, generator in GENERATORS.items()},
    **{name: bundled.title for name, bundled in BUNDLED.items()},
    OWN: "Your own points",
}
"""The titles on the page, by the data names that a :class:`DataSpec` can have."""


@dataclass(frozen=True)
class DataSpec:
    """Everything that decides the points, their split and the network's inputs.

    ``name`` is a generator, a real data set or "own"; ``points`` must be given for "own" only.
    ``train_ratio`` is the share of samples used for training; at 1.0 there is no test set.
    ``split_seed`` decides which samples are held out. ``n_samples``, ``noise`` and ``seed`` apply
    to generated points only (see ``draws``). ``axes`` applies to real data sets only: None for
    the default columns, "pca", or two indexes.

    ``inputs`` are the features that the network gets, in the order of the registry.
    ``scaling`` "standardize" gives each of them zero mean and unit standard deviation over the
    training set; "none" leaves them as they are. None means what suits the data, and becomes one of
    the two: generated points are not scaled, but the columns of real and own data may have
    different units, from which a network learns badly.
    """

    name: str = "moons"
    n_samples: int = 200
    noise: float = 0.2
    train_ratio: float = 0.8
    seed: int = 0
    split_seed: int = 0
    scaling: str | None = None
    inputs: tuple[str, ...] = COORDINATES
    axes: Axes = None
    points: Points | None = None

    def __post_init__(self) -> None:
        if self.name not in DATA_TITLES:
            known = ", ".join(DATA_TITLES)
            raise ValueError(f"data name must be one of {known}; got {self.name!r}")
        if self.scaling is None:
            object.__setattr__(self, "scaling", "none" if self.draws else "standardize")
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
        """Whether the points are generated, from ``n_samples``, ``noise`` and ``seed``."""
        return self.name in GENERATORS

    @property
    def names(self) -> tuple[str, str]:
        """The names of the two coordinates."""
        if self.points is not None:
            return self.points.names
        return BUNDLED[self.name].plane(self.axes)[1] if self.name in BUNDLED else COORDINATES

    @property
    def classes(self) -> tuple[str, str]:
        """The names of class 0 and class 1."""
        if self.points is not None:
            return self.points.classes
        return BUNDLED[self.name].classes if self.name in BUNDLED else CLASSES

    @property
    def title(self) -> str:
        """The title of the data on the page."""
        return DATA_TITLES[self.name]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Points ready for training; ``X`` arrays are (n_samples, 2) in the units of the data.

    ``names`` are the names of the two coordinates, ``classes`` those of both classes. A network
    gets ``inputs(X)``, the same transformation for training points, test points and the plane
    behind them: first the features, then ``offset`` and ``scale``, (n_inputs,) each.
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
    classes: tuple[str, str] = CLASSES

    @property
    def has_test(self) -> bool:
        """Whether any sample was held out."""
        return len(self.y_test) > 0

    def inputs(self, X: NDArray[np.floating]) -> FloatArray:
        """Return the network's inputs (n_samples, n_inputs) for points (n_samples, 2)."""
        if X.ndim != 2 or X.shape[1] != 2:
            raise ValueError(f"X must be (n_samples, 2); got shape {X.shape}")
        return np.asarray((features(X, self.features) - self.offset) / self.scale, np.float64)


def _split(spec: DataSpec, X: FloatArray, y: FloatArray) -> tuple[FloatArray, ...]:
    """Split into train and test points; with ``train_ratio`` 1.0, all train in their order.

    Points that were placed by hand come last and always train.
    """
    if spec.train_ratio == 1.0:
        return X, X[:0], y, y[:0]
    from sklearn.model_selection import train_test_split  # takes a second

    n = len(y) - (0 if spec.points is None else spec.points.placed)
    n_test = min(max(round((1.0 - spec.train_ratio) * n), 1), n - 2)
    X_train, X_test, y_train, y_test = train_test_split(
        X[:n], y[:n], test_size=n_test, random_state=spec.split_seed
    )
    return np.concatenate([X_train, X[n:]]), X_test, np.concatenate([y_train, y[n:]]), y_test


def all_points(spec: DataSpec) -> tuple[FloatArray, FloatArray, Window]:
    """Return X (n_samples, 2), y (n_samples,) and the window."""
    if spec.points is not None:
        rows = np.array(spec.points.rows, dtype=np.float64)  # (n_samples, 3)
        X = np.ascontiguousarray(rows[:, :2])
        return X, rows[:, 2].copy(), spec.points.window or filling_window(X)
    if spec.name in BUNDLED:
        bundled = BUNDLED[spec.name]
        X, _ = bundled.plane(spec.axes)
        return X, bundled.y, filling_window(X)
    X, y = GENERATORS[spec.name].make(spec.n_samples, spec.noise, spec.seed)
    return X, y, square_window(X)


def _scaling(
    spec: DataSpec, X_train: FloatArray, X: FloatArray, window: Window
) -> tuple[FloatArray, FloatArray]:
    """Return the offset and the divisor of each feature, (n_inputs,) each.

    The divisor is 1 if a feature hardly varies over the training points, compared with its size
    over all points ``X`` and the corners of the window: otherwise its values at other places could
    overflow in float32.
    """
    n_inputs = len(spec.inputs)
    if spec.scaling == "none":
        return np.zeros(n_inputs), np.ones(n_inputs)
    seen = features(X_train, spec.inputs)
    corners = np.array([[x1, x2] for x1 in window.spans[0] for x2 in window.spans[1]])
    largest = np.abs(features(np.vstack([X, corners]), spec.inputs)).max(axis=0)
    scale = seen.std(axis=0)
    return seen.mean(axis=0), np.where(scale > _SMALLEST_SPREAD * largest, scale, 1.0)


def make_dataset(spec: DataSpec) -> Dataset:
    """Generate or read the data that ``spec`` describes, split it, and compute its scaling.

    Raises ``ValueError`` if the training set has only one class, because a network cannot learn
    from it. The message says what to change.

    >>> data = make_dataset(DataSpec(n_samples=50, train_ratio=0.8))
    >>> data.X_train.shape, data.X_test.shape
    ((40, 2), (10, 2))
    """
    X, y, window = all_points(spec)
    X_train, X_test, y_train, y_test = _split(spec, X, y)
    if y_train.min() == y_train.max():
        more = "raise train_ratio or n_samples" if spec.draws else "raise train_ratio"
        more = "bring points of both" if y.min() == y.max() else more
        raise ValueError(
            f"the training set must hold both classes; its {len(y_train)} samples are all of "
            f"{spec.classes[int(y_train[0])]}: {more}, or change split_seed"
        )
    offset, scale = _scaling(spec, X_train, X, window)
    return Dataset(
        X_train=X_train,
        y_train=y_train,
        X_test=X_test,
        y_test=y_test,
        window=window,
        offset=offset,
        scale=scale,
        features=spec.inputs,
        names=spec.names,
        classes=spec.classes,
    )
