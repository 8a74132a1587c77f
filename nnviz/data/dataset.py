"""From a description of the data to arrays that are ready to train on.

A :class:`DataSpec` says what data there is; :func:`make_dataset` draws it, splits it and fixes the
window of the plane that is shown.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from nnviz.data.generators import GENERATORS, FloatArray

SCALINGS = ("none", "standardize")


@dataclass(frozen=True)
class DataSpec:
    """Everything that decides which points there are and which of them are trained on.

    ``train_ratio`` is the share of samples used for training; at 1.0 there is no test set.
    ``seed`` draws the points, ``split_seed`` shuffles them into train and test. ``scaling``
    "standardize" gives each input zero mean and unit standard deviation over the training set.
    """

    name: str = "moons"
    n_samples: int = 200
    noise: float = 0.2
    train_ratio: float = 0.8
    seed: int = 0
    split_seed: int = 0
    scaling: str = "none"

    def __post_init__(self) -> None:
        if self.name not in GENERATORS:
            known = ", ".join(GENERATORS)
            raise ValueError(f"data name must be one of {known}; got {self.name!r}")
        if self.scaling not in SCALINGS:
            raise ValueError(f"scaling must be one of {', '.join(SCALINGS)}; got {self.scaling!r}")
        if self.n_samples < 4:
            raise ValueError(f"n_samples must be at least 4; got {self.n_samples!r}")
        if not 0.0 <= self.noise < np.inf:
            raise ValueError(f"noise must be zero or more, and finite; got {self.noise!r}")
        if not 0.0 < self.train_ratio <= 1.0:
            raise ValueError(f"train_ratio must be above 0 and at most 1; got {self.train_ratio!r}")


@dataclass(frozen=True)
class Window:
    """The part of the plane that is shown, in the units of the data: a square around all points."""

    x1_min: float
    x1_max: float
    x2_min: float
    x2_max: float


@dataclass(frozen=True, eq=False)
class Dataset:
    """Points ready for training; ``X`` arrays are (n_samples, 2) in the units of the data.

    What a network is fed is ``inputs(X)``, the same transformation for training points, test
    points and the plane behind them.
    """

    X_train: FloatArray
    y_train: FloatArray
    X_test: FloatArray
    y_test: FloatArray
    window: Window
    offset: FloatArray
    scale: FloatArray

    @property
    def has_test(self) -> bool:
        """Whether any sample was held out."""
        return len(self.y_test) > 0

    def inputs(self, X: NDArray[np.floating]) -> FloatArray:
        """Points (n_samples, 2) as the network sees them: ``(X - offset) / scale``."""
        if X.ndim != 2 or X.shape[1] != 2:
            raise ValueError(f"X must be (n_samples, 2); got shape {X.shape}")
        return np.asarray((X - self.offset) / self.scale, dtype=np.float64)


def _square_window(X: FloatArray, margin: float = 0.12) -> Window:
    """The smallest square around all points, widened by ``margin`` of its side all round."""
    low, high = X.min(axis=0), X.max(axis=0)
    centre = (low + high) / 2.0
    half = float((high - low).max()) / 2.0 * (1.0 + 2.0 * margin)
    half = half if half > 0.0 else 1.0
    return Window(
        x1_min=float(centre[0] - half),
        x1_max=float(centre[0] + half),
        x2_min=float(centre[1] - half),
        x2_max=float(centre[1] + half),
    )


def _split(spec: DataSpec, X: FloatArray, y: FloatArray) -> tuple[FloatArray, ...]:
    """Train and test points; with ``train_ratio`` 1.0 all of them train, in the order drawn."""
    if spec.train_ratio == 1.0:
        return X, X[:0], y, y[:0]
    n_test = min(max(round((1.0 - spec.train_ratio) * len(y)), 1), len(y) - 2)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=n_test, random_state=spec.split_seed
    )
    return X_train, X_test, y_train, y_test


def make_dataset(spec: DataSpec) -> Dataset:
    """Draw, split and measure the data that ``spec`` describes.

    Raises ``ValueError`` when the training share holds one class only: nothing can be learned
    from it, and the message says what to change.

    >>> data = make_dataset(DataSpec(n_samples=50, train_ratio=0.8))
    >>> data.X_train.shape, data.X_test.shape
    ((40, 2), (10, 2))
    """
    X, y = GENERATORS[spec.name].make(spec.n_samples, spec.noise, spec.seed)
    X_train, X_test, y_train, y_test = _split(spec, X, y)
    if y_train.min() == y_train.max():
        raise ValueError(
            f"the training set must hold both classes; its {len(y_train)} samples are all of "
            f"class {int(y_train[0])}: raise train_ratio or n_samples, or change split_seed"
        )
    if spec.scaling == "standardize":
        offset, scale = X_train.mean(axis=0), X_train.std(axis=0)
        scale = np.where(scale > 0.0, scale, 1.0)
    else:
        offset, scale = np.zeros(2), np.ones(2)
    return Dataset(
        X_train=X_train,
        y_train=y_train,
        X_test=X_test,
        y_test=y_test,
        window=_square_window(X),
        offset=offset,
        scale=scale,
    )
