"""The data: generated, real and own points; the train/test split, features and scaling."""

from nnviz.data.bundled import BUNDLED, PCA, Bundled
from nnviz.data.dataset import DATA_TITLES, OWN, SCALINGS, Dataset, DataSpec, make_dataset
from nnviz.data.features import COORDINATES, FEATURES, Feature, features
from nnviz.data.generators import GENERATORS, Generator
from nnviz.data.points import Points
from nnviz.data.window import Window

__all__ = [
    "BUNDLED",
    "COORDINATES",
    "DATA_TITLES",
    "FEATURES",
    "GENERATORS",
    "OWN",
    "PCA",
    "SCALINGS",
    "Bundled",
    "DataSpec",
    "Dataset",
    "Feature",
    "Generator",
    "Points",
    "Window",
    "features",
    "make_dataset",
]
