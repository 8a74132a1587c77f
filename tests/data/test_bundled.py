"""Real data: the very samples of scikit-learn, as two classes, in a plane that tells something."""

from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.decomposition import PCA as SklearnPCA
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from nnviz.data import BUNDLED, DATA_TITLES, GENERATORS, OWN, DataSpec, make_dataset

ORIGINAL = {"iris": load_iris(), "wine": load_wine(), "breast_cancer": load_breast_cancer()}
ONE = {"iris": "virginica", "wine": "class_0", "breast_cancer": "malignant"}


def test_every_name_stands_for_one_source_with_a_title() -> None:
    assert list(DATA_TITLES) == [*GENERATORS, *BUNDLED, OWN]
    assert len(set(DATA_TITLES.values())) == len(DATA_TITLES)
    assert set(ORIGINAL) == set(BUNDLED)
    assert all(bundled.teaches.endswith(".") for bundled in BUNDLED.values())


@pytest.mark.parametrize("name", BUNDLED)
def test_samples_and_classes_are_those_of_scikit_learn(name: str) -> None:
    """A tumour drawn in the wrong class would teach the opposite of the truth."""
    original, bundled = ORIGINAL[name], BUNDLED[name]
    np.testing.assert_array_equal(bundled.columns, original.data)
    one = list(original.target_names).index(ONE[name])
    np.testing.assert_array_equal(bundled.y == 1.0, original.target == one)
    assert set(bundled.y.tolist()) == {0.0, 1.0}
    assert len(bundled.features) == original.data.shape[1]
    assert len(set(bundled.features)) == len(bundled.features)


@pytest.mark.parametrize("name", BUNDLED)
@pytest.mark.parametrize("axes", [None, (1, 3), (3, 0), "pca"])
def test_the_plane_holds_the_columns_asked_for_under_their_names(name: str, axes: Any) -> None:
    original, bundled = ORIGINAL[name], BUNDLED[name]
    data = make_dataset(DataSpec(name, train_ratio=1.0, axes=axes))
    np.testing.assert_array_equal(data.y_train, bundled.y)
    if axes == "pca":
        assert data.names == ("component 1", "component 2")
        return
    pair = list(bundled.pair if axes is None else axes)
    np.testing.assert_array_equal(data.X_train, original.data[:, pair])
    wanted = tuple(original.feature_names[i].replace("_", " ") for i in pair)
    assert data.names == wanted


@pytest.mark.parametrize("name", BUNDLED)
def test_principal_components_are_scikit_learns_but_for_the_sign(name: str) -> None:
    standardized = StandardScaler().fit_transform(ORIGINAL[name].data)
    wanted = SklearnPCA(n_components=2, svd_solver="full").fit(standardized)
    found, _ = BUNDLED[name].plane("pca")
    np.testing.assert_allclose(np.abs(found), np.abs(wanted.transform(standardized)), atol=1e-9)
    for i, direction in enumerate(wanted.components_):
        largest = np.sign(direction[np.abs(direction).argmax()])
        np.testing.assert_allclose(
            found[:, i], largest * (standardized @ direction), atol=1e-9, err_msg="its sign"
        )


@pytest.mark.parametrize(("name", "low", "high"), [("iris", 0.9, 1), ("wine", 0.9, 1)])
def test_two_columns_tell_the_classes_apart_but_not_perfectly(
    name: str, low: float, high: float
) -> None:
    bundled = BUNDLED[name]
    X = StandardScaler().fit_transform(bundled.plane(None)[0])
    assert low < LogisticRegression().fit(X, bundled.y).score(X, bundled.y) < high


def test_the_columns_of_breast_cancer_leave_something_to_learn() -> None:
    X = StandardScaler().fit_transform(BUNDLED["breast_cancer"].plane(None)[0])
    y = BUNDLED["breast_cancer"].y
    assert 0.8 < LogisticRegression().fit(X, y).score(X, y) < 0.95


@pytest.mark.parametrize(
    "axes", [(0, 4), (4, 0), (1, 1), (-1, 0), (0,), (0, 1, 2), "PCA", (0.0, 1), (True, 0), [0, 1]]
)
def test_axes_that_the_data_do_not_have_are_refused(axes: Any) -> None:
    with pytest.raises(ValueError, match=r"axes must be pca or two .* of Iris, from 0 to 3; got"):
        DataSpec("iris", axes=axes)


def test_the_shared_arrays_cannot_be_altered() -> None:
    """They are read once for all visitors."""
    for bundled in BUNDLED.values():
        for array in (bundled.columns, bundled.plane("pca")[0]):
            with pytest.raises(ValueError, match="read-only"):
                array[0, 0] = 1.0


@pytest.mark.parametrize("name", DATA_TITLES)
def test_a_source_says_whether_its_points_are_drawn(name: str) -> None:
    """Where nothing is drawn, samples, noise and seed are not asked for."""
    if name != OWN:
        few, many = DataSpec(name, n_samples=50), DataSpec(name, n_samples=60)
        sizes = [len(make_dataset(spec).y_train) for spec in (few, many)]
        assert few.draws is (sizes[0] != sizes[1])
