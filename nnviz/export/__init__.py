"""Export a run: as a script, as code for other libraries, as files, as a replay."""

from nnviz.export.frameworks import MODEL_CODE, keras_code, sklearn_code, torch_code
from nnviz.export.replay import record, replay_html
from nnviz.export.saved import Saved, drift, open_file, save_file
from nnviz.export.script import numpy_script
from nnviz.export.tables import history_csv, weights_json, weights_npz
from nnviz.export.textbook_script import textbook_script

__all__ = [
    "MODEL_CODE",
    "Saved",
    "drift",
    "history_csv",
    "keras_code",
    "numpy_script",
    "open_file",
    "record",
    "replay_html",
    "save_file",
    "sklearn_code",
    "textbook_script",
    "torch_code",
    "weights_json",
    "weights_npz",
]
