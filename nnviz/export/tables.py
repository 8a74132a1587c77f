"""Export weights and history as plain files that many tools can read."""

import csv
import io
import json

import numpy as np

from nnviz.export.saved import layer_weights
from nnviz.runs import Run
from nnviz.training.history import COLUMNS


def weights_npz(run: Run) -> bytes:
    """Write the arrays W1, b1, W2, … as an ``.npz`` archive, without pickled objects."""
    arrays = {}
    for k, (W, b) in enumerate(run.network.unpack(run.theta), start=1):
        arrays[f"W{k}"], arrays[f"b{k}"] = W, b
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def weights_json(run: Run) -> str:
    """Write per layer a line with its activation, weights (n_in, n_out) and biases (n_out,)."""
    lines = [
        json.dumps({"activation": layer.activation, **weights}, allow_nan=False)
        for layer, weights in zip(run.network.spec.layers, layer_weights(run), strict=True)
    ]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def history_csv(run: Run) -> str:
    """Write the rows of the history; without a test set, its columns are empty."""
    history = run.history
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("step", *COLUMNS))
    columns = [getattr(history, name).tolist() for name in COLUMNS]
    for step, *row in zip(history.step.tolist(), *columns, strict=True):
        writer.writerow((step, *("" if np.isnan(value) else repr(value) for value in row)))
    return file.getvalue()
