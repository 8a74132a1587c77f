"""Build a task's model in PyTorch or Keras with the code that the page exports."""

import contextlib
import io
import runpy
import tempfile
from pathlib import Path

from nnviz.export import MODEL_CODE
from nnviz.runs import Run


def exported_model(task, library, precision="float64"):
    """Return the library's model with the task's initial weights; its output is a probability.

    A ``ValueError`` says what the library does not have.
    """
    text = MODEL_CODE[library](Run(task.experiment)).replace("float64", precision)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        path = Path(folder) / "model.py"
        path.write_text(text)
        return runpy.run_path(str(path))["model"]
