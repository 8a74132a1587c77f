"""The facts about a run that the stage needs before it can show a frame."""

from typing import Any

from nnviz.data import COORDINATES, FEATURES
from nnviz.experiment import limits
from nnviz.experiment.settings import ROUND_RATES
from nnviz.figures import stage_figures
from nnviz.frames import FrameMaker
from nnviz.runs import Run, cost
from nnviz.serve import quota


def opening_header(run: Run, maker: FrameMaker) -> dict[str, Any]:
    """Return points, axes, names, the table of layers and the limits, as plain JSON values."""
    data, window = run.dataset, run.dataset.window
    names = {one: name for one, name in zip(COORDINATES, data.names, strict=True) if one != name}
    return {
        "figures": stage_figures(data),
        "window": [window.x1_min, window.x1_max, window.x2_min, window.x2_max],
        "names": list(data.names),
        "classes": list(data.classes),
        "inputs": [
            {"name": names.get(key, FEATURES[key].title), "sign": FEATURES[key].title, "key": key}
            for key in data.features
        ],
        "steps_per_epoch": run.steps_per_epoch,
        "has_test": data.has_test,
        "most": {
            "hidden_layers": quota.HIDDEN_LAYERS,
            "units": quota.UNITS,
            "weight": limits.EDITED_WEIGHT.high,
        },
        "rates": list(ROUND_RATES),
        "fine_side": cost.finest_grid(run.experiment, quota.SLICE),
        "layers": [
            {
                "units": layer.units,
                "activation": layer.activation,
                "dropout": layer.dropout,
                "shown": layer.shown.tolist(),
                "parameters": layer.parameters.tolist(),
            }
            for layer in maker.layers
        ],
    }
