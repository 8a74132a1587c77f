"""How good predictions are, and how healthy the layers behind them."""

import numpy as np
import numpy.typing as npt


def accuracy(y_true: npt.ArrayLike, y_prob: npt.ArrayLike) -> float:
    """Return the share of samples (n_samples,) whose class, 1 where y_prob > 0.5, is right."""
    return float(((np.asarray(y_prob) > 0.5) == (np.asarray(y_true) > 0.5)).mean())
