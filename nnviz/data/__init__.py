"""Where the points come from: seeded generators, the split, and the scaling of inputs."""

from nnviz.data.dataset import SCALINGS, Dataset, DataSpec, Window, make_dataset
from nnviz.data.generators import GENERATORS, Generator

__all__ = [
    "GENERATORS",
    "SCALINGS",
    "DataSpec",
    "Dataset",
    "Generator",
    "Window",
    "make_dataset",
]
