"""The facts about a run that the stage needs before it can show a frame."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnviz.data import COORDINATES, FEATURES
from nnviz.experiment import limits
from nnviz.experiment.settings import ROUND_RATES
from nnviz.figures import stage_figures
from nnviz.frames import FrameMaker
from nnviz.frames.quantise import SATURATED_LOGIT
from nnviz.network.activations import ACTIVATIONS
from nnviz.network.losses import LOSSES
from nnviz.runs import Run, cost
from nnviz.serve import quota

_MARGINS = np.linspace(-SATURATED_LOGIT, SATURATED_LOGIT, 97)


def losses_of_margins(run: Run) -> NDArray[np.float32]:
    """Return the loss of one point (1, 97) for margins in equal steps over the drawn logits."""
    values = LOSSES[run.experiment.network.loss].value(_MARGINS.copy())
    return values.astype(np.float32)[np.newaxis]


def opening_header(run: Run, maker: FrameMaker) -> dict[str, Any]:
    """Return points, axes, names, the table of layers and the limits, as plain JSON values."""
    data, window = run.dataset, run.dataset.window
    loss = LOSSES[run.experiment.network.loss]
    names = {one: name for one, name in zip(COORDINATES, data.names, strict=True) if one != name}
    return {
        "figures": stage_figures(data),
        "window": [window.x1_min, window.x1_max, window.x2_min, window.x2_max],
        "names": list(data.names),
        "classes": list(data.classes),
        "labels": "".join(f"{y:.0f}" for part in (data.y_train, data.y_test) for y in part),
        "inputs": [
            {
                "name": names.get(key, FEATURES[key].title),
                "sign": FEATURES[key].title,
                "key": key,
                "range": span,
            }
            for key, span in zip(data.features, maker.input_ranges(), strict=True)
        ],
        "loss": {
            "title": loss.title.lower(),
            "guess": float(loss.value(np.zeros(1))[0]),
            "reach": SATURATED_LOGIT,
        },
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
                "at_zero": float(ACTIVATIONS[layer.activation](np.zeros(1))[0]),
                "dropout": layer.dropout,
                "shown": layer.shown.tolist(),
                "parameters": layer.parameters.tolist(),
            }
            for layer in maker.layers
        ],
    }
