"""Real data sets of scikit-learn, as two classes in a plane of two columns.

A data set is one record in :data:`BUNDLED`. It is read once per process, when it is first needed.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Axes = tuple[int, int] | str | None

PCA = "pca"


@dataclass(frozen=True)
class Bundled:
    """One real data set: its title, its subject, its classes and its default columns.

    ``classes`` are the names of class 0 and 1; ``target`` is the class of the original data that
    becomes class 1. ``pair`` holds the indexes of the two columns shown by default. ``loader`` is
    the function of ``sklearn.datasets`` that reads it.
    """

    title: str
    teaches: str
    classes: tuple[str, str]
    pair: tuple[int, int]
    target: int
    loader: str

    @property
    def features(self) -> tuple[str, ...]:
        """The names of all columns."""
        return _table(self.loader).features

    @property
    def columns(self) -> FloatArray:
        """All columns, (n_samples, n_features), read-only."""
        return _table(self.loader).columns

    @property
    def y(self) -> FloatArray:
        """The class of every sample, 0.0 or 1.0."""
        return np.asarray(_table(self.loader).target == self.target, dtype=np.float64)

    def check_axes(self, axes: Axes) -> None:
        """Refuse axes that are not None, "pca" or two different existing columns."""
        if axes is None or axes == PCA:
            return
        last = len(self.features) - 1
        if (
            not isinstance(axes, tuple)
            or len(axes) != 2
            or not all(type(i) is int and 0 <= i <= last for i in axes)
            or axes[0] == axes[1]
        ):
            raise ValueError(
                f"axes must be {PCA} or two different columns of {self.title}, from 0 to {last}; "
                f"got {axes!r}"
            )

    def plane(self, axes: Axes) -> tuple[FloatArray, tuple[str, str]]:
        """Return points (n_samples, 2) and the names of their two coordinates.

        ``axes`` are two columns, None for :attr:`pair`, or "pca" for the first two principal
        components of the standardized columns.
        """
        self.check_axes(axes)
        if axes == PCA:
            return _principal_components(self.loader), ("component 1", "component 2")
        first, second = self.pair if axes is None else (int(i) for i in axes)
        return self.columns[:, [first, second]], (self.features[first], self.features[second])


@dataclass(frozen=True, eq=False)
class _Table:
    features: tuple[str, ...]
    columns: FloatArray
    target: NDArray[np.int64]


@cache
def _table(loader: str) -> _Table:
    from sklearn import datasets  # takes a second, and most runs need none of it

    found = getattr(datasets, loader)()
    columns = np.array(found.data, dtype=np.float64)
    columns.setflags(write=False)
    names = tuple(str(name).replace("_", " ") for name in found.feature_names)
    return _Table(names, columns, found.target)


@cache
def _principal_components(loader: str) -> FloatArray:
    """Return the first two principal components of the standardized columns, (n_samples, 2).

    The sign of a direction is arbitrary; its largest entry is made positive.
    """
    columns = _table(loader).columns
    standardized = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    _, _, directions = np.linalg.svd(standardized, full_matrices=False)
    directions = directions[:2]  # (2, n_features)
    largest = np.abs(directions).argmax(axis=1)
    directions = directions * np.sign(directions[[0, 1], largest])[:, np.newaxis]
    found: FloatArray = standardized @ directions.T
    found.setflags(write=False)
    return found


BUNDLED: dict[str, Bundled] = {
    "iris": Bundled(
        title="Iris",
        teaches="150 flowers, four measurements of each: virginica or two other species.",
        classes=("setosa or versicolor", "virginica"),
        pair=(2, 3),  # length and width of the petals
        target=2,
        loader="load_iris",
    ),
    "wine": Bundled(
        title="Wine",
        teaches="178 wines of three growers, 13 measurements of each: the first grower or not.",
        classes=("another grower", "the first grower"),
        pair=(0, 12),  # alcohol and proline
        target=0,
        loader="load_wine",
    ),
    "breast_cancer": Bundled(
        title="Breast cancer",
        teaches="569 tumours, 30 measurements of each from a microscope: malignant or benign.",
        classes=("benign", "malignant"),
        pair=(0, 1),  # mean radius and mean texture
        target=0,
        loader="load_breast_cancer",
    ),
}
