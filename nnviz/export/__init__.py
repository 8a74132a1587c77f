"""A run taken home: as a script, as another library's code, as files. Data in, text out."""

from nnviz.export.saved import Saved, open_file, save_file
from nnviz.export.script import numpy_script
from nnviz.export.tables import history_csv, weights_json, weights_npz

__all__ = [
    "Saved",
    "history_csv",
    "numpy_script",
    "open_file",
    "save_file",
    "weights_json",
    "weights_npz",
]
